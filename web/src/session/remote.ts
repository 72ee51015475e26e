import { computed, signal } from "@preact/signals";
import type { Peer } from "../media/peer";
import type { Playback } from "../media/playback";
import type { PictureSource, Slots, VideoSlot } from "../wire";

/** A received picture and how the service says it is doing. */
export interface RemotePicture {
  track: MediaStreamTrack;
  state: VideoSlot["state"];
  layer: VideoSlot["layer"];
  /** Changes whenever the slot carries something else, so that no picture of one is shown as another's. */
  key: string;
}

const noSlots: Slots = { type: "slots", voices: [], share_sound: null, videos: [] };
const keyOf = (participantId: string, source: PictureSource) => `${participantId}/${source}`;

/** What arrives from the others: whose picture is in which slot now, and their voices. */
export class RemoteMedia {
  readonly slots = signal<Slots>(noSlots);
  readonly #videos = signal<{ tracks: readonly MediaStreamTrack[]; peer: number }>({ tracks: [], peer: 0 });
  readonly #playback: Playback;

  readonly #pictures = computed(() => {
    const { tracks, peer } = this.#videos.value;
    const pictures = new Map<string, RemotePicture>();
    this.slots.value.videos.forEach((slot, index) => {
      const track = tracks[index];
      if (!slot || !track) return;
      const key = keyOf(slot.participant_id, slot.source);
      pictures.set(key, { track, state: slot.state, layer: slot.layer, key: `${peer}.${index}.${key}` });
    });
    return pictures;
  });

  /** True while the line is too slow for some picture that is on screen. */
  readonly limited = computed(() => this.slots.value.videos.some((slot) => slot?.state === "limited"));

  constructor(playback: Playback) {
    this.#playback = playback;
  }

  /** Shows and plays what this peer connection receives from now on. */
  attach(peer: Peer): void {
    peer.voices.forEach((track, index) => {
      this.#playback.play(`voice-${index}`, track);
    });
    this.#playback.play("share", peer.shareSound);
    this.#videos.value = { tracks: peer.videos, peer: this.#videos.peek().peer + 1 };
  }

  /** The picture of a participant; null while no slot carries it. */
  picture(participantId: string, source: PictureSource): RemotePicture | null {
    return this.#pictures.value.get(keyOf(participantId, source)) ?? null;
  }
}

import { effect } from "@preact/signals";
import type { LocalMedia } from "../media/local";
import type { ClientMessage, Participant, Source } from "../wire";

export interface PublicationPorts {
  /** Hands the track to the media path. */
  transmit(source: Source, track: MediaStreamTrack | null): void;
  /** Sends to the service; false where the line is lost. */
  send(message: ClientMessage): boolean;
  /** True while the visitor is in the room, so that the service cares. */
  present(): boolean;
}

/** Keeps what is sent, and what the service believes is sent, in step with the visitor's devices. */
export class Publications {
  readonly #on: Record<Source, boolean> = {
    microphone: false,
    camera: false,
    screen: false,
    screen_sound: false,
  };
  readonly #ports: PublicationPorts;
  readonly #stop: (() => void)[];

  constructor(local: LocalMedia, ports: PublicationPorts) {
    this.#ports = ports;
    this.#stop = [
      effect(() => this.#set("microphone", local.microphone.sending.value)),
      effect(() => this.#set("camera", local.camera.sending.value)),
      effect(() => this.#set("screen", local.screen.picture.value)),
      effect(() => this.#set("screen_sound", local.screen.sound.value)),
    ];
  }

  isOn(source: Source): boolean {
    return this.#on[source];
  }

  /** Tells the service what it does not know: changes while the line was lost, or a service that restarted. */
  reconcile(self: Participant): void {
    for (const source of Object.keys(this.#on) as Source[]) {
      if (self[source] !== this.#on[source]) this.#tell(source);
    }
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #set(source: Source, track: MediaStreamTrack | null): void {
    this.#ports.transmit(source, track);
    const on = track !== null;
    if (on === this.#on[source]) return; // another device of the same kind: nothing to tell
    this.#on[source] = on;
    if (this.#ports.present()) this.#tell(source);
  }

  #tell(source: Source): void {
    this.#ports.send({ type: "publish", source, on: this.#on[source] });
  }
}

import { signal } from "@preact/signals";
import { keepChoice, readChoices } from "./choices";
import {
  canCapture,
  type Devices,
  type InputKind,
  listDevices,
  openBoth,
  permission,
  troubleOf,
} from "./devices";
import { Input } from "./input";
import { Screen } from "./screen";

const none: Devices = { microphone: [], camera: [], speaker: [] };

/** Everything that this device can send: microphone, camera and screen, and the choice of them. */
export class LocalMedia {
  readonly microphone: Input;
  readonly camera: Input;
  readonly screen = new Screen();
  readonly devices = signal<Devices>(none);
  /** The chosen loudspeaker; empty for the device's own choice. */
  readonly speaker = signal("");
  /** Which way a phone's camera looks. */
  readonly facing = signal<"user" | "environment">("user");

  readonly #refresh = () => void this.refreshDevices();
  readonly #revive = () => {
    if (document.visibilityState !== "visible") return;
    void this.microphone.revive();
    void this.camera.revive();
  };

  constructor() {
    const { microphone, camera, speaker } = readChoices();
    this.microphone = new Input("microphone", microphone ? { deviceId: microphone } : {});
    this.camera = new Input("camera", camera ? { deviceId: camera } : {});
    this.speaker.value = speaker ?? "";
    navigator.mediaDevices?.addEventListener("devicechange", this.#refresh);
    document.addEventListener("visibilitychange", this.#revive);
  }

  /** Opens microphone and camera behind one question; what fails says why in its own state. */
  async start(want = { microphone: true, camera: true }): Promise<void> {
    await this.#startBoth();
    if (!want.microphone && this.microphone.track.peek()) this.microphone.off();
    if (!want.camera && this.camera.track.peek()) this.camera.off();
  }

  async #startBoth(): Promise<void> {
    const inputs = [this.microphone, this.camera];
    if (!canCapture()) {
      for (const one of inputs) one.fail("insecure");
      return;
    }
    for (const one of inputs) one.starting();
    try {
      const tracks = await openBoth({ microphone: this.microphone.wish, camera: this.camera.wish });
      this.microphone.adopt(tracks.microphone);
      this.camera.adopt(tracks.camera);
    } catch (error) {
      await this.#startEach(troubleOf(error) === "refused");
    }
    await this.refreshDevices();
  }

  /** One after the other, since one that fails spoils the common question. */
  async #startEach(refused: boolean): Promise<void> {
    for (const input of [this.microphone, this.camera]) {
      const answer = refused ? await permission(input.kind) : "granted";
      if (refused && answer !== "granted") {
        input.fail("refused");
      } else {
        input.release();
        await input.on();
      }
    }
  }

  async choose(kind: InputKind | "speaker", id: string): Promise<void> {
    keepChoice(kind, id);
    if (kind === "speaker") this.speaker.value = id;
    else await this[kind].choose({ deviceId: id });
  }

  /** The other camera of a phone. */
  async flip(): Promise<void> {
    this.facing.value = this.facing.value === "user" ? "environment" : "user";
    await this.camera.choose({ facing: this.facing.value });
  }

  async refreshDevices(): Promise<void> {
    this.devices.value = await listDevices();
  }

  /** Gives every device back. */
  release(): void {
    navigator.mediaDevices?.removeEventListener("devicechange", this.#refresh);
    document.removeEventListener("visibilitychange", this.#revive);
    this.microphone.release();
    this.camera.release();
    this.screen.stop();
  }
}

import { claim, forgetPlace, type JoinFields, keepPlace, type Place, readPlace } from "../signaling/resume";
import type { Joined, Resume } from "../wire";

/** This tab's place in the room, across lost lines and reloads. */
export class PlaceKeeper {
  #place: Place | null = null;

  constructor(readonly token: string) {}

  get resume(): Resume | null {
    return this.#place?.resume ?? null;
  }

  /** The place that this tab held before a reload, unless another tab has it now. */
  async restore(): Promise<Place | null> {
    const place = readPlace(this.token);
    if (place && (await claim(place.resume.connection_id))) this.#place = place;
    return this.#place;
  }

  /** A place was given. Gives the fields to come back with: about the other device was asked already. */
  take({ connection_id, secret }: Joined, fields: JoinFields): JoinFields {
    void claim(connection_id);
    const join: JoinFields = fields.second_device ? { ...fields, second_device: "both" } : fields;
    this.#place = {
      token: this.token,
      resume: { connection_id, secret },
      join,
      microphone: true,
      camera: true,
    };
    return join;
  }

  /** Remembers for a reload which devices are on. */
  remember(devices: Pick<Place, "microphone" | "camera">): void {
    if (!this.#place) return;
    this.#place = { ...this.#place, ...devices };
    keepPlace(this.#place);
  }

  forget(): void {
    this.#place = null;
    forgetPlace();
  }
}

/** Several people in front of one device: what its own screen asks, and what a telephone with the code does. */

import { ask } from "./http";

/** Somebody, as everybody in front of the device may see them. */
export interface PersonHere {
  readonly person_id: string;
  readonly name: string;
  readonly profession: string;
}

/** Somebody who is, or was, in front of a shared camera. */
export interface CheckIn {
  readonly id: string;
  readonly person_id: string;
  readonly name: string;
  readonly profession: string;
  readonly matched: boolean;
  readonly way: "screen" | "phone" | "hand";
  readonly at: string;
  /** Null while they are there, and where they stayed to the end. */
  readonly out_at: string | null;
  readonly confirmed_at: string | null;
  /** Asked whether they were still there, they have not said. */
  readonly unanswered: boolean;
}

export interface Gathering {
  readonly id: string;
  /** Whose link the device was opened with. */
  readonly host: PersonHere;
  readonly host_here: boolean;
  readonly site: { readonly id: string; readonly name: string } | null;
  readonly code: string;
  readonly opened_at: string;
  readonly check_ins: readonly CheckIn[];
}

/** What the screen of a device needs to know. */
export interface SharedCamera {
  /** Where the device is; may be empty. */
  readonly site: string;
  /** Null until somebody said that the camera is shared. */
  readonly gathering: Gathering | null;
  readonly link: string;
  /** Rows of squares, "1" for the dark ones. */
  readonly qr: readonly string[];
  readonly known: readonly PersonHere[];
  /** The end is near: everybody is asked whether they are still there. */
  readonly asking: boolean;
}

/** Somebody of the list, or somebody else by name. */
export type Somebody =
  | { readonly person_id: string }
  | { readonly person: { readonly name: string; readonly profession: string; readonly email: string } };

/** What a telephone that has the code is told. */
export interface HereGathering {
  readonly code: string;
  readonly title: string;
  readonly site: string;
  readonly host: string;
  readonly ends_at: string;
  readonly known: readonly PersonHere[];
}

/** One's own check-in. */
export interface OwnCheckIn {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly site: string;
  readonly session_status: "scheduled" | "open" | "closed" | "cancelled";
  readonly ends_at: string;
  readonly at: string;
  readonly out_at: string | null;
  readonly host_here: boolean;
  readonly asking: boolean;
  readonly matched: boolean;
  /** Where one claims credit; empty until the session is over. */
  readonly credit: string;
}

const CAMERA = "/public/shared-camera";

/** The requests of a device that is in a room. */
export class DeviceRequests {
  constructor(readonly authorization: string) {}

  read(): Promise<SharedCamera> {
    return ask("GET", CAMERA, this.#as());
  }

  share(): Promise<SharedCamera> {
    return ask("POST", CAMERA, this.#as());
  }

  checkIn(somebody: Somebody): Promise<Gathering> {
    return ask("POST", `${CAMERA}/check-ins`, this.#as(somebody));
  }

  /** On the device's own screen without a reason; of another device, as a facilitator, with one. */
  checkOut(id: string, reason = ""): Promise<Gathering> {
    return ask("POST", `${CAMERA}/check-ins/${encodeURIComponent(id)}/out`, this.#as({ reason }));
  }

  answer(id: string, here: boolean): Promise<Gathering> {
    return ask("POST", `${CAMERA}/check-ins/${encodeURIComponent(id)}/still-here`, this.#as({ here }));
  }

  /** Every shared camera of the room, for facilitators. */
  async all(): Promise<readonly Gathering[]> {
    return (await ask<{ items: Gathering[] }>("GET", "/public/shared-cameras", this.#as())).items;
  }

  /** Whom the hub knows at the site of another camera. */
  async knownAt(gathering_id: string): Promise<readonly PersonHere[]> {
    const path = `/public/shared-cameras/${encodeURIComponent(gathering_id)}/known`;
    return (await ask<{ items: PersonHere[] }>("GET", path, this.#as())).items;
  }

  checkInByHand(gathering_id: string, somebody: Somebody, reason: string): Promise<Gathering> {
    const body = { gathering_id, reason, ...somebody };
    return ask("POST", "/public/shared-cameras/check-ins", this.#as(body));
  }

  #as(body?: unknown) {
    return { authorization: this.authorization, ...(body === undefined ? {} : { body }) };
  }
}

export function readGathering(code: string): Promise<HereGathering> {
  return ask("GET", `/public/gatherings/${encodeURIComponent(code)}`);
}

export function checkInHere(code: string, somebody: Somebody): Promise<OwnCheckIn & { secret: string }> {
  return ask("POST", `/public/gatherings/${encodeURIComponent(code)}/check-ins`, { body: somebody });
}

/** The requests of a telephone that is checked in. */
export class PhoneRequests {
  constructor(
    readonly id: string,
    readonly secret: string,
  ) {}

  read(): Promise<OwnCheckIn> {
    return ask("GET", "/public/check-in", this.#as());
  }

  out(): Promise<OwnCheckIn> {
    return ask("POST", "/public/check-in/out", this.#as());
  }

  answer(here: boolean): Promise<OwnCheckIn> {
    return ask("POST", "/public/check-in/still-here", { ...this.#as(), body: { here } });
  }

  #as() {
    return { authorization: `Check-in ${this.id}.${this.secret}` };
  }
}

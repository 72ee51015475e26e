import { computed, signal } from "@preact/signals";
import { ApiError, wordsOf } from "../api/problem";
import {
  DeviceRequests,
  type Gathering,
  type PersonHere,
  type SharedCamera,
  type Somebody,
} from "../api/shared-camera";
import type { Resume } from "../wire";

const KEY = "echo-company";
const LOOK_MS = 60_000; // the service tells of changes; this is for what it could not tell

/** Who is in front of this device's camera besides its own person, and in front of the others', for facilitators. */
export class Company {
  /** What the service knows of this device; null until somebody asked. */
  readonly camera = signal<SharedCamera | null>(null);
  readonly gathering = computed(() => this.camera.value?.gathering ?? null);
  /** Those who are here now. */
  readonly here = computed(() => this.gathering.value?.check_ins.filter((one) => !one.out_at) ?? []);
  /** Those of them who were asked whether they still are, and have not said. */
  readonly asked = computed(() => this.here.value.filter((one) => one.unanswered));
  /** True once somebody said that they are alone here, or not. */
  readonly answered = signal(false);
  readonly problem = signal("");
  /** Why it could not be read who is here; empty once it was. */
  readonly unread = signal("");
  /** What was wrong with what was typed; null where nothing was. */
  readonly refusal = signal<ApiError | null>(null);
  readonly busy = signal(false);
  /** Every shared camera of the room; empty for all but facilitators and coordinators. */
  readonly everywhere = signal<readonly Gathering[]>([]);

  readonly #resume: () => Resume | null;
  #session = "";
  #watching = false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(resume: () => Resume | null) {
    this.#resume = resume;
  }

  /** The device is in the room. A page that was reloaded knows what was said before. */
  entered(session: string): void {
    this.#session = session;
    const said = remembered(session);
    this.answered.value = said !== null;
    if (said === "shared") void this.look();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.changed(), LOOK_MS);
  }

  left(): void {
    clearInterval(this.#timer);
  }

  /** Something about a shared camera is different. */
  changed(): void {
    if (this.gathering.peek()) void this.look();
    if (this.#watching) void this.#lookEverywhere();
  }

  look(): Promise<void> {
    return this.#run((device) => device.read(), false);
  }

  alone(): void {
    this.answered.value = true;
    remember(this.#session, "alone");
  }

  share(): Promise<void> {
    this.answered.value = true;
    remember(this.#session, "shared");
    return this.#run((device) => device.share());
  }

  checkIn(somebody: Somebody): Promise<void> {
    return this.#change((device) => device.checkIn(somebody));
  }

  checkOut(id: string): Promise<void> {
    return this.#change((device) => device.checkOut(id));
  }

  answer(id: string, here: boolean): Promise<void> {
    return this.#change((device) => device.answer(id, here));
  }

  async allHere(): Promise<void> {
    for (const { id } of this.asked.peek()) await this.answer(id, true);
  }

  /** Follows every shared camera of the room; gives what ends it. */
  watch(): () => void {
    this.#watching = true;
    void this.#lookEverywhere();
    return () => {
      this.#watching = false;
    };
  }

  /** Does something by hand in front of another camera; throws what the service did not like. */
  async byHand(act: (device: DeviceRequests) => Promise<Gathering>): Promise<void> {
    const device = this.#device();
    if (!device) return;
    const changed = await act(device);
    this.everywhere.value = this.everywhere.peek().map((one) => (one.id === changed.id ? changed : one));
  }

  /** Whom the hub knows at the site of another camera; none where it does not answer. */
  async knownAt(gathering: Gathering): Promise<readonly PersonHere[]> {
    const known = await this.#device()
      ?.knownAt(gathering.id)
      .catch(() => []);
    const here = new Set(gathering.check_ins.filter((one) => !one.out_at).map((one) => one.person_id));
    return known?.filter((one) => !here.has(one.person_id)) ?? [];
  }

  async #lookEverywhere(): Promise<void> {
    try {
      this.everywhere.value = (await this.#device()?.all()) ?? [];
    } catch {
      // the next change, or the next minute, shows it
    }
  }

  async #change(act: (device: DeviceRequests) => Promise<Gathering>): Promise<void> {
    await this.#run(async (device) => {
      const gathering = await act(device);
      const camera = this.camera.peek();
      return camera ? { ...camera, gathering } : device.read();
    });
  }

  /** One request at a time; its problem is shown, where somebody pressed a button. */
  async #run(act: (device: DeviceRequests) => Promise<SharedCamera>, told = true): Promise<void> {
    const device = this.#device();
    if (!device) return;
    if (told) this.busy.value = true;
    try {
      this.camera.value = await act(device);
      this.unread.value = "";
      if (told) this.#problem(null);
    } catch (error) {
      if (told) this.#problem(error);
      else this.unread.value = wordsOf(error);
    } finally {
      if (told) this.busy.value = false;
    }
  }

  #problem(error: unknown): void {
    const typed = error instanceof ApiError && error.fields.length > 0 ? error : null;
    this.refusal.value = typed;
    this.problem.value = error && !typed ? wordsOf(error) : "";
  }

  #device(): DeviceRequests | null {
    const resume = this.#resume();
    return resume && new DeviceRequests(`Device ${resume.connection_id}.${resume.secret}`);
  }
}

type Said = "shared" | "alone";

function remember(session: string, said: Said): void {
  try {
    sessionStorage.setItem(KEY, `${session} ${said}`);
  } catch {
    // storage is switched off: a reload then asks again
  }
}

function remembered(session: string): Said | null {
  try {
    const [of, said] = (sessionStorage.getItem(KEY) ?? "").split(" ");
    return of === session ? (said as Said) : null;
  } catch {
    return null;
  }
}

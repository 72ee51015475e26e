import type { Input, InputState } from "../media/input";
import { clockTime, dayName, until } from "../ui/time";
import type { Join, OtherDevice, SessionInfo, You } from "../wire";

const FAR_MS = 2 * 3_600_000;

/** The fields that a join page may have to ask for. */
export type Asked = "name" | "email" | "profession" | "site";
export type Answers = Record<Asked, string>;

export const EVERYTHING: readonly Asked[] = ["name", "email", "profession", "site"];

/** What the visitor must fill in: what the link does not know, or everything where they are someone else. */
export function asked(you: You, identity: "me" | "other"): readonly Asked[] {
  return identity === "other" ? EVERYTHING : you.asks;
}

const missing: Answers = {
  name: "Please write your name, as others should see it.",
  email: "Please write your e-mail address.",
  profession: "Please write your profession, such as “nurse”.",
  site: "Please write where you work, such as “Clinic 4”.",
};

/** What is wrong with the answers, by field; empty where nothing is. */
export function problems(fields: readonly Asked[], answers: Answers): Partial<Answers> {
  const found: Partial<Answers> = {};
  for (const field of fields) {
    const answer = answers[field].trim();
    if (!answer) found[field] = missing[field];
    else if (field === "email" && !/^\S+@\S+\.\S+$/.test(answer)) {
      found.email = "This is no e-mail address. It looks like name@clinic.org.";
    }
  }
  return found;
}

/** The answers as the join message takes them. */
export function toFields(fields: readonly Asked[], answers: Answers): Partial<Pick<Join, Asked>> {
  return Object.fromEntries(fields.map((field) => [field, answers[field].trim()]));
}

export interface DoorState {
  session: SessionInfo;
  /** The service's clock. */
  now: Date;
  lobby: boolean;
  joining: boolean;
  microphone: InputState["name"];
  camera: InputState["name"];
}

/** What the main button says, and whether it can be pressed. */
export function doorButton(state: DoorState): { label: string; enabled: boolean } {
  const { session, now } = state;
  const opens = new Date(session.opens_at);
  if (session.status === "scheduled") {
    const wait = until(opens, now);
    if (!wait) return { label: "Opening", enabled: false };
    return { label: `Opens ${dayInSentence(opens, now)} ${clockTime(opens)} (${wait})`, enabled: false };
  }
  if (state.joining) return { label: state.lobby ? "Asking to join" : "Joining", enabled: false };
  const action = state.lobby ? "Ask to join" : "Join";
  const deaf = state.microphone === "trouble";
  const blind = state.camera === "trouble";
  if (deaf && blind) return { label: `${action} to listen only`, enabled: true };
  if (deaf) return { label: `${action} without microphone`, enabled: true };
  if (blind) return { label: `${action} without camera`, enabled: true };
  return { label: action, enabled: true };
}

function dayInSentence(at: Date, now: Date): string {
  const day = dayName(at, now);
  if (day === "Today") return "at";
  return day === "Tomorrow" ? "tomorrow at" : day;
}

/** True where nobody would wait at the door so long. */
export function isFar(opens: Date, now: Date): boolean {
  return opens.getTime() - now.getTime() > FAR_MS;
}

const deviceNames: Record<OtherDevice["device"], string> = {
  phone: "on your phone",
  tablet: "on your tablet",
  desktop: "on your computer",
  endpoint: "in your meeting room",
};

/** "You are in the room already, on your phone." */
export function elsewhere(others: readonly OtherDevice[]): string {
  const places = [...new Set(others.map((one) => deviceNames[one.device]))];
  return `You are in the room already, ${places.join(" and ")}.`;
}

/** True where the browser was told not to give this device: the visitor then needs to know how to allow it. */
export function refused({ state }: Input): boolean {
  return state.value.name === "trouble" && state.value.trouble === "refused";
}

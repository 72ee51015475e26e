import type { InputState } from "../media/input";
import type { LinkState } from "../media/link";
import { troubleWords } from "../media/words";
import { type Measure, quality } from "../room/quality";
import type { VideoSlot } from "../wire";

/** One line of the list that says whether everything works. */
export interface Verdict {
  what: "Camera" | "Microphone" | "Connection";
  state: "ok" | "problem" | "checking";
  words: string;
}

/** `back` is how the own picture comes back; undefined while it does not. */
export function cameraVerdict(state: InputState, back: VideoSlot["state"] | undefined): Verdict {
  const what = "Camera";
  if (state.name === "trouble")
    return { what, state: "problem", words: troubleWords("camera", state.trouble) };
  if (state.name === "off")
    return { what, state: "problem", words: "Your camera is off. Turn it on to test it." };
  if (back === "limited") {
    const words = "Your picture reaches the service, but your connection is too slow to bring it back.";
    return { what, state: "problem", words };
  }
  if (back !== "live") return { what, state: "checking", words: "Waiting for your picture to come back." };
  return { what, state: "ok", words: "Your picture reaches the service and comes back." };
}

export function microphoneVerdict(state: InputState, heard: boolean, silent: boolean): Verdict {
  const what = "Microphone";
  if (state.name === "trouble")
    return { what, state: "problem", words: troubleWords("microphone", state.trouble) };
  if (state.name === "held" || state.name === "off") {
    return { what, state: "problem", words: "You are muted. Unmute to hear yourself." };
  }
  if (heard) return { what, state: "ok", words: "Your voice reaches the service and comes back." };
  if (silent)
    return { what, state: "problem", words: "Nothing is heard. Speak louder, or choose another microphone." };
  return { what, state: "checking", words: "Say something: you hear it two seconds later." };
}

export function lineVerdict(link: LinkState, measure: Measure | null, narrow: boolean): Verdict {
  const what = "Connection";
  if (link === "broken")
    return { what, state: "problem", words: "Sound and picture do not get through. Trying again." };
  switch (quality(measure, narrow)) {
    case "unknown":
      return { what, state: "checking", words: "Measuring." };
    case "good":
      return { what, state: "ok", words: "Good: quick and without losses." };
    case "fair":
      return { what, state: "ok", words: "Unsteady: sessions work, pictures may be coarse at times." };
    case "narrow":
      return {
        what,
        state: "problem",
        words: "Too slow for pictures: sound will work. A cable, or a place nearer to the router, helps.",
      };
    case "poor":
      return {
        what,
        state: "problem",
        words: "Poor: sound will work, pictures may stop. A cable, or a place nearer to the router, helps.",
      };
  }
}

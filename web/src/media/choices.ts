/** The devices that this visitor chose, kept on this device for the next session. */
export interface Choices {
  microphone?: string;
  camera?: string;
  speaker?: string;
}

const KEY = "echo-devices";

export function readChoices(): Choices {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Choices;
  } catch {
    return {}; // storage is switched off or holds something else
  }
}

export function keepChoice(kind: keyof Choices, id: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...readChoices(), [kind]: id }));
  } catch {
    // the choice then lasts as long as the page
  }
}

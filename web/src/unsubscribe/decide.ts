/** Sends what the visitor decided to the address that the mail named. */

export type Answer =
  | { readonly is: "done"; readonly subscribed: boolean; readonly words: string }
  | { readonly is: "no-good" }
  | { readonly is: "failed"; readonly words: string };

const SAID = {
  unsubscribe: "Mail about this program has stopped.",
  resubscribe: "Mail about this program comes to you as before.",
};

/** `path` is the page's own: a POST there does what its GET only shows. */
export async function decide(path: string, wish: keyof typeof SAID): Promise<Answer> {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams({ [wish]: "1" }),
    });
    if ([400, 403, 404, 410].includes(answer.status)) return { is: "no-good" };
    if (!answer.ok) return { is: "failed", words: "The service has a problem. Try again in a moment." };
    const told: unknown = await answer.json().catch(() => null);
    const words = typeof told === "object" && told && "words" in told ? String(told.words) : SAID[wish];
    return { is: "done", subscribed: wish === "resubscribe", words };
  } catch {
    return { is: "failed", words: "The service did not answer. Check your connection and try again." };
  }
}

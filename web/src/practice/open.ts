/** Asks for a practice room: its link, or what went wrong in a sentence. */
export async function openPractice(ask: typeof fetch): Promise<{ link: string } | { problem: string }> {
  try {
    const answer = await ask("/api/v1/practice", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    const body = (await answer.json()) as { link?: string; detail?: string };
    if (answer.ok && body.link) return { link: samePlace(body.link) };
    if (answer.status === 429) {
      return {
        problem: body.detail ?? "Many practice rooms were opened from here. Please try again in a minute.",
      };
    }
    return { problem: body.detail ?? "The practice room did not open. Please try again." };
  } catch {
    return { problem: "The service does not answer. Check your connection, then try again." };
  }
}

/** The link as an address on this host, however the visitor reached it. */
function samePlace(link: string): string {
  const { pathname, hash } = new URL(link, location.href);
  return `${pathname}${hash}`;
}

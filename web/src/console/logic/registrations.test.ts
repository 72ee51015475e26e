import { describe, expect, test } from "vitest";
import type { MailStatus } from "../../api/mails";
import { mailAttention } from "./registrations";

const now = new Date("2026-11-21T18:00:00Z");
const zone = "America/Denver";

function status(part: Partial<MailStatus>): MailStatus {
  return {
    pending: 0,
    failed: 0,
    oldest_pending_at: null,
    sent_today: 3,
    transport: "smtp",
    where: "mail.hub.example:587",
    ...part,
  };
}

describe("mail that needs somebody", () => {
  test("is not there while mail goes out, or has just been written", () => {
    expect(mailAttention(undefined, zone, now)).toEqual([]);
    expect(mailAttention(status({}), zone, now)).toEqual([]);
    const written = status({ pending: 40, oldest_pending_at: "2026-11-21T17:50:00Z" });
    expect(mailAttention(written, zone, now)).toEqual([]);
  });

  test("is what a quarter of an hour has not got out, and what was given up", () => {
    const stuck = status({ pending: 2, oldest_pending_at: "2026-11-21T17:45:00Z", failed: 1 });
    expect(mailAttention(stuck, zone, now)).toEqual([
      "1 mail was not delivered.",
      expect.stringMatching(
        /^Mail does not go out: 2 mails wait, the first since today .*45.* \(Mountain Time\)\.$/,
      ),
    ]);
  });
});

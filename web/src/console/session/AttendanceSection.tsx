import type { Session } from "../../api/types";
import { addressOf } from "../logic/route";
import { Section } from "../parts/Section";

/** The way to who was there. It is a page of its own: the service notes every look at it. */
export function AttendanceSection({ session }: { session: Session }) {
  const over = session.status === "closed";
  return (
    <Section title="Attendance">
      <div class="card">
        <p>
          {over
            ? "Who was there and for how long, to the second; what counts, and putting right what is wrong."
            : "Kept to the second for everybody who comes; ready seconds after the session ends."}
        </p>
        <div class="card-actions">
          <a
            class={over ? "button button-primary" : "button"}
            href={addressOf({ name: "attendance", id: session.id })}
          >
            {over ? "See who was there" : "See who is there"}
          </a>
          {over && (
            <a class="button" href={addressOf({ name: "session-credit", id: session.id })}>
              Credit and certificates
            </a>
          )}
        </div>
      </div>
    </Section>
  );
}

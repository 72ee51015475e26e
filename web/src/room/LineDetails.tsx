import { useSession } from "../session/SessionContext";
import { quality, qualityWords } from "./quality";
import { measured } from "./useMeasure";
import { useNarrow } from "./useNarrow";

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const kilobits = (bits: number) => `${Math.round(bits / 1000)} kbit/s`;
const paths: Record<string, string> = {
  udp: "UDP, direct",
  tcp: "TCP, direct",
  relay: "through a relay (TURN)",
};

/** Numbers for whoever looks after the network; hidden until asked for. */
export function LineDetails({ judged = true }: { judged?: boolean }) {
  const session = useSession();
  const measure = measured.value;
  const narrow = useNarrow();
  const rows: [string, string][] = measure
    ? [
        ["Round trip", measure.roundTrip === null ? "unknown" : `${Math.round(measure.roundTrip)} ms`],
        ["Lost on the way here", percent(measure.lossIn)],
        ["Lost on the way there", percent(measure.lossOut)],
        ["Received", kilobits(measure.bitsIn)],
        ["Sent", kilobits(measure.bitsOut)],
        ["Media path", paths[measure.path] ?? "unknown"],
      ]
    : [];
  const signaling = session.socket.roundTrip;
  return (
    <section class="side-section">
      {judged && (
        <>
          <h3>Connection</h3>
          <p>{qualityWords[quality(measure, narrow)]}</p>
        </>
      )}
      <details class="details">
        <summary>Details for IT</summary>
        <dl>
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>Service answers in</dt>
            <dd>{signaling === null ? "unknown" : `${Math.round(signaling)} ms`}</dd>
          </div>
          <div>
            <dt>Connection</dt>
            <dd class="details-id">{session.selfId.value}</dd>
          </div>
        </dl>
      </details>
    </section>
  );
}

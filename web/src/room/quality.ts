/** How good the visitor's own line is, from what the browser measures. */

export interface Measure {
  /** Milliseconds to the service and back; null while unknown. */
  roundTrip: number | null;
  /** Share of packets lost on the way here and on the way there, from 0 to 1. */
  lossIn: number;
  lossOut: number;
  /** Bits a second. */
  bitsIn: number;
  bitsOut: number;
  /** How the packets travel: "udp", "tcp" or "relay"; empty while unknown. */
  path: string;
}

export type Quality = "good" | "fair" | "narrow" | "poor" | "unknown";

const FAIR_MS = 300;
const POOR_MS = 600;
const FAIR_LOSS = 0.03;
const POOR_LOSS = 0.1;

/** `narrow`: the service withholds a picture, since the line is too slow for it. */
export function quality(measure: Measure | null, narrow: boolean): Quality {
  if (!measure || measure.roundTrip === null) return narrow ? "narrow" : "unknown";
  const loss = Math.max(measure.lossIn, measure.lossOut);
  if (measure.roundTrip > POOR_MS || loss > POOR_LOSS) return "poor";
  if (narrow) return "narrow";
  if (measure.roundTrip > FAIR_MS || loss > FAIR_LOSS) return "fair";
  return "good";
}

export const qualityWords: Record<Quality, string> = {
  good: "Connection good",
  fair: "Connection unsteady",
  narrow: "Connection too slow for some pictures. Sound goes on.",
  poor: "Connection poor",
  unknown: "Connecting",
};

/** The sums that a report of getStats holds; differences of two give rates. */
export interface Totals {
  at: number;
  received: number;
  lost: number;
  bytesIn: number;
  bytesOut: number;
  roundTrip: number | null;
  lossOut: number;
  path: string;
}

type Entry = Record<string, unknown> & { type: string };

const numberOf = (value: unknown): number => (typeof value === "number" ? value : 0);

/** Adds up a stats report. */
export function totals(report: Iterable<Entry>, at: number): Totals {
  const sum: Totals = {
    at,
    received: 0,
    lost: 0,
    bytesIn: 0,
    bytesOut: 0,
    roundTrip: null,
    lossOut: 0,
    path: "",
  };
  const locals = new Map<unknown, Entry>();
  let pair: Entry | undefined;
  for (const entry of report) {
    if (entry.type === "inbound-rtp") {
      sum.received += numberOf(entry.packetsReceived);
      sum.lost += numberOf(entry.packetsLost);
      sum.bytesIn += numberOf(entry.bytesReceived);
    } else if (entry.type === "outbound-rtp") {
      sum.bytesOut += numberOf(entry.bytesSent);
    } else if (entry.type === "remote-inbound-rtp") {
      sum.lossOut = Math.max(sum.lossOut, numberOf(entry.fractionLost));
    } else if (entry.type === "local-candidate") {
      locals.set(entry.id, entry);
    } else if (entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded") {
      pair = entry;
    }
  }
  if (pair && typeof pair.currentRoundTripTime === "number") sum.roundTrip = pair.currentRoundTripTime * 1000;
  const local = locals.get(pair?.localCandidateId);
  if (local) sum.path = local.candidateType === "relay" ? "relay" : String(local.protocol ?? "");
  return sum;
}

/** What happened between two reports. */
export function between(before: Totals, after: Totals): Measure {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const lost = Math.max(0, after.lost - before.lost); // a new peer connection counts from zero
  const received = Math.max(0, after.received - before.received);
  return {
    roundTrip: after.roundTrip,
    lossIn: lost + received > 0 ? lost / (lost + received) : 0,
    lossOut: after.lossOut,
    bitsIn: Math.max(0, ((after.bytesIn - before.bytesIn) * 8) / seconds),
    bitsOut: Math.max(0, ((after.bytesOut - before.bytesOut) * 8) / seconds),
    path: after.path,
  };
}

/**
 * A receiver of echo-session's webhooks: verifies each, keeps each once, applies it. Node 20, nothing to install.
 *
 *     WEBHOOK_SECRET=whsec_... node receiver.mjs 9000 records/
 *
 * After a long outage, or to begin with, fetch what was missed; it may run beside the receiver:
 *
 *     ECHO_TOKEN=est_... node receiver.mjs catch-up records/ https://echo.example
 */

import { createHmac, timingSafeEqual } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import { join } from "node:path";

interface WebhookEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly version: number;
  readonly data: { readonly stream: string; readonly seq: number; readonly [name: string]: unknown };
}

/** Seconds that a signature may be old, so that nobody sends a recorded request again later. */
const TOLERANCE = 5 * 60;
/** Bytes of a body; the attendance of a large session is the largest. */
const LARGEST = 8 * 1024 * 1024;
const KINDS = ["program", "series", "session", "registration"] as const;

/** Whether these bytes are from whoever has our secret, and were sent just now (Standard Webhooks 1.0). */
export function verified(body: Buffer, headers: IncomingHttpHeaders, secret: string): boolean {
  const id = String(headers["webhook-id"] ?? "");
  const sent = String(headers["webhook-timestamp"] ?? "");
  if (!id || Math.abs(Date.now() / 1000 - Number(sent)) > TOLERANCE || !/^\d+$/.test(sent)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const wanted = createHmac("sha256", key).update(`${id}.${sent}.`).update(body).digest();
  // There are two while a secret changes over.
  return String(headers["webhook-signature"] ?? "")
    .split(" ")
    .filter((one) => one.startsWith("v1,"))
    .map((one) => Buffer.from(one.slice("v1,".length), "base64"))
    .some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}

/** What we know, as files: one for each thing, one for each event that was applied. */
export class Records {
  constructor(private readonly folder: string) {
    for (const part of ["seen", "things"]) mkdirSync(join(folder, part), { recursive: true });
  }

  /** False where this event had come before. To apply one twice does no harm, so it is remembered afterwards. */
  take(id: string, event: WebhookEvent): boolean {
    const seen = join(this.folder, "seen", safe(id));
    if (existsSync(seen)) return false;
    this.apply(event);
    write(seen, "");
    return true;
  }

  get fetched(): number {
    const file = join(this.folder, "fetched");
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  }

  set fetched(number: number) {
    write(join(this.folder, "fetched"), String(number));
  }

  /** Keeps the latest state of everything. What we do not know, we leave. */
  private apply({ type, data }: WebhookEvent): void {
    if (type.startsWith("attendance.")) {
      const { session, edition } = data as unknown as {
        session: { id: string };
        edition: { number: number };
      };
      this.keep("attendance", session.id, edition.number, data);
      return;
    }
    for (const kind of KINDS) {
      const thing = data[kind] as { id: string; revision?: number } | undefined;
      if (thing?.revision !== undefined) this.keep(kind, thing.id, thing.revision, thing);
    }
  }

  /** Of two states the higher version stays, in whichever order they come. */
  private keep(kind: string, id: string, version: number, body: unknown): void {
    const file = join(this.folder, "things", `${kind}-${safe(id)}.json`);
    if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).version > version) return;
    write(file, JSON.stringify({ kind, id, version, body }));
  }
}

/** Takes every event since the last time; gives how many were new. */
export async function catchUp(records: Records, server: string, token: string): Promise<number> {
  for (let found = 0; ; ) {
    const answer = await fetch(`${server}/api/v1/events?after=${records.fetched}&limit=200`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    if (!answer.ok) throw new Error(`the feed answered ${answer.status}`);
    const page = (await answer.json()) as {
      items: (WebhookEvent & { id: string })[];
      next: number;
      more: boolean;
    };
    for (const event of page.items) found += records.take(event.id, event) ? 1 : 0;
    records.fetched = page.next;
    if (!page.more) return found;
  }
}

/** Ids are letters, digits, - and _; nothing else becomes part of a file's name. */
function safe(id: string): string {
  if (!/^[\w-]{1,80}$/.test(id)) throw new Error(`${JSON.stringify(id)} is no id`);
  return id;
}

/** All of it or nothing, and on the disk before we answer. */
function write(file: string, text: string): void {
  const half = `${file}.half`;
  const opened = openSync(half, "w");
  writeSync(opened, text);
  fsyncSync(opened);
  closeSync(opened);
  renameSync(half, file);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST) throw new Error("the body is too large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function listen(port: number, records: Records, secret: string): void {
  const server = createServer(async (request, response) => {
    try {
      const body = await bodyOf(request); // these bytes are signed; parse them only afterwards
      if (!verified(body, request.headers, secret)) {
        response.writeHead(401).end();
        return;
      }
      records.take(String(request.headers["webhook-id"]), JSON.parse(body.toString("utf8")));
      response.writeHead(204).end(); // also where it had come before: it is not to come again
    } catch (error) {
      console.error(error);
      response.writeHead(500).end(); // it comes again
    }
  });
  server.listen(port, "127.0.0.1", () => console.log(`listening on ${port}`));
}

const [what = "9000", folder = "records", from = ""] = process.argv.slice(2);
if (what === "catch-up") {
  const found = await catchUp(new Records(folder), from, process.env.ECHO_TOKEN ?? "");
  console.log(`${found} events were new`);
} else {
  listen(Number(what), new Records(folder), process.env.WEBHOOK_SECRET ?? "");
}

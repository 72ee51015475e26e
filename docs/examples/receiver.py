"""A receiver of echo-session's webhooks: verifies each, keeps each once, applies it.

    pip install standardwebhooks
    WEBHOOK_SECRET=whsec_... python receiver.py --port 9000 --records records.db

After a long outage, or to begin with, fetch what was missed; it may run beside the receiver:

    ECHO_TOKEN=est_... python receiver.py --records records.db --catch-up https://echo.example
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

LARGEST = 8 * 1024 * 1024
"""Bytes of a body; the attendance of a large session is the largest."""

TABLES = """
CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS thing (kind TEXT, id TEXT, version INTEGER, body TEXT, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS fetched (number INTEGER);
"""


class Records:
    """What we know. Each event changes it once, in one transaction with remembering the event's id."""

    def __init__(self, file: str) -> None:
        self._file = file
        with self._open() as db:
            db.executescript(TABLES)

    def take(self, event_id: str, event: dict[str, Any]) -> bool:
        """False where this event had come before."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            if db.execute("INSERT OR IGNORE INTO seen VALUES (?)", [event_id]).rowcount == 0:
                return False
            apply(db, event["type"], event["data"])
            return True

    def fetched(self) -> int:
        """Number of the last event that was fetched."""
        with self._open() as db:
            return int(db.execute("SELECT coalesce(max(number), 0) FROM fetched").fetchone()[0])

    def set_fetched(self, number: int) -> None:
        """So far we have everything."""
        with self._open() as db:
            db.execute("INSERT INTO fetched VALUES (?)", [number])

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=30)


def apply(db: sqlite3.Connection, kind: str, data: dict[str, Any]) -> None:
    """Keeps the latest state of everything. What we do not know, we leave."""
    if kind.startswith("attendance."):
        keep(db, "attendance", data["session"]["id"], data["edition"]["number"], data)
        return
    for name in ("program", "series", "session", "registration"):
        thing = data.get(name, {})
        if "revision" in thing:
            keep(db, name, thing["id"], thing["revision"], thing)


def keep(db: sqlite3.Connection, kind: str, thing_id: str, version: int, body: dict[str, Any]) -> None:
    """Of two states the higher version stays, in whichever order they come."""
    db.execute(
        "INSERT INTO thing VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE"
        " SET version = excluded.version, body = excluded.body WHERE excluded.version >= version",
        [kind, thing_id, version, json.dumps(body)],
    )


class Receiver(BaseHTTPRequestHandler):
    """Answers 2xx once the event is durable, and only then."""

    records: Records
    webhook: Webhook
    timeout = 30

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        if not 0 < length <= LARGEST:
            self._answer(413)
            return
        body = self.rfile.read(length)  # these bytes are signed; parse them only afterwards
        try:
            self.webhook.verify(body, {name.lower(): value for name, value in self.headers.items()})
        except WebhookVerificationError:
            self._answer(401)
            return
        self.records.take(self.headers["webhook-id"], json.loads(body))
        self._answer(204)  # also where it had come before: it is not to come again

    def _answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing: requests are not for the log."""


def catch_up(records: Records, server: str, token: str) -> int:
    """Takes every event since the last time; gives how many were new."""
    new, after = 0, records.fetched()
    while True:
        request = urllib.request.Request(  # noqa: S310 - the address is ours
            f"{server}/api/v1/events?after={after}&limit=200", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            page = json.load(answer)
        new += sum(records.take(event["id"], event) for event in page["items"])
        after = page["next"]
        records.set_fetched(after)
        if not page["more"]:
            return new


def main() -> None:
    """Listens, or catches up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--records", default="records.db")
    parser.add_argument("--catch-up", metavar="SERVER")
    asked = parser.parse_args()
    records = Records(asked.records)
    if asked.catch_up:
        new = catch_up(records, asked.catch_up, os.environ["ECHO_TOKEN"])
        sys.stdout.write(f"{new} events were new\n")
        return
    Receiver.records = records
    Receiver.webhook = Webhook(os.environ["WEBHOOK_SECRET"])
    with ThreadingHTTPServer(("127.0.0.1", asked.port), Receiver) as server:
        sys.stdout.write(f"listening on {server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()

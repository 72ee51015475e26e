"""Presence and the attendance ledger, as signaling's ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from echo_session import failpoints
from echo_session.domain import presence as records
from echo_session.domain.ids import RandomBytes
from echo_session.domain.ledger import Kind
from echo_session.live.directory import GUEST
from echo_session.live.media import Incarnation
from echo_session.store import presence as table
from echo_session.store.engine import Database
from echo_session.store.ledger import record
from signaling.messages import Role
from signaling.moment import Moment
from signaling.ports import Device, LeftCause, Person, Presence

SOURCES: dict[LeftCause, str] = {"left": "click", "moved": "device", "lost": "transport", "ended": "closing"}
"""Who says that somebody left, by the hub's cause."""


class Attendance:
    """``signaling.ports.Attendance``: each call is one transaction of ledger, outbox and presence."""

    def __init__(self, database: Database, incarnation: Incarnation, random: RandomBytes) -> None:
        self._database = database
        self._incarnation = incarnation
        self._random = random

    async def joined(self, presence: Presence, at: Moment) -> None:
        await self._record(presence, Kind.JOINED, at, source="transport")

    async def left(self, presence: Presence, at: Moment, cause: LeftCause) -> None:
        await self._record(presence, Kind.LEFT, at, source=SOURCES[cause])

    async def evicted(self, presence: Presence, at: Moment, *, by: str) -> None:
        await self._record(presence, Kind.EVICTED, at, source="facilitator", by=by)

    async def recovered(self, presence: Presence, at: Moment) -> None:
        await self._record(presence, Kind.RECOVERED, at, source="node")

    async def _record(self, presence: Presence, kind: Kind, at: Moment, *, source: str, by: str = "") -> None:
        async with self._database.write() as tx:
            news = await record(
                tx,
                to_record(presence, self._incarnation.now),
                kind,
                instant(at),
                source=source,
                by=by,
                random=self._random,
            )
            if kind is Kind.RECOVERED and not news:
                # Twice in one stay: the ledger says so once, but this is how far the stay has come.
                await table.checkpoint(tx, {presence.connection_id: instant(at)})
            failpoints.reached(f"record.{kind}.before_commit")
        failpoints.reached(f"record.{kind}.after_commit")


class PresenceTable:
    """``signaling.ports.PresenceStore``.

    Guests of practice rooms have no row anywhere; they are remembered here while the process lives.
    """

    def __init__(self, database: Database, incarnation: Incarnation) -> None:
        self._database = database
        self._incarnation = incarnation
        self._guests: dict[str, Presence] = {}

    async def put(self, *presences: Presence) -> None:
        kept: list[Presence] = []
        for presence in presences:
            if presence.person.person_id.startswith(GUEST):
                self._put_guest(presence)
            else:
                kept.append(presence)
        if not kept:
            return
        async with self._database.write() as tx:
            for presence in kept:
                await table.put_presence(tx, to_record(presence, self._incarnation.now))
            failpoints.reached("presence.put.before_commit")
        failpoints.reached("presence.put.after_commit")

    async def seen(self, seen: Mapping[str, Moment]) -> None:
        recorded = {
            connection: instant(at) for connection, at in seen.items() if connection not in self._guests
        }
        if recorded:
            async with self._database.write() as tx:
                await table.checkpoint(tx, recorded)
                failpoints.reached("presence.seen.before_commit")
            failpoints.reached("presence.seen.after_commit")

    async def live(self, session_id: str) -> Sequence[Presence]:
        async with self._database.read() as tx:
            rows = await table.live(tx, session_id)
        return [
            *(from_record(row) for row in rows),
            *(guest for guest in self._guests.values() if guest.session_id == session_id),
        ]

    def _put_guest(self, presence: Presence) -> None:
        if presence.state in records.HERE:
            self._guests[presence.connection_id] = presence
        else:
            self._guests.pop(presence.connection_id, None)


def instant(at: Moment) -> records.Instant:
    """The moment, for the records."""
    return records.Instant(at.wall, at.boottime_ns, at.boot_id)


def moment(at: records.Instant) -> Moment:
    """The instant, for signaling."""
    return Moment(wall=at.wall_utc, boottime_ns=at.boottime_ns, boot_id=at.boot_id)


def to_record(presence: Presence, incarnation: str) -> records.Presence:
    """A connection, for the records."""
    return records.Presence(
        connection_id=presence.connection_id,
        session_id=presence.session_id,
        person_id=presence.person.person_id,
        registration_id=presence.registration_id,
        role=presence.role.value,
        name=presence.person.name,
        site=presence.person.site,
        profession=presence.person.profession,
        device=presence.device,
        secret_hash=presence.secret_hash,
        incarnation=incarnation,
        spell=presence.spell,
        attending=presence.attending,
        state=presence.state,
        entered_at=presence.entered_at,
        seen=None if presence.seen is None else instant(presence.seen),
    )


def from_record(row: records.Presence) -> Presence:
    """A connection that is in the room, or may come back, from the records."""
    if row.state == "lobby":
        raise ValueError(f"{row.connection_id} waits in the lobby and is not in the room")
    return Presence(
        connection_id=row.connection_id,
        session_id=row.session_id,
        person=Person(person_id=row.person_id, name=row.name, site=row.site, profession=row.profession),
        registration_id=row.registration_id,
        role=Role(row.role),
        device=cast("Device", row.device),
        secret_hash=row.secret_hash,
        entered_at=row.entered_at,
        state=row.state,
        spell=row.spell,
        attending=row.attending,
        seen=None if row.seen is None else moment(row.seen),
    )

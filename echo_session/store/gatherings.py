"""Shared devices of a session: opened on the device, found by their code, listed with who is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from echo_session.domain.gatherings import CheckIn, Gathering, Way, new_code
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.people import Person
from echo_session.domain.presence import HERE
from echo_session.domain.sessions import Status
from echo_session.store.accounts import digest
from echo_session.store.engine import Tx
from echo_session.store.errors import NotFound
from echo_session.store.people import get_people
from echo_session.store.sessions import lock_session
from echo_session.store.tables import CheckInRow, GatheringRow, PersonRow, PresenceRow, SessionRow, SiteRow

_GATHERING = tuple(Gathering.__dataclass_fields__)
_CHECK_IN = tuple(CheckIn.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that is in a room, as its own secret proves."""

    connection_id: str
    session_id: str
    person_id: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A shared device with everybody who is, or was, in front of it."""

    gathering: Gathering
    host: Person
    host_here: bool
    """Its device is in the room."""
    site: str
    """The name; empty where none is known."""
    check_ins: tuple[tuple[CheckIn, Person], ...]
    """In the order in which they came."""


async def device_of(tx: Tx, connection_id: str, secret: str) -> Device:
    """The device that has this secret, while it is in a room. Raises NotFound."""
    row = await tx.get(PresenceRow, connection_id)
    if row is None or row.secret_hash != digest(secret) or row.state not in HERE:
        raise NotFound("no such device in a room")
    if await tx.get(PersonRow, row.person_id) is None:
        raise NotFound("a guest of a practice room shares no camera")
    return Device(
        connection_id=row.connection_id,
        session_id=row.session_id,
        person_id=row.person_id,
        role=row.role,
    )


async def open_gathering(tx: Tx, device: Device, *, now: datetime, random: RandomBytes) -> Gathering:
    """The device's gathering, made where it has none yet. Raises NotFound."""
    await lock_session(tx, device.session_id)
    row = await _of_host(tx, device.session_id, device.person_id)
    if row is None:
        person = await tx.get_one(PersonRow, device.person_id)
        row = GatheringRow(
            id=new_id(Prefix.GATHERING, random),
            session_id=device.session_id,
            host_person_id=device.person_id,
            site_id=person.site_id,
            code=await _free_code(tx, random),
            opened_at=now,
            closed_at=None,
        )
        tx.add(row)
    row.closed_at = None
    await tx.flush()
    return _to_gathering(row)


async def gathering_of(tx: Tx, device: Device) -> Gathering | None:
    """What the device has opened, if it has."""
    row = await _of_host(tx, device.session_id, device.person_id)
    return None if row is None else _to_gathering(row)


async def get_gathering(tx: Tx, gathering_id: str) -> Gathering:
    """Raises NotFound."""
    row = await tx.get(GatheringRow, gathering_id)
    if row is None:
        raise NotFound(f"no gathering {gathering_id}")
    return _to_gathering(row)


async def by_code(tx: Tx, code: str) -> Gathering:
    """The one whose code this is, while its session is open. Raises NotFound."""
    query = (
        select(GatheringRow)
        .join(SessionRow, SessionRow.id == GatheringRow.session_id)
        .where(GatheringRow.code == code, GatheringRow.closed_at.is_(None), SessionRow.status == Status.OPEN)
    )
    row = (await tx.scalars(query)).first()
    if row is None:
        raise NotFound("no open session has this code")
    return _to_gathering(row)


async def companies(tx: Tx, session_id: str, gathering_ids: Collection[str] | None = None) -> list[Company]:
    """The shared devices of a session, or some of them, in the order in which they were opened."""
    query = select(GatheringRow).where(GatheringRow.session_id == session_id)
    if gathering_ids is not None:
        query = query.where(GatheringRow.id.in_(gathering_ids))
    gatherings = [
        _to_gathering(row)
        for row in await tx.scalars(query.order_by(GatheringRow.opened_at, GatheringRow.id))
    ]
    checked = select(CheckInRow).where(CheckInRow.gathering_id.in_([one.id for one in gatherings]))
    check_ins = [to_check_in(row) for row in await tx.scalars(checked.order_by(CheckInRow.at, CheckInRow.id))]
    people = await _people(tx, {one.host_person_id for one in gatherings} | {c.person_id for c in check_ins})
    here = set(
        await tx.scalars(
            select(PresenceRow.person_id).where(
                PresenceRow.session_id == session_id, PresenceRow.state.in_(HERE)
            )
        )
    )
    sites = await site_names(tx, {one.site_id for one in gatherings if one.site_id})
    return [
        Company(
            gathering=one,
            host=people[one.host_person_id],
            host_here=one.host_person_id in here,
            site=sites.get(one.site_id or "", ""),
            check_ins=tuple((c, people[c.person_id]) for c in check_ins if c.gathering_id == one.id),
        )
        for one in gatherings
    ]


async def company(tx: Tx, gathering: Gathering) -> Company:
    """One shared device with its company."""
    [found] = await companies(tx, gathering.session_id, [gathering.id])
    return found


async def site_names(tx: Tx, site_ids: Collection[str]) -> dict[str, str]:
    """Names of sites by id."""
    query = select(SiteRow.id, SiteRow.name).where(SiteRow.id.in_(site_ids))
    return {row.id: row.name for row in await tx.execute(query)}


def to_check_in(row: CheckInRow) -> CheckIn:
    """The check-in that the row keeps."""
    return CheckIn(**{name: getattr(row, name) for name in _CHECK_IN} | {"way": Way(row.way)})


async def _people(tx: Tx, person_ids: Collection[str]) -> dict[str, Person]:
    """By the ids asked for, each who they turned out to be."""
    people = await get_people(tx, person_ids)
    survivors = await get_people(tx, {one.merged_into for one in people.values() if one.merged_into})
    return {one.id: survivors.get(one.merged_into or "", one) for one in people.values()}


async def _of_host(tx: Tx, session_id: str, person_id: str) -> GatheringRow | None:
    query = select(GatheringRow).where(
        GatheringRow.session_id == session_id, GatheringRow.host_person_id == person_id
    )
    return (await tx.scalars(query)).one_or_none()


async def _free_code(tx: Tx, random: RandomBytes) -> str:
    """One that leads to nobody else: codes of sessions that are over are free again."""
    while True:
        code = new_code(random)
        try:
            await by_code(tx, code)
        except NotFound:
            return code


def _to_gathering(row: GatheringRow) -> Gathering:
    return Gathering(**{name: getattr(row, name) for name in _GATHERING})

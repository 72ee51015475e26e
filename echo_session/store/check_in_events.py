"""Telling other systems who came to sit in front of a shared device, and who went."""

from __future__ import annotations

from datetime import datetime

from echo_session.domain.event_types import PARTICIPANT_CHECKED_IN, PARTICIPANT_CHECKED_OUT
from echo_session.domain.events import Data, rfc3339
from echo_session.domain.gatherings import CheckIn, Why
from echo_session.domain.ids import RandomBytes
from echo_session.domain.people import Person, Role
from echo_session.store.engine import Tx
from echo_session.store.events import append_event
from echo_session.store.people import get_person
from echo_session.store.tables import SessionRow


async def tell_in(
    tx: Tx, session: SessionRow, check_in: CheckIn, host_person_id: str, *, random: RandomBytes
) -> None:
    """A person is in front of the host's device."""
    person, host = await get_person(tx, check_in.person_id), await get_person(tx, host_person_id)
    data = {**_whom(session, person, check_in), "host": {"id": host.id, "name": host.name}}
    await append_event(tx, session.id, PARTICIPANT_CHECKED_IN, data, check_in.at, random=random)


async def tell_out(
    tx: Tx, session: SessionRow, check_in: CheckIn, out_at: datetime, why: Why, *, random: RandomBytes
) -> None:
    """They are not any more."""
    person = await get_person(tx, check_in.person_id)
    data = {**_whom(session, person, check_in), "checked_out_at": rfc3339(out_at), "why": why.value}
    await append_event(tx, session.id, PARTICIPANT_CHECKED_OUT, data, out_at, random=random)


def _whom(session: SessionRow, person: Person, check_in: CheckIn) -> Data:
    return {
        "session": {"id": session.id, "title": session.title},
        "person": {
            "id": person.id,
            "name": person.name,
            "email": person.email,
            "profession": person.profession,
            "site": person.site,
            "role": Role.PARTICIPANT.value,
            "matched": person.matched,
        },
        "way": check_in.way.value,
        "checked_in_at": rfc3339(check_in.at),
    }

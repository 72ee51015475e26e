"""Has other systems told of registrations: part of the unit of work that made or changed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from echo_session.domain.event_registrations import (
    Standing,
    registration_change,
    registration_event,
    standing,
    stream_of,
)
from echo_session.domain.ids import RandomBytes
from echo_session.store.engine import Tx
from echo_session.store.events import Happening, append_events
from echo_session.store.registration_rows import read_registrations
from echo_session.store.scopes import titles

__all__ = ["tell_registrations"]


async def tell_registrations(
    tx: Tx, changes: Mapping[str, Standing | None], *, now: datetime, random: RandomBytes
) -> None:
    """Of registrations, by id, with where each stood before; None: it is new.

    Those that stand where they stood are passed over.
    """
    if not changes:
        return
    registrations = await read_registrations(tx, list(changes))
    names = await titles(tx, registrations)
    happenings = []
    for registration in registrations:
        event_type = registration_change(changes[registration.id], standing(registration))
        if event_type is not None:
            stream = stream_of(registration).id
            data = registration_event(registration, names[stream])
            happenings.append(Happening(stream, event_type, data))
    await append_events(tx, happenings, now, random=random)

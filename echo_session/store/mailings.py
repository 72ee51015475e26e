"""Occasions to write, put down in the unit of work that causes them; the mail worker spreads them later."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.mail import MailKind
from echo_session.store.engine import Topic, Tx, touch
from echo_session.store.tables import MailingRow

__all__ = ["queue_mailing"]


async def queue_mailing(
    tx: Tx,
    *,
    kind: MailKind,
    now: datetime,
    random: RandomBytes,
    program_id: str | None = None,
    series_id: str | None = None,
    session_id: str | None = None,
    registration_id: str | None = None,
    content: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Has people written to, once this unit of work is committed; gives the id of the mailing.

    To the one registration where one is given, else to everybody who is registered for the session, the
    series or the program, whichever is the narrowest; of an import, ``content["import_id"]``, to those alone
    whom it has registered. A lost link goes to ``content["address"]``.
    What the message says is read from the records when it is sent.
    """
    mailing_id = new_id(Prefix.MAILING, random)
    tx.add(
        MailingRow(
            id=mailing_id,
            kind=kind.value,
            program_id=program_id,
            series_id=series_id,
            session_id=session_id,
            registration_id=registration_id,
            content=dict(content),
            state="due",
            position="",
            lease_until=None,
            lease_epoch=0,
            created_at=now,
        )
    )
    await tx.flush()
    touch(tx, Topic.MAIL)
    return mailing_id

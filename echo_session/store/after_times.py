"""What follows when the figures of a session's attendance have changed: records, an amendment, and whatever
stands on them."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Protocol

from echo_session.domain.ids import RandomBytes
from echo_session.store import certificates, claims, credit_offers, series_certificates
from echo_session.store.editions import amend_if_final
from echo_session.store.engine import Tx

__all__ = ["changed", "figures_changed"]


class Step(Protocol):
    """Brings up to date what stands on a closed session's figures."""

    def __call__(
        self, tx: Tx, session_id: str, *, now: datetime, random: RandomBytes
    ) -> Awaitable[object]: ...


STEPS: tuple[Step, ...] = (
    claims.follow,
    credit_offers.offer_to_newly_matched,
    certificates.follow,
    series_certificates.follow,
)
"""In this order, in the transaction of the change. Each finds the records and the edition up to date."""


async def changed(tx: Tx, session_id: str, *, now: datetime, random: RandomBytes) -> None:
    """Has everything brought up to date that stands on the session's figures."""
    for step in STEPS:
        await step(tx, session_id, now=now, random=random)


async def figures_changed(
    tx: Tx, session_id: str, *, by: str, reason: str, now: datetime, random: RandomBytes
) -> None:
    """After a link that changes figures was written: all that follows. Of an open session nothing does."""
    await amend_if_final(tx, session_id, by=by, reason=reason, now=now, random=random)
    await changed(tx, session_id, now=now, random=random)

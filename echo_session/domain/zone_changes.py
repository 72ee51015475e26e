"""What a new zone database means for a session: the wall time at its hub stays, the instant may not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from echo_session.domain.rule_words import clock, listed, weekday_words
from echo_session.domain.sessions import Session
from echo_session.domain.times import to_local, to_utc

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Moved:
    """A session before and after."""

    before: Session
    after: Session


def rederived(session: Session) -> Session:
    """The session at the instant that its wall time means now; the same object where that is as it was.

    Where clocks still show the agreed time at the instant that is kept, all is well: of a time that comes
    twice, that may be the second.
    """
    agreed = session.starts_local
    by_rule = not {"zone", "starts_local"} & set(session.changed_by_hand)
    if session.moved_forward and session.original_local is not None and by_rule:
        agreed = session.original_local
    elif to_local(session.starts_at, session.zone) == agreed:
        return session
    starts_at = to_utc(agreed, session.zone)
    starts_local = to_local(starts_at, session.zone)
    if (starts_at, starts_local) == (session.starts_at, session.starts_local):
        return session
    return replace(
        session,
        starts_at=starts_at,
        starts_local=starts_local,
        moved_forward=starts_local != agreed,
        revision=session.revision + 1,
        sequence=session.sequence + 1,
    )


def told(moved: list[Moved]) -> str:
    """Of the sessions of one series, or of one session alone, what a coordinator should know."""
    zone, count = moved[0].after.zone, len(moved)
    which = [weekday_words(one.after.starts_local) for one in moved[:MOST_NAMED]]
    if count > MOST_NAMED:
        which.append(f"{count - MOST_NAMED} more")
    first = moved[0]
    was, now = to_local(first.before.starts_at, "UTC"), to_local(first.after.starts_at, "UTC")
    keep = "It keeps its" if count == 1 else "They keep their"
    return (
        f"The rules for clocks in {zone} have changed. {listed(which)}: {keep} time there,"
        f" {clock(first.after.starts_local)}, and other zones see another one, as"
        f" {_when(now, was)} instead of {_when(was, now)} UTC."
    )


def _when(moment: datetime, other: datetime) -> str:
    return clock(moment) if moment.date() == other.date() else f"{weekday_words(moment)} {clock(moment)}"

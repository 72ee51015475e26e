"""Which time of a session counts, by its chain: the plan, or what a coordinator set, less the breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from echo_session.domain.attendance import Clock, whole_seconds
from echo_session.domain.ledger import OF_DEVICES, OF_SESSION, Kind, Link, ordered
from echo_session.domain.spans import Span, length, union, without

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A time that does not count; ``end`` is None while it goes on."""

    id: str
    start: datetime
    end: datetime | None
    by: str = ""

    @property
    def span(self) -> Span:
        """All of it; one that goes on has no end."""
        end = FOREVER if self.end is None else self.end
        return Span(self.start, max(self.start, end))


@dataclass(frozen=True, slots=True)
class Frame:
    """What of a session counts: ``windows``, less the breaks."""

    windows: tuple[Span, ...]
    breaks: tuple[Break, ...] = ()
    events: tuple[str, ...] = ()
    """Ids of the events that say so; none where it is the plan of the session."""

    @property
    def countable(self) -> tuple[Span, ...]:
        """The windows without the breaks."""
        return without(self.windows, (one.span for one in self.breaks))

    @property
    def seconds(self) -> int:
        """How much there is to be counted."""
        return whole_seconds(length(self.countable))


def frame_of(
    links: Iterable[Link], *, starts_at: datetime, ends_at: datetime, closed_at: datetime | None
) -> Frame:
    """What of a session counts: what a coordinator set last, else from its start to its planned end, or to
    its earlier end.

    Breaks that were there when the windows were set with breaks of their own are void.

    The end of the records, by a clock that may have been set, never cuts off time in which somebody still was
    there by the ledger.
    """
    chain = ordered(links)
    clock = Clock(chain)
    breaks = _breaks(chain, clock)
    said = next((link for link in reversed(chain) if link.kind is Kind.COUNTED), None)
    if said is None:
        heard = [clock.when(link) for link in chain if link.kind in OF_DEVICES]
        end = ends_at if closed_at is None else min(ends_at, max([closed_at, *heard]))
        windows = (Span(starts_at, end),) if starts_at < end else ()
        return Frame(windows, tuple(breaks.values()), _sources(chain, breaks, None))
    detail = said.said
    if "breaks" in detail:
        breaks = {one.id: one for one in breaks.values() if _position(chain, one.id) > said.position}
        own = [
            Break(id=f"{said.connection_id}.{number}", start=span.start, end=span.end, by=said.by)
            for number, span in enumerate(_spans(detail["breaks"]), start=1)
        ]
        breaks = {one.id: one for one in [*own, *breaks.values()]}
    return Frame(union(_spans(detail["windows"])), tuple(breaks.values()), _sources(chain, breaks, said))


def _breaks(chain: Iterable[Link], clock: Clock) -> dict[str, Break]:
    found: dict[str, Break] = {}
    for link in chain:
        if link.kind is Kind.BREAK_BEGAN:
            at = clock.when(link)
            found.setdefault(link.connection_id, Break(id=link.connection_id, start=at, end=None, by=link.by))
        elif link.kind is Kind.BREAK_ENDED and link.connection_id in found:
            begun = found[link.connection_id]
            if begun.end is None:
                found[begun.id] = replace(begun, end=max(begun.start, clock.when(link)))
    return found


def _position(chain: Iterable[Link], break_id: str) -> int:
    return next(link.position for link in chain if link.connection_id == break_id)


def _sources(chain: Iterable[Link], breaks: Mapping[str, Break], said: Link | None) -> tuple[str, ...]:
    return tuple(
        link.event_id
        for link in chain
        if link is said or (link.connection_id in breaks and link.kind in OF_SESSION)
    )


def _spans(pairs: Iterable[Sequence[str]]) -> list[Span]:
    return [Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs]

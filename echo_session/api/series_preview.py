"""What a series would be, before anything is saved: its dates, at the hub and where its people sit, what
shifts, and what overlaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from echo_session.api import series_models as models
from echo_session.api.operation import AnyCall
from echo_session.domain import series as making
from echo_session.domain.conflicts import conflicts
from echo_session.domain.rule_words import rule_words
from echo_session.domain.series import Part, SeriesDraft
from echo_session.domain.series_notes import Planned, comes_twice, notes
from echo_session.domain.series_outcome import Outcome, Whole
from echo_session.domain.series_plan import settled
from echo_session.domain.sessions import Session, Status
from echo_session.domain.shifts import LocalTime, local_times
from echo_session.domain.times import zones
from echo_session.store.busy import busy, leaders, leaders_of_sessions
from echo_session.store.spokes import Spoke, spokes_of_program, spokes_of_series, spokes_of_sites

UNNAMED = "Series"
"""Stands for the title of a series that has none yet."""


async def preview_new(call: AnyCall, draft: SeriesDraft) -> models.Preview:
    """What the new series would be. Raises InvalidFields."""
    dates = making.check(draft, expand=call.ports.expand, now=call.now)
    length = timedelta(minutes=draft.duration_minutes)
    planned = [
        Planned(
            session_id=None,
            zone=draft.zone,
            original_local=one.original_local,
            starts_local=one.starts_local,
            starts_at=one.starts_at,
            ends_at=one.starts_at + length,
            moved_forward=one.moved_forward,
        )
        for one in dates.occurrences
    ]
    days = [one.original_local.date() for one in planned]
    words = rule_words(dates.rule, dates.first.time(), days)
    spokes = await (
        spokes_of_program(call.tx, draft.program_id) if draft.program_id else spokes_of_sites(call.tx)
    )
    overlapping = await _conflicts(call, planned, draft.program_id or None, None)
    asked = None if draft.rule.freq == "dates" else draft.starts_local.date()
    said = notes(planned, asked=asked, idle=dates.idle, overlapping=sum(1 for some in overlapping if some))
    return _preview(words, planned, spokes, overlapping, said, None)


async def preview_change(call: AnyCall, whole: Whole, outcome: Outcome) -> models.Preview:
    """What the change would make of the series."""
    series = outcome.series
    sessions = {one.id: one for one in (*whole.sessions, *outcome.changed, *outcome.added)}
    parts = {part.id: part for part in (*whole.parts, *outcome.parts)}
    to_come = sorted(
        (s for s in sessions.values() if s.status is Status.SCHEDULED and not settled(s, call.now)),
        key=lambda s: (s.starts_at, s.id),
    )
    known = {session.id for session in whole.sessions}
    planned = [_planned(session, session.id in known) for session in to_come]
    spokes = await spokes_of_series(call.tx, series.id, series.program_id)
    overlapping = await _conflicts(call, planned, series.program_id, series.id)
    words = ". Then: ".join(
        part_words(call, parts[part_id]) for part_id in dict.fromkeys(s.part_id for s in to_come) if part_id
    )
    said = notes(planned, overlapping=sum(1 for some in overlapping if some))
    changes = models.ChangesOut.model_validate(outcome.counts)
    return _preview(words, planned, spokes, overlapping, said, changes)


def part_words(call: AnyCall, part: Part) -> str:
    """The rule of a part in words."""
    dates = call.ports.expand(part.rule, part.starts_local, part.zone)
    return rule_words(part.rule, part.starts_local.time(), [one.original_local.date() for one in dates])


def _planned(session: Session, known: bool) -> Planned:
    return Planned(
        session_id=session.id if known else None,
        zone=session.zone,
        original_local=session.original_local or session.starts_local,
        starts_local=session.starts_local,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        moved_forward=session.moved_forward,
        by_hand="starts_local" in session.changed_by_hand,
    )


async def _conflicts(
    call: AnyCall, planned: Sequence[Planned], program_id: str | None, series_id: str | None
) -> list[list[models.ConflictOut]]:
    """For each date, the other sessions at that time that need somebody who is needed here."""
    if not planned:
        return []
    everywhere = await leaders(call.tx, program_id=program_id, series_id=series_id)
    ids = [one.session_id for one in planned if one.session_id is not None]
    alone = await leaders_of_sessions(call.tx, ids)
    names = dict(everywhere)
    for people in alone.values():
        names |= people
    begin, end = min(one.starts_at for one in planned), max(one.ends_at for one in planned)
    found = await busy(call.tx, names, begin, end, not_series=series_id)
    who = {one.session_id: people for one, people in found}
    result = []
    spans = [(one.starts_at, one.ends_at) for one in planned]
    for one, others in zip(planned, conflicts(spans, [other for other, _ in found]), strict=True):
        here = everywhere.keys() | alone.get(one.session_id or "", {}).keys()
        result.append(
            [
                models.ConflictOut(
                    session_id=other.session_id,
                    title=other.title,
                    starts_at=other.starts_at,
                    ends_at=other.ends_at,
                    people=sorted(names[person] for person in who[other.session_id] & here),
                )
                for other in others
                if who[other.session_id] & here
            ]
        )
    return result


def _preview(
    words: str,
    planned: Sequence[Planned],
    spokes: Sequence[Spoke],
    overlapping: Sequence[list[models.ConflictOut]],
    said: list[str],
    changes: models.ChangesOut | None,
) -> models.Preview:
    hub = Counter(one.zone for one in planned).most_common(1)[0][0] if planned else ""
    known = {spoke.zone: spoke for spoke in spokes}
    shown = [known.get(hub, Spoke(hub)), *(spoke for spoke in spokes if spoke.zone != hub)]
    shown = [spoke for spoke in shown if spoke.zone in zones()]
    pairs = [(one.stated, one.starts_at) for one in planned]
    times = {spoke.zone: local_times(pairs, spoke.zone) for spoke in shown}
    return models.Preview(
        words=words,
        total=len(planned),
        first_at=planned[0].starts_at if planned else None,
        last_at=planned[-1].starts_at if planned else None,
        occurrences=[
            models.OccurrenceOut(
                session_id=one.session_id,
                original_local=one.original_local,
                starts_local=one.starts_local,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                moved_forward=one.moved_forward,
                twice=comes_twice(one.starts_local, one.zone),
                zones=[_local(zone, its[number]) for zone, its in times.items()],
                conflicts=overlapping[number],
            )
            for number, one in enumerate(planned)
        ],
        zones=[
            models.PreviewZone(
                zone=spoke.zone,
                hub=spoke.zone == hub,
                sites=spoke.sites,
                people=spoke.people,
                shifted=sum(1 for one in times[spoke.zone] if one.shift_minutes),
            )
            for spoke in shown
        ],
        notes=said,
        changes=changes,
    )


def _local(zone: str, time: LocalTime) -> models.LocalStart:
    return models.LocalStart(
        zone=zone,
        starts_local=time.starts_local,
        shift_minutes=time.shift_minutes,
        words=time.words or None,
    )

"""What a run over a line that becomes narrow and wide again has shown. Pure; all times in milliseconds."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from itertools import pairwise

from pydantic import BaseModel

from bench.page import Change, Counters, ShownSlot

ESTIMATE_WITHIN = 0.25
LOWERED_MS = 2000.0
BACK_MS = 10_000.0
STEADY_MS = 10_000.0
"""After a change of the line, until nothing more is to change; and at most one switch in so long then."""
VOICE_LOST = 0.01
VOICE_CONCEALED = 0.02
_WORTH = {"q": 1, "h": 2, "f": 3}


class Step(BaseModel):
    """The line's width from a time on, until the next step."""

    at: float
    kbit: float


class Reading(BaseModel):
    """Once a second: what the page had counted, and what the engine thought of the line (kbit/s)."""

    counted: Counters
    estimate_kbit: float | None


class Finding(BaseModel):
    """One figure and whether it is as it should be; None where it could not be judged."""

    what: str
    figure: str
    met: bool | None


class Run(BaseModel):
    """Everything a run has recorded. The line is wide, narrow, wide."""

    steps: list[Step]
    end: float
    readings: list[Reading]
    changes: list[Change]

    def findings(self) -> list[Finding]:
        """The figures in order."""
        _, narrow, wide = self.steps
        return [
            *self._estimates(),
            self._moment("lowered or paused", narrow, LOWERED_MS, lambda now: now < self._usual(narrow)),
            self._back(narrow, wide),
            *(self._switches(begin, end) for begin, end in self._stages()),
            *(self._voice(begin, end) for begin, end in self._stages()),
        ]

    def _stages(self) -> list[tuple[Step, float]]:
        ends = [*(step.at for step in self.steps[1:]), self.end]
        return list(zip(self.steps, ends, strict=True))

    def _usual(self, narrow: Step) -> int:
        """The least that was shown in the last seconds before the line became narrow."""
        first = narrow.at - STEADY_MS
        shown = [worth(self.shown(first)), *(worth(one.slots) for one in self._between(first, narrow.at))]
        return min(shown)

    def shown(self, at: float) -> list[ShownSlot]:
        """The slots at a time."""
        before = [one for one in self.changes if one.at <= at]
        return before[-1].slots if before else []

    def _between(self, begin: float, end: float) -> list[Change]:
        return [one for one in self.changes if begin < one.at <= end]

    def _moment(self, what: str, step: Step, within: float, holds: Callable[[int], bool]) -> Finding:
        what = f"{what} within {within / 1000:g} s of {step.kbit:g} kbit/s"
        if holds(worth(self.shown(step.at))):
            return Finding(what=what, figure="at once", met=True)
        for one in self._between(step.at, self.end):
            if holds(worth(one.slots)):
                took = one.at - step.at
                return Finding(what=what, figure=f"{took / 1000:.1f} s", met=took <= within)
        return Finding(what=what, figure="never", met=False)

    def _back(self, narrow: Step, wide: Step) -> Finding:
        usual = self._usual(narrow)
        finding = self._moment("back", wide, BACK_MS, lambda now: now >= usual)
        if worth(self.shown(wide.at)) >= usual:
            return Finding(what=finding.what, figure="nothing had been lowered", met=None)
        return finding

    def _estimates(self) -> list[Finding]:
        return [self._estimate(begin, end) for begin, end in self._stages()]

    def _estimate(self, step: Step, end: float) -> Finding:
        what = f"estimate within {ESTIMATE_WITHIN:.0%} of {step.kbit:g} kbit/s in the last 10 s"
        told = [
            one.estimate_kbit
            for one in self.readings
            if end - STEADY_MS < one.counted.at <= end and one.estimate_kbit is not None
        ]
        if not told:
            return Finding(what=what, figure="the engine tells none", met=None)
        middle = statistics.median(told)
        off = abs(middle / step.kbit - 1)
        return Finding(what=what, figure=f"{middle:.0f} kbit/s", met=off <= ESTIMATE_WITHIN)

    def _switches(self, step: Step, end: float) -> Finding:
        times = [one.at for one in self._between(step.at + STEADY_MS, end)]
        close = sum(after - before < STEADY_MS for before, after in pairwise(times))
        return Finding(
            what=f"at most one switch in 10 s once {step.kbit:g} kbit/s are old",
            figure=f"{len(times)} in {max(end - step.at - STEADY_MS, 0) / 1000:.0f} s",
            met=close == 0,
        )

    def _voice(self, step: Step, end: float) -> Finding:
        until = [one.counted for one in self.readings if one.counted.at <= end]
        before = [one for one in until if one.at <= step.at]
        stage = [*before[-1:], *(one for one in until if one.at > step.at)]
        what = f"sound untouched at {step.kbit:g} kbit/s"
        if len(stage) < 2:
            return Finding(what=what, figure="no readings", met=None)
        grown = stage[-1].since(stage[0])
        lost = grown.voice_lost / max(grown.voice_packets + grown.voice_lost, 1)
        concealed = grown.concealed / max(grown.voice_samples, 1)
        return Finding(
            what=what,
            figure=f"{grown.voice_packets} packets, {lost:.1%} lost, {concealed:.1%} concealed",
            met=grown.voice_packets > 0 and lost <= VOICE_LOST and concealed <= VOICE_CONCEALED,
        )


def worth(slots: Sequence[ShownSlot]) -> int:
    """How much is shown: the sum over pictures of 3 for the highest layer, 0 for one that is not live."""
    return sum(_WORTH.get(slot.layer, 0) for slot in slots if slot.state == "live")

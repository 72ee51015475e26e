"""What one endpoint waits for, and what goes next. Pure; the records decide who may send it.

While the endpoint is up, every stream's head may go once its time has come, the oldest first, so many at a
time. While it is down one goes at a time: a test that somebody waits for, else the oldest.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from echo_session.domain.deliveries import AT_ONCE, Backlog, Head

__all__ = ["Queue"]

Age = tuple[bool, datetime, str]


class Queue:
    """The heads of one endpoint's streams, without those that are under way."""

    def __init__(self, backlog: Backlog, under_way: Iterable[str] = ()) -> None:
        self.standing = backlog.standing
        self._under_way = set(under_way)
        self._heads: dict[str, Head] = {}
        self._entries = count()
        """Tells entries of the same head apart; one that is not of the present head is passed over."""
        self._ready: list[tuple[Age, int, Head]] = []
        self._later: list[tuple[datetime, int, Head]] = []
        for head in backlog.heads:
            if head.stream not in self._under_way:
                self._put(head)

    def wake_at(self) -> datetime | None:
        """When `pick` finds something if nothing is under way; None where nothing waits."""
        if not self._heads:
            return None
        if not self.standing.failures:
            self._pass_over()
            return AT_ONCE if self._ready else self._later[0][0]
        probe = self._probe()
        at = self.standing.next_attempt_at or probe.created_at
        return at if probe.lease_until is None else max(at, probe.lease_until)

    def pick(self, now: datetime, room: int) -> list[Head]:
        """What to send now, at most `room` beside what is under way; it is under way from now on."""
        if room <= 0:
            return []
        if self.standing.failures:
            at = self.wake_at()
            wanted = [] if self._under_way or at is None or at > now else [self._probe()]
        else:
            wanted = self._due(now, room)
        for head in wanted:
            self._take(head)
        return wanted

    def another(self, stream: str, now: datetime) -> Head | None:
        """A head to hear a second opinion with, when that of `stream` was refused: the least tried, then the
        oldest. It is under way from now on."""
        others = [
            head
            for head in self._heads.values()
            if head.stream != stream and (head.lease_until is None or head.lease_until <= now)
        ]
        if not others:
            return None
        chosen = min(others, key=lambda head: (head.epoch, _age(head)))
        self._take(chosen)
        return chosen

    def land(self, stream: str, head: Head | None) -> None:
        """What was under way has ended, and this is what the stream waits for now."""
        self._under_way.discard(stream)
        self._heads.pop(stream, None)
        if head is not None:
            self._put(head)

    def drop(self, head: Head) -> None:
        """Somebody else has it; the records say what comes after it."""
        self._under_way.discard(head.stream)

    def tried(self) -> list[str]:
        """Deliveries that wait for their schedule, having been tried."""
        return [head.delivery_id for head in self._heads.values() if head.attempts]

    def _put(self, head: Head) -> None:
        self._heads[head.stream] = head
        heappush(self._later, (_due_at(head), next(self._entries), head))

    def _take(self, head: Head) -> None:
        self._heads.pop(head.stream, None)
        self._under_way.add(head.stream)

    def _due(self, now: datetime, room: int) -> list[Head]:
        self._pass_over()
        while self._later and self._later[0][0] <= now:
            *_, head = heappop(self._later)
            if self._waits(head):
                heappush(self._ready, (_age(head), next(self._entries), head))
        found: list[Head] = []
        while self._ready and len(found) < room:
            *_, head = heappop(self._ready)
            if self._waits(head):
                found.append(head)
        return found

    def _pass_over(self) -> None:
        """Heads that were taken otherwise leave their entries behind."""
        while self._ready and not self._waits(self._ready[0][-1]):
            heappop(self._ready)
        while self._later and not self._waits(self._later[0][-1]):
            heappop(self._later)

    def _waits(self, head: Head) -> bool:
        return self._heads.get(head.stream) is head

    def _probe(self) -> Head:
        return min(self._heads.values(), key=_age)


def _due_at(head: Head) -> datetime:
    return head.next_attempt_at if head.lease_until is None else max(head.next_attempt_at, head.lease_until)


def _age(head: Head) -> Age:
    return not head.asked, head.created_at, head.delivery_id

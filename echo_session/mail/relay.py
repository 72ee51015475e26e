"""Carries mail from the outbox to the server: at least once, always under one Message-ID, whatever dies.

A message is claimed with a lease, rendered from the records as they are now, sent, and only then recorded.
That its text is about to be sent is put down before; so where the answer is lost, or we die, it is known
that the server may have it. Several tasks send side by side, each over a line of its own.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from echo_session.beat import REST_AFTER_ERROR, Beat
from echo_session.domain.mail import ClaimedMail, Fate, Outcome
from echo_session.domain.mail_material import Material
from echo_session.mail.errors import Unmailable
from echo_session.mail.policy import probe_delay, rule
from echo_session.mail.ports import MailStore, Message, Transport

__all__ = ["Compose", "MailRelay"]

log = logging.getLogger(__name__)

Compose = Callable[[ClaimedMail, Material, datetime], Message]
"""Writes the message."""


def utc_now() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


class MailRelay:
    """One relay of one process; several may share the records. `poke` it when there is something to write."""

    def __init__(
        self,
        store: MailStore,
        lines: Callable[[], Transport],
        compose: Compose,
        *,
        connections: int = 3,
        poll_seconds: float = 10.0,
        lease_seconds: float = 60.0,
        stop_seconds: float = 3.0,
        retry_scale: float = 1.0,
        clock: Callable[[], datetime] = utc_now,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._lines = lines
        self._compose = compose
        self._connections = connections
        self._poll_seconds = poll_seconds
        self._lease = timedelta(seconds=lease_seconds)
        self._stop_seconds = stop_seconds
        self._scale = retry_scale
        self._clock = clock
        self._jitter = jitter
        self._stopping = False
        self._spreading = Beat(self._spread, name="mail-spreading", poll_seconds=poll_seconds)
        self._sending = Beat(self._send_out, name="mail-sending", poll_seconds=poll_seconds)
        self._senders: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._down_until: datetime | None = None

    async def start(self) -> None:
        """Begin; idempotent. What has gathered while nobody ran goes at once."""
        self._stopping = False
        self._spreading.start()
        self._sending.start()

    async def stop(self) -> None:
        """End; idempotent. Messages under way get `stop_seconds` to be answered and recorded."""
        if not self._sending.running:
            return
        self._stopping = True
        await asyncio.gather(self._spreading.stop(), self._sending.stop())
        senders = list(self._senders)
        if senders:
            await asyncio.wait(senders, timeout=self._stop_seconds)
        for sender in senders:
            sender.cancel()
        await asyncio.gather(*senders, return_exceptions=True)

    def poke(self) -> None:
        """Look at the records now: there is something to write, or to send."""
        self._spreading.poke()
        self._sending.poke()

    async def _spread(self) -> float:
        """In stretches, so that a mailing to thousands holds nothing up."""
        while await self._store.spread(self._clock()):
            self._sending.poke()
        return self._poll_seconds

    async def _send_out(self) -> float:
        """Have senders at work while something is due; returns the seconds until more is."""
        now = self._clock()
        if self._down_until is not None and now < self._down_until:
            return (self._down_until - now).total_seconds()
        due = await self._store.next_due()
        if due is None:
            return self._poll_seconds
        if due > now:
            return (due - now).total_seconds()
        most = 1 if self._failures else self._connections
        while len(self._senders) < most:
            sender = asyncio.create_task(self._serve(), name="mail-sender")
            self._senders.add(sender)
            sender.add_done_callback(self._done)
        return self._poll_seconds

    def _done(self, sender: asyncio.Task[None]) -> None:
        self._senders.discard(sender)
        self._sending.poke()

    async def _serve(self) -> None:
        """Send what is due, one message after the other, over one line."""
        line = self._lines()
        try:
            while not self._stopping and await self._send_next(line):
                pass
        except Exception:
            log.exception("the sending of mail rests for a moment")
            await asyncio.sleep(REST_AFTER_ERROR)
        finally:
            await line.close()

    async def _send_next(self, line: Transport) -> bool:
        """Send one message; false where nothing is due, or the server is down."""
        now = self._clock()
        if self._down_until is not None and now < self._down_until:
            return False
        claim = await self._store.claim(now, now + self._lease)
        if claim is None:
            return False
        subject, outcome = await self._attempt(line, claim)
        if outcome is None:
            return True
        now = self._clock()
        ruling = rule(outcome, claim.attempts, now, self._jitter, scale=self._scale)
        held = await self._store.record(claim, subject, ruling, now)
        failed = outcome.fate not in (Fate.SENT, Fate.OBSOLETE)
        log.log(
            logging.WARNING if failed else logging.INFO,
            "mail %s (%s): %s%s%s",
            claim.id,
            claim.kind,
            outcome.fate,
            f", {outcome.words}" if failed else "",
            "" if held else " (somebody else's by now)",
        )
        self._note(outcome)
        return outcome.fate is not Fate.DOWN

    async def _attempt(self, line: Transport, claim: ClaimedMail) -> tuple[str, Outcome | None]:
        """The subject, and what came of it; none where the claim was lost before anything was sent."""
        try:
            material = await self._store.material(claim, self._clock())
            if isinstance(material, str):
                return "", Outcome(Fate.OBSOLETE, material)
            message = await asyncio.to_thread(self._compose, claim, material, self._clock())
        except Unmailable as error:
            return "", Outcome(Fate.REFUSED, str(error))
        except Exception as error:
            log.exception("mail %s could not be written", claim.id)
            return "", Outcome(Fate.PUT_OFF, f"The message could not be written ({type(error).__name__}).")
        lost = False

        async def begun() -> bool:
            nonlocal lost
            held = await self._store.begun(claim, message.subject, self._clock() + self._lease)
            lost = not held
            return held

        outcome = await line.send(message, begun)
        return message.subject, None if lost else outcome

    def _note(self, outcome: Outcome) -> None:
        """Whether the server is up. What it says of one message, it says while it is up."""
        if outcome.fate is Fate.DOWN:
            self._failures += 1
            wait = probe_delay(self._failures) * self._scale
            self._down_until = self._clock() + wait
            log.warning("the mail server takes nothing: %s Mail waits; next try in %s", outcome.words, wait)
        elif outcome.fate is not Fate.OBSOLETE and self._failures:
            log.info("the mail server is back")
            self._failures = 0
            self._down_until = None

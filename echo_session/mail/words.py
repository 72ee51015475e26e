"""What each kind of message says, in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from echo_session.domain.mail import CALENDAR, ClaimedMail, MailKind
from echo_session.domain.mail_material import ALSO, Material
from echo_session.domain.people import Role, Source
from echo_session.domain.sessions import Session
from echo_session.domain.text import tidy
from echo_session.domain.times import to_local
from echo_session.domain.us_words import american
from echo_session.mail.addresses import Addresses
from echo_session.mail.credit_words import credit_letter
from echo_session.mail.letter import Button, Letter, Section
from echo_session.mail.when import date_rows, how_soon, moved_words, short_day, when

__all__ = ["letter"]

MAX_ABOUT = 1500

ROLES = {
    Role.FACILITATOR: "You are a facilitator: you let people in and lead the session.",
    Role.PANELIST: "You are part of the hub team.",
    Role.OBSERVER: "You are an observer.",
    Role.COORDINATOR: "You are a coordinator.",
}
DESCRIBED = frozenset({MailKind.INVITATION, MailKind.RECEIVED, MailKind.WAITING, MailKind.UPDATE})
"""Kinds that say what it is about; who gets another one knows."""
NOT_REGISTERED = frozenset({MailKind.RECEIVED, MailKind.WAITING, MailKind.DECLINED})
"""Kinds for people who asked to be registered and are not."""
ALONE = "This link is yours alone. Please do not pass it on."


def letter(claim: ClaimedMail, material: Material, now: datetime, addresses: Addresses) -> Letter:
    """The message, for text and HTML alike."""
    if claim.kind is MailKind.LOST_LINK:
        return _lost_link(material, addresses)
    if claim.kind is MailKind.CREDIT:
        return credit_letter(material, addresses)
    writer = _Writer(claim, material, now, addresses)
    if claim.part.startswith(ALSO):
        return writer.also()
    return writer.write()


class _Writer:
    """One message about a session, a series or a program, to one registered person."""

    def __init__(self, claim: ClaimedMail, material: Material, now: datetime, addresses: Addresses) -> None:
        assert material.registration is not None, "only a lost link is written to nobody in particular"
        self._claim = claim
        self._material = material
        self._now = now
        self._addresses = addresses
        self._registration = material.registration
        self._reason = str(claim.content.get("reason", ""))

    def write(self) -> Letter:
        by_kind: dict[MailKind, Callable[[], Letter]] = {
            MailKind.INVITATION: self._invitation,
            MailKind.RECEIVED: self._received,
            MailKind.WAITING: self._waiting,
            MailKind.DECLINED: self._declined,
            MailKind.UPDATE: self._update,
            MailKind.CANCELLATION: self._cancellation,
            MailKind.RESTORED: self._restored,
            MailKind.REMINDER: self._reminder,
            MailKind.LINK: self._link,
        }
        return by_kind[self._claim.kind]()

    def also(self) -> Letter:
        """A message that only brings a further event for the calendar."""
        session = self._material.single
        words = "This message brings another entry of your calendar up to date. "
        words += "There is nothing to do; the details are in a message of their own."
        if session is None:
            subject = f"For your calendar: {self._title}"
            return replace(self._base(subject, words), paragraphs=(words,))
        subject = f"For your calendar: {self._title}, {self._day(session)}"
        moved = (
            "On this day clocks are put forward and skip the usual time: this session starts later."
            if session.moved_forward
            else "This session has an entry of its own in your calendar."
        )
        return replace(
            self._base(subject, moved),
            paragraphs=(moved,),
            when=when(session, self._zone),
            struck=self._gone(session),
        )

    def _invitation(self) -> Letter:
        asked = self._registration.source is Source.PUBLIC
        what = "this session" if self._material.session else "these sessions"
        first = f"You are registered for {what}." if asked else f"You are invited to {what}."
        words = [f"{first} {ROLES.get(self._registration.role, '')}".strip()]
        if self._material.session is None:
            words.append("Your link leads you to the right session each time, so keep this message.")
        subject = f"{'You are registered' if asked else 'Invitation'}: {self._title}"
        return self._with_dates(replace(self._base(subject, words[0]), paragraphs=tuple(words)))

    def _received(self) -> Letter:
        words = "Thank you for registering. A coordinator looks at it, and you get mail once it is decided."
        base = self._base(f"We have your registration: {self._title}", words)
        return self._dates_only(replace(base, paragraphs=(words,)))

    def _waiting(self) -> Letter:
        words = "All places are taken. You are on the waiting list, and you get mail when a place is free."
        base = self._base(f"You are on the waiting list: {self._title}", words)
        return self._dates_only(replace(base, paragraphs=(words,)))

    def _declined(self) -> Letter:
        words = "You cannot be registered."
        base = self._base(f"About your registration: {self._title}", words)
        return replace(base, paragraphs=(words,), reason=self._reason)

    def _update(self) -> Letter:
        session = self._material.session
        changes = tuple(_told(str(one)) for one in self._claim.content.get("what", ()))
        moved = self._claim.content.get("moved", ())
        yours = moved_words(moved, self._zone, session.zone) if session else ""
        changes += (yours,) if yours else ()
        subject = f"Changed: {self._title}" + (f", {self._day(session)}" if session else "")
        words = "This session has changed." if session else "The sessions have changed."
        base = self._base(subject, " ".join(changes) or words)
        return self._with_dates(replace(base, paragraphs=(words,), changes=changes, reason=self._reason))

    def _cancellation(self) -> Letter:
        session = self._material.session
        if self._material.withdrawn:
            words = f"You are not registered{' for this session' if session else ''} any more."
            subject = f"Not registered any more: {self._title}"
            base = self._base(subject + (f", {self._day(session)}" if session else ""), words)
            base = replace(base, footer=("You get this message because you were registered.",))
            return replace(base, paragraphs=(words,), reason=self._reason)
        if session is not None:
            words = "This session does not take place."
            subject = f"Cancelled: {self._title}, {self._day(session)}"
            base = replace(self._base(subject, words), when=when(session, self._zone), struck=True)
            for one in self._material.upcoming.sessions[:1]:
                shown = when(one, self._zone)
                following = f"The next session: {shown.day}, {shown.time}."
                base = replace(base, closing=(following, *base.closing))
        else:
            left = self._material.upcoming.total
            words = (
                "Not all sessions take place. Those that do are listed here."
                if left
                else "The sessions still to come do not take place."
            )
            base = self._base(f"Cancelled: {self._title}", words)
            base = self._dates_only(base) if left else base
        return replace(base, paragraphs=(words,), reason=self._reason)

    def _restored(self) -> Letter:
        session = self._material.session
        words = "This session takes place after all." if session else "The sessions take place after all."
        subject = f"Takes place after all: {self._title}" + (f", {self._day(session)}" if session else "")
        base = self._base(subject, words)
        return self._with_dates(replace(base, paragraphs=(words,), reason=self._reason))

    def _reminder(self) -> Letter:
        session = self._material.session
        assert session is not None, "people are reminded of a session"
        if session.opens_at <= self._now:
            subject, words = f"The room is open: {self._title}", "The room is open. You can join now."
        else:
            soon = how_soon(session, self._now, self._zone)
            subject = f"{soon}: {self._title}"
            words = f"{soon}, this session starts." if not soon.startswith("In ") else f"{soon} it starts."
        return self._with_dates(replace(self._base(subject, words), paragraphs=(words,)))

    def _link(self) -> Letter:
        words = "Here is your personal link. Links that were sent before may not work any more."
        base = self._base(f"Your link: {self._title}", words)
        return self._with_dates(replace(base, paragraphs=(words,)))

    def _base(self, subject: str, preview: str) -> Letter:
        material = self._material
        program = material.program
        described = material.session or material.series
        about = described.description if described else (program.summary if program else "")
        contact = (described.contact if described else "") or (program.contact if program else "")
        why = "asked to be registered" if self._claim.kind in NOT_REGISTERED else "are registered"
        unsubscribe = words = ""
        if program is not None:
            unsubscribe = self._addresses.unsubscribe(self._registration.person.id, program.id)
            words = f"Stop mail about {program.name}"
        return Letter(
            subject=tidy(subject),
            preview=preview,
            kicker=program.name if program and program.name != self._title else "",
            title=self._title,
            greeting=f"Dear {self._registration.person.name},",
            about=about[:MAX_ABOUT] if self._claim.kind in DESCRIBED else "",
            closing=(f"For help: {contact}",) if contact else (),
            footer=(f"You get this message because you {why}.",),
            unsubscribe=unsubscribe,
            unsubscribe_words=words,
        )

    def _with_dates(self, base: Letter) -> Letter:
        """With when it is, and the button."""
        address = self._addresses.personal(self._registration)
        after = [ALONE]
        session = self._material.session
        if session is not None:
            now = session.opens_at <= self._now
            opens = "" if now else f"The room opens {session.lead_minutes} minutes before the start. "
            after.insert(0, f"{opens}You can test your device at any time: {self._addresses.practice()}")
        if self._claim.kind in CALENDAR and self._claim.part:
            what = "All dates are" if self._material.whole else "The entry is"
            base = replace(base, closing=(f"{what} attached for your calendar.", *base.closing))
        base = self._dates_only(base)
        label = "Join the session" if session is not None else "Join"
        return replace(base, button=Button(label, address), after_button=tuple(after))

    def _dates_only(self, base: Letter) -> Letter:
        material = self._material
        if material.session is not None:
            return replace(base, when=when(material.session, self._zone))
        upcoming = material.upcoming
        if not upcoming.sessions:
            return base
        more = upcoming.total - len(upcoming.sessions)
        named = {one.title for one in upcoming.sessions}
        titles = material.series is None and len(named) > 1
        heading = "The next dates" if more else "The dates"
        if not titles and named != {self._title} and material.series is None:
            heading += f" of {named.pop()}"
        return replace(
            base,
            when=replace(when(upcoming.sessions[0], self._zone), label="Next session"),
            dates_title=heading,
            dates=date_rows(upcoming.sessions, self._zone, titles=titles),
            more=f"and {more} more" if more else "",
            more_address=self._page() if more else "",
        )

    def _page(self) -> str:
        series, program = self._material.series, self._material.program
        if series is not None:
            return self._addresses.page("series", series.slug) if series.public else ""
        return self._addresses.page("programs", program.slug) if program and program.public else ""

    def _day(self, session: Session) -> str:
        return short_day(to_local(session.starts_at, self._zone or session.zone))

    def _gone(self, session: Session) -> bool:
        return self._material.withdrawn or session.over

    @property
    def _zone(self) -> str:
        return self._material.zone

    @property
    def _title(self) -> str:
        material = self._material
        if material.session is not None:
            return material.session.title
        if material.series is not None:
            return material.series.title
        return material.program.name if material.program else "Your sessions"


def _told(words: str) -> str:
    """A sentence of what changed; one that ends in what somebody typed stays as it is."""
    return words if words.startswith(("It is now called ", "For help, ask ")) else american(words)


def _lost_link(material: Material, addresses: Addresses) -> Letter:
    sections = []
    for found in material.found:
        lines = [found.registration.person.name]
        if found.next is not None:
            shown = when(found.next, found.zone)
            lines.append(f"Next: {shown.day}, {shown.time}")
        button = Button("Join", addresses.personal(found.registration))
        sections.append(Section(found.title, tuple(lines), button))
    many = len({found.registration.person.id for found in material.found}) > 1
    words = "Somebody asked for the links of this address. Here they are."
    return Letter(
        subject="Your links",
        preview=words,
        title="Your links",
        greeting="Hello,",
        paragraphs=(words, "Each link is for the person named beside it." if many else ALONE),
        sections=tuple(sections),
        footer=("If it was not you who asked, there is nothing to do: nobody else has seen this.",),
    )

"""A message from what it is about: letter, calendar part, headers (RFC 5322, 6047, 8058), bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from echo_session.calendar.build import Voice, cancellation, feed, request
from echo_session.calendar.model import (
    Attendee,
    Event,
    Organizer,
    Recurring,
    Single,
    events_of,
    instance_of,
    takes_place,
)
from echo_session.domain.mail import CALENDAR, ClaimedMail, MailKind
from echo_session.domain.mail_material import EVERYTHING, Material
from echo_session.domain.people import Source
from echo_session.domain.text import tidy
from echo_session.mail.addresses import Addresses
from echo_session.mail.errors import Unmailable
from echo_session.mail.html import html_of
from echo_session.mail.letter import Letter
from echo_session.mail.ports import Envelope, Message
from echo_session.mail.text import text_of
from echo_session.mail.words import letter

__all__ = ["Composer", "Sender"]


@dataclass(frozen=True, slots=True)
class Sender:
    """From whom mail comes."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What goes into the calendar, and what is to be done with it there."""

    method: str
    data: bytes


class Composer:
    """Writes messages from this sender."""

    def __init__(self, sender: Sender, addresses: Addresses) -> None:
        self._sender = sender
        self._addresses = addresses

    def __call__(self, claim: ClaimedMail, material: Material, now: datetime) -> Message:
        """The message.

        Raises:
            Unmailable: the address is none that mail goes to.
        """
        written = letter(claim, material, now, self._addresses)
        recipient = _recipient(claim.to_name, claim.to_address)
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(_header(self._sender.name), addr_spec=self._sender.address)
        message["To"] = recipient
        message["Subject"] = _header(written.subject)
        message["Date"] = format_datetime(now)
        message["Message-ID"] = claim.message_id
        message["Auto-Submitted"] = "auto-generated"
        if written.unsubscribe:
            message["List-Unsubscribe"] = f"<{written.unsubscribe}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        _body(message, written, self._calendar(claim, material, now))
        envelope = Envelope(self._sender.address, recipient.addr_spec, claim.message_id)
        return Message(envelope, written.subject, message.as_bytes())

    def _calendar(self, claim: ClaimedMail, material: Material, now: datetime) -> CalendarPart | None:
        registration = material.registration
        if claim.kind not in CALENDAR or not claim.part or registration is None:
            return None
        link = self._addresses.personal(registration)
        voice = Voice(
            stamp=now,
            link=lambda _: link,
            organizer=Organizer(self._sender.name, self._sender.address),
            attendee=Attendee(
                name=claim.to_name,
                address=claim.to_address,
                accepted=registration.source is Source.PUBLIC,
            ),
        )
        if claim.part == EVERYTHING:
            return _everything(material, Voice(stamp=now, link=lambda _: link))
        restored = claim.kind is MailKind.RESTORED and registration.session_id is None
        whole = restored or material.whole
        event = _event(material, whole=whole)
        if event is None:
            return None
        if material.withdrawn or not _stays(event):
            return CalendarPart("CANCEL", cancellation(event, voice))
        return CalendarPart("REQUEST", request(event, voice))


def _event(material: Material, *, whole: bool) -> Event | None:
    """What the message brings.

    Args:
        whole: all of the recurring event where only one session of it is told of. A date that the event
            leaves out is not one of it any more, so bringing it back by its RECURRENCE-ID would not do; and
            a calendar that never had the event would show a date that belongs to nothing.
    """
    sessions = list(material.part_sessions)
    if material.single is not None:
        return Single(material.single)
    if material.session is not None and not (whole and material.parts):
        if not material.parts:
            return Single(material.session)
        return instance_of(material.parts[0], sessions, material.session)
    return events_of(material.parts[0], sessions)[0] if material.parts else None


def _everything(material: Material, voice: Voice) -> CalendarPart | None:
    """All events as one file to be imported: nobody wants a dozen messages."""
    events: list[Recurring | Single] = []
    for part in material.parts:
        recurring, own = events_of(part, [one for one in material.part_sessions if one.part_id == part.id])
        events += [recurring] if recurring.sessions else []
        events += [single for single in own if takes_place(single.session)]
    name = material.series.title if material.series else (material.program.name if material.program else "")
    return CalendarPart("PUBLISH", feed(name, events, voice)) if events else None


def _stays(event: Event) -> bool:
    return bool(event.sessions) if isinstance(event, Recurring) else takes_place(event.session)


def _body(message: EmailMessage, written: Letter, calendar: CalendarPart | None) -> None:
    """Text, HTML and, for programs that take invitations, the calendar part; a file of it for the others."""
    message.set_content(text_of(written), cte="quoted-printable")
    message.add_alternative(html_of(written), subtype="html", cte="quoted-printable")
    if calendar is None:
        return
    if calendar.method != "PUBLISH":
        message.add_alternative(
            calendar.data,
            maintype="text",
            subtype="calendar",
            cte="base64",
            params={"charset": "utf-8", "method": calendar.method},
        )
    message.add_attachment(
        calendar.data, maintype="application", subtype="ics", filename="calendar.ics", cte="base64"
    )


def _header(text: str) -> str:
    """The text as a header may hold it. The library would decode what looks like an encoded word (RFC 2047),
    and line ends that come out of one would be line ends of the message: new headers, or the end of them."""
    return tidy(text).replace("=?", "= ?")


def _recipient(name: str, address: str) -> Address:
    """Raises Unmailable."""
    local, _, domain = address.rpartition("@")
    try:
        local.encode("ascii")
        plain = domain.encode("idna").decode("ascii")
        return Address(_header(name), addr_spec=f"{local}@{plain}")
    except (ValueError, IndexError, MessageError) as error:
        raise Unmailable("This is not an address that mail can be sent to.") from error

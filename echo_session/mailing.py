"""Mail, put together from the settings: the relay, its transport, its composer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from config import Settings
from echo_session.domain.people import Registration
from echo_session.mail.compose import Composer, Sender
from echo_session.mail.folder import FolderTransport
from echo_session.mail.ports import Transport
from echo_session.mail.relay import MailRelay
from echo_session.mail.smtp import SmtpServer, SmtpTransport
from echo_session.store.engine import Database
from echo_session.store.mails import Mails
from echo_session.tokens import Links

__all__ = ["MailAddresses", "Way", "mail_relay", "way_of"]


class Way(NamedTuple):
    """How mail leaves, for people to read: "folder" or "smtp", and which."""

    transport: Literal["folder", "smtp"]
    where: str


class MailAddresses:
    """Where the links in mail lead."""

    def __init__(self, links: Links, base_url: str) -> None:
        self._links = links
        self._base_url = base_url

    def personal(self, registration: Registration) -> str:
        """The link of one registered person."""
        return self._links.personal(registration)

    def unsubscribe(self, person_id: str, program_id: str) -> str:
        """Where a person takes themselves off a program's mail."""
        return self._links.unsubscribe(person_id, program_id)

    def learner(self, session_id: str, person_id: str, until: datetime) -> str:
        """A person's page about one session."""
        return self._links.learner(session_id, person_id, until)

    def practice(self) -> str:
        """Where people test their device."""
        return f"{self._base_url}/practice"

    def page(self, kind: str, slug: str) -> str:
        """A public page: of "programs" or of "series"."""
        return f"{self._base_url}/{kind}/{slug}"


def way_of(settings: Settings) -> Way:
    """How mail leaves."""
    if settings.mail.host:
        return Way("smtp", f"{settings.mail.host}:{settings.mail.port}")
    return Way("folder", str(settings.outgoing_mail))


def mail_relay(settings: Settings, database: Database, links: Links) -> MailRelay:
    """The relay that the settings ask for; nothing runs before it is started."""
    mail, sender = settings.mail, settings.mail_address
    return MailRelay(
        Mails(database, domain=sender.rpartition("@")[2].strip("[]")),
        _lines(settings),
        Composer(Sender(mail.from_name, sender), MailAddresses(links, settings.base_url)),
        connections=mail.connections,
        poll_seconds=mail.poll_seconds,
        lease_seconds=3 * mail.timeout_seconds + 5,
        retry_scale=mail.retry_scale,
    )


def _lines(settings: Settings) -> Callable[[], Transport]:
    mail = settings.mail
    if not mail.host:
        return lambda: FolderTransport(settings.outgoing_mail)
    server = SmtpServer(
        host=mail.host,
        port=mail.port,
        tls=mail.tls,
        username=mail.username,
        password=mail.password,
        timeout_seconds=mail.timeout_seconds,
        our_name=_our_name(settings.base_url),
    )
    return lambda: SmtpTransport(server)


def _our_name(base_url: str) -> str:
    """A name, or an address in brackets (RFC 5321 section 4.1.3)."""
    host = urlsplit(base_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdigit() else host

"""One message to a real server that does all that servers do."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from echo_session.domain.mail import Fate
from echo_session.mail.ports import Envelope, Message
from echo_session.mail.smtp import SmtpTransport

from .server import Hangs, PostOffice, line_to, open_office


def message(number: int = 1, text: bytes = b"Hello.\r\n") -> Message:
    message_id = f"<{number}@echo.example.org>"
    envelope = Envelope("echo@echo.example.org", f"person{number}@clinic.example", message_id)
    return Message(envelope, "Hello", b"Message-ID: " + message_id.encode() + b"\r\n\r\n" + text)


@dataclass
class Begun:
    """Counts how often the text was about to be sent."""

    times: int = 0
    held: bool = True

    async def __call__(self) -> bool:
        self.times += 1
        return self.held


async def test_a_message_arrives_as_it_was_given() -> None:
    text = b".\r\n..two dots\r\n.one\r\nend\r\n"
    async with open_office() as office:
        line = line_to(office)
        begun = Begun()
        assert (await line.send(message(1, text), begun)).fate is Fate.SENT
        await line.close()
    assert begun.times == 1
    assert office.bytes["<1@echo.example.org>"].endswith(b"\r\n\r\n" + text)


async def test_messages_share_a_connection_and_a_closed_one_is_opened_again() -> None:
    async with open_office() as office:
        line = line_to(office)
        for number in (1, 2, 3):
            assert (await line.send(message(number), Begun())).fate is Fate.SENT
        assert office.connections == 1
        await office.stop()
        await office.start()
        assert (await line.send(message(4), Begun())).fate is Fate.SENT
        assert office.connections == 2
        await line.close()
    assert len(office.accepted) == 4


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        ("550 5.1.1 no such user", Fate.REFUSED),
        ("450 4.2.0 greylisted, come back", Fate.PUT_OFF),
        ("421 4.7.0 too busy", Fate.DOWN),
        ("530 5.7.0 sign in first", Fate.DOWN),
    ],
)
async def test_what_is_said_of_the_recipient(answer: str, fate: Fate) -> None:
    async with open_office() as office:
        office.rcpt = lambda _: answer
        line, begun = line_to(office), Begun()
        outcome = await line.send(message(), begun)
        assert outcome.fate is fate
        assert answer[:3] in outcome.words
        assert begun.times == 0
        office.rcpt = lambda _: ""
        assert (await line.send(message(2), begun)).fate is Fate.SENT, "the next one does not suffer"
        await line.close()


@pytest.mark.parametrize(("answer", "fate"), [("554 spam", Fate.REFUSED), ("451 later", Fate.PUT_OFF)])
async def test_what_is_said_of_the_text(answer: str, fate: Fate) -> None:
    async with open_office() as office:
        office.text = lambda _: answer
        line = line_to(office)
        assert (await line.send(message(), Begun())).fate is fate
        await line.close()
    assert not office.accepted


async def test_no_answer_to_the_text_is_known_as_such() -> None:
    async with open_office() as office:
        line = line_to(office, timeout_seconds=0.3)

        def hang(_: str) -> str:
            raise Hangs

        office.text = hang
        assert (await line.send(message(1), Begun())).fate is Fate.UNANSWERED
        office.text = lambda _: ""
        office.stalls = lambda at: at == "text"
        assert (await line.send(message(2), Begun())).fate is Fate.UNANSWERED
        office.stalls = lambda _: False
        assert (await line.send(message(3), Begun())).fate is Fate.SENT
        await line.close()


@pytest.mark.parametrize(("at", "fate"), [("mail", Fate.DOWN), ("rcpt", Fate.PUT_OFF)])
async def test_a_server_that_stalls_holds_nobody(at: str, fate: Fate) -> None:
    async with open_office() as office:
        office.stalls = lambda now: now == at
        line, begun = line_to(office, timeout_seconds=0.2), Begun()
        async with asyncio.timeout(3):
            assert (await line.send(message(), begun)).fate is fate
        assert begun.times == 0
        await line.close()


async def test_a_server_that_accepts_connections_and_says_nothing_is_down() -> None:
    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    office = PostOffice()
    office.port = server.sockets[0].getsockname()[1]
    async with asyncio.timeout(3):
        assert (await line_to(office, timeout_seconds=0.2).send(message(), Begun())).fate is Fate.DOWN
        await left.wait()
    server.close()


async def test_no_server_is_down() -> None:
    office = PostOffice()
    outcome = await line_to(office).send(message(), Begun())
    assert outcome.fate is Fate.DOWN
    assert outcome.words == "The mail server cannot be reached (connection refused)."


async def test_a_server_without_tls_is_not_told_anything_where_tls_is_asked_for() -> None:
    async with open_office() as office:
        server = line_to(office)._server
        line = SmtpTransport(replace(server, tls="starttls"))
        assert (await line.send(message(), Begun())).fate is Fate.DOWN
    assert not office.accepted


async def test_nothing_is_sent_once_the_claim_is_lost() -> None:
    async with open_office() as office:
        line = line_to(office)
        await line.send(message(), Begun(held=False))
        await line.close()
    assert not office.accepted


@pytest.mark.parametrize(("password", "fate"), [("right", Fate.SENT), ("wrong", Fate.DOWN)])
async def test_a_server_that_wants_to_know_who_we_are(password: str, fate: Fate) -> None:
    async with open_office() as office:
        office.password = b"right"
        line = SmtpTransport(replace(line_to(office)._server, username="echo", password=password))
        outcome = await line.send(message(), Begun())
        await line.close()
    assert outcome.fate is fate
    assert len(office.accepted) == (fate is Fate.SENT)
    assert "right" not in outcome.words

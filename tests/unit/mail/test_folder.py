"""Mail into a folder."""

from __future__ import annotations

from pathlib import Path

from echo_session.domain.mail import Fate
from echo_session.mail.folder import FolderTransport
from echo_session.mail.ports import Envelope, Message


def message(text: bytes = b"Hello") -> Message:
    return Message(Envelope("a@x.example", "b@x.example", "<mai_1@x.example>"), "Hello", text)


async def begun() -> bool:
    return True


async def test_the_same_message_again_is_one_file(tmp_path: Path) -> None:
    line = FolderTransport(tmp_path / "outgoing-mail")
    assert (await line.send(message(), begun)).fate is Fate.SENT
    assert (await line.send(message(b"Hello again"), begun)).fate is Fate.SENT
    [file] = (tmp_path / "outgoing-mail").iterdir()
    assert file.name == "mai_1@x.example.eml"
    assert file.read_bytes() == b"Hello again"
    assert file.stat().st_mode & 0o077 == 0, "links in it open doors"


async def test_a_folder_that_cannot_be_written_holds_the_queue(tmp_path: Path) -> None:
    (tmp_path / "outgoing-mail").write_text("a file in the way")
    outcome = await FolderTransport(tmp_path / "outgoing-mail").send(message(), begun)
    assert outcome.fate is Fate.DOWN
    assert "cannot be written" in outcome.words

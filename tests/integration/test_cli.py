"""The commands that do one thing and end."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from config import load_settings
from echo_session.cli import app
from echo_session.store.engine import Database
from tests.integration.records.chains import a_full_hour
from tests.service import free_port


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ECHO_SESSION_HTTP__PORT", str(free_port(socket.SOCK_STREAM)))
    monkeypatch.setenv("ECHO_SESSION_MEDIA__PORT", str(free_port(socket.SOCK_DGRAM)))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_token_is_shown_once_and_listed_without_its_secret() -> None:
    made = run("token", "create", "--name", "scheduling system")
    secret = made.output.strip()
    assert secret.startswith("est_")
    listed = run("token", "list").output
    assert "scheduling system  never used" in listed
    assert secret not in listed
    token_id = listed.split()[0]
    assert run("token", "revoke", token_id).exit_code == 0
    assert "revoked" in run("token", "list").output


def test_revoking_an_unknown_token_says_so() -> None:
    result = run("token", "revoke", "tok_none")
    assert result.exit_code == 1
    assert "no API token tok_none" in result.output


def test_facilitator_link_is_new_each_time() -> None:
    first, second = (run("facilitator", "link").output.strip() for _ in range(2))
    assert "/sign-in#" in first
    assert first != second


def test_facilitator_link_for_a_named_person_checks_the_address() -> None:
    good = run("facilitator", "link", "--name", "Dana Lee", "--email", "dana@hub.example")
    assert good.exit_code == 0
    bad = run("facilitator", "link", "--name", "Dana Lee", "--email", "dana")
    assert (bad.exit_code, "not an e-mail address" in bad.output) == (1, True)
    assert run("facilitator", "link", "--name", "Dana Lee").exit_code == 2


def test_links_begin_with_the_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_SESSION_PUBLIC_URL", "https://echo.example.org/")
    assert run("facilitator", "link").output.startswith("https://echo.example.org/sign-in#")


def test_migrating_names_the_revision() -> None:
    assert "at revision 00" in run("migrate").output


def test_attendance_is_verified_and_its_records_are_made_anew() -> None:
    run("migrate")
    address = str(load_settings().database)
    made: list[str] = []

    async def hour() -> None:
        database = Database(address)
        session, _, _ = await a_full_hour(database)
        made.append(session.id)
        await database.close()

    asyncio.run(hour())
    [session_id] = made
    intact = run("attendance", "verify", "--session", session_id)
    assert (intact.exit_code, f"{session_id}: 15 events, intact" in intact.output) == (0, True)
    with closing(sqlite3.connect(address.partition("///")[2])) as behind:
        [event] = behind.execute("SELECT event_id FROM attendance_event WHERE position = 4").fetchone()
        behind.execute("UPDATE attendance_record SET counted_seconds = 1")
        guard = "SELECT sql FROM sqlite_master WHERE name = 'attendance_event_no_update'"
        [trigger] = behind.execute(guard).fetchone()
        behind.execute("DROP TRIGGER attendance_event_no_update")
        behind.execute("UPDATE attendance_event SET reason = 'x' WHERE position = 4")
        behind.execute(trigger)
        behind.commit()
    rebuilt = run("attendance", "rebuild", "--all")
    assert f"{session_id}: 3 people with other figures" in rebuilt.output
    broken = run("attendance", "verify", "--all")
    assert broken.exit_code == 1
    assert f"{session_id}: BROKEN at event 4 ({event})" in broken.output
    assert "Sessions: 1, events: 15, broken: 1." in broken.output
    assert run("attendance", "verify").exit_code == 2


def test_check_finds_nothing_wrong_with_the_defaults() -> None:
    result = run("check")
    assert (result.exit_code, result.output.startswith("All is well")) == (0, True)


def test_check_names_every_port_that_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as http, socket.socket(type=socket.SOCK_DGRAM) as media:
        media.bind(("127.0.0.1", 0))
        http_port, media_port = http.getsockname()[1], media.getsockname()[1]
        monkeypatch.setenv("ECHO_SESSION_HTTP__PORT", str(http_port))
        monkeypatch.setenv("ECHO_SESSION_MEDIA__PORT", str(media_port))
        result = run("check")
    assert result.exit_code == 1
    assert f"Port {http_port} (TCP, http)" in result.output
    assert f"UDP port {media_port}" in result.output


def test_check_warns_of_plain_http_links_and_of_variables_that_set_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ECHO_SESSION_PUBLIC_URL", "http://echo.example.org")
    monkeypatch.setenv("ECHO_SESSION_HTPP__PORT", "1")
    result = run("check")
    assert "browsers give no camera" in result.output
    assert "ECHO_SESSION_HTPP__PORT sets nothing" in result.output


def test_check_says_when_the_database_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_SESSION_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert "The database does not answer" in run("check").output


def test_wrong_settings_are_told_with_their_own_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHO_SESSION_MEDIA__WORKERS", "0")
    result = run("check")
    assert result.exit_code == 78
    assert "media.workers = '0'" in result.output


def test_data_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ECHO_SESSION_DATA", str(tmp_path / "file" / "data"))
    result = run("token", "list")
    assert result.exit_code == 78
    assert "file/data" in result.output


def test_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    run("facilitator", "link")
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o777 == 0o600

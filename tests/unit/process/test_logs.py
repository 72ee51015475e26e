"""What never reaches a log line."""

from __future__ import annotations

import subprocess
import sys

import pytest

from echo_session.logs import scrub

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzaWQiOiJzZXNfMSJ9.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        "est_Zm9vYmFyYmF6cXV4",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        f"https://echo.example.org/join#{TOKEN}",
        "http://127.0.0.1:8080/sign-in#aGVsbG8gd29ybGQgaGVsbG8",
        "postgresql://echo:password@db/echo",
    ],
)
def test_secrets_are_hidden_at_every_level(secret: str) -> None:
    line = scrub(f"failed for {secret}.", personal=False)
    assert "[hidden]" in line
    assert secret.rpartition("#")[2].rpartition("//")[2].partition("@")[0] not in line


@pytest.mark.parametrize(
    "path",
    [
        "/calendar/fed_AAECAwQFBgcICQoLDA0ODw.c2lnbmF0dXJlLW9mLWEtZg.ics",
        "/unsubscribe/per_AAECAwQFBgcICQoLDA0ODw.prg_AAECAwQFBgcICQoLDA0ODw.c2lnbmF0dXJlLW9mLWEtZg",
    ],
)
def test_the_tokens_of_paths_are_hidden(path: str) -> None:
    assert scrub(f"GET {path} failed", personal=False).endswith("/[hidden] failed")


@pytest.mark.parametrize("personal", ["ana.ortiz@clinic4.example", "203.0.113.9"])
def test_addresses_are_hidden_unless_debugging(personal: str) -> None:
    assert personal not in scrub(f"joined {personal} now", personal=True)
    assert personal in scrub(f"joined {personal} now", personal=False)


def test_ids_and_times_stay_readable() -> None:
    line = '{"event": "room open", "session": "ses_AAECAwQFBgcICQoLDA0ODw", "at": "2026-11-21T16:00:00.123Z"}'
    assert scrub(line, personal=True) == line


def test_a_traceback_on_a_terminal_shows_no_local_variables() -> None:
    script = (
        "import logging, sys\n"
        "from echo_session.logs import configure\n"
        "sys.stderr.isatty = lambda: True\n"
        "configure('info', process='test')\n"
        "def fail():\n"
        "    whom = ' '.join(('Ana', 'Ortiz'))\n"
        "    raise ValueError(len(whom))\n"
        "try:\n"
        "    fail()\n"
        "except ValueError:\n"
        "    logging.getLogger('x').exception('it failed')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "ValueError" in done.stderr
    assert "Ana Ortiz" not in done.stderr

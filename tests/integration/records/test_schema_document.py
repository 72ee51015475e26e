"""docs/schema.md says what the tables are."""

from __future__ import annotations

from pathlib import Path

from echo_session.store.describe import COMMAND, describe
from echo_session.store.tables import METADATA

FILE = Path(__file__).parents[3] / "docs" / "schema.md"


def test_the_document_is_what_the_code_says() -> None:
    assert FILE.read_text(encoding="utf-8") == describe(), f"run: {COMMAND}"


def test_every_table_is_described() -> None:
    text = describe()
    assert [name for name in METADATA.tables if f"### {name}\n" not in text] == []

"""Claims as a file for the accredited provider: a row each, and a column for each question that was asked."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import IO

from echo_session.domain.claim_lines import ExportedClaim
from echo_session.reports.books import Book, CsvBook, Format, JsonBook, XlsxBook
from echo_session.reports.tables import As, Column, Row, Table
from echo_session.reports.words import there

_COLUMNS = (
    Column("name", "Name", width=26),
    Column("credentials", "Credentials"),
    Column("email", "E-mail", width=28),
    Column("profession", "Profession", width=20),
    Column("site", "Site", width=26),
    Column("date", "Date", As.DAY, 12),
    Column("session", "Session", width=34),
    Column("program", "Program", width=28),
    Column("credit_type", "Credit type", width=26),
    Column("provider", "Provider", width=26),
    Column("minutes", "Minutes", As.NUMBER, 10),
    Column("credit", "Credit", width=10),
    Column("counted_seconds", "Counted", As.LENGTH, 10),
    Column("state", "State", width=12),
    Column("claimed_at", "Claimed", As.MOMENT, 17),
    Column("changes", "Changed by amendments", As.NUMBER, 12),
    Column("edition", "Edition of the attendance", As.NUMBER, 12),
)
_IDS = (Column("person_id", "Person", width=28), Column("claim_id", "Claim", width=28))


def write_claims(claims: Collection[ExportedClaim], file: IO[bytes], form: Format, made_at: datetime) -> None:
    """Writes the file."""
    questions = list(dict.fromkeys(question for claim in claims for question in claim.answers))
    asked = tuple(Column(question, question, width=24) for question in questions)
    table = Table("claims", "Claims", (*_COLUMNS, *asked, *_IDS))
    book: Book
    match form:
        case "csv":
            book = CsvBook(file, table)
        case "xlsx":
            book = XlsxBook(file, [table])
        case "json":
            head = {"report": "claims", "generated_at": made_at.isoformat(timespec="seconds")}
            book = JsonBook(file, head)
    try:
        book.add(table, _rows(claims, questions))
        book.close()
    except BaseException:
        book.discard()
        raise


def _rows(claims: Collection[ExportedClaim], questions: list[str]) -> Iterator[Row]:
    for one in claims:
        yield (
            one.name,
            one.credentials,
            one.email,
            one.profession,
            one.site,
            one.starts_local.date(),
            one.title,
            one.program,
            one.type,
            one.provider,
            one.minutes,
            one.credit,
            one.counted_seconds,
            one.state,
            there(one.claimed_at, one.zone),
            one.changes,
            one.edition,
            *(one.answers.get(question, "") for question in questions),
            one.person_id,
            one.id,
        )

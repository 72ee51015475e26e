"""People into a file: as many as a list shows, written in a thread, page by page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO, Literal, cast

from echo_session.domain.import_columns import HEADERS, Column
from echo_session.domain.person_records import PersonRecord
from echo_session.sheets.writing import CsvWriter, Writer, XlsxWriter
from echo_session.store.engine import Database
from echo_session.store.imports import site_places
from echo_session.store.people_records import PeopleFilter, list_people

Format = Literal["csv", "xlsx"]
PAGE = 200

COLUMNS = tuple(column for column in HEADERS if column is not Column.ROLE)
FURTHER = ("Further e-mails", "Further phones")
"""Of who has several; not read back."""


async def export_people(database: Database, wanted: PeopleFilter, form: Format) -> BinaryIO:
    """A file of everybody whom the filter finds, in the order of their names."""
    file = _file()
    writer = _writer(file, form)
    try:
        after = None
        while True:
            async with database.read() as tx:
                page, after = await list_people(tx, wanted, limit=PAGE, after=after)
                places = await site_places(tx, {one.person.site_id for one in page if one.person.site_id})
            await asyncio.to_thread(writer.add, [_row(one, places) for one in page])
            if after is None:
                break
        await asyncio.to_thread(writer.close)
    except BaseException:
        writer.discard()
        file.close()
        raise
    return file


def template(form: Format) -> BinaryIO:
    """A file with a header of every column that is read, and nobody in it."""
    file = _file()
    writer = _start(file, form, HEADERS.values())
    writer.close()
    return file


def _file() -> BinaryIO:
    """Gone with the last who has it open."""
    return cast(BinaryIO, TemporaryFile())


def _writer(file: BinaryIO, form: Format) -> Writer:
    return _start(file, form, (*(HEADERS[column] for column in COLUMNS), *FURTHER))


def _start(file: BinaryIO, form: Format, titles: Iterable[str]) -> Writer:
    writer: Writer = CsvWriter(file) if form == "csv" else XlsxWriter(file, "People")
    writer.add([list(titles)])
    return writer


def _row(record: PersonRecord, places: dict[str, tuple[str, str]]) -> Sequence[str]:
    person = record.person
    state, county = places.get(person.site_id or "", ("", ""))
    cells = {
        Column.NAME: person.name,
        Column.EMAIL: person.email,
        Column.PHONE: record.phones[0].value if record.phones else "",
        Column.PROFESSION: person.profession,
        Column.CREDENTIALS: person.credentials,
        Column.SITE: person.site,
        Column.STATE: state,
        Column.COUNTY: county,
        Column.ZONE: person.zone,
    }
    further = (
        "; ".join(one.value for one in record.emails),
        "; ".join(one.value for one in record.phones[1:]),
    )
    return [*(cells[column] for column in COLUMNS), *further]

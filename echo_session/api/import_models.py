"""What goes in and out about imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from echo_session.api.models import NO_NUL, Out, RoleName
from echo_session.api.operation import Body
from echo_session.api.paging import MAX_CURSOR, PageQuery, Search
from echo_session.api.people_models import AnId

FateName = Literal["new", "update", "same", "refused"]
Format = Literal["csv", "xlsx"]


class ImportQuery(Body):
    """What the file is called, and where its people are registered: nowhere, or in one program or series."""

    filename: Annotated[str, Field(min_length=1, max_length=200), NO_NUL]
    program_id: AnId | None = None
    series_id: AnId | None = None
    role: RoleName = Field("participant", description="As what, where the file does not say")


class ImportApplication(Body):
    """Does what the rows say."""

    send: bool | None = Field(
        None,
        description="Send those whom it registers their invitation; left out or null: yes, or as was said"
        " when an unfinished import began",
    )


class RowQuery(Body):
    """Which rows, and which page of them."""

    fate: FateName | None = None
    limit: int = Field(100, ge=1, le=200)
    cursor: Annotated[str, Field(max_length=MAX_CURSOR, pattern=r"^[0-9]{0,9}$"), NO_NUL] = ""


class ImportsQuery(PageQuery):
    """Which page of imports."""


class ExportQuery(Body):
    """Who is exported, as in the list of people."""

    format: Format = "xlsx"
    search: Search = ""
    site_id: AnId | None = None
    program_id: AnId | None = None
    matched: bool | None = None


class TemplateQuery(Body):
    """Of which kind."""

    format: Format = "xlsx"


class CellProblemOut(Out):
    """Something about a cell, a row or the whole file."""

    row: int | None = Field(description="As a spreadsheet counts; null where it is about the whole file")
    column: str = Field(description='Letter and header, such as "B (E-mail)"; may be empty')
    message: str
    allowed: str


class ImportCounts(Out):
    """Rows by fate, and how many people are registered."""

    new: int = 0
    update: int = 0
    same: int = 0
    refused: int = 0
    registered: int = 0


class ImportOut(Out):
    """A file of people."""

    id: str
    filename: str
    program_id: str | None
    series_id: str | None
    scope_title: str = Field(
        description="Of the program or series; empty where the people are only made known"
    )
    role: RoleName
    state: Literal["staging", "staged", "applied", "discarded"]
    columns: dict[str, str] = Field(description="Header of the file by what is read from it")
    counts: ImportCounts
    problems: list[CellProblemOut] = Field(description="About the file, such as columns that are not read")
    created_by: str = Field(description="Who read the file, by name; empty for an API token")
    created_at: datetime
    applied_at: datetime | None
    unfinished: bool = Field(description="Applied, but people are yet to be registered: apply it once more")
    send: bool | None = Field(
        description="Whether those whom it registers are sent their invitation; null before it is applied"
    )


class ImportPage(Out):
    """A page of imports, the newest first."""

    items: list[ImportOut]
    next: str | None


class ImportedRowOut(Out):
    """A row of the file, with its fate."""

    number: int = Field(description="As a spreadsheet counts: the header is 1")
    fate: FateName
    told: str = Field(description="The fate in words")
    person_id: str | None
    name: str
    email: str
    phone: str
    profession: str
    credentials: str
    site: str
    state: str
    county: str
    zone: str
    role: str
    problems: list[CellProblemOut]


class ImportedRowPage(Out):
    """A page of rows, in the order of the file."""

    items: list[ImportedRowOut]
    next: str | None

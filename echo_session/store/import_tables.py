"""Tables in which an import waits, looked at row by row, until it is applied in one step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.store.types import Base, Id, Key, Name, Short, one_of


class ImportRow(Base):
    """One file of people."""

    __tablename__ = "import"
    __table_args__ = (
        one_of("state", "staging", "staged", "applied", "discarded"),
        Index("ix_import_list", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    filename: Mapped[str] = mapped_column(Name)
    program_id: Mapped[str | None] = mapped_column(ForeignKey("program.id"))
    series_id: Mapped[str | None] = mapped_column(ForeignKey("series.id"))
    """Where the people are registered; neither: they are only made known."""
    role: Mapped[str] = mapped_column(Short)
    columns: Mapped[dict[str, Any]]
    """``{"read": {field: header}, "notes": [problem]}``: which column holds which field, what is ignored."""
    state: Mapped[str] = mapped_column(Short)
    counts: Mapped[dict[str, Any]]
    """Rows by fate."""
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]


class ImportedRow(Base):
    """One row of the file, with its fate."""

    __tablename__ = "imported_row"
    __table_args__ = (
        one_of("fate", "new", "update", "same", "refused"),
        Index("ix_imported_row_fate", "import_id", "fate", "number"),
    )

    import_id: Mapped[str] = mapped_column(ForeignKey("import.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """Of the row in the file, as a spreadsheet counts: the header is 1."""
    fate: Mapped[str] = mapped_column(Short)
    person_id: Mapped[str | None] = mapped_column(Id)
    """The person it makes or changes; new ones have their id beforehand."""
    person_revision: Mapped[int | None]
    """Of the known person whom the row was compared with; should it change, the row is looked at anew."""
    registration_id: Mapped[str | None] = mapped_column(Id)
    """The registration it makes; null where there is one already, or none is wanted."""
    name: Mapped[str] = mapped_column(Name)
    sort_name: Mapped[str] = mapped_column(Key)
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(64))
    profession: Mapped[str] = mapped_column(Name)
    credentials: Mapped[str] = mapped_column(Name)
    site_id: Mapped[str | None] = mapped_column(Id)
    site: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Name)
    county: Mapped[str] = mapped_column(Name)
    """Of the site."""
    zone: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(Short)
    problems: Mapped[list[dict[str, Any]]]
    """``{"column", "message", "allowed"}``."""
    told: Mapped[str] = mapped_column(Text)
    """The fate in words, such as what an update changes."""

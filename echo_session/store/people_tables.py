"""Tables of people, of where they work, and of who turned out to be whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from echo_session.domain.sites import SITE_TYPES
from echo_session.store.types import Base, Id, Key, Name, Short, one_of


class SiteRow(Base):
    """A clinic, school or practice. Unknown facts are empty, or null."""

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("name", "state", "county"),
        one_of("type", "", *SITE_TYPES),
        Index("ix_site_list", "sort_name", "id"),
        Index("ix_site_confirmed", "confirmed", "sort_name", "id"),
        Index("ix_site_type", "type", "sort_name", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    sort_name: Mapped[str] = mapped_column(Key)
    """The name, case-folded: lists are in its order."""
    organisation: Mapped[str] = mapped_column(Name)
    type: Mapped[str] = mapped_column(Short)
    zone: Mapped[str] = mapped_column(String(64))
    county: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Name)
    rural: Mapped[bool | None]
    shortage_area: Mapped[bool | None]
    confirmed: Mapped[bool]
    """False where somebody added it while registering and no coordinator has looked."""
    created_at: Mapped[datetime]
    revision: Mapped[int]


class PersonRow(Base):
    """Somebody who takes part. ``matched`` is false where only the visitor's own word says who it is."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_list", "sort_name", "id"),
        Index("ix_person_matched", "matched", "sort_name", "id"),
        Index("ix_person_merged_into", "merged_into", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    sort_name: Mapped[str] = mapped_column(Key)
    """The name, case-folded: lists are in its order."""
    email: Mapped[str] = mapped_column(String(254), index=True)
    """Where mail goes. Others, and telephones, are in ``person_contact``."""
    profession: Mapped[str] = mapped_column(Name)
    credentials: Mapped[str] = mapped_column(Name)
    site_id: Mapped[str | None] = mapped_column(ForeignKey("site.id"), index=True)
    zone: Mapped[str] = mapped_column(String(64))
    """Empty: as the site."""
    matched: Mapped[bool]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """The person that this one turned out to be; never one that is merged itself. See ``person_merge``."""
    erased_at: Mapped[datetime | None]
    """Nothing shows them from then on. See ``erasure``."""
    created_at: Mapped[datetime]
    revision: Mapped[int]


class PersonContactRow(Base):
    """A further e-mail address or a telephone number of a person."""

    __tablename__ = "person_contact"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "value"),
        one_of("kind", "email", "phone"),
        Index("ix_person_contact_value", "kind", "value"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(Short)
    value: Mapped[str] = mapped_column(String(254))
    label: Mapped[str] = mapped_column(Name)


class PersonMergeRow(Base):
    """Two rows that are one person. No row of either is moved, so that it can be undone."""

    __tablename__ = "person_merge"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kept_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    merged_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(Id)


class MergeSuggestionRow(Base):
    """Two people who may be one; a coordinator decides. ``first_id`` is the lesser id."""

    __tablename__ = "merge_suggestion"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        one_of("state", "open", "merged", "dismissed"),
        Index("ix_merge_suggestion_list", "state", "created_at", "id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    first_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    second_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    reasons: Mapped[list[str]]
    state: Mapped[str] = mapped_column(Short)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(Id)


class SearchWordRow(Base):
    """A word by which a thing is found, from its beginning: an index that both databases have alike."""

    __tablename__ = "search_word"
    __table_args__ = (one_of("kind", "person", "site", "program", "series", "session"),)

    kind: Mapped[str] = mapped_column(Short, primary_key=True)
    word: Mapped[str] = mapped_column(Key, primary_key=True)
    owner_id: Mapped[str] = mapped_column(Id, primary_key=True, index=True)

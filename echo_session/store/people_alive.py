"""Which rows of people stand for a person."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from echo_session.store.tables import PersonRow


def alive() -> ColumnElement[bool]:
    """Who was not merged into somebody.

    Said so that no database takes it for a way to find people: nearly everybody is, and SQLite would rather
    read them all by that index than those of a site, or those of a page.
    """
    return func.coalesce(PersonRow.merged_into, "") == ""

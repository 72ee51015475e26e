"""What can go wrong between the service and its records."""

from __future__ import annotations


class StoreError(Exception):
    """The records could not do what was asked."""


class NotFound(StoreError):
    """No such row, or none that the asker may know of."""


class Conflict(StoreError):
    """The row is no longer what the asker took it for; read it again and decide anew."""


class NestedUnitOfWork(StoreError):
    """A task that holds the writing unit of work asked for another; hand the open one down instead."""


class UnsupportedDatabase(StoreError):
    """The database address names neither SQLite nor PostgreSQL."""


class BrokenReference(StoreError):
    """Changing the tables would have left a row that refers to nothing; nothing was changed."""

"""Which of many ids a column has, asked in the way that costs each database least."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, String, any_, literal

from echo_session.store.engine import Tx


def among(tx: Tx, column: Any, ids: Collection[str]) -> ColumnElement[bool]:
    """The column is one of these ids.

    PostgreSQL takes them as one array: thousands of parameters take it longer to read than to look up.
    """
    if tx.get_bind().dialect.name == "postgresql":
        same: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(String)))
        return same
    listed: ColumnElement[bool] = column.in_(ids)
    return listed

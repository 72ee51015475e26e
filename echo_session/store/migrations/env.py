"""Run by Alembic: hands it our tables and the connection that ``store.upgrading`` was given."""

from __future__ import annotations

from alembic import context

from echo_session.store.upgrading import options

connection = context.config.attributes["connection"]
context.configure(connection=connection, **options())
with context.begin_transaction():
    context.run_migrations()

"""Run by Alembic: hands it our tables and the connection that ``store.migrate`` opened."""

from __future__ import annotations

from alembic import context

from echo_session.store.migrate import options

connection = context.config.attributes["connection"]
context.configure(connection=connection, **options())
with context.begin_transaction():
    context.run_migrations()

"""Programs, series, contacts and merges of people, mail, imports; what there is keeps its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
ROWS = 1000
"""Rows that are written at a time."""


def upgrade() -> None:
    """Goes forward. SQLite copies the tables that change; references are not followed meanwhile."""
    _create_tables()
    _add_columns()
    _fill()
    _constrain()


def downgrade() -> None:
    """There is no way back that keeps programs and series: restore the backup."""
    raise NotImplementedError("restore the backup that was taken before the upgrade")


def _create_tables() -> None:
    op.create_table(
        "fact",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_fact")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_list", "notice", ["dismissed_at", "at", "id"])
    op.create_table(
        "program",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("slug", KEY, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_name", KEY, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.String(length=32), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("reminders", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("consents", sa.JSON(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("approval IN ('open', 'coordinator')", name=op.f("ck_program_approval")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
        sa.UniqueConstraint("slug", name=op.f("uq_program_slug")),
    )
    op.create_index("ix_program_list", "program", ["sort_name", "id"])
    op.create_table(
        "search_word",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("word", KEY, nullable=False),
        sa.Column("owner_id", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'site', 'program', 'series', 'session')", name=op.f("ck_search_word_kind")
        ),
        sa.PrimaryKeyConstraint("kind", "word", "owner_id", name=op.f("pk_search_word")),
    )
    op.create_index(op.f("ix_search_word_owner_id"), "search_word", ["owner_id"])
    op.create_table(
        "series",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("program_id", sa.String(length=64), nullable=False),
        sa.Column("slug", KEY, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sort_title", KEY, nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("overrun_minutes", sa.Integer(), nullable=False),
        sa.Column("lobby", sa.Boolean(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("approval", sa.String(length=32), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("waiting_list", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("approval IN ('', 'open', 'coordinator')", name=op.f("ck_series_approval")),
        sa.CheckConstraint("status IN ('active', 'cancelled')", name=op.f("ck_series_status")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_series_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("slug", name=op.f("uq_series_slug")),
    )
    op.create_index("ix_series_list", "series", ["sort_title", "id"])
    op.create_index("ix_series_program", "series", ["program_id", "sort_title", "id"])
    op.create_table(
        "feed",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("program_id", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_person_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_feed_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
    )
    op.create_index(op.f("ix_feed_person_id"), "feed", ["person_id"])
    op.create_index(op.f("ix_feed_program_id"), "feed", ["program_id"])
    op.create_table(
        "import",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("program_id", sa.String(length=64), nullable=True),
        sa.Column("series_id", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('staging', 'staged', 'applied', 'discarded')", name=op.f("ck_import_state")
        ),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_import_program_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_import_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import")),
    )
    op.create_index("ix_import_list", "import", ["created_at", "id"])
    op.create_table(
        "merge_suggestion",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("first_id", sa.String(length=64), nullable=False),
        sa.Column("second_id", sa.String(length=64), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'merged', 'dismissed')", name=op.f("ck_merge_suggestion_state")
        ),
        sa.ForeignKeyConstraint(["first_id"], ["person.id"], name=op.f("fk_merge_suggestion_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["person.id"], name=op.f("fk_merge_suggestion_second_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_suggestion")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_merge_suggestion_first_id_second_id")),
    )
    op.create_index("ix_merge_suggestion_list", "merge_suggestion", ["state", "created_at", "id"])
    op.create_index(op.f("ix_merge_suggestion_second_id"), "merge_suggestion", ["second_id"])
    op.create_table(
        "person_contact",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("value", sa.String(length=254), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'phone')", name=op.f("ck_person_contact_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_contact")),
        sa.UniqueConstraint(
            "person_id", "kind", "value", name=op.f("uq_person_contact_person_id_kind_value")
        ),
    )
    op.create_index("ix_person_contact_value", "person_contact", ["kind", "value"])
    op.create_table(
        "person_merge",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kept_id", sa.String(length=64), nullable=False),
        sa.Column("merged_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["person.id"], name=op.f("fk_person_merge_merged_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
    )
    op.create_index(op.f("ix_person_merge_kept_id"), "person_merge", ["kept_id"])
    op.create_index(op.f("ix_person_merge_merged_id"), "person_merge", ["merged_id"])
    op.create_table(
        "series_part",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("series_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_local", sa.String(length=19), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("uid", sa.String(length=200), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_series_part_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series_part")),
        sa.UniqueConstraint("series_id", "position", name=op.f("uq_series_part_series_id_position")),
        sa.UniqueConstraint("uid", name=op.f("uq_series_part_uid")),
    )
    op.create_table(
        "unsubscription",
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("program_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsubscription_person_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_unsubscription_program_id")),
        sa.PrimaryKeyConstraint("person_id", "program_id", name=op.f("pk_unsubscription")),
    )
    op.create_table(
        "imported_row",
        sa.Column("import_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("person_revision", sa.Integer(), nullable=True),
        sa.Column("registration_id", sa.String(length=64), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sort_name", KEY, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("profession", sa.String(length=200), nullable=False),
        sa.Column("credentials", sa.String(length=200), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=200), nullable=False),
        sa.Column("county", sa.String(length=200), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.CheckConstraint("fate IN ('new', 'update', 'same', 'refused')", name=op.f("ck_imported_row_fate")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import.id"], name=op.f("fk_imported_row_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_imported_row")),
    )
    op.create_index("ix_imported_row_fate", "imported_row", ["import_id", "fate", "number"])
    op.create_table(
        "mailing",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("program_id", sa.String(length=64), nullable=True),
        sa.Column("series_id", sa.String(length=64), nullable=True),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("registration_id", sa.String(length=64), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("position", sa.String(length=64), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('due', 'done')", name=op.f("ck_mailing_state")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_mailing_program_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_mailing_registration_id")
        ),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_mailing_series_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_mailing_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
    )
    op.create_index("ix_mailing_next", "mailing", ["state", "created_at", "id"])
    op.create_index(op.f("ix_mailing_registration_id"), "mailing", ["registration_id"])
    op.create_index(op.f("ix_mailing_session_id"), "mailing", ["session_id"])
    op.create_table(
        "mail",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("mailing_id", sa.String(length=64), nullable=False),
        sa.Column("registration_id", sa.String(length=64), nullable=True),
        sa.Column("person_id", sa.String(length=64), nullable=True),
        sa.Column("part", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("to_name", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("message_id", sa.String(length=250), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_epoch", sa.Integer(), nullable=False),
        sa.Column("data_begun", sa.Boolean(), nullable=False),
        sa.Column("possible_duplicates", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'failed', 'dropped')", name=op.f("ck_mail_state")
        ),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailing.id"], name=op.f("fk_mail_mailing_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_mail_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint(
            "mailing_id", "registration_id", "part", name=op.f("uq_mail_mailing_id_registration_id_part")
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index("ix_mail_list", "mail", ["created_at", "id"])
    op.create_index("ix_mail_next", "mail", ["state", "next_attempt_at", "id"])
    op.create_index("ix_mail_state", "mail", ["state", "created_at", "id"])
    op.create_index(op.f("ix_mail_person_id"), "mail", ["person_id"])
    op.create_index(op.f("ix_mail_registration_id"), "mail", ["registration_id"])


def _add_columns() -> None:
    """Of the old tables; they may be empty until ``_fill`` has run."""
    added: dict[str, list[sa.Column[Any]]] = {
        "site": [
            sa.Column("sort_name", KEY),
            sa.Column("organisation", sa.String(200)),
            sa.Column("type", sa.String(32)),
            sa.Column("zone", sa.String(64)),
            sa.Column("county", sa.String(200)),
            sa.Column("state", sa.String(200)),
            sa.Column("rural", sa.Boolean()),
            sa.Column("shortage_area", sa.Boolean()),
            sa.Column("confirmed", sa.Boolean()),
            sa.Column("created_at", sa.DateTime(timezone=True)),
            sa.Column("revision", sa.Integer()),
        ],
        "person": [
            sa.Column("sort_name", KEY),
            sa.Column("zone", sa.String(64)),
            sa.Column("merged_into", sa.String(64)),
            sa.Column("revision", sa.Integer()),
        ],
        "session": [
            sa.Column("program_id", sa.String(64)),
            sa.Column("series_id", sa.String(64)),
            sa.Column("part_id", sa.String(64)),
            sa.Column("original_local", sa.String(19)),
            sa.Column("moved_forward", sa.Boolean()),
            sa.Column("changed_by_hand", sa.JSON()),
            sa.Column("uid", sa.String(200)),
            sa.Column("sequence", sa.Integer()),
            sa.Column("cancel_reason", sa.Text()),
            sa.Column("finalised_at", sa.DateTime(timezone=True)),
        ],
        "registration": [
            sa.Column("series_id", sa.String(64)),
            sa.Column("program_id", sa.String(64)),
            sa.Column("status", sa.String(32)),
            sa.Column("source", sa.String(32)),
            sa.Column("answers", sa.JSON()),
            sa.Column("consents", sa.JSON()),
            sa.Column("queued_at", sa.DateTime(timezone=True)),
            sa.Column("decided_at", sa.DateTime(timezone=True)),
            sa.Column("decided_by", sa.String(64)),
            sa.Column("revision", sa.Integer()),
        ],
        "due_work": [sa.Column("detail", sa.Integer())],
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)


def _fill() -> None:
    """Gives every row the values that its new columns would have had."""
    # A site counts as looked at where a coordinator has invited somebody of it.
    op.execute(
        "UPDATE site SET organisation = '', type = '', zone = '', county = '', state = '', revision = 1,"
        " confirmed = EXISTS (SELECT 1 FROM person WHERE person.site_id = site.id AND person.matched),"
        " created_at = COALESCE((SELECT MIN(person.created_at) FROM person WHERE person.site_id = site.id),"
        " CURRENT_TIMESTAMP)"
    )
    op.execute("UPDATE person SET zone = '', revision = 1")
    op.execute(
        "UPDATE session SET moved_forward = (1 = 0), changed_by_hand = '[]', uid = id || '@echo-session',"
        " sequence = 0, cancel_reason = ''"
    )
    op.execute(
        "UPDATE registration SET status = CASE WHEN removed_at IS NULL THEN 'approved' ELSE 'withdrawn' END,"
        " source = 'invited', answers = '[]', consents = '[]',"
        " queued_at = created_at, decided_at = created_at, decided_by = '', revision = 1"
    )
    op.execute("UPDATE due_work SET detail = 0")
    connection = op.get_bind()
    for name in ("site", "person"):
        table = sa.table(name, sa.column("id"), sa.column("name"), sa.column("sort_name"))
        keys = [
            {"row": row.id, "key": row.name.casefold()[:200]}
            for row in connection.execute(sa.select(table.c.id, table.c.name))
        ]
        keep = table.update().where(table.c.id == sa.bindparam("row")).values(sort_name=sa.bindparam("key"))
        for some in _some(keys):
            connection.execute(keep, some)
    words = sa.table("search_word", sa.column("kind"), sa.column("word"), sa.column("owner_id"))
    for kind, query in (
        ("person", "SELECT id, name, email FROM person"),
        ("site", "SELECT id, name, '' FROM site"),
        ("session", "SELECT id, title, description FROM session WHERE kind = 'session'"),
    ):
        found = [
            {"kind": kind, "word": word, "owner_id": owner}
            for owner, *texts in connection.execute(sa.text(query))
            for word in _words(texts)
        ]
        for some in _some(found):
            connection.execute(words.insert(), some)


def _some(rows: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    for start in range(0, len(rows), ROWS):
        yield rows[start : start + ROWS]


def _words(texts: Iterable[str]) -> list[str]:
    """As ``domain.searching`` made them when this was written."""
    folded = unicodedata.normalize("NFKD", " ".join(texts).casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    found = dict.fromkeys(word[:40] for word in re.findall(r"[^\W_]+", plain))
    return list(found)[:32]


def _constrain() -> None:
    """What the filled columns may hold. SQLite copies the tables for it."""
    with op.batch_alter_table("site") as site:
        _filled(site, "sort_name organisation type zone county state confirmed created_at revision")
        site.drop_constraint(op.f("uq_site_name"), type_="unique")
        site.create_unique_constraint(op.f("uq_site_name_state_county"), ["name", "state", "county"])
        types = (
            "'', 'health_center', 'hospital', 'clinic', 'practice', 'school', 'school_district',"
            " 'university', 'government', 'tribal', 'other'"
        )
        site.create_check_constraint(op.f("ck_site_type"), f"type IN ({types})")
    with op.batch_alter_table("person") as person:
        _filled(person, "sort_name zone revision")
        person.create_foreign_key(op.f("fk_person_merged_into"), "person", ["merged_into"], ["id"])
    kept: tuple[sa.CheckConstraint, ...] = (
        _check("ck_session_kind", "kind IN ('session', 'practice')"),
        _check("ck_session_status", "status IN ('scheduled', 'open', 'closed', 'cancelled')"),
    )
    with op.batch_alter_table("session", table_args=kept) as session:
        _filled(session, "moved_forward changed_by_hand uid sequence cancel_reason")
        session.create_unique_constraint(
            op.f("uq_session_part_id_original_local"), ["part_id", "original_local"]
        )
        session.create_unique_constraint(op.f("uq_session_uid"), ["uid"])
        session.create_foreign_key(op.f("fk_session_program_id"), "program", ["program_id"], ["id"])
        session.create_foreign_key(op.f("fk_session_series_id"), "series", ["series_id"], ["id"])
        session.create_foreign_key(op.f("fk_session_part_id"), "series_part", ["part_id"], ["id"])
    _constrain_registrations()
    kept = (_check("ck_due_work_state", "state IN ('due', 'claimed', 'done', 'missed', 'cancelled')"),)
    with op.batch_alter_table("due_work", table_args=kept) as work:
        _filled(work, "detail")
        work.drop_constraint(op.f("uq_due_work_session_id_action_occurrence"), type_="unique")
        work.create_unique_constraint(
            op.f("uq_due_work_session_id_action_detail_occurrence"),
            ["session_id", "action", "detail", "occurrence"],
        )
        if op.get_bind().dialect.name != "sqlite":
            work.drop_constraint(op.f("ck_due_work_action"), type_="check")
        actions = "'open_room', 'warn_ending', 'close_room', 'send_reminder', 'finalise'"
        work.create_check_constraint(op.f("ck_due_work_action"), f"action IN ({actions})")
    op.create_index("ix_site_list", "site", ["sort_name", "id"])
    op.create_index("ix_site_confirmed", "site", ["confirmed", "sort_name", "id"])
    op.create_index("ix_site_type", "site", ["type", "sort_name", "id"])
    op.create_index("ix_person_list", "person", ["sort_name", "id"])
    op.create_index("ix_person_matched", "person", ["matched", "sort_name", "id"])
    op.create_index("ix_person_merged_into", "person", ["merged_into", "id"])
    op.create_index("ix_session_status", "session", ["status", "starts_at", "id"])
    op.create_index("ix_session_program", "session", ["program_id", "starts_at", "id"])
    op.create_index("ix_session_series", "session", ["series_id", "starts_at", "id"])
    op.create_index("ix_registration_series", "registration", ["series_id", "status", "queued_at"])
    op.create_index("ix_registration_program", "registration", ["program_id", "status", "queued_at"])
    pending = sa.text("status = 'pending'")
    op.create_index(
        "ix_registration_pending",
        "registration",
        ["queued_at"],
        sqlite_where=pending,
        postgresql_where=pending,
    )


def _constrain_registrations() -> None:
    roles = "'facilitator', 'panelist', 'participant', 'observer', 'coordinator'"
    kept = (_check("ck_registration_role", f"role IN ({roles})"),)
    with op.batch_alter_table("registration", table_args=kept) as registration:
        registration.alter_column("session_id", existing_type=sa.String(64), nullable=True)
        _filled(registration, "status source answers consents queued_at decided_by revision")
        for scope, table in (("series_id", "series"), ("program_id", "program")):
            registration.create_unique_constraint(
                op.f(f"uq_registration_{scope}_person_id"), [scope, "person_id"]
            )
            registration.create_foreign_key(op.f(f"fk_registration_{scope}"), table, [scope], ["id"])
        statuses = "'approved', 'pending', 'waiting', 'declined', 'withdrawn'"
        registration.create_check_constraint(op.f("ck_registration_status"), f"status IN ({statuses})")
        scopes = " + ".join(
            f"(CASE WHEN {scope} IS NULL THEN 0 ELSE 1 END)"
            for scope in ("session_id", "series_id", "program_id")
        )
        registration.create_check_constraint(op.f("ck_registration_one_scope"), f"{scopes} = 1")


def _filled(table: BatchOperations, columns: str) -> None:
    for name in columns.split():
        table.alter_column(name, nullable=False)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    """One that the table has had: a copy has those that it is told, and no others."""
    return sa.CheckConstraint(condition, name=op.f(name))

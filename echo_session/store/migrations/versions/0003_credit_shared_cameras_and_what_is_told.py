"""Credit, shared cameras, what was told and what was removed; streams of events beside sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from echo_session.store.triggers import guard, unguard

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Goes forward. SQLite copies the tables that change; references are not followed meanwhile."""
    _create_tables()
    _widen_ledger()
    _widen_outbox()
    _widen_others()


def downgrade() -> None:
    """There is no way back that keeps credit: restore the backup."""
    raise NotImplementedError("restore the backup that was taken before the upgrade")


def _create_tables() -> None:
    op.create_table(
        "event_stream",
        sa.Column("stream", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_event_stream")),
    )
    op.create_table(
        "tombstone",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_tombstone")),
    )
    op.create_index("ix_tombstone_list", "tombstone", ["removed_at", "session_id"])
    op.create_index("ix_audit_actor", "audit", ["actor", "at", "id"])
    op.create_table(
        "credit_plan",
        sa.Column("program_id", sa.String(length=64), nullable=False),
        sa.Column("evaluation", sa.JSON(), nullable=False),
        sa.Column("attestation", sa.Text(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.JSON(), nullable=False),
        sa.Column("completion", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_credit_plan_program_id")),
        sa.PrimaryKeyConstraint("program_id", name=op.f("pk_credit_plan")),
    )
    op.create_table(
        "credit_type",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("program_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("professions", sa.JSON(), nullable=False),
        sa.Column("designated_minutes", sa.Integer(), nullable=True),
        sa.Column("minutes_per_credit", sa.Integer(), nullable=False),
        sa.Column("minimum_minutes", sa.Integer(), nullable=True),
        sa.Column("minimum_share", sa.Integer(), nullable=True),
        sa.Column("rounding_minutes", sa.Integer(), nullable=False),
        sa.Column("rounding", sa.String(length=32), nullable=False),
        sa.Column("evaluation_minutes", sa.Integer(), nullable=False),
        sa.Column("evaluation_required", sa.Boolean(), nullable=False),
        sa.Column("presenters_excluded", sa.Boolean(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("rounding IN ('nearest', 'down', 'up')", name=op.f("ck_credit_type_rounding")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_credit_type_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_type")),
    )
    op.create_index("ix_credit_type_program", "credit_type", ["program_id", "position", "id"])

    op.create_table(
        "completion_mark",
        sa.Column("series_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what IN ('case', 'survey')", name=op.f("ck_completion_mark_what")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_completion_mark_person_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_completion_mark_series_id")),
        sa.PrimaryKeyConstraint("series_id", "person_id", "what", name=op.f("pk_completion_mark")),
    )
    op.create_table(
        "erasure",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("credit_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept", sa.JSON(), nullable=True),
        sa.CheckConstraint("state IN ('hidden', 'done')", name=op.f("ck_erasure_state")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasure_person_id")),
    )
    op.create_index("ix_erasure_state", "erasure", ["state", "credit_until"])
    op.create_index("ix_erasure_list", "erasure", ["asked_at", "id"])

    op.create_table(
        "attendance_edition",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("links", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.Column("picture", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ready', 'finalized', 'amended')", name=op.f("ck_attendance_edition_kind")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_edition_session_id")
        ),
        sa.PrimaryKeyConstraint("session_id", "number", name=op.f("pk_attendance_edition")),
    )
    op.create_table(
        "attendance_record",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("profession", sa.String(length=200), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("present_seconds", sa.Integer(), nullable=False),
        sa.Column("counted_seconds", sa.Integer(), nullable=False),
        sa.Column("intervals", sa.JSON(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("original_seconds", sa.Integer(), nullable=False),
        sa.Column("were", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_record_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_attendance_record_session_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_attendance_record_site_id")),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_attendance_record")),
    )
    op.create_index("ix_attendance_record_person", "attendance_record", ["person_id", "session_id"])
    op.create_index(op.f("ix_attendance_record_site_id"), "attendance_record", ["site_id"])

    op.create_table(
        "certificate",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("series_id", sa.String(length=64), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=False),
        sa.Column("revoke_reason", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.String(length=64), nullable=True),
        sa.CheckConstraint("kind IN ('attendance', 'completion')", name=op.f("ck_certificate_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_certificate_series_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_certificate_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"])
    op.create_index("ix_certificate_series", "certificate", ["series_id", "person_id"])
    op.create_index("ix_certificate_session", "certificate", ["session_id", "person_id"])

    op.create_table(
        "claim",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("credit_type_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(length=32), nullable=False),
        sa.Column("counted_seconds", sa.Integer(), nullable=False),
        sa.Column("attestation", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('claimed', 'withdrawn', 'void')", name=op.f("ck_claim_state")),
        sa.ForeignKeyConstraint(["credit_type_id"], ["credit_type.id"], name=op.f("fk_claim_credit_type_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_claim_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_claim_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint(
            "session_id",
            "person_id",
            "credit_type_id",
            name=op.f("uq_claim_session_id_person_id_credit_type_id"),
        ),
    )
    op.create_index(op.f("ix_claim_person_id"), "claim", ["person_id"])
    op.create_index("ix_claim_type", "claim", ["credit_type_id", "claimed_at", "id"])
    op.create_index("ix_claim_list", "claim", ["claimed_at", "id"])

    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_evaluation_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_evaluation_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_evaluation_session_id_person_id")),
    )
    op.create_index(op.f("ix_evaluation_person_id"), "evaluation", ["person_id"])

    op.create_table(
        "gathering",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("host_person_id", sa.String(length=64), nullable=False),
        sa.Column("site_id", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["host_person_id"], ["person.id"], name=op.f("fk_gathering_host_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_gathering_session_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_gathering_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gathering")),
        sa.UniqueConstraint(
            "session_id", "host_person_id", name=op.f("uq_gathering_session_id_host_person_id")
        ),
    )
    op.create_index("ix_gathering_code", "gathering", ["code"])
    op.create_index(op.f("ix_gathering_host_person_id"), "gathering", ["host_person_id"])
    op.create_index(op.f("ix_gathering_site_id"), "gathering", ["site_id"])

    op.create_table(
        "presenter",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_presenter_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_presenter_session_id")),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_presenter")),
    )
    op.create_table(
        "session_credit",
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("credit_type_id", sa.String(length=64), nullable=False),
        sa.Column("offered", sa.Boolean(), nullable=False),
        sa.Column("designated_minutes", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["credit_type_id"], ["credit_type.id"], name=op.f("fk_session_credit_credit_type_id")
        ),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_session_credit_session_id")),
        sa.PrimaryKeyConstraint("session_id", "credit_type_id", name=op.f("pk_session_credit")),
    )
    op.create_table(
        "check_in",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("gathering_id", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("way IN ('screen', 'phone', 'hand')", name=op.f("ck_check_in_way")),
        sa.ForeignKeyConstraint(["gathering_id"], ["gathering.id"], name=op.f("fk_check_in_gathering_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_check_in_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_check_in_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index(op.f("ix_check_in_gathering_id"), "check_in", ["gathering_id"])
    op.create_index(op.f("ix_check_in_person_id"), "check_in", ["person_id"])
    op.create_index("ix_check_in_session", "check_in", ["session_id", "person_id"])


def _widen_ledger() -> None:
    """Links about a whole session, and links that say more. What is written stays to the byte."""
    unguard(op.get_bind(), "attendance_event")
    kinds = (
        "'joined', 'seen', 'left', 'evicted', 'recovered', 'checked_in', 'checked_out', 'still_here',"
        " 'break_began', 'break_ended', 'counted', 'corrected'"
    )
    # Both databases add such a column without touching a row; SQLite then copies the table once, not twice.
    op.add_column("attendance_event", sa.Column("detail", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("attendance_event") as event:
        event.alter_column("detail", existing_type=sa.Text(), server_default=None)
        event.alter_column("person_id", existing_type=sa.String(64), nullable=True)
        _check_again(event, "ck_attendance_event_kind", f"kind IN ({kinds})")
    guard(op.get_bind(), "attendance_event", buried=True)


def _widen_outbox() -> None:
    with op.batch_alter_table("event") as event:
        event.add_column(sa.Column("number", sa.BigInteger(), nullable=True))
        event.add_column(sa.Column("stream", sa.String(64), nullable=True))
        event.alter_column("session_id", existing_type=sa.String(64), nullable=True)
        event.drop_constraint(op.f("uq_event_session_id_seq"), type_="unique")
    op.execute("UPDATE event SET stream = session_id")
    with op.batch_alter_table("event") as event:
        event.alter_column("stream", existing_type=sa.String(64), nullable=False)
        event.create_unique_constraint(op.f("uq_event_number"), ["number"])
        event.create_unique_constraint(op.f("uq_event_stream_seq"), ["stream", "seq"])
    op.create_index("ix_event_list", "event", ["type", "number"])
    op.create_index(op.f("ix_event_session_id"), "event", ["session_id"])
    states = _check("ck_delivery_state", "state IN ('pending', 'delivered', 'failed')")
    op.drop_index("ix_delivery_next", "delivery")
    with op.batch_alter_table("delivery", table_args=(states,)) as delivery:
        delivery.add_column(sa.Column("stream", sa.String(64), nullable=True))
        delivery.add_column(sa.Column("seq", sa.Integer(), nullable=True))
        delivery.add_column(sa.Column("replays", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE delivery SET replays = 0,"
        " stream = (SELECT event.stream FROM event WHERE event.id = delivery.event_id),"
        " seq = (SELECT event.seq FROM event WHERE event.id = delivery.event_id)"
    )
    with op.batch_alter_table("delivery", table_args=(states,)) as delivery:
        for name in ("stream", "seq", "replays"):
            delivery.alter_column(name, nullable=False)
    op.create_index("ix_delivery_head", "delivery", ["endpoint_id", "state", "stream", "seq"])
    with op.batch_alter_table("delivery_attempt") as attempt:
        for name in ("request", "response_headers"):
            attempt.add_column(sa.Column(name, sa.JSON(), nullable=True))
    op.execute("UPDATE delivery_attempt SET request = '{}', response_headers = '{}'")
    with op.batch_alter_table("delivery_attempt") as attempt:
        for name in ("request", "response_headers"):
            attempt.alter_column(name, existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("webhook_endpoint") as endpoint:
        _check_again(endpoint, "ck_webhook_endpoint_status", "status IN ('enabled', 'paused', 'disabled')")


def _widen_others() -> None:
    with op.batch_alter_table("audit") as audit:
        audit.add_column(sa.Column("detail", sa.Text(), nullable=True))
    op.execute("UPDATE audit SET detail = ''")
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("detail", existing_type=sa.Text(), nullable=False)
    op.add_column("person", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    states = _check("ck_due_work_state", "state IN ('due', 'claimed', 'done', 'missed', 'cancelled')")
    actions = "'open_room', 'warn_ending', 'close_room', 'send_reminder', 'finalise', 'offer_credit'"
    with op.batch_alter_table("due_work", table_args=(states,)) as work:
        _check_again(work, "ck_due_work_action", f"action IN ({actions})")


def _check_again(table: BatchOperations, name: str, condition: str) -> None:
    """A copy by SQLite has lost the check already; PostgreSQL still has it."""
    if op.get_bind().dialect.name != "sqlite":
        table.drop_constraint(op.f(name), type_="check")
    table.create_check_constraint(op.f(name), condition)


def _check(name: str, condition: str) -> sa.CheckConstraint:
    """One that the table has had: a copy has those that it is told, and no others."""
    return sa.CheckConstraint(condition, name=op.f(name))

"""The credit plan of each program: the usual one until somebody changes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from echo_session.domain import credit_plan, questions
from echo_session.domain.completion import CompletionRule
from echo_session.domain.credit_plan import NO_PROGRAM, USUAL, CertificateWords, CreditPlan
from echo_session.domain.ids import RandomBytes
from echo_session.store.engine import Tx
from echo_session.store.errors import Conflict
from echo_session.store.programs import get_program
from echo_session.store.tables import CreditPlanRow

__all__ = ["change_plan", "plan_of", "plans_of"]


async def plan_of(tx: Tx, program_id: str | None) -> CreditPlan:
    """The plan of this program, or of what belongs to none."""
    if program_id is None:
        return NO_PROGRAM
    row = await tx.get(CreditPlanRow, program_id)
    return USUAL if row is None else _to_plan(row)


async def plans_of(tx: Tx, program_ids: Collection[str]) -> dict[str, CreditPlan]:
    """Plans by program."""
    rows = await tx.scalars(select(CreditPlanRow).where(CreditPlanRow.program_id.in_(program_ids)))
    return dict.fromkeys(program_ids, USUAL) | {row.program_id: _to_plan(row) for row in rows}


async def change_plan(
    tx: Tx, program_id: str, wanted: CreditPlan, *, revision: int | None, random: RandomBytes
) -> CreditPlan:
    """The changed plan.

    Args:
        revision: what the asker took the plan for; None asks for no check.

    Raises:
        NotFound, Conflict, InvalidFields.
    """
    await get_program(tx, program_id, lock=True)
    before = await plan_of(tx, program_id)
    if revision is not None and revision != before.revision:
        raise Conflict(f"the credit plan is at revision {before.revision}, not {revision}; read it again")
    after = credit_plan.change(before, replace(wanted, revision=before.revision), random=random)
    if after is before:
        return before
    row = await tx.get(CreditPlanRow, program_id)
    if row is None:
        row = CreditPlanRow(program_id=program_id)
        tx.add(row)
    for name, value in credit_plan.to_json(after).items():
        setattr(row, name, value)
    await tx.flush()
    return after


def _to_plan(row: CreditPlanRow) -> CreditPlan:
    return CreditPlan(
        evaluation=tuple(questions.from_json(question) for question in row.evaluation),
        attestation=row.attestation,
        claim_days=row.claim_days,
        certificate=CertificateWords(**row.certificate),
        completion=None if row.completion is None else CompletionRule.from_json(row.completion),
        revision=row.revision,
    )

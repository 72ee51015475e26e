"""What is asked of reports."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from echo_session.api.certificate_models import Reference
from echo_session.api.operation import Body

Format = Literal["csv", "xlsx", "json", "pdf"]


class SessionReportQuery(Body):
    """A report of one session."""

    format: Format = "pdf"


class Days(Body):
    """A range of days at the hub."""

    from_: date | None = Field(None, alias="from", description="The first day")
    to: date | None = Field(None, description="The last day, which is in it")

    @field_validator("to")
    @classmethod
    def _in_order(cls, to: date | None, known: ValidationInfo) -> date | None:
        first = known.data.get("from_")
        if first and to and to < first:
            raise ValueError("is before from")
        return to


class ReportQuery(Days):
    """A report over several sessions."""

    format: Format = "pdf"
    table: Literal["attendance", "people", "sessions", "groups"] = Field(
        "attendance", description="Which table a CSV file holds; other files hold all"
    )


class GrantQuery(Days):
    """Figures for grants and yearly reports."""

    format: Format = "json"
    program_id: Reference | None = None
    table: Literal["groups", "sessions"] = Field("groups", description="Which table a CSV file holds")


class ClaimExportQuery(Days):
    """Claims for the accredited provider."""

    format: Literal["csv", "xlsx", "json"] = "xlsx"
    state: Literal["claimed", "withdrawn", "void", "all"] = "claimed"
    session_id: Reference | None = None
    credit_type_id: Reference | None = None
    program_id: Reference | None = None

"""What goes in and out about certificates."""

from __future__ import annotations

from datetime import date as Day
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from echo_session.api.models import NO_NUL, Out
from echo_session.api.operation import Body
from echo_session.api.paging import PageQuery
from echo_session.domain.certificates import Certificate, hours, minutes, spaced

Reference = Annotated[str, Field(min_length=1, max_length=64), NO_NUL]
Reason = Annotated[str, Field(min_length=1, max_length=500), NO_NUL]


class CertificateQuery(PageQuery):
    """Which certificates."""

    session_id: Reference | None = None
    series_id: Reference | None = None
    person_id: Reference | None = None


class Issuing(Body):
    """To whom certificates are issued."""

    person_ids: Annotated[list[Reference], Field(min_length=1, max_length=1000)] | None = Field(
        None,
        description="Only these, also those whose certificate was revoked by hand; left out: everybody",
    )


class Revocation(Body):
    """Why a certificate is revoked."""

    reason: Reason


class CertificateOut(Out):
    """A certificate as printed, and whether it is still good."""

    id: str
    code: str = Field(description="With which anybody confirms it at /verify")
    kind: Literal["attendance", "completion"]
    state: Literal["valid", "revoked"]
    person_id: str
    session_id: str | None
    series_id: str | None
    name: str
    credentials: str
    title: str
    date: Day
    seconds: int
    minutes: int
    hours: str = Field(description="As printed: 0.87")
    issued_at: datetime
    revoked_at: datetime | None
    revoked_by: str = Field(description="Name of who revoked it; empty where a correction of the time did")
    revoke_reason: str
    replaced_by: str | None = Field(description="Id of the one that was issued in its place")


class CertificatePage(Out):
    """A page of certificates, the latest first."""

    items: list[CertificateOut]
    next: str | None


class LeftOut(Out):
    """Somebody who was there and got no certificate."""

    person_id: str
    name: str
    why: str


class Issued(Out):
    """What came of issuing."""

    issued: int = Field(description="New ones")
    before: int = Field(description="People who had one, or whose was revoked by hand")
    items: list[CertificateOut] = Field(description="The new ones")
    left_out: list[LeftOut]


class Confirmation(Out):
    """All that anybody is told about a certificate. Of a revoked one neither the name nor the hours."""

    state: Literal["valid", "revoked"]
    code: str
    kind: Literal["attendance", "completion"]
    name: str | None
    title: str
    date: Day
    until: Day | None = Field(description="Of a series: the day of its last session")
    hours: str | None
    length: str | None = Field(description="The hours in words: 52 minutes")
    issuer: str
    issued_on: Day
    revoked_on: Day | None


class NewCertificate(Out):
    """The learner's own certificate."""

    code: str


def certificate_out(one: Certificate, names: dict[str, str]) -> CertificateOut:
    """The certificate, with the name of who revoked it."""
    said = one.said
    return CertificateOut(
        id=one.id,
        code=spaced(one.code),
        kind=one.kind,
        state="valid" if one.valid else "revoked",
        person_id=one.person_id,
        session_id=one.session_id,
        series_id=one.series_id,
        name=said.name,
        credentials=said.credentials,
        title=said.title,
        date=Day.fromisoformat(said.date),
        seconds=one.seconds,
        minutes=minutes(one.seconds),
        hours=hours(one.seconds),
        issued_at=one.issued_at,
        revoked_at=one.revoked_at,
        revoked_by=names.get(one.revoked_by, ""),
        revoke_reason=one.revoke_reason,
        replaced_by=one.replaced_by,
    )

"""/certificates: issued, listed, printed and revoked; and confirmed by anybody who has the code of one."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from io import BytesIO

from echo_session.api import certificate_models as models
from echo_session.api.learner import admission, learner_in
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Download, Nothing
from echo_session.api.paging import cursor_of, time_place
from echo_session.api.ports import Ports
from echo_session.api.sessions import session_of
from echo_session.domain.certificates import Certificate, hours, length_words, read_code, spaced
from echo_session.domain.slugs import slug_of
from echo_session.reports.certificate_pdf import certificate_pdf
from echo_session.store import audit, certificate_rows, certificates, series_certificates
from echo_session.store.actors import names_of
from echo_session.store.errors import NotFound

TAG = "Certificates"
PDF = "application/pdf"


async def issue(call: Call[models.Issuing, Nothing]) -> Answer:
    """To everybody who is entitled to one and has none."""
    session = await session_of(call)
    done = await certificates.issue(
        call.tx, session.id, now=call.now, random=call.ports.random, person_ids=call.body.person_ids
    )
    await _note(call, audit.ISSUED_CERTIFICATES, session.id)
    return Answer(body=_issued(done))


async def issue_for_series(call: Call[models.Issuing, Nothing]) -> Answer:
    """To everybody who has completed a series and has none."""
    series_id = call.path["series_id"]
    done = await series_certificates.issue(
        call.tx, series_id, now=call.now, random=call.ports.random, person_ids=call.body.person_ids
    )
    await _note(call, audit.ISSUED_CERTIFICATES, series_id)
    return Answer(body=_issued(done))


async def index(call: Call[Nothing, models.CertificateQuery]) -> Answer:
    """A page of certificates."""
    query = call.query
    page, more = await certificate_rows.list_certificates(
        call.tx,
        session_id=query.session_id,
        series_id=query.series_id,
        person_id=query.person_id,
        limit=query.limit,
        after=time_place(query.cursor),
    )
    about = query.session_id or query.series_id or query.person_id or ""
    await _note(call, audit.READ_CERTIFICATES, about)
    names = await names_of(call.tx, {one.revoked_by for one in page})
    items = [models.certificate_out(one, names) for one in page]
    return Answer(body=models.CertificatePage(items=items, next=cursor_of(more)))


async def print_one(call: Call[Nothing, Nothing]) -> Answer:
    """The certificate as a PDF."""
    async with call.ports.database.write() as tx:
        found = await certificate_rows.get_certificate(tx, call.path["certificate_id"])
        await audit.keep(
            tx, call.actor.id, audit.READ_CERTIFICATES, found.id, now=call.now, random=call.ports.random
        )
    return await _printed(call, [found])


async def print_all(call: Call[Nothing, Nothing]) -> Answer:
    """Every good certificate of the session, a sheet each."""
    session_id = call.path["session_id"]
    async with call.ports.database.write() as tx:
        found = await certificate_rows.valid_of_session(tx, session_id)
        await audit.keep(
            tx, call.actor.id, audit.READ_CERTIFICATES, session_id, now=call.now, random=call.ports.random
        )
    if not found:
        raise NotFound(f"no certificates of {session_id}")
    return await _printed(call, found)


async def revoke(call: Call[models.Revocation, Nothing]) -> Answer:
    """From now on the public page says that it is revoked."""
    done = await certificates.revoke(
        call.tx, call.path["certificate_id"], call.body.reason, by=call.actor.id, now=call.now
    )
    await _note(call, audit.REVOKED_CERTIFICATE, done.id)
    names = await names_of(call.tx, [done.revoked_by])
    return Answer(body=models.certificate_out(done, names))


def _issued(done: certificates.Issued) -> models.Issued:
    return models.Issued(
        issued=len(done.new),
        before=done.before,
        items=[models.certificate_out(one, {}) for one in done.new],
        left_out=[models.LeftOut.model_validate(one) for one in done.left_out],
    )


async def _printed(call: AnyCall, found: Sequence[Certificate]) -> Answer:
    page = call.ports.links.verify_page
    data = await asyncio.to_thread(certificate_pdf, found, page, now=call.now)
    said = found[0].said
    about = slug_of(said.title if len(found) > 1 else f"{said.name} {said.title}", "certificate")
    name = f"certificate{'s' * (len(found) > 1)}-{about}-{said.date}.pdf"
    return Answer(download=Download(filename=name, media_type=PDF, file=BytesIO(data)))


async def _note(call: AnyCall, action: str, subject: str) -> None:
    await audit.note(call.tx, call.actor.id, action, subject, now=call.now, random=call.ports.random)


ONE = "/certificates/{certificate_id}"

OPERATIONS: tuple[AnyOperation, ...] = (
    operation(
        "POST",
        "/sessions/{session_id}/certificates",
        "issueCertificates",
        "Issue certificates of attendance to all who are entitled to one and have none",
        issue,
        tag=TAG,
        body=models.Issuing,
        answer=models.Issued,
        idempotent=True,
    ),
    operation(
        "POST",
        "/series/{series_id}/certificates",
        "issueSeriesCertificates",
        "Issue certificates to all who have completed a series by its program's rule and have none",
        issue_for_series,
        tag=TAG,
        body=models.Issuing,
        answer=models.Issued,
        idempotent=True,
    ),
    operation(
        "GET",
        "/sessions/{session_id}/certificates/pdf",
        "printCertificates",
        "Every good certificate of a session in one PDF",
        print_all,
        tag=TAG,
        unit="none",
        downloads=(PDF,),
    ),
    operation(
        "GET",
        "/certificates",
        "listCertificates",
        "List certificates, the latest first",
        index,
        tag=TAG,
        query=models.CertificateQuery,
        answer=models.CertificatePage,
        unit="write",
    ),
    operation(
        "GET",
        f"{ONE}/pdf",
        "printCertificate",
        "A certificate as a PDF",
        print_one,
        tag=TAG,
        unit="none",
        downloads=(PDF,),
    ),
    operation(
        "POST",
        f"{ONE}/revoke",
        "revokeCertificate",
        "Revoke a certificate; the public page says so from now on",
        revoke,
        tag=TAG,
        body=models.Revocation,
        answer=models.CertificateOut,
        problems=(404, 409),
    ),
)


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """What needs no signing in; limited by the address that asks."""
    admit = admission(ports)
    return (
        operation(
            "GET",
            "/public/certificates/{code}",
            "confirmCertificate",
            "Whether a certificate with this code was issued, and still is good",
            _confirm,
            tag=TAG,
            admit=admit,
            answer=models.Confirmation,
            public=True,
            problems=(404, 429),
        ),
        operation(
            "POST",
            "/public/credit/certificate",
            "makeOwnCertificate",
            "Have one's own certificate of attendance issued; again, it changes nothing",
            _make_own,
            tag=TAG,
            admit=admit,
            answer=models.NewCertificate,
            public=True,
            problems=(401, 403, 404, 409, 429),
        ),
        operation(
            "GET",
            "/public/credit/certificate",
            "printOwnCertificate",
            "One's own certificate of attendance as a PDF, once it is issued",
            _print_own,
            tag=TAG,
            admit=admit,
            downloads=(PDF,),
            public=True,
            unit="none",
            problems=(401, 404, 429),
        ),
    )


async def _confirm(call: Call[Nothing, Nothing]) -> Answer:
    code = read_code(call.path["code"])
    if code is None:
        raise NotFound("no such code")
    found = await certificate_rows.certificate_of_code(call.tx, code)
    said = found.said
    body = models.Confirmation(
        state="valid" if found.valid else "revoked",
        code=spaced(found.code),
        kind=found.kind,
        name=_name(found) if found.valid else None,
        title=said.title,
        date=date.fromisoformat(said.date),
        until=date.fromisoformat(said.until) if said.until else None,
        hours=hours(found.seconds) if found.valid else None,
        length=length_words(found.seconds) if found.valid else None,
        issuer=said.issuer,
        issued_on=date.fromisoformat(said.issued),
        revoked_on=None if found.revoked_at is None else found.revoked_at.date(),
    )
    return Answer(body=body)


def _name(found: Certificate) -> str:
    said = found.said
    return f"{said.name}, {said.credentials}" if said.credentials else said.name


async def _make_own(call: Call[Nothing, Nothing]) -> Answer:
    session_id, person_id = learner_in(call.request, call.ports)
    made = await certificates.own(call.tx, session_id, person_id, now=call.now, random=call.ports.random)
    return Answer(body=models.NewCertificate(code=spaced(made.code)))


async def _print_own(call: Call[Nothing, Nothing]) -> Answer:
    session_id, person_id = learner_in(call.request, call.ports)
    async with call.ports.database.read() as tx:
        found = await certificate_rows.held_by(tx, session_id, person_id)
    if found is None or not found.valid:
        raise NotFound("no certificate")
    return await _printed(call, [found])

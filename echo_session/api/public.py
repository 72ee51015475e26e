"""/public: the pages on which people register themselves, without signing in.

No answer tells whether an address or a person is known: each is made from the page alone, before anybody is
looked up, and what came of a registration is told by mail.
"""

from __future__ import annotations

from dataclasses import replace

from echo_session.api import public_models as models
from echo_session.api.auth import refuse_other_sites
from echo_session.api.console import refuse_if_too_many
from echo_session.api.credit_notice import notices
from echo_session.api.limits import RateLimit
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.ports import Ports
from echo_session.api.program_models import ConsentOut, QuestionOut
from echo_session.domain.consents import check_consents
from echo_session.domain.errors import FieldProblem, InvalidFields, NotPossible
from echo_session.domain.mail import MailKind
from echo_session.domain.newcomers import Newcomer, NewSite, newcomer_problems, tidied
from echo_session.domain.people import Invitation, Role, problems_of, tidy_email
from echo_session.domain.questions import check_answers
from echo_session.domain.registering import Approval, Places, ScopeKind
from echo_session.phones import normal_phone
from echo_session.store import admissions, newcomers
from echo_session.store.mailings import queue_mailing
from echo_session.store.public_pages import PublicPage, find_page, find_sites, read_page
from echo_session.store.scopes import scope_facts

TAG = "Public pages"
KINDS = {"programs": ScopeKind.PROGRAM, "series": ScopeKind.SERIES}
MOST_PEOPLE = 50
"""Whose links one mail lists."""

LOST_LINK = (
    "If anybody is registered with this address, their links are on the way to it. If nothing comes within"
    " some minutes, look into the spam folder, and ask the hub which address it has."
)


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The operations; each is limited by the address that asks, what sends mail by where it goes too."""
    limits = ports.limits
    looks = RateLimit(limits.public_looks_per_address, limits.public_window, ports.monotonic)
    registering = RateLimit(limits.registrations_per_address, limits.public_window, ports.monotonic)
    written_to = RateLimit(limits.registrations_per_email, limits.email_window, ports.monotonic)
    lost = RateLimit(limits.lost_links_per_address, limits.public_window, ports.monotonic)
    lost_by_email = RateLimit(limits.lost_links_per_email, limits.email_window, ports.monotonic)

    async def program(call: Call[Nothing, Nothing]) -> Answer:
        refuse_if_too_many(looks.wait(call.request.remote))
        return await _page(call, ScopeKind.PROGRAM)

    async def series(call: Call[Nothing, Nothing]) -> Answer:
        refuse_if_too_many(looks.wait(call.request.remote))
        return await _page(call, ScopeKind.SERIES)

    async def sites(call: Call[Nothing, models.SiteQuery]) -> Answer:
        refuse_if_too_many(looks.wait(call.request.remote))
        found = await find_sites(call.tx, call.query.search)
        items = [models.FoundSite(id=site.id, name=site.name, state=site.state) for site in found]
        return Answer(body=models.FoundSites(items=items))

    def admit_registration(call: Call[models.NewPublicRegistration, Nothing]) -> None:
        refuse_other_sites(call.request, ports, programs=True)
        refuse_if_too_many(registering.wait(call.request.remote))
        refuse_if_too_many(written_to.wait(_newcomer(call.body).email))

    async def register(call: Call[models.NewPublicRegistration, Nothing]) -> Answer:
        return await _register(call, _newcomer(call.body))

    def admit_lost_link(call: Call[models.LostLink, Nothing]) -> None:
        refuse_other_sites(call.request, ports, programs=True)
        refuse_if_too_many(lost.wait(call.request.remote))

    async def lost_link(call: Call[models.LostLink, Nothing]) -> Answer:
        address = _address(call.body.email)
        if lost_by_email.wait(address) == 0:
            people = await newcomers.people_at(call.tx, address)
            # Written down whether anybody is found or not, so that both take the same time.
            await queue_mailing(
                call.tx,
                kind=MailKind.LOST_LINK,
                content={"address": address, "person_ids": people[:MOST_PEOPLE]},
                now=call.now,
                random=ports.random,
            )
        return Answer(body=models.LostLinkAnswer(words=LOST_LINK))

    return (
        Operation(
            method="GET",
            path="/public/programs/{slug}",
            name="readPublicProgram",
            summary="What the public page of a program shows",
            tag=TAG,
            handler=program,
            body=Nothing,
            query=Nothing,
            answer=models.PublicPageOut,
            public=True,
            problems=(404, 429),
        ),
        Operation(
            method="GET",
            path="/public/series/{slug}",
            name="readPublicSeries",
            summary="What the public page of a series shows",
            tag=TAG,
            handler=series,
            body=Nothing,
            query=Nothing,
            answer=models.PublicPageOut,
            public=True,
            problems=(404, 429),
        ),
        Operation(
            method="GET",
            path="/public/sites",
            name="findPublicSites",
            summary="Find a confirmed site while its name is typed",
            tag=TAG,
            handler=sites,
            body=Nothing,
            query=models.SiteQuery,
            answer=models.FoundSites,
            public=True,
            problems=(429,),
        ),
        Operation(
            method="POST",
            path="/public/registrations",
            name="registerPublicly",
            summary="Register oneself on a public page; the answer is the same whether one is known or not",
            tag=TAG,
            handler=register,
            admit=admit_registration,
            body=models.NewPublicRegistration,
            query=Nothing,
            answer=models.Registered,
            status=201,
            unit="write",
            public=True,
            idempotent=True,
            problems=(403, 404, 409, 429),
        ),
        Operation(
            method="POST",
            path="/public/lost-link",
            name="sendLostLink",
            summary="Have the links of an address mailed to it; the answer is the same for every address",
            tag=TAG,
            handler=lost_link,
            admit=admit_lost_link,
            body=models.LostLink,
            query=Nothing,
            answer=models.LostLinkAnswer,
            unit="write",
            public=True,
            problems=(403, 429),
        ),
    )


async def _page(call: Call[Nothing, Nothing], kind: ScopeKind) -> Answer:
    scope = await find_page(call.tx, kind, call.path["slug"])
    page = await read_page(call.tx, scope, now=call.now)
    return Answer(body=_page_out(page), headers={"Cache-Control": "no-cache"})


async def _register(call: Call[models.NewPublicRegistration, Nothing], said: Newcomer) -> Answer:
    scope = await find_page(call.tx, KINDS[call.body.page], call.body.slug)
    facts = await scope_facts(call.tx, scope, lock=True)
    page = await read_page(call.tx, scope, now=call.now)
    if page.closed:
        raise NotPossible(f"{page.closed} Nobody can be registered any more.")
    answers, problems = check_answers(page.questions, call.body.answers)
    agreements, not_agreed = check_consents(page.consents, call.body.consents, now=call.now)
    if problems or not_agreed:
        raise InvalidFields([*problems, *not_agreed])
    person_id = await newcomers.person_behind(call.tx, said, now=call.now, random=call.ports.random)
    await admissions.register(
        call.tx, facts, person_id, answers, agreements, now=call.now, random=call.ports.random
    )
    return Answer(body=_told(page, said.email))


def _told(page: PublicPage, email: str) -> models.Registered:
    """What whoever comes now is told. True, too, of somebody who is registered already or was turned down."""
    if page.terms.approval is Approval.COORDINATOR:
        words = f"Thank you. The coordinator looks at it and writes to {email}."
        return models.Registered(status="pending", words=words)
    if page.places is Places.WAITING:
        words = (
            f"All places are taken at the moment. We write to {email} as soon as one becomes free for you."
        )
        return models.Registered(status="waiting", words=words)
    words = f"Thank you. We are writing to {email}: look there for your personal link and what comes next."
    return models.Registered(status="approved", words=words)


def _newcomer(body: models.NewPublicRegistration) -> Newcomer:
    """Who somebody says they are. Raises InvalidFields."""
    site: str | NewSite | None = None
    if isinstance(body.site, models.KnownSite):
        site = body.site.id
    elif body.site is not None:
        site = NewSite(**dict(body.site))
    said = Newcomer(
        name=body.name,
        email=body.email,
        profession=body.profession,
        credentials=body.credentials,
        site=site,
        zone=body.zone,
    )
    problems = newcomer_problems(said)
    phone = normal_phone(body.phone) if body.phone.strip() else ""
    if phone is None:
        allowed = "a number such as (505) 555-0100, or +52 55 5555 0100 from abroad"
        problems.append(FieldProblem("phone", "is not a telephone number", allowed))
    if problems:
        raise InvalidFields(problems)
    return replace(tidied(said), phone=phone or "")


def _address(email: str) -> str:
    """An e-mail address. Raises InvalidFields."""
    problems = problems_of(Invitation(name="-", email=email, role=Role.PARTICIPANT))
    if problems:
        raise InvalidFields(problems)
    return tidy_email(email)


def _page_out(page: PublicPage) -> models.PublicPageOut:
    return models.PublicPageOut(
        slug=page.slug,
        title=page.title,
        program_name=page.program_name,
        description=page.description,
        contact=page.contact,
        zone=page.zone,
        words=list(page.words),
        approval=page.terms.approval.value,
        full=page.places in (Places.WAITING, Places.FULL),
        waiting_list=page.terms.waiting_list,
        closed=page.closed,
        questions=[
            QuestionOut(
                id=one.id,
                kind=one.kind.value,
                label=one.label,
                help=one.help,
                required=one.required,
                options=list(one.options),
            )
            for one in page.questions
        ],
        consents=[
            ConsentOut(id=one.id, title=one.title, text=one.text, required=one.required)
            for one in page.consents
        ],
        dates=[
            models.PublicDateOut(
                session_id=session.id,
                title=session.title,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                zone=session.zone,
            )
            for session in page.dates
        ],
        credit=notices(page.credit),
        series=[models.PublicSeriesOut.model_validate(one) for one in page.series],
    )

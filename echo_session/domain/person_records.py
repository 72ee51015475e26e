"""What a hub keeps of a person: who they are, where they work, and all the ways to reach them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from echo_session.domain.errors import FieldProblem, InvalidFields
from echo_session.domain.people import Invitation, Person, Role, problems_of, tidy_email
from echo_session.domain.text import tidy
from echo_session.domain.times import check_zone

MAX_CONTACTS = 20
"""Further addresses, and as many telephones."""
MAX_VALUE = 254
MAX_LABEL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A way to reach somebody; ``label`` says which one it is, such as "clinic"."""

    value: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDraft:
    """What is to be kept of a person."""

    name: str
    email: str
    """Where mail goes."""
    emails: tuple[Contact, ...] = ()
    """Further addresses."""
    phones: tuple[Contact, ...] = ()
    profession: str = ""
    credentials: str = ""
    site_id: str | None = None
    zone: str = ""
    """IANA zone of their own; empty where it is the site's."""
    matched: bool = True
    """Somebody has looked at who this is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """A person and all the ways to reach them."""

    person: Person
    emails: tuple[Contact, ...] = field(default=())
    phones: tuple[Contact, ...] = field(default=())


def draft_of(record: PersonRecord) -> PersonDraft:
    """What would be asked to be kept, to keep what is kept: replace the fields that are to change."""
    person = record.person
    return PersonDraft(
        name=person.name,
        email=person.email,
        emails=record.emails,
        phones=record.phones,
        profession=person.profession,
        credentials=person.credentials,
        site_id=person.site_id,
        zone=person.zone,
        matched=person.matched,
    )


def settled(draft: PersonDraft) -> PersonDraft:
    """The draft as it is kept, but for its telephones, whose way of writing is not our business.

    Raises:
        InvalidFields: names every field that is wrong.
    """
    problems = problems_of(_as_invitation(draft.name, draft))
    zone_problem = check_zone(draft.zone) if draft.zone else None
    if zone_problem is not None:
        problems.append(zone_problem)
    problems += contact_problems(draft.emails, "emails") + contact_problems(draft.phones, "phones")
    for number, contact in enumerate(draft.emails):
        wrong = problems_of(Invitation(name="-", email=contact.value, role=Role.PARTICIPANT))
        problems += [replace(problem, field=f"emails.{number}.value") for problem in wrong]
    if problems:
        raise InvalidFields(problems)
    email = tidy_email(draft.email)
    further = (Contact(value=tidy_email(one.value), label=tidy(one.label)) for one in draft.emails)
    return replace(
        draft,
        name=tidy(draft.name),
        email=email,
        emails=_each_once(contact for contact in further if contact.value != email),
        phones=tuple(Contact(value=tidy(one.value), label=tidy(one.label)) for one in draft.phones),
        profession=tidy(draft.profession),
        credentials=tidy(draft.credentials),
    )


def contact_problems(contacts: tuple[Contact, ...], prefix: str) -> list[FieldProblem]:
    """What is wrong with the number and the lengths of contacts."""
    problems = []
    if len(contacts) > MAX_CONTACTS:
        problems.append(FieldProblem(prefix, f"has {len(contacts)} entries", f"at most {MAX_CONTACTS}"))
    for number, contact in enumerate(contacts):
        if not 1 <= len(tidy(contact.value)) <= MAX_VALUE:
            length = f"has {len(tidy(contact.value))} characters"
            problems.append(FieldProblem(f"{prefix}.{number}.value", length, f"1 to {MAX_VALUE} characters"))
        if len(tidy(contact.label)) > MAX_LABEL:
            length = f"has {len(tidy(contact.label))} characters"
            problems.append(FieldProblem(f"{prefix}.{number}.label", length, f"0 to {MAX_LABEL} characters"))
    return problems


def _as_invitation(name: str, draft: PersonDraft) -> Invitation:
    return Invitation(
        name=name,
        email=draft.email,
        role=Role.PARTICIPANT,
        profession=draft.profession,
        credentials=draft.credentials,
    )


def _each_once(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    found: dict[str, Contact] = {}
    for contact in contacts:
        found.setdefault(contact.value, contact)
    return tuple(found.values())

"""Names in addresses of public pages: small letters, digits and single hyphens."""

from __future__ import annotations

import re
import unicodedata

from echo_session.domain.errors import FieldProblem

MAX_SLUG = 80
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_OTHERS = re.compile(r"[^a-z0-9]+")


def slug_of(text: str, otherwise: str) -> str:
    """What names the page of something with this title; ``otherwise`` where the title has no such letters."""
    folded = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _OTHERS.sub("-", folded)[:MAX_SLUG].strip("-") or otherwise


def numbered(slug: str, number: int) -> str:
    """The slug for the ``number``-th thing that wants the same one, from 1."""
    if number == 1:
        return slug
    ending = f"-{number}"
    return slug[: MAX_SLUG - len(ending)].rstrip("-") + ending


def check_slug(slug: str, field: str = "slug") -> FieldProblem | None:
    """Nothing if this can stand in an address, else what is wrong."""
    if len(slug) <= MAX_SLUG and _SLUG.fullmatch(slug):
        return None
    allowed = f'1 to {MAX_SLUG} small letters and digits, with hyphens between: "pediatric-asthma"'
    return FieldProblem(field, f"{slug[:MAX_SLUG]!r} cannot stand in an address", allowed)

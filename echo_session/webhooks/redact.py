"""What the log of deliveries shows of a request and a response: enough to find a fault, nothing to misuse.

A signature proves that we sent a body; whoever reads it in the log within minutes could have the body
accepted again. So its beginning is enough. Addresses of receivers often hold a token among the parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from yarl import URL

__all__ = ["HIDDEN", "shown_request", "shown_response", "shown_text"]

HIDDEN = "\u2026"
SIGNATURE = "webhook-signature"
SHOWN_OF_SIGNATURE = len("v1,") + 4
MAX_HEADERS = 40
MAX_NAME, MAX_VALUE = 100, 300

_SECRET_HEADERS = re.compile(r"cookie|auth|token|secret|key|password", re.IGNORECASE)
_SECRETS = re.compile(r"whsec_[\w+/=-]+|\bv1,[\w+/=-]{8,}")


def shown_request(url: str, headers: Mapping[str, str]) -> dict[str, object]:
    """``url`` and ``headers``, as the log keeps them."""
    shown = {name.lower(): value for name, value in headers.items()}
    if SIGNATURE in shown:
        signatures = shown[SIGNATURE].split()
        shown[SIGNATURE] = " ".join(f"{each[:SHOWN_OF_SIGNATURE]}{HIDDEN}" for each in signatures)
    return {"url": _without_values(url), "headers": shown}


def shown_response(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first of them, cut short; of those that come twice the last."""
    return {
        shown_text(name)[:MAX_NAME]: HIDDEN if _SECRET_HEADERS.search(name) else shown_text(value)[:MAX_VALUE]
        for name, value in islice(headers, MAX_HEADERS)
    }


def shown_text(text: str) -> str:
    """Without what a receiver may echo of our secrets, and without NUL, which PostgreSQL does not hold."""
    return _SECRETS.sub(HIDDEN, text.replace("\0", "\ufffd"))


def _without_values(url: str) -> str:
    """Names of parameters stay, since they say which address it is."""
    try:
        parsed = URL(url)
    except ValueError:
        return HIDDEN
    if not parsed.raw_query_string:
        return url
    names = [name for name, _ in parsed.query.items()]
    return f"{parsed.with_query(None)}?{'&'.join(f'{name}={HIDDEN}' for name in names)}"

"""Words by which things are found: from their beginning, without regard to case, accents and punctuation."""

from __future__ import annotations

import re
import unicodedata

MAX_WORD = 40
"""Longer words are found by so many of their letters."""
MAX_WORDS = 32
"""Different words that one thing is found by, first come: a long description is not all of it an index."""
MAX_ASKED = 6
"""Words that one search looks for; those after are ignored."""

_WORD = re.compile(r"[^\W_]+")


def words_of(*texts: str) -> list[str]:
    """The words by which these texts are found, each once, in their order."""
    return _words(" ".join(texts))[:MAX_WORDS]


def asked_words(search: str) -> list[str]:
    """What a search looks for: each of these is the beginning of a word of what it finds.

    A word that another one begins with asks for nothing more and is left out.
    """
    words = _words(search)[:MAX_ASKED]
    return [word for word in words if not any(other != word and other.startswith(word) for other in words)]


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in folded if not unicodedata.combining(c)).casefold()
    return list(dict.fromkeys(word[:MAX_WORD] for word in _WORD.findall(plain)))

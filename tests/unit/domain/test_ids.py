"""Ids say what they name, and nothing else."""

from __future__ import annotations

import re
import secrets

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.ids import Prefix, new_id


@given(st.sampled_from(Prefix), st.binary(min_size=16, max_size=16))
def test_an_id_is_its_prefix_and_22_characters_for_128_bits(prefix: Prefix, drawn: bytes) -> None:
    made = new_id(prefix, lambda count: drawn[:count])
    assert re.fullmatch(rf"{prefix.value}_[A-Za-z0-9_-]{{22}}", made)


def test_no_two_prefixes_are_the_same() -> None:
    assert len({prefix.value for prefix in Prefix}) == len(Prefix)


def test_ids_differ() -> None:
    assert new_id(Prefix.SESSION, secrets.token_bytes) != new_id(Prefix.SESSION, secrets.token_bytes)

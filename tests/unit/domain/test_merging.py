"""Who turned out to be whom, and who may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from echo_session.domain.merging import (
    MAX_SUGGESTED,
    SAME_EMAIL,
    SAME_NAME,
    SAME_NAME_AND_SITE,
    SAME_PHONE,
    Known,
    roots,
    suggestions,
)

STEPS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12)


def known(number: int, name: str = "Ana Ortiz", **fields: object) -> Known:
    given_fields: dict[str, object] = {"site_id": None, "emails": frozenset(), "phones": frozenset()} | fields
    return Known(id=f"per_{number}", name=name, **given_fields)  # type: ignore[arg-type]


@given(STEPS)
def test_whatever_is_merged_in_whatever_order_everybody_ends_at_somebody_who_is_not(
    steps: list[tuple[int, int]],
) -> None:
    merges: list[tuple[str, str]] = []
    for kept, merged in steps:
        gone = {one for _, one in merges}
        if kept != merged and str(kept) not in gone and str(merged) not in gone:
            merges.append((str(kept), str(merged)))
    found = roots(merges)
    assert set(found) == {merged for _, merged in merges}
    assert not set(found.values()) & set(found)
    for survivor, gone_one in merges:
        assert found[gone_one] == found.get(survivor, survivor)


def test_reasons_are_told_and_the_likeliest_comes_first() -> None:
    email, phone = frozenset({"a@x.example"}), frozenset({"+1 505-555-0100"})
    person = known(1, emails=email, phones=phone, site_id="sit_1")
    found = suggestions(
        person,
        [
            known(2, "Ben Vigil", emails=email),
            known(3, "ANA ortiz", emails=email, phones=phone, site_id="sit_1"),
            known(4, "ana ortiz", emails=email, site_id="sit_2"),
            known(5, "ana ortiz", site_id="sit_2"),
            known(6, "ana ortiz"),
        ],
    )
    assert found == {
        "per_3": [SAME_EMAIL, SAME_PHONE, SAME_NAME_AND_SITE],
        "per_4": [SAME_EMAIL, SAME_NAME],
        "per_2": [SAME_EMAIL],
    }
    assert next(iter(found)) == "per_3"


def test_a_mailbox_of_many_says_nothing_of_strangers() -> None:
    desk = frozenset({"desk@clinic.example"})
    others = [known(number, f"Stranger {number}", emails=desk) for number in range(2, 30)]
    alike = known(30, "Dr. Ana Vigil-Ortiz", emails=desk)
    assert suggestions(known(1, emails=desk), [*others, alike]) == {"per_30": [SAME_EMAIL]}


def test_one_person_does_not_fill_the_list() -> None:
    phone = frozenset({"+1 505-555-0100"})
    others = [known(number, phones=phone) for number in range(2, 50)]
    assert len(suggestions(known(1, phones=phone), others)) == MAX_SUGGESTED

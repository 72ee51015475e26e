"""What somebody's time in a session is worth: the rule of one credit type, held against the facts.

Pure. Time is counted in whole seconds until the very end, and rounded once, by the rule. Whatever comes out
is a multiple of the rule's unit and never more than the session was designated for. ``why`` says it in
sentences for the person whom it concerns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from typing import Any, Literal

__all__ = [
    "WAITS_FOR_MATCH",
    "Facts",
    "Presented",
    "Rounding",
    "Rule",
    "Standing",
    "Worth",
    "credit_of",
    "is_for",
    "judge",
    "minutes_of",
    "rule_from_json",
    "rule_to_json",
]

Rounding = Literal["nearest", "down", "up"]

WAITS_FOR_MATCH = (
    "Your time is kept. Credit waits until the hub has matched you with the person that it has on record."
)

_MINUTE = 60
_CENT = Decimal("0.01")
_WORD = re.compile(r"[\w-]+")


class Standing(StrEnum):
    """What somebody can do about a credit now."""

    CLAIMABLE = "claimable"
    EVALUATE = "evaluate"
    """Once the evaluation is sent."""
    WAITS = "waits"
    """Once a coordinator has said who they are."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one type counts; see ``store.credit_tables.CreditTypeRow``."""

    professions: tuple[str, ...] = ()
    """Whom it is for, by profession or credentials; empty: everybody."""
    minutes_per_credit: int = 60
    minimum_minutes: int | None = None
    minimum_share: int | None = None
    rounding_minutes: int = 1
    rounding: Rounding = "down"
    evaluation_minutes: int = 0
    evaluation_required: bool = True
    presenters_excluded: bool = True


@dataclass(frozen=True, slots=True)
class Presented:
    """That somebody presented, for so many minutes; None: all of the session."""

    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One learner in one session."""

    counted_seconds: int
    countable_seconds: int
    """What all of the session comes to."""
    designated_minutes: int
    """The most that the session is worth."""
    profession: str = ""
    credentials: str = ""
    presented: Presented | None = None
    evaluated: bool = False
    matched: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What comes of it. Where an evaluation is still needed, ``minutes`` are what it will be with it."""

    standing: Standing
    minutes: int
    credit: str
    """In the type's own unit, to two decimals."""
    why: tuple[str, ...]


def judge(rule: Rule, facts: Facts) -> Worth:
    """What the session is worth to this learner by this rule, and why."""
    refused = _refused(rule, facts)
    if refused:
        return Worth(standing=Standing.NONE, minutes=0, credit=credit_of(rule, 0), why=(refused,))
    needs_evaluation = rule.evaluation_required and not facts.evaluated
    evaluated = facts.evaluated or needs_evaluation
    minutes = minutes_of(rule, facts, evaluated=evaluated)
    credit = credit_of(rule, minutes)
    if minutes == 0:
        return Worth(standing=Standing.NONE, minutes=0, credit=credit, why=(_nothing(rule, facts),))
    why = [_sum(rule, facts, minutes, evaluated=evaluated)]
    if not facts.matched:
        return Worth(standing=Standing.WAITS, minutes=minutes, credit=credit, why=(*why, WAITS_FOR_MATCH))
    if needs_evaluation:
        why.append("Send the evaluation first.")
        return Worth(standing=Standing.EVALUATE, minutes=minutes, credit=credit, why=tuple(why))
    if rule.evaluation_minutes and not facts.evaluated:
        why.append(
            f"The evaluation adds {_minutes(rule.evaluation_minutes)}, if you send it before you claim."
        )
    return Worth(standing=Standing.CLAIMABLE, minutes=minutes, credit=credit, why=tuple(why))


def minutes_of(rule: Rule, facts: Facts, *, evaluated: bool) -> int:
    """Minutes after everything, rounded last: a multiple of the rule's unit, at most what is designated."""
    seconds = _learned(rule, facts)
    if evaluated and seconds > 0:
        seconds += rule.evaluation_minutes * _MINUTE
    unit = rule.rounding_minutes
    most = facts.designated_minutes // unit * unit
    return min(_rounded(seconds, unit, rule.rounding), most)


def credit_of(rule: Rule, minutes: int) -> str:
    """So many minutes in the type's own unit, such as ``0.75``; never more than they are."""
    return str((Decimal(minutes) / rule.minutes_per_credit).quantize(_CENT, rounding=ROUND_DOWN))


def is_for(professions: Iterable[str], profession: str, credentials: str = "") -> bool:
    """Whether these are for somebody of this profession or with one of these credentials."""
    wanted = {_plain(one) for one in professions}
    if not wanted:
        return True
    own = {_plain(profession), *(_plain(one) for one in re.split(r"[,;/]", credentials))}
    own |= {_plain(word) for word in _WORD.findall(credentials)}
    return bool(wanted & (own - {""}))


def rule_to_json(rule: Rule) -> dict[str, Any]:
    """As the records keep it beside what stands on it."""
    return asdict(rule) | {"professions": list(rule.professions)}


def rule_from_json(kept: Mapping[str, Any]) -> Rule:
    """The rule that the records keep."""
    return Rule(**dict(kept) | {"professions": tuple(kept["professions"])})


def _refused(rule: Rule, facts: Facts) -> str:
    """Why there is nothing to claim, whatever the time would round to; empty where there may be."""
    here = facts.counted_seconds // _MINUTE
    whole = facts.countable_seconds // _MINUTE
    if facts.counted_seconds <= 0:
        return "None of your time in this session counts."
    known = facts.matched or bool(facts.profession)
    if known and not is_for(rule.professions, facts.profession, facts.credentials):
        return _not_for(rule, facts)
    if rule.presenters_excluded and facts.presented is not None and _learned(rule, facts) == 0:
        return "You presented, and one's own presentation earns no learner credit."
    if rule.minimum_minutes is not None and facts.counted_seconds < rule.minimum_minutes * _MINUTE:
        return f"At least {_minutes(rule.minimum_minutes)} are needed; you were here {here}."
    share = rule.minimum_share
    if share is not None and facts.counted_seconds * 100 < share * facts.countable_seconds:
        return f"At least {share}% of the session is needed; you were here {here} of {_minutes(whole)}."
    return ""


def _not_for(rule: Rule, facts: Facts) -> str:
    listed = " or ".join(filter(None, (", ".join(rule.professions[:-1]), rule.professions[-1])))
    if not facts.profession:
        return f"This credit is for: {listed}. The hub does not have your profession; ask it to add it."
    return f"This credit is for: {listed}. The hub has you as: {facts.profession}."


def _learned(rule: Rule, facts: Facts) -> int:
    """Seconds as a learner: without one's own presentation, where that earns nothing."""
    if facts.presented is None or not rule.presenters_excluded:
        return max(0, facts.counted_seconds)
    if facts.presented.minutes is None:
        return 0
    return max(0, facts.counted_seconds - facts.presented.minutes * _MINUTE)


def _rounded(seconds: int, unit: int, rounding: Rounding) -> int:
    step = unit * _MINUTE
    match rounding:
        case "down":
            return seconds // step * unit
        case "up":
            return -(-seconds // step) * unit
        case "nearest":
            return (2 * seconds + step) // (2 * step) * unit


def _sum(rule: Rule, facts: Facts, minutes: int, *, evaluated: bool) -> str:
    """How the minutes came about."""
    parts = [f"{_counted(rule, facts, minutes, evaluated=evaluated)} counted"]
    if rule.presenters_excluded and facts.presented is not None and facts.presented.minutes:
        parts.append(f"less {facts.presented.minutes} of your own presentation")
    if evaluated and rule.evaluation_minutes:
        parts.append(f"plus {rule.evaluation_minutes} for the evaluation")
    if rule.rounding_minutes > 1:
        parts.append(_rounding_words(rule))
    most = facts.designated_minutes // rule.rounding_minutes * rule.rounding_minutes
    if minutes == most:
        parts.append(f"at most {most}")
    if len(parts) == 1:
        return f"{parts[0]}."
    return f"{', '.join(parts)}: {_minutes(minutes)}."


def _counted(rule: Rule, facts: Facts, minutes: int, *, evaluated: bool) -> str:
    """Whole minutes; seconds too where only they explain what the rounding made of them."""
    whole, seconds = divmod(facts.counted_seconds, _MINUTE)
    in_minutes = replace(facts, counted_seconds=whole * _MINUTE)
    if minutes_of(rule, in_minutes, evaluated=evaluated) == minutes:
        return _minutes(whole)
    return f"{_minutes(whole)} {seconds} second{'' if seconds == 1 else 's'}"


def _nothing(rule: Rule, facts: Facts) -> str:
    if facts.designated_minutes < rule.rounding_minutes:
        return "This session is too short for this credit."
    here = _minutes(facts.counted_seconds // _MINUTE)
    return f"You were here {here}; {_rounding_words(rule)}, that is nothing."


def _rounding_words(rule: Rule) -> str:
    how = {"nearest": "rounded to the nearest", "down": "rounded down to", "up": "rounded up to"}
    whole = "" if rule.rounding == "nearest" else "full "
    return f"{how[rule.rounding]} {whole}{_minutes(rule.rounding_minutes)}"


def _minutes(count: int) -> str:
    return f"{count} minute{'' if count == 1 else 's'}"


def _plain(text: str) -> str:
    """A profession as it is compared: case, dots and a plural's end do not matter."""
    return " ".join(text.casefold().replace(".", "").split()).removesuffix("s")

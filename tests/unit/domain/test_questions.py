"""Questions of a program, and the answers to them."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from echo_session.domain.questions import (
    EMPLOYER_TYPES,
    MAX_QUESTIONS,
    Question,
    QuestionKind,
    check_answers,
    from_json,
    question_problems,
    settled,
    to_json,
)


def question(kind: str = "text", **more: Any) -> Question:
    return Question(**{"id": "q", "kind": QuestionKind(kind), "label": "Which?"} | more)


def value_of(asked: Question, given: object) -> Any:
    [answer], problems = check_answers([asked], {"q": given})
    assert problems == []
    assert (answer.id, answer.label) == ("q", "Which?")
    return answer.value


COLOURS = ("Red", "Green", "Blue")

GOOD = [
    (question("text"), "  A   line\n", "A line"),
    (question("long_text"), " Two\r\nlines ", "Two\nlines"),
    (question("number"), 12, 12),
    (question("number"), -3.5, -3.5),
    (question("date"), " 2026-11-21", "2026-11-21"),
    (question("yes_no"), False, False),
    (question("choice", options=COLOURS), "Green ", "Green"),
    (question("choices", options=COLOURS), ["Blue", "Red", "Blue"], ["Red", "Blue"]),
    (question("employer_type"), "University", "University"),
    (
        question("license"),
        {"state": "new mexico", "number": " MD-2011 "},
        {"state": "NM", "number": "MD-2011"},
    ),
    (
        question("license"),
        {"state": "Nuevo León", "number": "77"},
        {"state": "Nuevo León", "number": "77"},
    ),
    (
        question("board_id"),
        {"board": "ABPN", "number": "0815", "birth_month": 2, "birth_day": 29},
        {"board": "ABPN", "number": "0815", "birth_month": 2, "birth_day": 29},
    ),
]


@pytest.mark.parametrize(("asked", "given", "kept"), GOOD)
def test_an_answer_of_its_kind_is_kept_tidy(asked: Question, given: object, kept: object) -> None:
    assert value_of(asked, given) == kept


BAD = [
    (question("text"), 7, "text"),
    (question("text"), "x" * 301, "at most 300 characters"),
    (question("long_text"), "x" * 5001, "at most 5000 characters"),
    (question("number"), "12", "a number such as 12 or 3.5"),
    (question("number"), True, "a number such as 12 or 3.5"),
    (question("number"), float("nan"), "to 1000000000000"),
    (question("number"), float("inf"), "to 1000000000000"),
    (question("number"), 10**400, "1000000000000"),
    (question("date"), "2026-02-30", "such as"),
    (question("date"), "20261121", "such as"),
    (question("date"), "1815-01-01", "1900 to 2100"),
    (question("yes_no"), "yes", "true or false"),
    (question("choice", options=COLOURS), "Pink", "Red | Green | Blue"),
    (question("choice", options=COLOURS), ["Red"], "text"),
    (question("choices", options=COLOURS), "Red", "Red | Green | Blue"),
    (question("choices", options=COLOURS), ["Red", "Pink"], "Red | Green | Blue"),
    (question("employer_type"), "Circus", "Community health center"),
    (question("license"), "NM 12", "state, number"),
    (question("license"), {"state": "NM"}, "number"),
    (question("license"), {"state": "ZZ", "number": "1"}, '"New Mexico"'),
    (question("license"), {"state": "NM", "number": "1", "country": "US"}, "state, number"),
    (question("license"), {"state": "NM", "number": " "}, "characters"),
    (question("board_id"), {"board": "A", "number": "1", "birth_month": 13, "birth_day": 1}, "1 to 12"),
    (question("board_id"), {"board": "A", "number": "1", "birth_month": 4, "birth_day": 31}, "1 to 30"),
    (question("board_id"), {"board": "A", "number": "1", "birth_month": True, "birth_day": 1}, "1 to 12"),
]


@pytest.mark.parametrize(("asked", "given", "allowed"), BAD)
def test_what_is_no_answer_is_refused_with_what_would_be_one(
    asked: Question, given: object, allowed: str
) -> None:
    answers, [problem] = check_answers([asked], {"q": given})
    assert answers == []
    assert problem.field == "answers.q"
    assert allowed in problem.allowed


@pytest.mark.parametrize("nothing", [None, "", "  ", [], {}, {"state": "", "number": ""}])
def test_only_a_required_question_minds_no_answer(nothing: object) -> None:
    assert check_answers([question("license")], {"q": nothing}) == ([], [])
    answers, [problem] = check_answers([question("license", required=True)], {"q": nothing})
    assert (answers, problem.field, problem.message) == ([], "answers.q", "is not answered")


def test_no_is_an_answer() -> None:
    assert value_of(question("yes_no", required=True), False) is False


def test_every_wrong_answer_is_named_and_so_is_one_to_no_question() -> None:
    asked = [question(id="a", required=True), question(id="b", kind="number"), question(id="c")]
    answers, problems = check_answers(asked, {"b": "x", "c": "fine", "d": 1})
    assert [answer.id for answer in answers] == ["c"]
    assert [problem.field for problem in problems] == ["answers.a", "answers.b", "answers.d"]


def test_a_new_question_gets_an_id_and_an_old_one_keeps_its_own() -> None:
    numbers = count()
    random = lambda size: next(numbers).to_bytes(size, "big")  # noqa: E731
    new = question(id="", label="  How   many? ")
    kept, first, second = settled([question(), new, new], random)
    assert kept.id == "q"
    assert first.label == "How many?"
    assert len({kept.id, first.id, second.id, ""}) == 4


def test_the_kinds_of_employers_are_ready_made() -> None:
    [made] = settled([question("employer_type")], lambda size: b"0" * size)
    assert made.options == EMPLOYER_TYPES
    assert question_problems([made]) == []
    [problem] = question_problems([question("employer_type", options=("Circus", "Other"))])
    assert problem.field == "questions.0.options"


def test_a_question_is_kept_and_read_back_as_it_is() -> None:
    asked = question("choices", options=COLOURS, help="More than one", required=True)
    assert from_json(to_json(asked)) == asked
    assert to_json(asked)["options"] == list(COLOURS)


WRONG = [
    (question(label=" "), "questions.0.label"),
    (question(label="x" * 301), "questions.0.label"),
    (question(help="x" * 1001), "questions.0.help"),
    (question(id="x" * 41), "questions.0.id"),
    (question(options=COLOURS), "questions.0.options"),
    (question("choice"), "questions.0.options"),
    (question("choice", options=("Only",)), "questions.0.options"),
    (question("choice", options=("A", " ")), "questions.0.options.1"),
    (question("choice", options=("A", "a ")), "questions.0.options.1"),
    (question("choice", options=tuple(str(n) for n in range(101))), "questions.0.options"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_a_question_that_nobody_could_answer_is_refused(wrong: Question, field: str) -> None:
    assert [problem.field for problem in question_problems([wrong])] == [field]


def test_ids_are_of_one_question_each_and_their_number_has_a_bound() -> None:
    assert [p.field for p in question_problems([question(), question()])] == ["questions.1.id"]
    many = [replace(question(), id=str(n)) for n in range(MAX_QUESTIONS + 1)]
    assert [p.field for p in question_problems(many)] == ["questions"]

"""Reading a row of a file as a person: what it says, and what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from echo_session.domain.cells import CellProblem, Row, is_formula, unguarded
from echo_session.domain.errors import FieldProblem
from echo_session.domain.import_columns import Column, Header
from echo_session.domain.people import Invitation, Role, problems_of, tidy_email
from echo_session.domain.states import state_code
from echo_session.domain.text import sort_key, tidy
from echo_session.domain.times import check_zone

MAX_ROWS = 100_000
"""People in one file; the header and empty rows do not count."""
MAX_COUNTY = 100

NormalPhone = Callable[[str], str | None]
"""The number as it is kept, or None where nobody can dial it."""

_KEPT = 200
"""So much of a text that is too long is kept, to be shown."""

_ROLES: Mapping[str, Role] = {
    "participant": Role.PARTICIPANT,
    "spoke": Role.PARTICIPANT,
    "attendee": Role.PARTICIPANT,
    "learner": Role.PARTICIPANT,
    "panelist": Role.PANELIST,
    "presenter": Role.PANELIST,
    "speaker": Role.PANELIST,
    "specialist": Role.PANELIST,
    "hub team": Role.PANELIST,
    "hub": Role.PANELIST,
    "facilitator": Role.FACILITATOR,
    "moderator": Role.FACILITATOR,
    "host": Role.FACILITATOR,
    "observer": Role.OBSERVER,
    "guest": Role.OBSERVER,
    "coordinator": Role.COORDINATOR,
    "scribe": Role.COORDINATOR,
}


_ZONES: Mapping[str, str] = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "arizona": "America/Phoenix",
    "pacific": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
}
"""By the words for them; "Time" may follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What a row says of somebody. Empty fields say nothing; ``problems`` are reasons to refuse the row."""

    number: int
    name: str
    email: str
    phone: str = ""
    profession: str = ""
    credentials: str = ""
    site: str = ""
    state: str = ""
    county: str = ""
    zone: str = ""
    role: str = ""
    problems: tuple[CellProblem, ...] = ()

    @property
    def sort_name(self) -> str:
        """The name as it is compared."""
        return sort_key(self.name)


def read_row(row: Row, header: Header, normal_phone: NormalPhone) -> Candidate:
    """What the row says, with everything that is wrong with it."""
    reading = _Reading(row, header)
    halves = f"{reading.take(Column.FIRST_NAME)} {reading.take(Column.LAST_NAME)}".strip()
    said = Candidate(
        number=row.number,
        name=reading.take(Column.NAME) or halves,
        email=tidy_email(reading.take(Column.EMAIL)).removeprefix("mailto:"),
        phone=reading.phone(normal_phone),
        profession=reading.take(Column.PROFESSION),
        credentials=reading.take(Column.CREDENTIALS),
        site=reading.take(Column.SITE),
        state=reading.state(),
        county=reading.take(Column.COUNTY),
        zone=_zone(reading.take(Column.ZONE)),
        role=reading.role(),
    )
    reading.check(said)
    return replace(_shortened(said), problems=reading.in_order())


class _Reading:
    """One row while it is read; collects one problem a column."""

    def __init__(self, row: Row, header: Header) -> None:
        self._row = row
        self._header = header
        self.problems: list[CellProblem] = []
        self._texts = {
            column: _meant(unguarded(tidy(row.cells[index])))
            for column, index in header.at.items()
            if index < len(row.cells)
        }
        self._refuse_unreadable()

    def in_order(self) -> tuple[CellProblem, ...]:
        """What is wrong, from the left to the right."""
        return tuple(sorted(self.problems, key=lambda problem: (len(_letter(problem)), _letter(problem))))

    def take(self, column: Column) -> str:
        """The text in this column; empty where the file has none."""
        return self._texts.get(column, "")

    def role(self) -> str:
        """The role by our name for it; empty where none is said or it is unknown."""
        text = self.take(Column.ROLE)
        role = _ROLES.get(text.casefold())
        if text and role is None:
            allowed = "participant, presenter, facilitator, observer or coordinator"
            self._refuse(Column.ROLE, f"{text[:60]!r} is not a role", allowed)
        return role.value if role else ""

    def state(self) -> str:
        """The state by its code where it has one."""
        text = self.take(Column.STATE)
        if not text:
            return ""
        try:
            return state_code(text)
        except ValueError as error:
            self._refuse(Column.STATE, str(error.args[0]), str(error.args[1]))
            return text

    def phone(self, normal: NormalPhone) -> str:
        """The number in our way of writing."""
        text = self.take(Column.PHONE)
        number = normal(text) if text else ""
        if number is None:
            allowed = 'a number such as "505-555-0100", "(505) 555-0100 ext. 12" or "+52 55 1234 5678"'
            self._refuse(Column.PHONE, f"{text[:60]!r} is not a telephone number", allowed)
        return text if number is None else number

    def check(self, said: Candidate) -> None:
        """Refuses what a person cannot be."""
        who = Invitation(
            name=said.name,
            email=said.email,
            role=Role.PARTICIPANT,
            profession=said.profession,
            credentials=said.credentials,
            site=said.site,
        )
        for problem in problems_of(who):
            self._refuse_field(problem)
        wrong_zone = _zone_problem(said.zone) if said.zone else None
        if wrong_zone:
            self._refuse(Column.ZONE, wrong_zone.message, wrong_zone.allowed)
        if len(said.county) > MAX_COUNTY:
            self._refuse(
                Column.COUNTY, f"has {len(said.county)} characters", f"at most {MAX_COUNTY} characters"
            )
        if (said.state or said.county) and not said.site:
            self._refuse(
                Column.SITE, "is empty, but its state or county is given", "the name of the site as well"
            )

    def _refuse_unreadable(self) -> None:
        """Cells that do not hold what they show, and more cells than there are headers."""
        columns = {index: column for column, index in self._header.at.items()}
        for index, message, allowed in self._row.faults:
            if index in columns:
                self._refuse(columns[index], message, allowed)
        for column, text in self._texts.items():
            if is_formula(text) and not (column is Column.PHONE and text[0] == "+"):
                self._refuse(
                    column,
                    f"begins with {text[0]!r}, so that a spreadsheet would compute it: {text[:40]}",
                    "text that does not begin with =, +, - or @",
                )
        surplus = [
            index
            for index, cell in enumerate(self._row.cells)
            if index >= self._header.width and cell.strip()
        ]
        if surplus:
            message = f"holds {self._row.cells[surplus[0]][:40]!r}, but the header ends before it"
            allowed = "as many cells as the header has; in CSV, text with a comma in quotation marks"
            name = self._header.name(surplus[0])
            self.problems.append(
                CellProblem(row=self._row.number, column=name, message=message, allowed=allowed)
            )

    def _refuse_field(self, problem: FieldProblem) -> None:
        if problem.field == "name" and not self.take(Column.NAME) and Column.NAME not in self._header.at:
            self._refuse(Column.LAST_NAME, f"the name {problem.message}", problem.allowed)
            return
        column = Column(problem.field)
        empty = not self.take(column)
        self._refuse(column, "is empty" if empty else problem.message, problem.allowed)

    def _refuse(self, column: Column, message: str, allowed: str) -> None:
        name = self._header.column(column)
        if all(problem.column != name for problem in self.problems):
            self.problems.append(
                CellProblem(row=self._row.number, column=name, message=message, allowed=allowed)
            )


def _letter(problem: CellProblem) -> str:
    return problem.column.partition(" ")[0]


def _meant(text: str) -> str:
    """A dash alone is how people leave a cell empty."""
    return "" if text in ("-", "\N{EN DASH}", "\N{EM DASH}") else text


def _zone(text: str) -> str:
    """The zone by its IANA name, where it is said in words that are known."""
    return _ZONES.get(text.casefold().removesuffix(" time"), text)


@lru_cache(maxsize=1000)
def _zone_problem(zone: str) -> FieldProblem | None:
    """As check_zone, whose search for the nearest names takes a while; files repeat their zones."""
    return check_zone(zone)


def _shortened(said: Candidate) -> Candidate:
    """As much as the staged rows hold; only a row that is refused loses anything by it."""
    return replace(
        said,
        name=said.name[:_KEPT],
        email=said.email[:254],
        phone=said.phone[:64],
        profession=said.profession[:_KEPT],
        credentials=said.credentials[:_KEPT],
        site=said.site[:_KEPT],
        state=said.state[:_KEPT],
        county=said.county[:_KEPT],
        zone=said.zone[:64],
    )

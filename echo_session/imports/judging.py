"""Judges the rows of one file, chunk by chunk, and remembers what the rows before have said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from echo_session.domain.cells import CellProblem
from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.import_fates import Fate, Known, Site, Verdict, choose_site, judge, refused
from echo_session.domain.importing import Candidate
from echo_session.domain.people import Role
from echo_session.domain.registering import Scope
from echo_session.domain.text import sort_key
from echo_session.store.engine import Tx
from echo_session.store.import_matching import Matches, matches


class Judge:
    """Of one import. ``names`` says what the file calls its columns."""

    def __init__(
        self, import_id: str, scope: Scope | None, role: Role, site_column: str, random: RandomBytes
    ) -> None:
        self._import_id = import_id
        self._scope = scope
        self._role = role
        self._site_column = site_column
        self._random = random
        self._seen: dict[str, int] = {}
        """Rows by whom they mean."""
        self._sites: dict[tuple[str, str, str], Site] = {}

    @property
    def new_sites(self) -> list[Site]:
        """Sites that the import makes."""
        return list(self._sites.values())

    async def judge(self, tx: Tx, rows: Sequence[Candidate]) -> list[dict[str, Any]]:
        """The rows as they are staged, each with its fate."""
        good = [row for row in rows if not row.problems]
        found = await matches(tx, good, self._scope) if good else Matches()
        return [self._staged(row, found) for row in rows]

    def _staged(self, said: Candidate, found: Matches) -> dict[str, Any]:
        if said.problems:
            return self._row(said, refused(said.problems))
        known = found.person(said)
        again = self._again(said, known)
        if again:
            return self._row(said, refused([again]))
        site = self._site(said, found, known)
        if isinstance(site, CellProblem):
            return self._row(said, refused([site]))
        role = None
        if self._scope is not None:
            role = Role(said.role) if said.role else self._role
        verdict = judge(said, known, site, role=role, sharing=found.sharing(said))
        return self._row(said, verdict, known, site, role)

    def _again(self, said: Candidate, known: Known | None) -> CellProblem | None:
        """The problem of a row that means somebody who was in the file already."""
        key = known.id if known else f"{said.email}\n{said.sort_name}"
        before = self._seen.setdefault(key, said.number)
        if before == said.number:
            return None
        message = f"{said.name}, {said.email}, is in row {before} already"
        return CellProblem(row=said.number, column="", message=message, allowed="each person once")

    def _site(self, said: Candidate, found: Matches, known: Known | None) -> Site | CellProblem | None:
        if not said.site:
            return None
        current = known.site if known else None
        named = found.sites.get(sort_key(said.site), [])
        chosen = choose_site(said, named, current, self._site_column)
        if chosen is not None:
            return chosen
        key = (sort_key(said.site), said.state, sort_key(said.county))
        if key not in self._sites:
            self._sites[key] = Site(
                id=new_id(Prefix.SITE, self._random),
                name=said.site,
                state=said.state,
                county=said.county,
                known=False,
            )
        return self._sites[key]

    def _row(
        self,
        said: Candidate,
        verdict: Verdict,
        known: Known | None = None,
        site: Site | None = None,
        role: Role | None = None,
    ) -> dict[str, Any]:
        taken = verdict.fate is not Fate.REFUSED
        return {
            "import_id": self._import_id,
            "number": said.number,
            "fate": verdict.fate.value,
            "person_id": known.id if known and taken else None,
            "person_revision": known.revision if known and taken else None,
            "registration_id": new_id(Prefix.REGISTRATION, self._random) if verdict.registers else None,
            "name": said.name,
            "sort_name": said.sort_name,
            "email": said.email,
            "phone": said.phone,
            "profession": said.profession,
            "credentials": said.credentials,
            "site_id": site.id if site else None,
            "site": said.site,
            "state": said.state,
            "county": said.county,
            "zone": said.zone,
            "role": role.value if role else said.role,
            "problems": [
                {"column": problem.column, "message": problem.message, "allowed": problem.allowed}
                for problem in verdict.problems
            ],
            "told": verdict.told,
        }

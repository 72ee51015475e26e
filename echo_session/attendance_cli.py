"""``echo-session attendance``: the ledger looked through, and the records made anew from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from echo_session.store.engine import Database
    from echo_session.store.verifying import Verdict
    from echo_session.tokens import Links

app = typer.Typer(no_args_is_help=True, help="Attendance: whether it is intact, and its records anew.")

Session = Annotated[str, typer.Option("--session", help="Id of one session.")]
All = Annotated[bool, typer.Option("--all", help="Every session.")]


@app.command()
def verify(session: Session = "", everything: All = False) -> None:
    """Recompute the seal of every event; name the first that is not what was written. Ends with 1 then."""
    from echo_session.cli import EXIT_FAILED, with_records

    _check(session, everything)
    broken: list[str] = []

    async def work(database: Database, _links: Links) -> None:
        from echo_session.store.verifying import sessions_with_links, verify_session

        async with database.read() as tx:
            ids = [session] if session else [one async for one in sessions_with_links(tx)]
        links = 0
        for session_id in ids:
            async with database.read() as tx:
                verdict = await verify_session(tx, session_id)
            links += verdict.links
            if not verdict.intact:
                broken.append(session_id)
            if session or not verdict.intact:
                typer.echo(_words(verdict))
        if not session:
            typer.echo(f"Sessions: {len(ids)}, events: {links}, broken: {len(broken)}.")

    with_records(work)
    if broken:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def rebuild(session: Session = "", everything: All = False) -> None:
    """Make the records of closed sessions anew from the ledger; say whose figures were others."""
    from echo_session.cli import with_records

    _check(session, everything)

    async def work(database: Database, _links: Links) -> None:
        from echo_session.store import rebuilding

        if session:
            async with database.write() as tx:
                one = await rebuilding.rebuild(tx, session)
            if one is None:
                typer.echo(f"{session} is not closed: its figures are worked out whenever somebody looks.")
                return
            typer.echo(f"{session}: {one.people} people, {len(one.changed)} of them with other figures.")
            for person_id in one.changed:
                typer.echo(f"  {person_id}")
            return
        sessions = people = 0
        async for one in rebuilding.rebuild_all(database):
            sessions, people = sessions + 1, people + one.people
            if one.changed:
                typer.echo(f"{one.session_id}: {len(one.changed)} people with other figures.")
        typer.echo(f"Sessions: {sessions}, records: {people}.")

    with_records(work)


def _words(verdict: Verdict) -> str:
    if verdict.removed_at is not None:
        return (
            f"{verdict.session_id}: {verdict.links} events were removed on {verdict.removed_at:%Y-%m-%d};"
            f" the last had the hash {verdict.head}."
        )
    if verdict.broken is None:
        return f"{verdict.session_id}: {verdict.links} events, intact; the last has the hash {verdict.head}."
    event = verdict.broken.event_id or "no event"
    return f"{verdict.session_id}: BROKEN at event {verdict.broken.position} ({event}): {verdict.broken.why}."


def _check(session: str, everything: bool) -> None:
    if bool(session) == everything:
        raise typer.BadParameter("give --session ID or --all")

"""The command line. Each command imports what it needs, so that the supervisor stays small."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from config import Settings, SettingsError, load_settings, unknown_variables
from echo_session import attendance_cli, logs
from echo_session.status import (
    EXIT_PORT,
    EXIT_SETTINGS,
    SUPERVISOR_VARIABLE,
    Ready,
    die_with_supervisor,
    report_ready,
    wants_report,
)

if TYPE_CHECKING:
    from echo_session.store.engine import Database
    from echo_session.tokens import Links

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Multipoint video sessions for Project ECHO telementoring.",
)
tokens = typer.Typer(no_args_is_help=True, help="Tokens of programs that use the API.")
facilitators = typer.Typer(no_args_is_help=True, help="People who use the console.")
app.add_typer(tokens, name="token")
app.add_typer(facilitators, name="facilitator")
app.add_typer(attendance_cli.app, name="attendance")

Explain = Callable[[Exception], tuple[str, int] | None]
EXIT_FAILED = 1
LINK_NOTE = "The console link signs in once; `echo-session facilitator link` makes another."


def main() -> None:
    """Entry point of ``echo-session``."""
    app()


@app.command()
def serve() -> None:
    """Run the service: control and a media node, each started again if it dies."""
    from echo_session.supervisor import child_command, supervise

    settings = _settings()
    _prepare(settings)
    commands = {"control": child_command("control"), "media node": child_command("media-node")}
    code = asyncio.run(supervise(commands, announce=_announce, say=_say))
    raise typer.Exit(code)


@app.command()
def control() -> None:
    """Run the control process alone: pages, API, signaling, clock and webhooks."""
    from echo_session.control_process import run_control

    settings = _settings()
    logs.configure(settings.log_level, process="control")
    _prepare(settings)
    supervised = SUPERVISOR_VARIABLE in os.environ

    def ready(report: Ready) -> None:
        if not report_ready(report) and not supervised:
            _announce({"control": report})

    show_links = wants_report() or not supervised
    _serve(lambda stopping: run_control(settings, stopping, ready, show_links=show_links), _explain_control)


@app.command("media-node")
def media_node() -> None:
    """Run a media node alone: it forwards sound and pictures for the control that claims it."""
    from echo_session import data_folder
    from echo_session.media.engine import open_engine
    from echo_session.media.node_process import run_node

    settings = _settings()
    logs.configure(settings.log_level, process="node")
    _prepare(settings)

    async def work(stopping: asyncio.Event) -> None:
        with data_folder.claimed(settings.data, "node"):
            engine = open_engine(settings.media)
            reason = await run_node(settings, engine, stopping, _node_is_ready)
        _say(f"media node: {reason}")

    _serve(work, _explain_node)


@app.command()
def migrate() -> None:
    """Bring the database to the tables of this version; `serve` does so by itself."""
    from echo_session.store.migrate import migrate as upgrade

    async def work(database: Database, _links: Links) -> None:
        typer.echo(f"The database is at revision {await upgrade(database)}.")

    with_records(work)


@app.command()
def check() -> None:
    """Look for what would keep the service from running: settings, ports, database."""
    from echo_session.check import problems

    settings = _settings()
    for name in unknown_variables(os.environ):
        typer.echo(f"Note: {name} sets nothing; is it misspelt?")
    found = asyncio.run(problems(settings))
    for line in found:
        typer.echo(f"Problem: {line}", err=True)
    if found:
        raise typer.Exit(1)
    typer.echo(f"All is well. Links will begin with {settings.base_url}.")


@app.command()
def endpoint(
    link: Annotated[str, typer.Option(help="Address of the session, as somebody was sent it.")],
    play: Annotated[Path | None, typer.Option(help="File whose sound and picture to send.")] = None,
    record: Annotated[Path | None, typer.Option(help="File to write what is received to.")] = None,
    name: Annotated[str, typer.Option(help="Name to join with where the link names nobody.")] = "Endpoint",
    seconds: Annotated[float | None, typer.Option(help="Leave after this long.")] = None,
) -> None:
    """Join a session without a browser: a room kit, or a check of the line."""
    from echo_session.endpoint import EndpointError, run_endpoint

    try:
        report = asyncio.run(run_endpoint(link, play, record, name=name, seconds=seconds))
    except EndpointError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    typer.echo(report.text())


@tokens.command("create")
def token_create(
    name: Annotated[str, typer.Option(help="What the token is for, such as the program's name.")],
) -> None:
    """Make an API token. It is shown once."""
    from echo_session.access import create_token

    async def work(database: Database, _links: Links) -> None:
        typer.echo(await create_token(database, name))

    with_records(work)


@tokens.command("list")
def token_list() -> None:
    """List API tokens, without their secrets."""
    from echo_session.access import describe_tokens

    async def work(database: Database, _links: Links) -> None:
        for line in await describe_tokens(database):
            typer.echo(line)

    with_records(work)


@tokens.command("revoke")
def token_revoke(token_id: Annotated[str, typer.Argument(help="Id, as `token list` shows it.")]) -> None:
    """Let a token in no more."""
    from echo_session.access import revoke_token

    async def work(database: Database, _links: Links) -> None:
        await revoke_token(database, token_id)
        typer.echo(f"{token_id} is revoked.")

    with_records(work)


@facilitators.command("link")
def facilitator_link(
    name: Annotated[str, typer.Option(help="Name of the facilitator.")] = "",
    email: Annotated[str, typer.Option(help="E-mail address that tells this facilitator's account.")] = "",
) -> None:
    """Print a link that signs a facilitator in once. Without options, for the first account."""
    from echo_session.access import console_link
    from echo_session.access import facilitator_link as named_link

    if bool(name) != bool(email):
        _fail(["Give --name and --email together, or neither of them."], 2)

    async def work(database: Database, links: Links) -> None:
        link = (
            await named_link(database, links, name, email) if email else await console_link(database, links)
        )
        typer.echo(link)

    with_records(work)


def _settings() -> Settings:
    try:
        return load_settings()
    except SettingsError as error:
        _fail(error.lines, EXIT_SETTINGS)


def _prepare(settings: Settings) -> None:
    from echo_session import data_folder

    try:
        data_folder.prepare(settings.data)
    except OSError as error:
        _fail([str(error)], EXIT_SETTINGS)


def _serve(work: Callable[[asyncio.Event], Awaitable[None]], explain: Explain) -> None:
    """Runs a process until SIGINT or SIGTERM; says in one line why it cannot."""

    async def run() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        die_with_supervisor()
        await work(stopping)

    try:
        asyncio.run(run())
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        _fail([known[0]], known[1])


def _explain_node(error: Exception) -> tuple[str, int] | None:
    """The line and the exit code for what the operator can mend."""
    from echo_session.data_folder import FolderInUseError
    from echo_session.media.errors import PortInUseError

    match error:
        case PortInUseError():
            return str(error), EXIT_PORT
        case FolderInUseError():
            return str(error), EXIT_SETTINGS
        case _:
            return None


def _explain_control(error: Exception) -> tuple[str, int] | None:
    """The line and the exit code for what the operator can mend."""
    from sqlalchemy.exc import DBAPIError

    from echo_session.data_folder import FolderInUseError
    from echo_session.domain.errors import DomainError
    from echo_session.http.errors import AddressError
    from echo_session.store.errors import StoreError

    match error:
        case AddressError():
            return str(error), EXIT_PORT if error.in_use else EXIT_SETTINGS
        case FolderInUseError() | StoreError():
            return str(error), EXIT_SETTINGS
        case DBAPIError():
            first_line = str(error.orig or error).strip().partition("\n")[0]
            return f"The database does not answer: {first_line}", EXIT_FAILED
        case DomainError():
            return str(error), EXIT_FAILED
        case _:
            return None


def with_records(work: Callable[[Database, Links], Awaitable[None]]) -> None:
    """Does something to the database of the settings, whose tables are brought up to date first."""
    from echo_session.access import records

    settings = _settings()
    _prepare(settings)

    async def run() -> None:
        async with records(settings) as (database, links):
            await work(database, links)

    try:
        asyncio.run(run())
    except Exception as error:
        known = _explain_control(error)
        if known is None:
            raise
        _fail([known[0]], EXIT_FAILED)


def _node_is_ready() -> None:
    report_ready(Ready())


def _announce(reports: dict[str, Ready]) -> None:
    """The last lines of a start: what to open."""
    links = {name: link for report in reports.values() for name, link in report.links.items()}
    warnings = [warning for report in reports.values() for warning in report.warnings]
    lines = [f"WARNING: {warning}" for warning in warnings]
    lines += [f"{name}: {link}" for name, link in links.items()]
    typer.echo("\n" + "\n".join([*lines, LINK_NOTE]))
    sys.stdout.flush()


def _say(line: str) -> None:
    typer.echo(f"echo-session: {line}", err=True)


def _fail(lines: list[str], code: int) -> NoReturn:
    for line in lines:
        typer.echo(f"echo-session: {line}", err=True)
    raise typer.Exit(code)

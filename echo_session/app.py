"""The composition root of the control process: the only place that knows every part."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from sqlalchemy import text

from config import Settings
from echo_session.api.app import PREFIX, create_api
from echo_session.api.mails import operations as mail_operations
from echo_session.api.operation import AnyOperation
from echo_session.api.ports import Limits as ApiLimits
from echo_session.api.ports import Ports as ApiPorts
from echo_session.api.privacy import operations as privacy_operations
from echo_session.api.webhook_endpoints import operations as webhook_operations
from echo_session.domain.erasing import Retention
from echo_session.http.calendar import add_calendar_route
from echo_session.http.health import Check, add_health_routes
from echo_session.http.pages import Pages
from echo_session.http.security import add_security_headers, trusted_proxies
from echo_session.http.unsubscribe import add_unsubscribe_route
from echo_session.live.attendance import Attendance, PresenceTable, instant
from echo_session.live.clock import SystemClock, utc_now
from echo_session.live.directory import Directory, Limits
from echo_session.live.due_work import handlers
from echo_session.live.media import Incarnation, NodeMedia, NodeNews
from echo_session.live.session_commands import SessionCommands
from echo_session.live.upkeep import Upkeep
from echo_session.mail.relay import MailRelay
from echo_session.mailing import mail_relay, way_of
from echo_session.media.client import NodeClient
from echo_session.media.node_process import session_factory
from echo_session.store.deliveries import Deliveries
from echo_session.store.due_work import DueWork
from echo_session.store.engine import Database, Topic
from echo_session.store.migrate import migrate
from echo_session.store.upkeep import Kept
from echo_session.store.zone_database import rederive
from echo_session.tokens import Links
from echo_session.webhooks.client import GuardedClient
from echo_session.webhooks.endpoints import UrlCheck
from echo_session.webhooks.guard import Guard
from echo_session.webhooks.relay import Relay
from echo_session.webhooks.resolver import SystemResolver
from echo_session.webhooks.schedule import DEFAULT_POLICY
from echo_session.webhooks.signing import new_secret
from scheduler.recurrence import expand
from scheduler.runner import Runner
from signaling.hub import Hub, Ports
from signaling.relays import IceRelay
from signaling.server import SignalingServer
from signaling.settings import Settings as SignalingSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The parts of the control process."""

    settings: Settings
    database: Database
    links: Links
    hub: Hub
    signaling: SignalingServer
    node: NodeClient
    commands: SessionCommands
    runner: Runner
    upkeep: Upkeep
    guard: Guard
    resolver: SystemResolver
    sender: GuardedClient
    relay: Relay
    mail: MailRelay


CONTROL = web.AppKey("control", Control)


def compose(settings: Settings, *, signing_key: str, node_secret: str) -> web.Application:
    """Every part, put together; nothing runs before the application starts."""
    control = _parts(settings, signing_key, node_secret)
    app = web.Application(middlewares=[trusted_proxies(settings.http.trusted_proxies)])
    app[CONTROL] = control
    add_health_routes(app.router, {"database": lambda: _database_answers(control), "media": _linked(control)})
    app.router.add_get("/ws", control.signaling.handle)
    app.add_subapp(PREFIX, create_api(_api_ports(control), _more_operations(control)))
    add_calendar_route(app.router, control.database, control.links, utc_now)
    add_unsubscribe_route(app.router, control.database, control.links, utc_now)
    Pages().add_routes(app.router)
    add_security_headers(app, https=settings.base_url.startswith("https://"))
    app.cleanup_ctx.extend((_records, _rooms, _clock, _webhooks, _mail))
    app.on_shutdown.append(_say_goodbye)
    return app


def _api_ports(control: Control) -> ApiPorts:
    settings = control.settings
    clock = SystemClock()
    return ApiPorts(
        database=control.database,
        links=control.links,
        rooms=control.hub,
        closing=control.commands,
        now=utc_now,
        monotonic=time.monotonic,
        random=secrets.token_bytes,
        origins=frozenset({settings.base_url}),
        secure_cookies=settings.base_url.startswith("https://"),
        expand=expand,
        instant_of=lambda _now: instant(clock.moment()),
        limits=ApiLimits(
            practice_rooms=settings.practice.rooms,
            practice_per_address=settings.practice.rooms_per_address,
        ),
    )


def _more_operations(control: Control) -> tuple[AnyOperation, ...]:
    check = UrlCheck(control.guard, control.resolver)
    way = way_of(control.settings)
    return (
        *webhook_operations(check.why_not, lambda: new_secret(secrets.token_bytes)),
        *mail_operations(way.transport, way.where),
        *privacy_operations(_retention(control.settings), control.settings.upkeep.every_hours),
    )


def _parts(settings: Settings, signing_key: str, node_secret: str) -> Control:
    random = secrets.token_bytes
    database = Database(settings.database)
    links = Links(key=signing_key, public_url=settings.base_url, random=random)
    incarnation = Incarnation()
    news = NodeNews(lambda: hub, incarnation)
    sessions, url = session_factory(settings)
    node = NodeClient(
        session=sessions, url=url, secret=node_secret, control=secrets.token_urlsafe(12), handler=news
    )
    commands = SessionCommands(database, lambda: hub, now=utc_now, random=random)
    ports = Ports(
        directory=Directory(database, links, _limits(settings), now=utc_now, random=random),
        media=NodeMedia(node),
        presence=PresenceTable(database, incarnation),
        attendance=Attendance(database, incarnation, random),
        sessions=commands,
        clock=SystemClock(),
        token=secrets.token_urlsafe,
    )
    talk = _signaling(settings)
    hub = Hub(ports=ports, settings=talk)
    runner = Runner(
        DueWork(database),
        handlers(commands, lambda: hub),
        poll_seconds=settings.scheduler.poll_seconds,
        lease_seconds=settings.scheduler.lease_seconds,
    )
    guard = Guard.of(settings.webhooks.allowed_networks, allow_loopback=settings.webhooks.allow_loopback)
    resolver = SystemResolver()
    sender = GuardedClient(
        guard,
        resolver=resolver,
        timeout_seconds=settings.webhooks.timeout_seconds,
    )
    relay = Relay(
        Deliveries(database),
        sender,
        policy=DEFAULT_POLICY.scaled(settings.webhooks.retry_scale),
        poll_seconds=settings.webhooks.poll_seconds,
        parallel=settings.webhooks.parallel,
        lease_seconds=2 * settings.webhooks.timeout_seconds + 5,
    )
    return Control(
        settings=settings,
        database=database,
        links=links,
        hub=hub,
        signaling=SignalingServer(hub=hub, settings=talk, clock=ports.clock),
        node=node,
        commands=commands,
        runner=runner,
        upkeep=_upkeep(settings, database),
        guard=guard,
        resolver=resolver,
        sender=sender,
        relay=relay,
        mail=mail_relay(settings, database, links),
    )


def _upkeep(settings: Settings, database: Database) -> Upkeep:
    kept = Kept(
        events=timedelta(days=settings.upkeep.event_days),
        mails=timedelta(days=settings.upkeep.mail_days),
        imports=timedelta(days=settings.upkeep.import_days),
    )
    return Upkeep(
        database,
        kept,
        _retention(settings),
        now=utc_now,
        random=secrets.token_bytes,
        every_seconds=timedelta(hours=settings.upkeep.every_hours).total_seconds(),
    )


def _retention(settings: Settings) -> Retention:
    return Retention(
        attendance=timedelta(days=settings.retention.attendance_days),
        devices=timedelta(days=settings.retention.device_days),
        answers=timedelta(days=settings.retention.answer_days),
        audit=timedelta(days=settings.retention.audit_days),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(
        max_people=settings.media.max_people,
        practice_people=settings.practice.max_people,
        practice_echo_ms=settings.practice.echo_delay_ms,
        contact=settings.contact,
    )


def _signaling(settings: Settings) -> SignalingSettings:
    return SignalingSettings(
        ice_servers=[
            IceRelay(
                urls=server.urls,
                username=server.username,
                credential=server.credential,
                secret=server.secret,
            )
            for server in settings.ice_servers
        ],
        max_video_slots=settings.media.max_video_slots,
        allowed_origins=frozenset({settings.base_url, *settings.signaling.allowed_origins}),
        hello_deadline=settings.signaling.hello_seconds,
        heartbeat=settings.signaling.heartbeat_seconds,
        grace=settings.signaling.grace_seconds,
        seen_every=settings.signaling.checkpoint_seconds,
    )


async def _records(app: web.Application) -> AsyncIterator[None]:
    control = app[CONTROL]
    try:
        log.info("Database at revision %s", await migrate(control.database))
        moved = await rederive(control.database, now=utc_now(), random=secrets.token_bytes)
        if moved:
            log.warning("The rules for clocks have changed: %s sessions have another instant", moved)
        control.database.listen(lambda topics: _wake(control, topics))
        yield
    finally:
        await control.database.close()


async def _rooms(app: web.Application) -> AsyncIterator[None]:
    """The hub knows who was in which room before it hears from the node who still is."""
    control = app[CONTROL]
    await control.hub.start()
    linking = asyncio.create_task(control.node.run(), name="media node client")
    yield
    linking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await linking


async def _clock(app: web.Application) -> AsyncIterator[None]:
    await app[CONTROL].runner.start()
    await app[CONTROL].upkeep.start()
    yield
    await app[CONTROL].upkeep.stop()
    await app[CONTROL].runner.stop()


async def _webhooks(app: web.Application) -> AsyncIterator[None]:
    async with app[CONTROL].sender:
        await app[CONTROL].relay.start()
        yield
        await app[CONTROL].relay.stop()


async def _mail(app: web.Application) -> AsyncIterator[None]:
    await app[CONTROL].mail.start()
    yield
    await app[CONTROL].mail.stop()


async def _say_goodbye(app: web.Application) -> None:
    await app[CONTROL].hub.close()


def _wake(control: Control, topics: frozenset[Topic]) -> None:
    if Topic.DUE_WORK in topics:
        control.runner.poke()
    if Topic.OUTBOX in topics:
        control.relay.poke()
    if Topic.MAIL in topics:
        control.mail.poke()


async def _database_answers(control: Control) -> bool:
    async with control.database.read() as tx:
        return bool(await tx.scalar(text("SELECT 1")) == 1)


def _linked(control: Control) -> Check:
    async def linked() -> bool:
        return control.node.up

    return linked

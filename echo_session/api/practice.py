"""/practice: a room of one's own to test a device in, for anybody."""

from __future__ import annotations

from echo_session.api import models
from echo_session.api.auth import refuse_other_sites
from echo_session.api.console import refuse_if_too_many
from echo_session.api.limits import RateLimit
from echo_session.api.operation import Answer, AnyOperation, Call, Nothing, Operation
from echo_session.api.ports import Ports
from echo_session.api.problems import Problem
from echo_session.store.commands import create_practice
from echo_session.store.sessions import count_practice_rooms


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The one operation; limited by address, and in all."""
    limits = ports.limits
    by_address = RateLimit(limits.practice_per_address, limits.practice_window, ports.monotonic)

    async def create(call: Call[Nothing, Nothing]) -> Answer:
        refuse_other_sites(call.request, ports, programs=True)
        if await count_practice_rooms(call.tx) >= limits.practice_rooms:
            full = "All practice rooms are taken. One becomes free within half an hour; try again in a while."
            raise Problem(503, full, headers={"Retry-After": "60"})
        refuse_if_too_many(by_address.wait(call.request.remote))
        session = await create_practice(call.tx, now=call.now, random=call.ports.random)

        async def tell() -> None:
            await ports.rooms.session_changed(session.id)

        return Answer(body=models.Link(link=ports.links.practice(session)), then=tell)

    return (
        Operation(
            method="POST",
            path="/practice",
            name="createPracticeRoom",
            summary="Open a practice room: three people, half an hour, no attendance",
            tag="Practice",
            handler=create,
            body=Nothing,
            query=Nothing,
            answer=models.Link,
            status=201,
            unit="write",
            public=True,
            problems=(403, 429, 503),
        ),
    )

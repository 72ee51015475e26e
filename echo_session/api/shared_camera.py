"""/public/shared-camera: "Who is with you?" on the screen of a device that is in a room.

The device proves itself by its connection and that connection's secret, as a socket that resumes does. What
it may do follows from the person it came in as: look after its own company, and, for facilitators and
coordinators, after everybody's, with a reason.
"""

from __future__ import annotations

from typing import Any

from aiohttp import hdrs

from echo_session.api import gathering_models as models
from echo_session.api.console import refuse_if_too_many
from echo_session.api.gatherings import (
    add_by_hand,
    answer_with,
    asks_at,
    gathering_out,
    leave,
    person_here,
    reason_of,
    somebody_said,
)
from echo_session.api.limits import RateLimit
from echo_session.api.listing import operation
from echo_session.api.operation import Answer, AnyCall, AnyOperation, Call, Nothing
from echo_session.api.ports import Ports
from echo_session.api.problems import Problem
from echo_session.domain.gatherings import Gathering, Way, Why
from echo_session.domain.people import HOSTS
from echo_session.domain.sessions import Session
from echo_session.qr import squares
from echo_session.store import check_ins, who_is_here
from echo_session.store.errors import NotFound
from echo_session.store.gatherings import (
    Device,
    companies,
    company,
    device_of,
    gathering_of,
    get_gathering,
    open_gathering,
    site_names,
)
from echo_session.store.people import get_person
from echo_session.store.sessions import get_session

TAG = "Shared cameras"
SCHEME = "device"


def operations(ports: Ports) -> tuple[AnyOperation, ...]:
    """The operations; each device is limited by itself."""
    asked = RateLimit(ports.limits.shared_camera_asks, ports.limits.public_window, ports.monotonic)

    async def device(call: AnyCall) -> Device:
        connection_id, secret = credentials(call, SCHEME)
        refuse_if_too_many(asked.wait(connection_id))
        try:
            return await device_of(call.tx, connection_id, secret)
        except NotFound as error:
            raise Problem(401, "This device is not in a session's room. Join again.") from error

    async def read(call: Call[Nothing, Nothing]) -> Answer:
        return Answer(body=await _screen(call, await device(call)))

    async def share(call: Call[Nothing, Nothing]) -> Answer:
        its = await device(call)
        await open_gathering(call.tx, its, now=call.now, random=ports.random)
        return Answer(body=await _screen(call, its))

    async def add(call: Call[models.SomebodyHere, Nothing]) -> Answer:
        its = await device(call)
        gathering = await gathering_of(call.tx, its)
        if gathering is None:
            raise NotFound("the camera is not shared")
        if call.body.person_id is not None and call.body.person is None:
            person_id = await who_is_here.known_at_site(call.tx, gathering, call.body.person_id)
        else:
            person_id = await somebody_said(call, gathering, call.body)
        made = await check_ins.check_in(
            call.tx,
            gathering,
            person_id,
            Way.SCREEN,
            at=ports.instant_of(call.now),
            by=its.person_id,
            random=ports.random,
        )
        return await answer_with(call, made)

    async def every(call: Call[Nothing, Nothing]) -> Answer:
        its = _moderator(await device(call))
        session = await get_session(call.tx, its.session_id)
        found = await companies(call.tx, session.id)
        return Answer(body=models.Gatherings(items=[gathering_out(one, session, call.now) for one in found]))

    async def known(call: Call[Nothing, Nothing]) -> Answer:
        gathering = await _within(call, _moderator(await device(call)), call.path["gathering_id"])
        found = await who_is_here.known_people(call.tx, gathering)
        return Answer(body=models.PeopleHere(items=[person_here(one) for one in found]))

    async def add_elsewhere(call: Call[models.SomebodyByHand, Nothing]) -> Answer:
        its = _moderator(await device(call))
        gathering = await _within(call, its, call.body.gathering_id)
        reason = reason_of(call.body.reason)
        return await add_by_hand(call, gathering, call.body, by=its.person_id, reason=reason)

    async def out(call: Call[models.MaybeTakenOut, Nothing]) -> Answer:
        its = await device(call)
        if await _own(call, its):
            return await leave(call, call.path["check_in_id"], Why.HOST, by=its.person_id)
        reason = reason_of(call.body.reason)
        return await leave(call, call.path["check_in_id"], Why.HAND, by=its.person_id, reason=reason)

    async def answer(call: Call[models.Presence, Nothing]) -> Answer:
        its = await device(call)
        if not await _own(call, its):
            raise Problem(403, "Only somebody in front of that camera can say who is still there.")
        if not call.body.here:
            return await leave(call, call.path["check_in_id"], Why.NOT_HERE, by=its.person_id)
        said = await check_ins.still_here(
            call.tx,
            call.path["check_in_id"],
            at=ports.instant_of(call.now),
            by=its.person_id,
            random=ports.random,
        )
        return await answer_with(call, said)

    public: dict[str, Any] = {"tag": TAG, "public": True}
    of_one = {**public, "problems": (401, 403, 404, 409, 429)}
    return (
        operation(
            "GET",
            "/public/shared-camera",
            "readSharedCamera",
            "What the screen of a device in a room needs to ask who is there",
            read,
            **public,
            answer=models.SharedCamera,
            problems=(401, 429),
        ),
        operation(
            "POST",
            "/public/shared-camera",
            "shareCamera",
            "Say that several people are in front of this device",
            share,
            **public,
            answer=models.SharedCamera,
            problems=(401, 429),
        ),
        operation(
            "POST",
            "/public/shared-camera/check-ins",
            "checkInOnScreen",
            "Say who is in front of this device: somebody of the list, or somebody by name",
            add,
            **of_one,
            body=models.SomebodyHere,
            answer=models.GatheringOut,
        ),
        operation(
            "POST",
            "/public/shared-camera/check-ins/{check_in_id}/out",
            "checkOutOnScreen",
            "Say that somebody is not in front of this device any more; of another one, with a reason",
            out,
            **of_one,
            body=models.MaybeTakenOut,
            answer=models.GatheringOut,
        ),
        operation(
            "POST",
            "/public/shared-camera/check-ins/{check_in_id}/still-here",
            "answerOnScreen",
            "Answer whether somebody is still in front of this device",
            answer,
            **of_one,
            body=models.Presence,
            answer=models.GatheringOut,
        ),
        operation(
            "GET",
            "/public/shared-cameras",
            "listSharedCameras",
            "The shared cameras of the room, for a facilitator or coordinator in it",
            every,
            **public,
            answer=models.Gatherings,
            problems=(401, 403, 429),
        ),
        operation(
            "GET",
            "/public/shared-cameras/{gathering_id}/known",
            "listKnownAtCamera",
            "Whom the hub knows at the site of a shared camera, for a facilitator or coordinator in the room",
            known,
            **public,
            answer=models.PeopleHere,
            problems=(401, 403, 404, 429),
        ),
        operation(
            "POST",
            "/public/shared-cameras/check-ins",
            "checkInFromRoom",
            "Check somebody in by hand, as a facilitator or coordinator in the room",
            add_elsewhere,
            **of_one,
            body=models.SomebodyByHand,
            answer=models.GatheringOut,
        ),
    )


def credentials(call: AnyCall, scheme: str) -> tuple[str, str]:
    """Id and secret of ``Authorization: <scheme> <id>.<secret>``. Raises Problem 401."""
    said, _, rest = call.request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    known, _, secret = rest.strip().partition(".")
    if said.lower() != scheme or not known or not secret:
        raise Problem(401, f"Send Authorization: {scheme.capitalize()} <id>.<secret>.")
    return known, secret


def is_asking(session: Session, call: AnyCall) -> bool:
    """The end is near, and the session still goes on."""
    return not session.over and call.now >= asks_at(session)


async def _screen(call: AnyCall, device: Device) -> models.SharedCamera:
    session = await get_session(call.tx, device.session_id)
    gathering = await gathering_of(call.tx, device)
    if gathering is None:
        person = await get_person(call.tx, device.person_id)
        names = await site_names(call.tx, [person.site_id] if person.site_id else [])
        site = names.get(person.site_id or "", "")
        return models.SharedCamera(site=site, gathering=None, link="", qr=[], known=[], asking=False)
    found = await company(call.tx, gathering)
    link = call.ports.links.here(gathering.code)
    return models.SharedCamera(
        site=found.site,
        gathering=gathering_out(found, session, call.now),
        link=link,
        qr=squares(link),
        known=[person_here(one) for one in await who_is_here.known_people(call.tx, gathering)],
        asking=is_asking(session, call),
    )


def _moderator(device: Device) -> Device:
    if device.role not in HOSTS:
        raise Problem(403, "Only facilitators and coordinators may do that.")
    return device


async def _within(call: AnyCall, device: Device, gathering_id: str) -> Gathering:
    gathering = await get_gathering(call.tx, gathering_id)
    if gathering.session_id != device.session_id:
        raise NotFound(f"no gathering {gathering_id} in this session")
    return gathering


async def _own(call: AnyCall, device: Device) -> bool:
    """True where the check-in is in front of this device; False where the device moderates another's.

    Raises:
        NotFound: it is of another session.
        Problem: 403.
    """
    check_in = await check_ins.get_check_in(call.tx, call.path["check_in_id"])
    gathering = await _within(call, device, check_in.gathering_id)
    if gathering.host_person_id == device.person_id:
        return True
    _moderator(device)
    return False

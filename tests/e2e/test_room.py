"""A room of real browsers: all see and hear all, and nobody pays for another's coming or going."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.browsers import Browsers
from tests.e2e.people import LOOKS, Person
from tests.scene import open_scene
from tests.service import running_service

pytestmark = pytest.mark.alone

NAMES = ["Dr. Abeyta", "Nurse Begay", "Dr. Chavez", "Dr. Dominguez", "Nurse Etsitty"]


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_four_pages_see_and_hear_each_other_while_one_joins_and_one_leaves(
    browsers: Browsers, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    async with running_service(tmp_path) as service:
        scene = await open_scene(service, *NAMES)
        people = [await Person.arrive(browsers, name, look) for name, look in zip(NAMES, LOOKS, strict=True)]
        four, fifth = people[:4], people[4]
        for person in four:
            await person.join(scene.links[person.name])
        await asyncio.gather(
            *(person.sees(other) for person in four for other in four if other is not person)
        )
        for person in four:
            others = [other for other in four if other is not person]
            assert await person.hears(*others) == {other.name for other in others}

        staying, leaving = four[:3], four[3]
        for person in staying:
            await person.watch()
        await fifth.join(scene.links[fifth.name])
        await asyncio.gather(*(person.sees(fifth) for person in staying))
        await asyncio.gather(*(fifth.sees(person) for person in staying))
        await leaving.leave()
        await asyncio.gather(*(person.misses(leaving) for person in staying))
        await asyncio.gather(*(person.sees(fifth) for person in staying))

        for person in staying:
            negotiations, offers = await person.negotiations()
            assert negotiations <= 1
            assert offers == 1
        gaps = {
            f"{person.name} saw {other.name}": await person.longest_gap(other.name)
            for person in staying
            for other in staying
            if other is not person
        }
        record_property("longest gaps (ms)", gaps)
        assert max(gaps.values()) < 1000, gaps
        assert browsers.errors() == []

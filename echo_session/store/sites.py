"""Where people work."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from echo_session.domain.ids import Prefix, RandomBytes, new_id
from echo_session.domain.text import sort_key, tidy
from echo_session.store.engine import Tx
from echo_session.store.search import index_words
from echo_session.store.tables import SiteRow


async def named_site(
    tx: Tx, name: str, *, confirmed: bool, now: datetime, random: RandomBytes
) -> SiteRow | None:
    """The site of this name, made where there is none; None where the name is empty.

    Args:
        confirmed: a coordinator says so. A site that nobody has looked at is offered to nobody.
    """
    wanted = tidy(name)
    if not wanted:
        return None
    known = (
        select(SiteRow)
        .where(SiteRow.sort_name == sort_key(wanted))
        .order_by(SiteRow.confirmed.desc(), SiteRow.id)
        .limit(1)
    )
    found = await tx.scalar(known)
    if found is not None:
        return found
    row = SiteRow(
        id=new_id(Prefix.SITE, random),
        name=wanted,
        sort_name=sort_key(wanted),
        organisation="",
        type="",
        zone="",
        county="",
        state="",
        rural=None,
        shortage_area=None,
        confirmed=confirmed,
        created_at=now,
        revision=1,
    )
    try:
        async with tx.begin_nested():
            tx.add(row)
    except IntegrityError:
        return (await tx.scalars(select(SiteRow).where(SiteRow.name == wanted))).first()
    await index_words(tx, "site", row.id, row.name)
    return row

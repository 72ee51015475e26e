"""Times and lengths of time as reports say them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from echo_session.domain import us_words
from echo_session.domain.certificates import minutes


def there(instant: datetime, zone: str) -> datetime:
    """The instant on that clock."""
    return instant.astimezone(ZoneInfo(zone))


def clock(instant: datetime, zone: str) -> str:
    """``4:05 PM`` on that clock."""
    return us_words.clock(there(instant, zone).replace(second=0))


def day(value: date) -> str:
    """``November 21, 2026``."""
    return f"{value:%B} {value.day}, {value.year}"


def weekday(value: date) -> str:
    """``Saturday, November 21, 2026``."""
    return us_words.day_words(value)


def short_day(value: date) -> str:
    """``Nov 21, 2026``."""
    return f"{value:%b} {value.day}, {value.year}"


def duration(seconds: int) -> str:
    """``52 min``, ``1 h 05 min``."""
    whole, rest = divmod(minutes(seconds), 60)
    return f"{whole} h {rest:02d} min" if whole else f"{rest} min"


def in_hours(seconds: int) -> Decimal:
    """Hours with two decimals."""
    return (Decimal(seconds) / 3600).quantize(Decimal("0.01"), ROUND_HALF_UP)


def exactly(seconds: int) -> str:
    """``0:52:03``: hours, minutes and seconds."""
    whole, rest = divmod(seconds, 3600)
    return f"{whole}:{rest // 60:02d}:{rest % 60:02d}"


def counted(number: int, one: str, many: str = "") -> str:
    """``1 person``, ``1,204 people``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def on_clock(moment: datetime) -> str:
    """``4:05 PM``, of a time that is on the hub's clock already."""
    return us_words.clock(moment.replace(second=0, microsecond=0))

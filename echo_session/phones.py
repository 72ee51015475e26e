"""Telephone numbers in one way of writing, so that the same number is the same text."""

from __future__ import annotations

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_possible_number, parse

HOME = "US"
"""Where a number without a country code is."""
MAX_PHONE = 64


def normal_phone(text: str) -> str | None:
    """The number as it is dialled from anywhere (ITU-T E.123), such as "+1 505-555-0100 ext. 12".

    None where this cannot be a telephone number.
    """
    if len(text) > MAX_PHONE:
        return None
    try:
        number = parse(text, HOME)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.INTERNATIONAL) if is_possible_number(number) else None

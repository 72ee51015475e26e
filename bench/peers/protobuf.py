"""As much of protobuf's wire format as signalling needs: varints and length-delimited fields."""

from __future__ import annotations

from collections.abc import Iterator

Value = int | str | bytes
"""Numbers, strings and messages; what is read is never a string yet."""

_VARINT, _FIXED_64, _DELIMITED, _FIXED_32 = 0, 1, 2, 5


def message(*parts: tuple[int, Value]) -> bytes:
    """A message of fields by number. Nothing is left out, zero neither."""
    out = bytearray()
    for number, value in parts:
        if isinstance(value, int):
            out += _varint(number << 3 | _VARINT) + _varint(value)
        else:
            data = value.encode() if isinstance(value, str) else value
            out += _varint(number << 3 | _DELIMITED) + _varint(len(data)) + data
    return bytes(out)


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """Fields of a message in their order. ValueError where it is none."""
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        match key & 7:
            case 0:
                value, at = _read_varint(data, at)
                yield key >> 3, value
            case 2:
                length, at = _read_varint(data, at)
                if at + length > len(data):
                    raise ValueError("a field is longer than its message")
                yield key >> 3, data[at : at + length]
                at += length
            case 1 | 5 as fixed:
                at += 8 if fixed == _FIXED_64 else 4
            case other:
                raise ValueError(f"wire type {other} is not one of 0, 1, 2 and 5")


def text(value: Value) -> str:
    """A string field."""
    if isinstance(value, bytes):
        return value.decode()
    raise ValueError("this field is no string")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("a number does not end")
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at

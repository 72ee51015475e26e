"""The published JSON Schemas of events, each under its type and version: ``python -m
echo_session.api.event_schemas docs/schemas`` writes them.

A schema says what is there; what it does not name may be added without a new version, so receivers ignore
what they do not know. A field that goes, or takes other values, needs a new version: the writer refuses to
change one that is published in such a way.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from echo_session.api.event_models import BODIES
from echo_session.domain.event_types import CATALOGUE

Json = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(event_type: str) -> Json:
    """The schema by which such events are written now. Raises KeyError."""
    described: Json = _open(BODIES[event_type].model_json_schema(by_alias=True, mode="serialization"))
    return {
        "$schema": DIALECT,
        "$id": f"urn:echo-session:event:{file_name(event_type)}",
        "title": event_type,
        **described,
    }


def file_name(event_type: str) -> str:
    """Without the ending: the type and its version."""
    version = next(kind.version for kind in CATALOGUE if kind.name == event_type)
    return f"{event_type}.v{version}"


def breaks(published: Json, now: Json) -> list[str]:
    """What whoever relies on the published schema would miss, by its place in it."""
    return list(_missing(published, now, ""))


def write(folder: Path) -> list[str]:
    """Writes every schema that differs from its file. Gives what would break one that is published."""
    wrong = []
    for kind in CATALOGUE:
        file, schema = folder / f"{file_name(kind.name)}.json", schema_of(kind.name)
        if file.exists():
            wrong += [f"{file.name}: {what}" for what in breaks(json.loads(file.read_text("utf-8")), schema)]
    if not wrong:
        for kind in CATALOGUE:
            file = folder / f"{file_name(kind.name)}.json"
            file.write_text(as_text(schema_of(kind.name)), "utf-8")
    return wrong


def as_text(schema: Json) -> str:
    """As it is kept in its file."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _open(schema: Any) -> Any:
    """Our own check forbids what is not named; a receiver's must not. Titles only repeat names."""
    if isinstance(schema, dict):
        return {
            name: _open(inner)
            for name, inner in schema.items()
            if not (name == "additionalProperties" and inner is False)
            and not (name == "title" and isinstance(inner, str))
        }
    return [_open(inner) for inner in schema] if isinstance(schema, list) else schema


def _missing(before: Any, after: Any, place: str) -> Any:
    if isinstance(before, dict) and isinstance(after, dict):
        for name, inner in before.items():
            if name in ("description", "title", "$id"):
                continue
            if name not in after:
                yield f"{place}/{name} is gone"
            else:
                yield from _missing(inner, after[name], f"{place}/{name}")
    elif isinstance(before, list) and isinstance(after, list):
        if place.endswith("/required"):
            if set(before) - set(after):
                yield f"{place} loses {sorted(set(before) - set(after))}"
        elif before != after:
            yield f"{place} is different"
    elif before != after:
        yield f"{place} is different"


def main() -> int:
    """Says what it refuses."""
    wrong = write(Path(sys.argv[1]))
    for line in wrong:
        sys.stderr.write(f"{line}: raise the version of this event in domain/event_types.py\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

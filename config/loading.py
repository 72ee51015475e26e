"""Reading the settings, and saying plainly what is wrong with them."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_settings import SettingsError as SourceError

from config.errors import SettingsError
from config.models import ENV_PREFIX, FILE_VARIABLE, Settings

OWN_VARIABLES = (FILE_VARIABLE, "ECHO_SESSION_STATUS_FD", "ECHO_SESSION_SUPERVISOR")
"""Variables with our prefix that are not settings."""


def load_settings(**overrides: Any) -> Settings:
    """Reads arguments, environment, settings file and defaults, in this order of precedence.

    Raises ``SettingsError`` with one line for each thing that is wrong.
    """
    chosen = os.environ.get(FILE_VARIABLE)
    if chosen and not Path(chosen).is_file():
        raise SettingsError([f"{FILE_VARIABLE}: there is no file {chosen}"])
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(
            [_line(item["loc"], item["msg"], item.get("input")) for item in error.errors()]
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{chosen or 'echo-session.toml'} is not valid TOML: {error}"]) from None
    except SourceError as error:
        raise SettingsError([f'{error}: lists are written as JSON, for example ["10.0.0.0/8"]']) from None


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Environment variables with our prefix that set nothing, most often misspelt."""
    known = {name.upper() for name in _variables(Settings, ENV_PREFIX)} | set(OWN_VARIABLES)
    return sorted(
        name for name in environment if name.upper().startswith(ENV_PREFIX) and name.upper() not in known
    )


def _variables(model: type[BaseModel], prefix: str) -> list[str]:
    names = []
    for name, field in model.model_fields.items():
        names.append(prefix + name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += _variables(field.annotation, f"{prefix}{name}__")
    return names


def _line(location: tuple[int | str, ...], message: str, value: object) -> str:
    path = [str(part) for part in location]
    named = list(takewhile(lambda part: not part.isdigit(), path))
    variable = ENV_PREFIX + "__".join(named).upper()
    shown = "" if isinstance(value, (dict, BaseModel)) else f" = {value!r}"
    what = message.removeprefix("Value error, ")
    where = f"[{named[0]}] in echo-session.toml" if shown == "" else f"echo-session.toml or {variable}"
    return f"{'.'.join(path)}{shown}: {what} (set in {where})"

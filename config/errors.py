"""What can be wrong with the settings."""

from __future__ import annotations


class ConfigError(Exception):
    """Base of the errors of this package."""


class SettingsError(ConfigError):
    """Some settings cannot be used; ``lines`` says for each which, why and what is allowed."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines

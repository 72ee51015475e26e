"""Errors of the mail."""

from __future__ import annotations

__all__ = ["MailError", "Unmailable"]


class MailError(Exception):
    """Base of everything that mail raises."""


class Unmailable(MailError):
    """Nothing can be sent to this address, whatever the server says. The text is for a coordinator."""

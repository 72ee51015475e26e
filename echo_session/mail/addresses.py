"""Where the links in mail lead, as whoever writes letters sees it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from echo_session.domain.people import Registration

__all__ = ["Addresses"]


class Addresses(Protocol):
    """Where the links lead."""

    def personal(self, registration: Registration) -> str:
        """The link of one registered person."""

    def unsubscribe(self, person_id: str, program_id: str) -> str:
        """Where a person takes themselves off a program's mail."""

    def practice(self) -> str:
        """Where people test their device."""

    def page(self, kind: str, slug: str) -> str:
        """A public page: of "programs" or of "series"."""

    def learner(self, session_id: str, person_id: str, until: datetime) -> str:
        """A person's page about one session."""

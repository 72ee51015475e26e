"""The room as the endpoint knows it, and what it wants to see of it."""

from __future__ import annotations

from signaling.messages import (
    Delta,
    Gone,
    Participant,
    PictureSource,
    Put,
    Room,
    SessionInfo,
    SessionPut,
    View,
    ViewItem,
)


class RoomView:
    """Participants by id, kept up by deltas."""

    def __init__(self) -> None:
        self.participants: dict[str, Participant] = {}
        self.session: SessionInfo | None = None
        self._revision = 0

    def replace(self, room: Room) -> None:
        """Everything anew."""
        self._revision = room.revision
        self.session = room.session
        self.participants = {p.participant_id: p for p in room.participants}

    def apply(self, delta: Delta) -> bool:
        """Changes; False where one before was missed."""
        if delta.revision != self._revision + 1:
            return False
        self._revision = delta.revision
        for change in delta.changes:
            match change:
                case Put():
                    self.participants[change.participant.participant_id] = change.participant
                case Gone():
                    self.participants.pop(change.participant_id, None)
                case SessionPut():
                    self.session = change.session
                case _:
                    continue
        return True

    def others(self, own: str) -> list[Participant]:
        """Everybody but this endpoint."""
        return [p for p in self.participants.values() if p.participant_id != own]

    def view(self, own: str, *, slots: int, height: int) -> View:
        """All screens, then all cameras, as far as slots go; in a practice room its own camera too."""
        practice = self.session is not None and self.session.kind == "practice"
        shown = list(self.participants.values()) if practice else self.others(own)
        items = [
            ViewItem(participant_id=p.participant_id, source=source, height=height)
            for source in (PictureSource.SCREEN, PictureSource.CAMERA)
            for p in shown
            if (p.screen if source is PictureSource.SCREEN else p.camera)
        ]
        return View(items=items[:slots])

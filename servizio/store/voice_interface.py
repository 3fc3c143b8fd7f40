"""Messages after the tone as all other rooms see them: a part of `interface.Store`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from servizio.store.records import VoiceMessage


class VoiceMail(Protocol):
    """What customers said when nobody came to the telephone."""

    async def keep_voice_message(
        self, message: VoiceMessage, *, staff: str, body: str
    ) -> VoiceMessage | None:
        """Write a message down and tell staff, also by the text `body`; `None`: it was known.

        The text takes the place of the one about the missed call where that has not left.
        `staff` is E.164; empty: no text.
        """
        ...

    async def voice_messages(self, limit: int = 50) -> Sequence[VoiceMessage]:
        """Messages that staff are not done with, newest first."""
        ...

    async def voice_message(self, sid: str) -> VoiceMessage | None:
        """One of them."""
        ...

    async def voice_message_done(self, sid: str) -> VoiceMessage | None:
        """Staff want a message no more; `None`: there is no such one."""
        ...

    async def unwanted_recordings(self) -> Sequence[str]:
        """Ids of the recordings that are still to be erased at the telephone company."""
        ...

    async def recording_erased(self, sid: str) -> None:
        """The telephone company has this recording no more."""
        ...

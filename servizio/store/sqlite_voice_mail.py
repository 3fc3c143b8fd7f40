"""Messages after the tone in SQLite: `VoiceMail`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from servizio.store import voice_messages
from servizio.store.database import Database
from servizio.store.records import VoiceMessage


class SqliteVoiceMail:
    """The part of the store that keeps messages after the tone."""

    _database: Database

    async def keep_voice_message(
        self, message: VoiceMessage, *, staff: str, body: str
    ) -> VoiceMessage | None:
        """See `VoiceMail.keep_voice_message`."""
        return await self._database.write(
            partial(voice_messages.keep, message=message, staff=staff, body=body)
        )

    async def voice_messages(self, limit: int = 50) -> Sequence[VoiceMessage]:
        """See `VoiceMail.voice_messages`."""
        return await self._database.read(partial(voice_messages.newest, limit=limit))

    async def voice_message(self, sid: str) -> VoiceMessage | None:
        """See `VoiceMail.voice_message`."""
        return await self._database.read(partial(voice_messages.by_sid, sid=sid))

    async def voice_message_done(self, sid: str) -> VoiceMessage | None:
        """See `VoiceMail.voice_message_done`."""
        return await self._database.write(partial(voice_messages.done, sid=sid))

    async def unwanted_recordings(self) -> Sequence[str]:
        """See `VoiceMail.unwanted_recordings`."""
        return await self._database.read(voice_messages.unwanted)

    async def recording_erased(self, sid: str) -> None:
        """See `VoiceMail.recording_erased`."""
        await self._database.write(partial(voice_messages.erased, sid=sid))

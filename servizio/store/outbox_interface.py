"""The outbox as all other rooms see it: a part of `interface.Store`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from servizio.store.records import (
    IncomingText,
    Message,
    MessageKind,
    MessageState,
    OrderText,
    TextKind,
)


class Outbox(Protocol):
    """Texts and webhooks that have to leave, and texts that came."""

    async def queue_message(
        self,
        kind: MessageKind,
        key: str,
        *,
        to: str,
        body: str,
        call_sid: str | None = None,
        order_number: str | None = None,
        held: bool = False,
        delay: timedelta = timedelta(0),
    ) -> bool:
        """Queue a message that belongs to no order's life; `False` if the key was used.

        `held`: it waits for the end of the call `call_sid`. `delay`: it leaves no sooner.
        """
        ...

    async def send_text_again(self, number: str, *, actor: str, received: OrderText) -> TextKind:
        """Queue once more the text that fits an order's status; gives which one.

        Raises `UnknownOrderError`, and `MessageError` where no text fits, the order has no
        number, it has opted out, or this very text is still waiting to leave.
        """
        ...

    async def retry_message(self, message_id: int, *, actor: str) -> Message | None:
        """Try a message again now; `None`: there is no such one. Raises `MessageError`."""
        ...

    async def dismiss_message(self, message_id: int, *, actor: str) -> Message | None:
        """Let a message go; `None`: there is no such one. Raises `MessageError`."""
        ...

    async def claim_messages(
        self, kinds: Collection[MessageKind], *, limit: int, lease: timedelta
    ) -> Sequence[Message]:
        """Borrow due messages for sending. Those not finished in time are lent again."""
        ...

    async def finish_message(
        self,
        message: Message,
        state: MessageState,
        *,
        provider_sid: str | None = None,
        next_attempt_at: datetime | None = None,
        uncertain: bool = False,
        error_code: str | None = None,
        error_text: str | None = None,
    ) -> bool:
        """Write what became of a borrowed message; `False` if it was lent to another since."""
        ...

    async def next_message_due(self, kinds: Collection[MessageKind]) -> datetime | None:
        """When the next message may be borrowed; `None`: none is waiting."""
        ...

    async def outbox_beyond(self, version: int) -> int:
        """Wait until the outbox has changed since this version; gives the present one.

        A version less than 0 gives the present one at once.
        """
        ...

    async def report_delivery(
        self, provider_sid: str, status: str, error_code: str | None = None
    ) -> bool:
        """Keep what the provider says later; `False` for what is old news."""
        ...

    async def sent_sids(self, to: str) -> Collection[str]:
        """The provider's ids of the newest messages to this recipient that have left."""
        ...

    async def unsettled_texts(self, since: datetime, until: datetime) -> Sequence[Message]:
        """Texts that left from `since` to before `until` and of which nothing final is known."""
        ...

    async def opted_out(self, phone: str) -> bool:
        """Whether this number (E.164) wants no texts of ours."""
        ...

    async def set_opted_out(self, phone: str, *, out: bool) -> None:
        """Remember that this number wants no texts, or wants them again."""
        ...

    async def keep_text(self, text: IncomingText) -> IncomingText:
        """Write down what a customer wrote; the same one again gives what was kept first."""
        ...

    async def incoming_texts(self, limit: int = 50) -> Sequence[IncomingText]:
        """What customers wrote, newest first."""
        ...

    async def messages(
        self,
        limit: int = 50,
        *,
        states: Collection[MessageState] | None = None,
        order_number: str | None = None,
    ) -> Sequence[Message]:
        """Messages, newest first."""
        ...

    async def message_counts(self) -> Mapping[tuple[MessageKind, MessageState], int]:
        """How many messages are in which state; nothing for none."""
        ...

    async def pending_messages(self) -> Mapping[MessageKind, int]:
        """How many of each kind have yet to leave; 0 is there too."""
        ...

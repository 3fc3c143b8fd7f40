"""The outbox in SQLite: `Outbox`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from servizio.store import calls, deliveries, incoming, outbox, outbox_by_hand, outbox_rows
from servizio.store.database import Database
from servizio.store.order_desk import HouseRules
from servizio.store.records import (
    WAITING,
    IncomingText,
    Message,
    MessageKind,
    MessageState,
    OrderText,
    TextKind,
)
from servizio.store.transaction import Transaction


class SqliteOutbox:
    """The part of the store that keeps messages."""

    _database: Database
    _rules: HouseRules

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
        """See `Outbox.queue_message`."""

        def work(tx: Transaction) -> bool:
            return outbox.queue(
                tx,
                kind,
                key,
                to=to,
                body=body,
                call_sid=call_sid,
                order_number=order_number,
                # For the end of a call that is over already nothing would ever wait.
                held=held and calls.is_open(tx.connection, call_sid),
                delay=delay,
            )

        return await self._database.write(work)

    async def send_text_again(self, number: str, *, actor: str, received: OrderText) -> TextKind:
        """See `Outbox.send_text_again`."""

        def work(tx: Transaction) -> TextKind:
            return outbox_by_hand.send_again(
                tx, self._rules, number, actor=actor, received=received
            )

        return await self._database.write(work)

    async def retry_message(self, message_id: int, *, actor: str) -> Message | None:
        """See `Outbox.retry_message`."""
        return await self._database.write(
            partial(outbox_by_hand.retry, message_id=message_id, actor=actor)
        )

    async def dismiss_message(self, message_id: int, *, actor: str) -> Message | None:
        """See `Outbox.dismiss_message`."""
        return await self._database.write(
            partial(outbox_by_hand.dismiss, message_id=message_id, actor=actor)
        )

    async def claim_messages(
        self, kinds: Collection[MessageKind], *, limit: int, lease: timedelta
    ) -> Sequence[Message]:
        """See `Outbox.claim_messages`."""
        return await self._database.write(
            partial(outbox.claim, kinds=kinds, limit=limit, lease=lease)
        )

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
        """See `Outbox.finish_message`."""

        def work(tx: Transaction) -> bool:
            return outbox.finish(
                tx,
                message,
                state,
                provider_sid=provider_sid,
                next_attempt_at=next_attempt_at,
                uncertain=uncertain,
                error_code=error_code,
                error_text=error_text,
            )

        return await self._database.write(work)

    async def next_message_due(self, kinds: Collection[MessageKind]) -> datetime | None:
        """See `Outbox.next_message_due`."""
        return await self._database.read(partial(outbox.next_due, kinds=kinds))

    async def outbox_beyond(self, version: int) -> int:
        """See `Outbox.outbox_beyond`."""
        await self._database.outbox.beyond(version)
        return self._database.outbox.version

    async def report_delivery(
        self, provider_sid: str, status: str, error_code: str | None = None
    ) -> bool:
        """See `Outbox.report_delivery`."""

        def work(tx: Transaction) -> bool:
            return deliveries.report_delivery(tx, provider_sid, status, error_code)

        return await self._database.write(work)

    async def sent_sids(self, to: str) -> Collection[str]:
        """See `Outbox.sent_sids`."""
        return await self._database.read(partial(outbox_rows.sent_sids, to=to))

    async def unsettled_texts(self, since: datetime, until: datetime) -> Sequence[Message]:
        """See `Outbox.unsettled_texts`."""
        return await self._database.read(
            partial(outbox_rows.unsettled, since=since, until=until, final=deliveries.FINAL_RANK)
        )

    async def opted_out(self, phone: str) -> bool:
        """See `Outbox.opted_out`."""
        return await self._database.read(partial(incoming.opted_out, phone=phone))

    async def set_opted_out(self, phone: str, *, out: bool) -> None:
        """See `Outbox.set_opted_out`."""
        await self._database.write(partial(incoming.opt, phone=phone, out=out))

    async def keep_text(self, text: IncomingText) -> IncomingText:
        """See `Outbox.keep_text`."""
        return await self._database.write(partial(incoming.keep, text=text))

    async def incoming_texts(self, limit: int = 50) -> Sequence[IncomingText]:
        """See `Outbox.incoming_texts`."""
        return await self._database.read(partial(incoming.newest, limit=limit))

    async def messages(
        self,
        limit: int = 50,
        *,
        states: Collection[MessageState] | None = None,
        order_number: str | None = None,
    ) -> Sequence[Message]:
        """See `Outbox.messages`."""
        return await self._database.read(
            partial(outbox_rows.newest, limit=limit, states=states, order_number=order_number)
        )

    async def message_counts(self) -> Mapping[tuple[MessageKind, MessageState], int]:
        """See `Outbox.message_counts`."""
        return await self._database.read(outbox_rows.counts)

    async def pending_messages(self) -> Mapping[MessageKind, int]:
        """See `Outbox.pending_messages`."""
        counts = await self.message_counts()
        return {
            kind: sum(counts.get((kind, state), 0) for state in WAITING) for kind in MessageKind
        }

"""Sends what is in the outbox.

A message is borrowed, tried once and given back with what is known about it. No try is made
again before it is certain that the one before did not leave: after an unclear answer, or
after a crash in mid-try, the worker first looks for the message at the provider.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

from servizio.errors import StoreError
from servizio.store.incoming import OPTED_OUT
from servizio.store.outbox_interface import Outbox
from servizio.store.records import Clock, Message, MessageKind, MessageState
from servizio.store.sending import Sender, SendKind, SendOutcome, SendResult

log = logging.getLogger(__name__)

CLOCK_SKEW = timedelta(days=7)
"""How far the provider's clock may be from ours when a message is looked for: with a clock that
is wrong it is rather found than sent twice. Others with the same words are known by their ids."""
LONGEST_REST = 60.0
"""Seconds between two looks at the outbox while something waits in it."""
NO_TEXTS = "This number has asked for no texts; it can write START to have them again."


@dataclass(frozen=True, slots=True)
class Persistence:
    """How hard a message is tried. Times in seconds."""

    attempts: int = 17
    """Tries until staff are told; with the waits below, about half an hour."""
    first_wait: float = 1.0
    """Before the second try; doubled before each later one."""
    longest_wait: float = 300.0
    longest_asked: float = 3600.0
    """The most that a provider's wish to wait (Retry-After) is followed."""
    unclear_wait: float = 60.0
    """Until a message that may have left shows up in the provider's list."""
    lease: float = 90.0
    """Until a worker that does not come back is taken for dead. Longer than any try."""
    together: int = 4
    """Messages of one kind that are tried at the same time."""
    store_wait: float = 5.0
    """After the database refused."""

    def wait(self, attempts: int, asked: float | None, dice: random.Random) -> float:
        """How long to wait after this many tries; `asked`: what the provider asked for."""
        backoff = min(self.first_wait * 2.0 ** min(attempts - 1, 20), self.longest_wait)
        # Half of it at random: those that failed together shall not come back together.
        spread = backoff * (0.5 + 0.5 * dice.random())
        return max(spread, min(asked or 0.0, self.longest_asked))


FOR_HOURS = Persistence(attempts=18, first_wait=5.0, longest_wait=7200.0)
"""For webhooks: a receiver may be down for a night. With the waits, about eleven hours."""


class OutboxWorker:
    """Sends due messages until it is closed. Use it as an async context manager.

    `sender` sends texts, `webhook_sender` sends webhooks. Without one, messages of that kind
    become `local`: they are shown to staff and go nowhere.
    """

    def __init__(
        self,
        store: Outbox,
        sender: Sender | None,
        *,
        clock: Clock,
        rng: random.Random,
        webhook_sender: Sender | None = None,
        persistence: Persistence | None = None,
        webhook_persistence: Persistence | None = None,
    ) -> None:
        self._store = store
        self._senders: Mapping[MessageKind, Sender | None] = {
            MessageKind.SMS: sender,
            MessageKind.WEBHOOK: webhook_sender,
        }
        self._clock = clock
        self._dice = rng
        texts = persistence or Persistence()
        self._persistences: Mapping[MessageKind, Persistence] = {
            MessageKind.SMS: texts,
            MessageKind.WEBHOOK: webhook_persistence or texts,
        }
        self._closing = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Begin to send. One kind never waits for the other."""
        self._tasks = [
            asyncio.create_task(self._work(kind), name=f"outbox {kind.value}")
            for kind in MessageKind
        ]

    async def close(self, seconds: float = 5.0) -> None:
        """Try once more what is due, for at most this long, and stop.

        What could not leave stays in the outbox for the next start.
        """
        self._closing.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def send_due(self, kind: MessageKind) -> int:
        """Try everything of one kind that is due now, once; gives how many there were."""
        tried = 0
        persistence = self._persistences[kind]
        lease = timedelta(seconds=persistence.lease)
        while borrowed := await self._store.claim_messages(
            {kind}, limit=persistence.together, lease=lease
        ):
            # All are waited for before one's fault is passed on: none is left running alone.
            results = await asyncio.gather(
                *(self._handle(message) for message in borrowed), return_exceptions=True
            )
            for result in results:
                if result is not None:
                    raise result
            tried += len(borrowed)
        return tried

    async def _work(self, kind: MessageKind) -> None:
        while True:
            last_time = self._closing.is_set()
            seconds: float | None = self._persistences[kind].store_wait
            version = await self._store.outbox_beyond(-1)
            try:
                await self.send_due(kind)
                # In this order: what is queued after the version was read wakes us, what was
                # queued before is seen by the query.
                version = await self._store.outbox_beyond(-1)
                seconds = await self._seconds_until_due(kind)
            except StoreError as error:
                log.warning("outbox_stopped kind=%s: %s", kind.value, error.message)
            except Exception:
                # Nobody would start this loop again: one bad row must not end all texts.
                log.exception("outbox_broke kind=%s", kind.value)
                version = await self._store.outbox_beyond(-1)
            if last_time:
                return
            await self._rest(version, seconds)

    async def _seconds_until_due(self, kind: MessageKind) -> float | None:
        due = await self._store.next_message_due({kind})
        if due is None:
            return None
        # Not longer: the clock may be put back or on meanwhile.
        return min(max(0.0, (due - self._clock()).total_seconds()), LONGEST_REST)

    async def _rest(self, version: int, seconds: float | None) -> None:
        """Wait for a message, for the next try, or for the end."""
        waits = {
            asyncio.create_task(self._store.outbox_beyond(version)),
            asyncio.create_task(self._closing.wait()),
        }
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _handle(self, message: Message) -> None:
        sender = self._senders[message.kind]
        if sender is None:
            await self._store.finish_message(message, MessageState.LOCAL)
            return
        if message.attempts > self._persistences[message.kind].attempts:
            await self._give_up(message, None, uncertain=message.uncertain)
            return
        if message.kind is MessageKind.SMS and await self._store.opted_out(message.to):
            refused = SendOutcome(SendKind.PERMANENT, code=int(OPTED_OUT), reason=NO_TEXTS)
            await self._give_up(message, refused, uncertain=message.uncertain)
            return
        try:
            result, uncertain = await self._try(sender, message)
            kind = SendKind(result.kind)
        except Exception:
            # A fault in the sender itself: whether the message left is not known.
            log.exception("sender_broke id=%s kind=%s", message.id, message.kind.value)
            kind, uncertain = SendKind.UNKNOWN, True
            result = SendOutcome(kind, reason="The sender broke.")
        await self._finish(message, kind, result, uncertain=uncertain)

    async def _try(self, sender: Sender, message: Message) -> tuple[SendResult, bool]:
        """Send, unless the message has left already or is not wanted any more.

        Gives the result, and whether the message may have left without our knowing.
        """
        if message.uncertain:
            tried_at = message.first_attempt_at or message.created_at
            since = min(tried_at, self._clock()) - CLOCK_SKEW
            known = await self._store.sent_sids(message.to)
            found = await sender.find_recent(message.to, message.body, since, known)
            if found is not None:
                return found, True
            if message.recalled:
                return SendOutcome(SendKind.RETRY), False
        result = await sender.send(message.to, message.body)
        return result, result.kind == SendKind.UNKNOWN

    async def _finish(
        self, message: Message, kind: SendKind, result: SendResult, *, uncertain: bool
    ) -> None:
        match kind:
            case SendKind.SENT:
                log.info("message_sent id=%s attempts=%s", message.id, message.attempts)
                await self._store.finish_message(
                    message, MessageState.SENT, provider_sid=result.sid or None
                )
            case SendKind.PERMANENT:
                await self._give_up(message, result, uncertain=uncertain)
            case SendKind.RETRY | SendKind.UNKNOWN:
                if message.attempts >= self._persistences[message.kind].attempts:
                    await self._give_up(message, result, uncertain=uncertain)
                else:
                    await self._try_later(message, result, uncertain=uncertain)

    async def _try_later(self, message: Message, result: SendResult, *, uncertain: bool) -> None:
        persistence = self._persistences[message.kind]
        seconds = persistence.wait(message.attempts, result.retry_after, self._dice)
        if uncertain:
            seconds = max(seconds, persistence.unclear_wait)
        log.info("message_waits id=%s seconds=%.0f", message.id, seconds)
        await self._store.finish_message(
            message,
            MessageState.PENDING,
            next_attempt_at=self._clock() + timedelta(seconds=seconds),
            uncertain=uncertain,
            error_code=_code(result),
            error_text=result.reason or None,
        )

    async def _give_up(
        self, message: Message, result: SendResult | None, *, uncertain: bool
    ) -> None:
        reason = (result.reason if result else "") or "It could not be sent."
        if uncertain:
            reason += " It may have arrived all the same."
        log.warning("message_failed id=%s code=%s", message.id, _code(result))
        await self._store.finish_message(
            message,
            MessageState.FAILED,
            uncertain=uncertain,
            error_code=_code(result),
            error_text=reason,
        )


def _code(result: SendResult | None) -> str | None:
    return None if result is None or result.code is None else str(result.code)

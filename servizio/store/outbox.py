"""The outbox: every text and webhook, written in the transaction that causes it.

SQL of the table `outbox`. A row leaves through `claim` and `finish`;
between the two it is lent to a worker, and where that worker never comes back the row is
lent again as uncertain: it may have been sent.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from servizio.shop.order_json import time_from_text, time_text
from servizio.store import incoming, journal
from servizio.store.deliveries import come_back
from servizio.store.outbox_rows import by_id, rows_where, told
from servizio.store.records import EventKind, Message, MessageKind, MessageState
from servizio.store.transaction import Transaction

PER_NUMBER = 8
"""Texts to one number within `PER_NUMBER_SPAN`; more of them wait."""
PER_NUMBER_SPAN = timedelta(minutes=10)
FROM_THE_FUTURE = timedelta(minutes=2)
"""A message that was written so much later than now was written before the clock was put back:
when it is due says nothing any more."""


def queue(
    tx: Transaction,
    kind: MessageKind,
    key: str,
    *,
    to: str,
    body: str,
    call_sid: str | None = None,
    order_id: int | None = None,
    order_number: str | None = None,
    held: bool = False,
    delay: timedelta = timedelta(0),
) -> bool:
    """Write a message unless its key is there already; gives whether it was written.

    `held`: it waits for the end of its call.
    """
    state = MessageState.HELD if held else MessageState.PENDING
    now = time_text(tx.now)
    written = tx.connection.execute(
        "INSERT INTO outbox (kind, key, recipient, body, state, next_attempt_at, call_sid,"
        " order_id, order_number, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        (
            kind.value,
            key,
            to,
            body,
            state.value,
            time_text(_when(tx, kind, to, tx.now + delay)),
            call_sid,
            order_id,
            order_number,
            now,
            now,
        ),
    ).rowcount
    tx.outbox_changed = tx.outbox_changed or bool(written)
    return bool(written)


def reword(
    tx: Transaction,
    key: str,
    *,
    to: str,
    body: str,
    held: bool,
    delay: timedelta = timedelta(0),
) -> bool:
    """Change a message that has not left, also one that was withdrawn; gives whether it could.

    One that is on its way with a wish to take it back is wanted again as it is.
    """
    tx.outbox_changed = True
    tx.connection.execute("UPDATE outbox SET recalled = 0 WHERE key = ?", (key,))
    state = MessageState.HELD if held else MessageState.PENDING
    return bool(
        tx.connection.execute(
            "UPDATE outbox SET recipient = ?, body = ?, state = ?, next_attempt_at = ?,"
            " attempts = 0, updated_at = ?"
            " WHERE key = ? AND state IN ('held', 'pending', 'withdrawn') AND uncertain = 0",
            (to, body, state.value, time_text(tx.now + delay), time_text(tx.now), key),
        ).rowcount
    )


def state_of(connection: sqlite3.Connection, key: str) -> MessageState | None:
    """Where the message with this key is; `None`: there is none."""
    row = connection.execute("SELECT state FROM outbox WHERE key = ?", (key,)).fetchone()
    return MessageState(row[0]) if row else None


def restore(tx: Transaction, key: str, *, held: bool) -> None:
    """Want a withdrawn message again, with the words it had."""
    tx.outbox_changed = True
    tx.connection.execute("UPDATE outbox SET recalled = 0 WHERE key = ?", (key,))
    tx.connection.execute(
        "UPDATE outbox SET state = ?, next_attempt_at = ?, updated_at = ?"
        " WHERE key = ? AND state = 'withdrawn'",
        ("held" if held else "pending", time_text(tx.now), time_text(tx.now), key),
    )


def withdraw(tx: Transaction, keys: Sequence[str]) -> None:
    """Take messages back that have not left.

    One that is being sent at this moment is only taken back if it turns out not to leave.
    """
    marks = ",".join("?" * len(keys))
    now = time_text(tx.now)
    tx.connection.execute(
        "UPDATE outbox SET state = 'withdrawn', updated_at = ?"
        f" WHERE state IN ('held', 'pending') AND key IN ({marks})",
        (now, *keys),
    )
    tx.connection.execute(
        f"UPDATE outbox SET recalled = 1 WHERE state = 'sending' AND key IN ({marks})",
        tuple(keys),
    )


def release(tx: Transaction, call_sid: str) -> int:
    """Let the held messages of a call go; gives how many there were."""
    held = tx.connection.execute(
        "SELECT id, kind, recipient FROM outbox WHERE call_sid = ? AND state = 'held' ORDER BY id",
        (call_sid,),
    ).fetchall()
    for row_id, kind, to in held:
        tx.connection.execute(
            "UPDATE outbox SET state = 'pending', next_attempt_at = ?, updated_at = ? WHERE id = ?",
            (time_text(_when(tx, MessageKind(kind), to, tx.now)), time_text(tx.now), row_id),
        )
    tx.outbox_changed = tx.outbox_changed or bool(held)
    return len(held)


def _when(tx: Transaction, kind: MessageKind, to: str, wanted: datetime) -> datetime:
    """When a message may leave: at once, unless its number has had a lot of texts lately.

    So that nobody can have a stranger's telephone buzz without end.
    """
    if kind is not MessageKind.SMS:
        return wanted
    row = tx.connection.execute(
        "SELECT next_attempt_at FROM outbox WHERE recipient = ? AND kind = 'sms'"
        " AND state IN ('pending', 'sending', 'sent') AND next_attempt_at > ?"
        " ORDER BY next_attempt_at DESC LIMIT 1 OFFSET ?",
        (to, time_text(wanted - PER_NUMBER_SPAN), PER_NUMBER - 1),
    ).fetchone()
    return wanted if row is None else max(wanted, time_from_text(row[0]) + PER_NUMBER_SPAN)


def calls_with_held(connection: sqlite3.Connection) -> list[str]:
    """Calls that are over, or were never known, and still have messages held."""
    rows = connection.execute(
        "SELECT DISTINCT outbox.call_sid FROM outbox"
        " LEFT JOIN calls ON calls.call_sid = outbox.call_sid"
        " WHERE outbox.state = 'held'"
        " AND (calls.call_sid IS NULL OR calls.ended_at IS NOT NULL)"
    )
    return [row[0] for row in rows]


def claim(
    tx: Transaction, kinds: Collection[MessageKind], *, limit: int, lease: timedelta
) -> tuple[Message, ...]:
    """Lend due messages to a worker, oldest first, those too whose worker never came back."""
    now = time_text(tx.now)
    future = time_text(tx.now + FROM_THE_FUTURE)
    marks = ",".join("?" * len(kinds))
    ids = [
        row[0]
        for row in tx.connection.execute(
            f"SELECT id FROM outbox WHERE kind IN ({marks}) AND ("
            "(state = 'pending' AND (next_attempt_at <= ? OR updated_at > ?))"
            " OR (state = 'sending' AND (lease_until <= ? OR updated_at > ?)))"
            " ORDER BY next_attempt_at, id LIMIT ?",
            (*sorted(kinds), now, future, now, future, limit),
        )
    ]
    for row_id in ids:
        tx.connection.execute(
            "UPDATE outbox SET uncertain = uncertain OR state = 'sending', state = 'sending',"
            " attempts = attempts + 1, lease_until = ?, updated_at = ?,"
            " first_attempt_at = coalesce(first_attempt_at, ?) WHERE id = ?",
            (time_text(tx.now + lease), now, now, row_id),
        )
    if not ids:
        return ()
    return tuple(rows_where(tx.connection, f"outbox.id IN ({','.join('?' * len(ids))})", ids))


def finish(
    tx: Transaction,
    message: Message,
    state: MessageState,
    *,
    provider_sid: str | None = None,
    next_attempt_at: datetime | None = None,
    uncertain: bool = False,
    error_code: str | None = None,
    error_text: str | None = None,
) -> bool:
    """Write what became of a claimed message; gives whether it was still ours to write.

    That it was sent is always written. Anything else is not, once the lease has run out and
    another worker has the message. What was to be taken back stays here if it did not leave.
    """
    tx.outbox_changed = True
    written = bool(
        tx.connection.execute(
            "UPDATE outbox SET"
            " state = CASE WHEN recalled AND ? = 'pending' THEN 'withdrawn' ELSE ? END,"
            " provider_sid = coalesce(?, provider_sid), lease_until = NULL, uncertain = ?,"
            " next_attempt_at = coalesce(?, next_attempt_at), error_code = ?, error_text = ?,"
            " updated_at = ? WHERE id = ? AND"
            " (? IN ('sent', 'local') OR (state = 'sending' AND attempts = ?))",
            (
                state.value,
                state.value,
                provider_sid,
                uncertain,
                None if next_attempt_at is None else time_text(next_attempt_at),
                error_code,
                error_text,
                time_text(tx.now),
                message.id,
                state.value,
                message.attempts,
            ),
        ).rowcount
    )
    if written and state is MessageState.SENT and provider_sid:
        # The provider may have told what became of it before it answered the request.
        come_back(tx, provider_sid)
    if written and state is MessageState.FAILED and error_code == incoming.OPTED_OUT:
        incoming.opt(tx, message.to, out=True)
    if written and state is MessageState.FAILED:
        failed = by_id(tx.connection, message.id) or message
        journal.append(
            tx,
            EventKind.OUTBOX_CHANGED,
            {"message": told(failed)},
            order_number=message.order_number,
            call_sid=message.call_sid,
            actor="system",
        )
    return written


def next_due(connection: sqlite3.Connection, kinds: Collection[MessageKind]) -> datetime | None:
    """When the next message may be claimed; `None`: none is waiting."""
    marks = ",".join("?" * len(kinds))
    row = connection.execute(
        "SELECT min(CASE state WHEN 'sending' THEN lease_until ELSE next_attempt_at END)"
        f" FROM outbox WHERE state IN ('pending', 'sending') AND kind IN ({marks})",
        tuple(sorted(kinds)),
    ).fetchone()
    return time_from_text(row[0]) if row and row[0] else None


def forget_people(tx: Transaction, before: datetime) -> int:
    """Remove recipient and words of messages that left or never will; gives how many."""
    return tx.connection.execute(
        "UPDATE outbox SET recipient = '', body = '' WHERE updated_at < ?"
        " AND state NOT IN ('held', 'pending', 'sending') AND (recipient <> '' OR body <> '')",
        (time_text(before),),
    ).rowcount

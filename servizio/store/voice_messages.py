"""Messages that customers spoke after the tone.

SQL of the table `voice_messages`. The sound itself is at the telephone company: a message that
is not wanted any more stays here, without its number, until it is erased there.
"""

# ruff: noqa: S608 - only constants and question marks are ever put into the text of a query

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from servizio.shop.order_json import time_from_text, time_text
from servizio.store import calls, journal, outbox
from servizio.store.records import EventKind, MessageKind, Role, VoiceMessage
from servizio.store.transaction import Transaction

COLUMNS = "sid, call_sid, phone, seconds, at"


def missed_key(call_sid: str) -> str:
    """Key of the text that tells staff of a call which nobody took."""
    return f"missed:{call_sid}"


def keep(tx: Transaction, message: VoiceMessage, *, staff: str, body: str) -> VoiceMessage | None:
    """Write a message down and tell staff of it, once; `None`: it was known.

    `staff`: where the text `body` goes to; empty: no text. Where the text about the missed
    call has not left, this one takes its place.
    """
    written = tx.connection.execute(
        "INSERT INTO voice_messages (sid, call_sid, phone, seconds, at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (sid) DO NOTHING",
        (message.sid, message.call_sid, message.phone, message.seconds, time_text(message.at)),
    ).rowcount
    if not written:
        return None
    _tell(tx, message, done=False)
    if calls.find(tx.connection, message.call_sid) is not None:
        said = f"left a message of {message.seconds} seconds"
        calls.add_turn(tx, message.call_sid, Role.TOOL, said, at=message.at, heard=True)
    key = missed_key(message.call_sid)
    if staff and not outbox.reword(tx, key, to=staff, body=body, held=False):
        outbox.queue(
            tx,
            MessageKind.SMS,
            f"voice:{message.sid}",
            to=staff,
            body=body,
            call_sid=message.call_sid,
        )
    return message


def newest(connection: sqlite3.Connection, limit: int) -> list[VoiceMessage]:
    """Messages that staff are not done with, newest first."""
    return _messages(connection, "WHERE NOT unwanted ORDER BY at DESC, sid LIMIT ?", (limit,))


def by_sid(connection: sqlite3.Connection, sid: str) -> VoiceMessage | None:
    """One message that staff are not done with."""
    found = _messages(connection, "WHERE sid = ? AND NOT unwanted", (sid,))
    return found[0] if found else None


def of_customer(
    connection: sqlite3.Connection, phone: str, call_sids: Sequence[str]
) -> list[VoiceMessage]:
    """All messages from a number or in these calls, oldest first."""
    condition = f"WHERE NOT unwanted AND ({_theirs(call_sids)}) ORDER BY at"
    return _messages(connection, condition, (phone, *call_sids))


def done(tx: Transaction, sid: str) -> VoiceMessage | None:
    """Staff have heard it and want it no more; `None`: there is no such message."""
    message = by_sid(tx.connection, sid)
    if message is not None:
        _drop(tx, "sid = ?", (sid,))
        _tell(tx, message, done=True)
    return message


def unwanted(connection: sqlite3.Connection) -> list[str]:
    """Ids of recordings that are still to be erased at the telephone company."""
    return [row[0] for row in connection.execute("SELECT sid FROM voice_messages WHERE unwanted")]


def erased(tx: Transaction, sid: str) -> None:
    """The telephone company has this recording no more."""
    tx.connection.execute("DELETE FROM voice_messages WHERE sid = ? AND unwanted", (sid,))


def forget_people(tx: Transaction, before: datetime) -> int:
    """Want messages from before no more; gives how many."""
    return _drop(tx, "at < ?", (time_text(before),))


def forget_customer(tx: Transaction, phone: str, call_sids: Sequence[str]) -> int:
    """Want messages from a number or in these calls no more; gives how many."""
    return _drop(tx, _theirs(call_sids), (phone, *call_sids))


def message_json(message: VoiceMessage) -> dict[str, object]:
    """A message as the API shows it to staff."""
    return {
        "sid": message.sid,
        "call_sid": message.call_sid,
        "from": message.phone,
        "seconds": message.seconds,
        "at": time_text(message.at),
    }


def _theirs(call_sids: Sequence[str]) -> str:
    return f"phone = ? OR call_sid IN ({','.join('?' * len(call_sids))})"


def _drop(tx: Transaction, condition: str, values: tuple[str, ...]) -> int:
    return tx.connection.execute(
        f"UPDATE voice_messages SET unwanted = 1, phone = NULL"
        f" WHERE NOT unwanted AND ({condition})",
        values,
    ).rowcount


def _tell(tx: Transaction, message: VoiceMessage, *, done: bool) -> None:
    journal.append(
        tx,
        EventKind.VOICE_MESSAGE,
        {"message": message_json(message), "done": done},
        call_sid=message.call_sid,
        actor="staff" if done else "customer",
    )


def _messages(
    connection: sqlite3.Connection, condition: str, values: tuple[str | int, ...]
) -> list[VoiceMessage]:
    rows = connection.execute(f"SELECT {COLUMNS} FROM voice_messages {condition}", values)
    return [
        VoiceMessage(sid, call_sid, phone, seconds, time_from_text(at))
        for sid, call_sid, phone, seconds, at in rows
    ]

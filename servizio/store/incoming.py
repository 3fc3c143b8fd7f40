"""Texts that customers write, and who wants no more texts of ours.

SQL of the tables `incoming_texts` and `opt_outs`.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from servizio.shop.order_json import time_from_text, time_text
from servizio.store import journal
from servizio.store.records import EventKind, IncomingText
from servizio.store.transaction import Transaction

OPTED_OUT = "21610"
"""Twilio's error where the recipient has written STOP to our number."""


def keep(tx: Transaction, text: IncomingText) -> IncomingText:
    """Write a text down and tell of it, once: the same one again gives what was kept."""
    known = by_sid(tx.connection, text.sid)
    if known is not None:
        return known
    tx.connection.execute(
        "INSERT INTO incoming_texts (sid, phone, body, reply, order_number, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (text.sid, text.phone, text.body, text.reply, text.order_number, time_text(text.at)),
    )
    journal.append(
        tx,
        EventKind.TEXT_RECEIVED,
        {"text": text_json(text)},
        order_number=text.order_number,
        actor="customer",
    )
    return text


def by_sid(connection: sqlite3.Connection, sid: str) -> IncomingText | None:
    """One text."""
    rows = _texts(connection, "WHERE sid = ?", (sid,))
    return rows[0] if rows else None


def newest(connection: sqlite3.Connection, limit: int) -> list[IncomingText]:
    """Texts, newest first."""
    return _texts(connection, "ORDER BY at DESC, sid LIMIT ?", (limit,))


def of_phone(connection: sqlite3.Connection, phone: str) -> list[IncomingText]:
    """All texts from a number, oldest first."""
    return _texts(connection, "WHERE phone = ? ORDER BY at", (phone,))


def opt(tx: Transaction, phone: str, *, out: bool) -> None:
    """A number wants no texts (`out`), or wants them again."""
    if out:
        tx.connection.execute(
            "INSERT INTO opt_outs (phone, at) VALUES (?, ?) ON CONFLICT (phone) DO NOTHING",
            (phone, time_text(tx.now)),
        )
    else:
        tx.connection.execute("DELETE FROM opt_outs WHERE phone = ?", (phone,))


def opted_out(connection: sqlite3.Connection, phone: str) -> bool:
    """Whether this number wants no texts."""
    row = connection.execute("SELECT 1 FROM opt_outs WHERE phone = ?", (phone,)).fetchone()
    return row is not None


def forget_people(tx: Transaction, before: datetime) -> int:
    """Remove texts from before. Who opted out stays known: forgetting it would break the wish."""
    return tx.connection.execute(
        "DELETE FROM incoming_texts WHERE at < ?", (time_text(before),)
    ).rowcount


def text_json(text: IncomingText) -> dict[str, object]:
    """A text as the API and the events have it. Not for the public."""
    return {
        "sid": text.sid,
        "from": text.phone,
        "body": text.body,
        "reply": text.reply,
        "order_number": text.order_number,
        "at": time_text(text.at),
    }


def _texts(
    connection: sqlite3.Connection, where: str, values: tuple[str | int, ...]
) -> list[IncomingText]:
    rows = connection.execute(
        f"SELECT sid, phone, body, reply, order_number, at FROM incoming_texts {where}",  # noqa: S608
        values,
    )
    return [
        IncomingText(sid, phone, body, reply, number, time_from_text(at))
        for sid, phone, body, reply, number, at in rows
    ]

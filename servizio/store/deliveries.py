"""What became of messages that left, as their provider tells it. SQL of the table `deliveries`.

Reports come late, twice and out of order. A text that did not arrive comes back to the outbox
where another try may help.
"""

from __future__ import annotations

from datetime import timedelta

from servizio.shop.order_json import time_from_text, time_text
from servizio.store import incoming, journal
from servizio.store.outbox_rows import by_id, told
from servizio.store.records import EventKind
from servizio.store.transaction import Transaction

RANKS = {"accepted": 0, "scheduled": 0, "queued": 1, "sending": 2, "sent": 3}
FINAL_RANK = 4
"""Of `delivered`, `undelivered`, `failed` and the like. A status never goes down (Twilio, message
status callback)."""
COME_BACK = {
    "30001": timedelta(minutes=3),
    "30003": timedelta(minutes=4),
    "30008": timedelta(minutes=2),
    "30022": timedelta(minutes=5),
}
"""After which a text that was not delivered is worth another try, by the provider's error:
its queue was full, telephone off, unknown, too many at once. All others would come back again."""
COME_BACK_TIMES = 2
COME_BACK_WITHIN = timedelta(hours=1)
"""Later than this after it was written, a text about an order is no news."""


def report_delivery(
    tx: Transaction, provider_sid: str, status: str, error_code: str | None
) -> bool:
    """Write what the provider says became of a message; gives whether that was news."""
    news = bool(
        tx.connection.execute(
            "INSERT INTO deliveries (provider_sid, status, rank, error_code, at)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (provider_sid) DO UPDATE SET"
            " status = excluded.status, rank = excluded.rank,"
            " error_code = excluded.error_code, at = excluded.at"
            " WHERE excluded.rank > deliveries.rank",
            (provider_sid, status, RANKS.get(status, FINAL_RANK), error_code, time_text(tx.now)),
        ).rowcount
    )
    if news:
        come_back(tx, provider_sid)
    return news


def come_back(tx: Transaction, provider_sid: str) -> None:
    """Deal with a text that did not arrive: try again where that may help, and tell staff."""
    row = tx.connection.execute(
        "SELECT outbox.id, outbox.redelivered, outbox.created_at, deliveries.error_code"
        " FROM outbox JOIN deliveries ON deliveries.provider_sid = outbox.provider_sid"
        " WHERE outbox.provider_sid = ? AND outbox.state = 'sent'"
        " AND deliveries.status IN ('failed', 'undelivered')",
        (provider_sid,),
    ).fetchone()
    if row is None:
        return
    row_id, redelivered, created_at, error_code = row
    message = by_id(tx.connection, row_id)
    if message is None:
        return
    if error_code == incoming.OPTED_OUT:
        incoming.opt(tx, message.to, out=True)
    wait = COME_BACK.get(error_code or "")
    late = tx.now - time_from_text(created_at) > COME_BACK_WITHIN
    if wait is not None and redelivered < COME_BACK_TIMES and not late and not message.recalled:
        # It certainly did not arrive, so it is sent as if for the first time.
        tx.outbox_changed = True
        tx.connection.execute(
            "UPDATE outbox SET state = 'pending', redelivered = redelivered + 1, attempts = 0,"
            " provider_sid = NULL, first_attempt_at = NULL, uncertain = 0, error_code = ?,"
            " next_attempt_at = ?, updated_at = ? WHERE id = ?",
            (error_code, time_text(tx.now + wait), time_text(tx.now), row_id),
        )
    changed = by_id(tx.connection, row_id) or message
    journal.append(
        tx,
        EventKind.OUTBOX_CHANGED,
        {"message": told(changed)},
        order_number=message.order_number,
        call_sid=message.call_sid,
        actor="system",
    )

"""Calls that ring and whose stream has not come yet, each known by a token of its own."""

from __future__ import annotations

import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from servizio.calls.admission import IncomingCall
from servizio.shop.order import Source

TOKEN_SECONDS = 60.0
"""How long a call may take from its webhook to its stream."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Expected:
    """A call whose stream has not come yet."""

    incoming: IncomingCall
    token: str
    until: float
    """When it is given up, on the loop's clock."""
    started_at: datetime


class ExpectedCalls:
    """All of them. Lives on the event loop; `gone` is told of each that is given up."""

    def __init__(self, clock: Callable[[], float], gone: Callable[[str], None]) -> None:
        self._clock = clock
        self._gone = gone
        self._calls: dict[str, Expected] = {}
        self._is_closed = False

    def __contains__(self, call_sid: str) -> bool:
        """Whether this call rang and nothing came after, given up or not."""
        return call_sid in self._calls

    def __len__(self) -> int:
        """How many may still come."""
        self.give_up_late()
        return len(self._calls)

    def expect(self, incoming: IncomingCall, started_at: datetime) -> Expected:
        """Expect a stream that shows this token, for a while."""
        until = self._clock() + TOKEN_SECONDS
        expected = Expected(incoming, secrets.token_urlsafe(24), until, started_at)
        self._calls[incoming.call_sid] = expected
        return expected

    def get(self, call_sid: str) -> Expected | None:
        """The call, if its stream may still come."""
        self.give_up_late()
        return self._calls.get(call_sid)

    def count(self, phone: str | None) -> int:
        """How many by telephone have this number; `None`: withhold theirs."""
        self.give_up_late()
        rung = (each.incoming for each in self._calls.values())
        return sum(each.from_number == phone and each.source is Source.PHONE for each in rung)

    def take(self, call_sid: str, token: str) -> Expected | None:
        """The stream is there: its call is expected no more.

        `None` where no such call rang, or it is too late.
        """
        expected = None if self._is_closed else self.get(call_sid)
        if expected is None or not hmac.compare_digest(expected.token.encode(), token.encode()):
            return None
        return self._calls.pop(call_sid)

    def forget(self, call_sid: str) -> None:
        """Expect this call no more, if it was."""
        self._calls.pop(call_sid, None)

    def close(self) -> None:
        """Take no more streams. Their calls still ring, and are told so when they ask."""
        self._is_closed = True

    def give_up_late(self) -> None:
        """Give up those that took too long."""
        now = self._clock()
        for sid in [sid for sid, each in self._calls.items() if each.until <= now]:
            log.info("stream_never_came call=%s", sid)
            del self._calls[sid]
            self._gone(sid)

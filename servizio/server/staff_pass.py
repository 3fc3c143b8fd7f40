"""What makes somebody staff: the staff token, or a session that was begun with it.

A session is a signed value in a cookie: an id, when it ends, and a signature whose key is
made from the token. So the token itself is never in a browser, sessions outlive a restart,
and a new token ends them all.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aiohttp import web
from pydantic import SecretStr

COOKIE = "servizio_staff"
SESSION_DAYS = 30
"""How long a screen stays logged in."""
LONGEST_TOKEN = 512
"""Characters; what is longer is no token."""

_PURPOSE = b"servizio staff session 1"


@dataclass(frozen=True, slots=True)
class Session:
    """A login of one screen."""

    id: str
    expires: datetime


class StaffPass:
    """Knows the token, which sessions were ended early, and who is inside right now."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token
        self._ended: dict[str, datetime] = {}
        self._inside: dict[int, tuple[web.BaseRequest, str]] = {}

    def is_token(self, given: str) -> bool:
        """Whether this is the staff token. Takes as long for any wrong one."""
        expected = self._token.get_secret_value()
        # Compared as bytes: `compare_digest` refuses text that is not ASCII.
        same = hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
        return bool(expected) and len(given) <= LONGEST_TOKEN and same

    def begin(self, now: datetime) -> tuple[Session, str]:
        """Begin a session; gives it and the value of its cookie."""
        expires = (now + timedelta(days=SESSION_DAYS)).replace(microsecond=0)
        session = Session(secrets.token_urlsafe(18), expires)
        return session, self._sealed(session.id, str(int(expires.timestamp())))

    def session(self, value: str, now: datetime) -> Session | None:
        """The session of a cookie; `None` where it is forged, over or was ended."""
        parts = value.split(".") if len(value) < 200 and value.isascii() else []
        if len(parts) != 3 or not parts[1].isdigit() or len(parts[1]) > 11:
            return None
        if not hmac.compare_digest(self._sealed(parts[0], parts[1]), value):
            return None
        expires = datetime.fromtimestamp(int(parts[1]), UTC)
        if expires <= now or parts[0] in self._ended:
            return None
        return Session(parts[0], expires)

    def end(self, session: Session, now: datetime) -> None:
        """End a session for good, and every stream that is open in it."""
        self._ended = {key: until for key, until in self._ended.items() if until > now}
        self._ended[session.id] = session.expires
        self._close({session.id})

    @property
    def token(self) -> SecretStr:
        """The token as it is now."""
        return self._token

    def change_token(self, token: SecretStr) -> None:
        """From now on another token counts: all sessions and streams of staff end."""
        self._token = token
        self._ended.clear()
        self._close({session_id for _, session_id in self._inside.values()})

    @contextmanager
    def inside(self, request: web.BaseRequest, session_id: str) -> Iterator[None]:
        """While a request of staff is being served; `session_id` is empty for a token."""
        self._inside[id(request)] = (request, session_id)
        try:
            yield
        finally:
            del self._inside[id(request)]

    def ended(self) -> Mapping[str, str]:
        """Sessions that were ended before their time, as a fact that can be kept."""
        return {key: until.isoformat() for key, until in self._ended.items()}

    def remember_ended(self, fact: object, now: datetime) -> None:
        """Take up what `ended` gave, after a restart."""
        for key, until in fact.items() if isinstance(fact, dict) else ():
            try:
                when = datetime.fromisoformat(str(until))
            except ValueError:
                continue
            if when.tzinfo is not None and when > now:
                self._ended[str(key)] = when

    def _sealed(self, session_id: str, expires: str) -> str:
        key = hmac.digest(self._token.get_secret_value().encode(), _PURPOSE, "sha256")
        seal = hmac.digest(key, f"{session_id}.{expires}".encode(), "sha256")
        return f"{session_id}.{expires}.{urlsafe_b64encode(seal).decode().rstrip('=')}"

    def _close(self, sessions: set[str]) -> None:
        for request, session_id in tuple(self._inside.values()):
            if session_id in sessions and request.transport is not None:
                request.transport.close()

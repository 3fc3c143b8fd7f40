"""Posts orders to other programs, signed as Standard Webhooks has it.

The signature is HMAC-SHA256 over id, time and body, under the secret of the settings
(Standard Webhooks 1.0, "Webhook signatures"). As the id of a message stays the same, trying
again does no harm: a receiver that saw it already can tell.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection
from datetime import datetime
from email.utils import parsedate_to_datetime

import aiohttp

from servizio.store.sending import SendKind, SendOutcome

SECONDS = 10.0
"""For one try, connection and answer together."""
LONGEST_WAIT = 3600.0
PREFIX = "whsec_"
"""Begins a secret whose rest is base64 (Standard Webhooks)."""
GONE = 410


def signing_key(secret: str) -> bytes:
    """The key of a secret: base64 after `whsec_`, else its letters.

    Raises `ValueError` where what follows `whsec_` is not base64.
    """
    if secret.startswith(PREFIX):
        return b64decode(secret.removeprefix(PREFIX), validate=True)
    return secret.encode()


def signature(key: bytes, message_id: str, seconds: int, body: str) -> str:
    """What stands in `webhook-signature`: the version and the signature."""
    signed = f"{message_id}.{seconds}.{body}".encode()
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


class WebhookSender:
    """A `servizio.store.sending.Sender` of webhooks. An empty `secret` signs nothing."""

    def __init__(
        self, http: aiohttp.ClientSession, *, secret: str, clock: Callable[[], datetime]
    ) -> None:
        self._http = http
        self._key = signing_key(secret)
        self._clock = clock

    async def send(self, to: str, body: str) -> SendOutcome:
        """Try once; see `Sender`. Any answer of 200 to 299 means that it arrived."""
        try:
            async with self._http.post(
                to,
                data=body.encode(),
                headers=self._headers(body),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=SECONDS),
            ) as answer:
                return _outcome(answer)
        except (aiohttp.InvalidURL, ValueError):
            return SendOutcome(SendKind.PERMANENT, reason="The address is not a web address.")
        except TimeoutError:
            return SendOutcome(SendKind.RETRY, reason="The receiver did not answer in time.")
        except (aiohttp.ClientError, OSError) as error:
            # Without the error's words: they may repeat an address that is a secret.
            return SendOutcome(
                SendKind.RETRY, reason=f"The receiver cannot be reached ({type(error).__name__})."
            )

    async def find_recent(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> SendOutcome | None:
        """Nobody can be asked whether it arrived, and a second time does no harm."""
        del to, body, since, known
        return None

    def _headers(self, body: str) -> dict[str, str]:
        told = json.loads(body)
        message_id = str(told.get("id", "")) if isinstance(told, dict) else ""
        seconds = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Servizio",
            "webhook-id": message_id,
            "webhook-timestamp": str(seconds),
            "Idempotency-Key": message_id,
        }
        if self._key:
            headers["webhook-signature"] = signature(self._key, message_id, seconds, body)
        return headers


def _outcome(answer: aiohttp.ClientResponse) -> SendOutcome:
    status = answer.status
    if 200 <= status < 300:
        return SendOutcome(SendKind.SENT)
    if status == GONE:
        return SendOutcome(
            SendKind.PERMANENT, code=status, reason="The receiver wants no more of these (410)."
        )
    if 300 <= status < 400:
        return SendOutcome(
            SendKind.PERMANENT,
            code=status,
            reason=f"The receiver has moved ({status}): set its new address in webhooks.urls.",
        )
    return SendOutcome(
        SendKind.RETRY,
        code=status,
        retry_after=_retry_after(answer),
        reason=f"The receiver answered {status}.",
    )


def _retry_after(answer: aiohttp.ClientResponse) -> float | None:
    value = answer.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        # Against the receiver's own clock, so that ours need not be right.
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)

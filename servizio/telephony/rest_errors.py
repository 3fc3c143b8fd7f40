"""What went wrong with a request to Twilio, and above all: may it have been carried out?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from enum import StrEnum

import requests
from twilio.base.exceptions import (  # type: ignore[import-untyped]  # no stubs
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from servizio.errors import TelephonyError

LONGEST_WAIT_SECONDS = 3600.0
"""A `Retry-After` above this is taken for this."""

_TRY_LATER = frozenset({20429, 21611, 30001, 30022, 30024, 30027, 63038})
_HINTS = {
    20003: "check twilio.account_sid and twilio.auth_token",
    21211: "ask the customer for the number again",
    21212: "check twilio.phone_number",
    21408: "allow the country under Messaging, Geo permissions in the Twilio console",
    21606: "check that twilio.phone_number belongs to this account and can send texts",
    21608: "a trial account texts verified numbers only",
    21610: "this customer has opted out; they can text START to come back",
    21611: "the number's queue is full; it drains by itself",
    21614: "this is not a mobile number",
    21617: "shorten the text",
    21704: "put a number into the messaging service",
    63038: "the account's daily limit is reached",
}


class Certainty(StrEnum):
    """What is known after a failed request."""

    RETRYABLE = "retryable"
    """Certainly not carried out; may work later as it is."""
    PERMANENT = "permanent"
    """Certainly not carried out; will not work as it is."""
    AMBIGUOUS = "ambiguous"
    """May have been carried out: no answer, or one that says nothing."""


class TwilioError(TelephonyError):
    """A request to Twilio failed."""

    code = "twilio"

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        certainty: Certainty,
        number: int | None = None,
        status: int | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.certainty = certainty
        """Whether it may have been carried out, and whether it may be tried again."""
        self.number = number
        """Twilio's own error number, where it gave one."""
        self.status = status
        """HTTP status of the answer; `None` where there was none."""
        self.retry_after_seconds = retry_after_seconds
        """How long Twilio asked to wait, where it did; at most an hour."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The answer to a request, as far as one came."""

    status: int | None = None
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def translate(error: Exception, answer: LastAnswer) -> TwilioError:
    """Turn what the package or its HTTP client raised into a `TwilioError`.

    Messages carry Twilio's number but none of its words, which may repeat a telephone
    number.
    """
    if isinstance(error, (TwilioRestException, TwilioServiceException)):
        return _refusal(_whole(error.status), _whole(error.code), answer.headers)
    if isinstance(error, TwilioException) and answer.status is not None and answer.status >= 400:
        # A refused list raises without saying what the answer was.
        return _refusal(answer.status, _number_in(answer.text), answer.headers)
    if isinstance(error, requests.ConnectionError) and _never_sent(error):
        return TwilioError(
            "Twilio cannot be reached",
            hint="check the network of this machine; texts wait and are tried again",
            certainty=Certainty.RETRYABLE,
        )
    if isinstance(error, (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema)):
        return TwilioError(
            "the address of the Twilio API is wrong",
            hint="check twilio.api_url",
            certainty=Certainty.PERMANENT,
        )
    if isinstance(error, (requests.RequestException, TimeoutError)):
        return TwilioError("Twilio did not answer", certainty=Certainty.AMBIGUOUS)
    if isinstance(error, (ValueError, KeyError, TypeError, AttributeError, TwilioException)):
        return TwilioError("Twilio's answer makes no sense", certainty=Certainty.AMBIGUOUS)
    raise error


def _refusal(status: int | None, number: int | None, headers: Mapping[str, str]) -> TwilioError:
    if number == status:
        # The package fills in the HTTP status where the body has no number.
        number = None
    what = f"Twilio refused (error {number})" if number else f"Twilio refused (HTTP {status})"
    return TwilioError(
        what,
        hint=_HINTS.get(number or 0, ""),
        certainty=_certainty(status, number),
        number=number,
        status=status,
        retry_after_seconds=_retry_after(headers),
    )


def _certainty(status: int | None, number: int | None) -> Certainty:
    if status == 429 or number in _TRY_LATER:
        return Certainty.RETRYABLE
    if status is None or status >= 500 or status == 408:
        return Certainty.AMBIGUOUS
    return Certainty.PERMANENT


def _never_sent(error: requests.ConnectionError) -> bool:
    """Tell "no connection" from "connection lost", which leaves it open what was done."""
    if isinstance(
        error,
        (
            requests.exceptions.ConnectTimeout,
            requests.exceptions.ProxyError,
            requests.exceptions.SSLError,
        ),
    ):
        return True
    cause = error.args[0] if error.args else None
    if isinstance(cause, MaxRetryError):
        cause = cause.reason
    return isinstance(cause, (NewConnectionError, ConnectTimeoutError))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = (headers.get("Retry-After") or "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_WAIT_SECONDS)
    try:
        # Against Twilio's own clock, so that ours need not be right.
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date") or "")
    except (TypeError, ValueError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT_SECONDS)


def _number_in(text: str) -> int | None:
    try:
        body = json.loads(text)
    except ValueError:
        return None
    return _whole(body.get("code")) if isinstance(body, dict) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None

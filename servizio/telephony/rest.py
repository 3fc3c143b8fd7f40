"""Twilio's REST API: send a text, look for one, start, change and end a call.

The package's client blocks, so every request runs in one of a few threads of its own: a
Twilio that hangs must not use up the threads in which this machine listens and speaks.
Each request has its own connection: one that went stale in a pool would fail after sending,
and leave it open whether a text left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from twilio.http.http_client import TwilioHttpClient  # type: ignore[import-untyped]  # no stubs
from twilio.rest import Client  # type: ignore[import-untyped]  # no stubs

from servizio.errors import TelephonyError
from servizio.telephony import placed_calls, recordings
from servizio.telephony.loopback import is_loopback
from servizio.telephony.number_settings import number_settings
from servizio.telephony.placed_calls import CallOrder
from servizio.telephony.rest_errors import Certainty, LastAnswer, TwilioError, translate

__all__ = ["CallCommand", "Certainty", "TwilioError", "TwilioRest"]

TWIML_LIMIT = 4000
"""Longest document that can be sent with a request, in characters."""
BODY_LIMIT = 1600
"""Longest text, in characters (21617)."""

_THREADS = 4
_CLOCK_SLACK = timedelta(minutes=2)
_LOOK_BACK_MESSAGES = 50
_NEVER_ARRIVED = frozenset({"failed", "undelivered", "canceled"})
_GONE = frozenset({20404, 21220})
"""No such call (any more); call is not in progress."""

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class CallCommand(StrEnum):
    """How a call can be ended."""

    COMPLETED = "completed"
    """Hang up, ringing or live."""


class _Exchange(TwilioHttpClient):  # type: ignore[misc]  # the package has no types
    """One request and its answer, on a connection of its own."""

    def __init__(self, timeout_seconds: float, *, through_proxy: bool) -> None:
        super().__init__(pool_connections=True, timeout=timeout_seconds)
        self.session.trust_env = through_proxy
        self.answer = LastAnswer()

    def request(self, *args: Any, **kwargs: Any) -> Any:
        response = super().request(*args, **kwargs)
        self.answer = LastAnswer(response.status_code, response.text, response.headers or {})
        return response

    def log_request(self, kwargs: Mapping[str, object]) -> None:
        """Write nothing: the package would log telephone numbers at level info."""

    def log_response(self, status_code: int, response: object) -> None:
        """Write nothing."""

    def close(self) -> None:
        self.session.close()


class TwilioRest:
    """The account's API. All methods are for the event loop and raise `TwilioError`."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        phone_number: str = "",
        messaging_service_sid: str = "",
        api_url: str = "",
        edge: str = "",
        timeout_seconds: float = 10.0,
    ) -> None:
        """`phone_number` (E.164) is who we are in calls and, without a messaging service, in
        texts. `api_url` replaces `https://api.twilio.com`. `timeout_seconds` holds for the
        connection and again for the answer.
        """
        if not account_sid or not auth_token:
            # The package would go on and ask for the account called "None".
            raise TelephonyError(
                "there are no Twilio credentials",
                hint="set twilio.account_sid and twilio.auth_token",
            )
        self._account_sid = account_sid
        self._auth_token = auth_token
        self._phone_number = phone_number
        self._messaging_service_sid = messaging_service_sid
        self._api_url = api_url
        self._edge = "" if api_url else edge
        self._timeout_seconds = timeout_seconds
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="twilio")
        with closing(self._exchange()) as exchange:
            # The package imports its API on first use, which takes longer than a frame.
            _ = self._client(exchange).api.v2010

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Take no more requests. One under way ends by its own timeout."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def send_message(
        self,
        to: str,
        body: str,
        status_callback: str | None = None,
        *,
        validity_seconds: int | None = None,
    ) -> str:
        """Ask Twilio to send a text and return the message's SID.

        Taken is not sent: what becomes of it is told to `status_callback`. Within
        `validity_seconds` (1-36000) Twilio keeps trying. Never call it again after an error
        that is `AMBIGUOUS` without `find_recent_message`: there is no idempotency key.
        """
        if not body or len(body) > BODY_LIMIT:
            raise TwilioError(
                "the text is empty" if not body else "the text is too long",
                certainty=Certainty.PERMANENT,
            )
        sender = self._sender()

        def create(client: Any) -> str:
            message = client.messages.create(
                to=to,
                body=body,
                status_callback=status_callback,
                validity_period=validity_seconds,
                **sender,
            )
            return _sid_of(message)

        return await self._run(create)

    def _sender(self) -> dict[str, str]:
        if self._messaging_service_sid:
            return {"messaging_service_sid": self._messaging_service_sid}
        if self._phone_number:
            return {"from_": self._phone_number}
        raise TwilioError(
            "there is no number to send from",
            hint="set twilio.phone_number or twilio.messaging_service_sid",
            certainty=Certainty.PERMANENT,
        )

    async def find_recent_message(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> str | None:
        """Return the SID of a text with this very body sent to `to` since then, or `None`.

        One that is `known` is another text with the same words; one that did not arrive is
        none.

        `since` needs a time zone; two minutes of difference between the clocks are allowed
        for. The time of sending is no filter at Twilio's side: a queued text has none yet.
        """
        earliest = since.astimezone(UTC) - _CLOCK_SLACK

        def look(client: Any) -> str | None:
            for message in client.messages.list(to=to, limit=_LOOK_BACK_MESSAGES):
                if (
                    str(message.direction).startswith("outbound")
                    and _same_body(message.body, body)
                    and str(message.status) not in _NEVER_ARRIVED
                    and message.sid not in known
                    and (message.date_created is None or message.date_created >= earliest)
                ):
                    return _sid_of(message)
            return None

        return await self._run(look)

    async def delivery_of(self, sid: str) -> tuple[str, str | None]:
        """What became of a text: its status, and the error's number where there was one."""

        def look(client: Any) -> tuple[str, str | None]:
            message = client.messages(sid).fetch()
            number = message.error_code
            return str(message.status), None if number is None else str(number)

        return await self._run(look)

    async def update_call(
        self, sid: str, *, twiml: str | None = None, status: CallCommand | str | None = None
    ) -> bool:
        """Give a call new instructions or end it. False: the call was over already.

        Exactly one of `twiml` and `status`. New instructions end a media stream.
        """
        if (twiml is None) == (status is None):
            raise ValueError("update_call takes one of twiml and status")
        if twiml is not None and len(twiml) > TWIML_LIMIT:
            raise TwilioError("the instructions are too long", certainty=Certainty.PERMANENT)
        command = None if status is None else str(CallCommand(status))
        try:
            await self._run(lambda client: client.calls(sid).update(twiml=twiml, status=command))
        except TwilioError as error:
            if error.number in _GONE or error.status == 404:
                return False
            raise
        return True

    async def place_call(self, order: CallOrder) -> str:
        """Ring a number from ours and return the call's SID.

        Never call it again after an error that is `AMBIGUOUS` without `find_recent_call`.
        """
        if bool(order.url) == bool(order.twiml):
            raise ValueError("place_call takes one of url and twiml")
        asked = placed_calls.fields(order, self._own_number())
        return await self._run(lambda client: _sid_of(client.calls.create(**asked)))

    async def find_recent_call(
        self, to: str, since: datetime, known: Collection[str] = ()
    ) -> str | None:
        """Return the SID of a call that was placed to this number since then, or `None`.

        `since` needs a time zone; `known` calls are others.
        """
        number, earliest = self._own_number(), since.astimezone(UTC) - _CLOCK_SLACK
        return await self._run(
            lambda client: placed_calls.find(client, to, number, earliest, known)
        )

    def _own_number(self) -> str:
        if not self._phone_number:
            raise TwilioError(
                "there is no number to call from",
                hint="set twilio.phone_number",
                certainty=Certainty.PERMANENT,
            )
        return self._phone_number

    async def find_number(self, phone_number: str) -> Mapping[str, str] | None:
        """Return the settings of one of the account's numbers, or `None` if it has no such one.

        Keys are as in the package: `sid`, `voice_url`, `sms_url`, `voice_application_sid`,
        `trunk_sid` and so on. Unset ones are blank.
        """

        def look(client: Any) -> Mapping[str, str] | None:
            # Twilio matches parts of numbers.
            for number in client.incoming_phone_numbers.list(phone_number=phone_number, limit=20):
                if number.phone_number == phone_number:
                    return number_settings(number)
            return None

        return await self._run(look)

    async def update_number(self, sid: str, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Change settings of a number, named as in `find_number`; blank clears one.

        Returns all its settings afterwards.
        """

        def update(client: Any) -> Mapping[str, str]:
            return number_settings(client.incoming_phone_numbers(sid).update(**settings))

        return await self._run(update)

    async def recording(self, sid: str) -> bytes:
        """The sound of a recording, MP3."""
        return await self._run(lambda client: recordings.fetch(client, sid))

    async def erase_recording(self, sid: str) -> None:
        """Erase a recording; one that is gone already is fine."""
        await self._run(lambda client: recordings.erase(client, sid))

    async def _run(self, ask: Callable[[Any], _T]) -> _T:
        loop = asyncio.get_running_loop()
        try:
            # The package's timeout is for each read, so an answer that trickles has no end.
            async with asyncio.timeout(2 * self._timeout_seconds + 1):
                return await loop.run_in_executor(self._threads, self._ask, ask)
        except TimeoutError as error:
            raise translate(error, LastAnswer()) from error

    def _ask(self, ask: Callable[[Any], _T]) -> _T:
        with closing(self._exchange()) as exchange:
            try:
                return ask(self._client(exchange))
            except TwilioError:
                raise
            except Exception as error:
                failure = translate(error, exchange.answer)
                _log.debug(
                    "twilio request failed certainty=%s number=%s status=%s",
                    failure.certainty,
                    failure.number,
                    failure.status,
                )
                raise failure from error

    def _exchange(self) -> _Exchange:
        host = urlsplit(self._api_url).hostname or ""
        return _Exchange(self._timeout_seconds, through_proxy=not is_loopback(host))

    def _client(self, exchange: _Exchange) -> Any:
        client = Client(
            self._account_sid,
            self._auth_token,
            http_client=exchange,
            # Not empty, or the package reads its own settings from the process environment.
            environment={"TWILIO_EDGE": self._edge},
        )
        if self._api_url:
            client.api.base_url = self._api_url.rstrip("/")
        return client


def _sid_of(resource: Any) -> str:
    if not isinstance(resource.sid, str) or not resource.sid:
        raise ValueError("the answer has no sid")
    return resource.sid


def _same_body(found: object, wanted: str) -> bool:
    # A trial account writes a sentence of its own before the text.
    return isinstance(found, str) and found.strip().endswith(wanted.strip())

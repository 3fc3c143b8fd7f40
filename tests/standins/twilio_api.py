"""Twilio's REST API on loopback: texts, calls, numbers, and every way in which it fails.

Set `twilio.api_url` to `TwilioApi.url`. Answers have the shape of the real ones; the account
is checked; what was asked is kept in `requests`.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import parse_qsl

from aiohttp import web

from tests.standins.twilio_faults import (
    AcceptSilently,
    AcceptThenDrop,
    AcceptThenFail,
    AcceptWithNonsense,
    Fault,
    Refuse,
)

ACCOUNT_SID = "AC" + "1" * 32
AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
SHOP_NUMBER = "+14155550199"

_ROOT = "/2010-04-01/Accounts"
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_FINISHED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


class SteerableCall(Protocol):
    """A simulated call that this API can end or redirect."""

    def complete(self) -> None: ...
    def replace(self, twiml: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    """Below the account, such as `/Messages.json`."""
    form: tuple[tuple[str, str], ...]
    """Fields of the body, or of the query of a GET; repeated ones stay."""

    def __getitem__(self, name: str) -> str:
        return dict(self.form)[name]

    def all(self, name: str) -> list[str]:
        """Every value of a repeated field."""
        return [value for key, value in self.form if key == name]


class TwilioApi:
    """An account at Twilio. Use as `async with TwilioApi() as api`."""

    def __init__(self, account_sid: str = ACCOUNT_SID, auth_token: str = AUTH_TOKEN) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.url = ""
        """Where it listens, once entered."""
        self.requests: list[Asked] = []
        """All that came with the right credentials, in order."""
        self.messages: list[dict[str, object]] = []
        """Texts taken for sending, oldest first, in the API's own form."""
        self.calls: dict[str, dict[str, object]] = {}
        """Calls by SID."""
        self.numbers: dict[str, dict[str, object]] = {}
        """The account's telephone numbers by SID."""
        self.live_calls: dict[str, SteerableCall] = {}
        """Simulated calls that an update reaches."""
        self.recordings: dict[str, bytes] = {}
        """What customers said after the tone, MP3, by SID."""
        self.opted_out: set[str] = set()
        """Numbers that have written STOP."""
        self.on_call_created: Callable[[str, Asked], None] | None = None
        """Told of each call that the shop starts."""
        self._faults: deque[Fault] = deque()
        self._asked = asyncio.Event()
        self._closing = asyncio.Event()
        self._count = 0
        self._runner: web.AppRunner | None = None
        self.add_number(SHOP_NUMBER)

    async def __aenter__(self) -> Self:
        app = web.Application()
        account = f"{_ROOT}/{self.account_sid}"
        app.router.add_route("*", account + "/{rest:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()

    def fail_next(self, *faults: Fault) -> None:
        """Script the next requests, one fault each; afterwards all goes well again."""
        self._faults.extend(faults)

    async def asked(self, count: int, timeout: float = 5.0) -> Sequence[Asked]:  # noqa: ASYNC109
        """Wait until that many requests have come, and return all."""
        async with asyncio.timeout(timeout):
            while len(self.requests) < count:
                self._asked.clear()
                await self._asked.wait()
        return self.requests

    def shop_number(self) -> dict[str, object]:
        """The number that every account has from the start."""
        return next(each for each in self.numbers.values() if each["phone_number"] == SHOP_NUMBER)

    def add_number(self, phone_number: str, **settings: object) -> str:
        """Give the account a number; returns its SID."""
        sid = self._sid("PN")
        self.numbers[sid] = {
            "sid": sid,
            "account_sid": self.account_sid,
            "phone_number": phone_number,
            "friendly_name": phone_number,
            "capabilities": {"voice": True, "sms": True, "mms": True},
            "voice_url": "https://old.example/voice",
            "voice_method": "POST",
            "sms_url": "",
            "sms_method": "POST",
            "voice_application_sid": None,
            "sms_application_sid": None,
            "trunk_sid": None,
            **settings,
        }
        return sid

    def add_call(self, call: SteerableCall, call_sid: str) -> None:
        """Let an incoming simulated call be steered."""
        self.live_calls[call_sid] = call
        self.calls[call_sid] = {"sid": call_sid, "status": "in-progress"}

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if not self._knows(request):
            return _error(401, 20003)
        raw = request.query_string if request.method == "GET" else await request.text()
        path = "/" + request.match_info["rest"]
        asked = Asked(request.method, path, tuple(parse_qsl(raw, keep_blank_values=True)))
        self.requests.append(asked)
        self._asked.set()
        fault = self._faults.popleft() if self._faults else None
        if isinstance(fault, Refuse):
            return _error(fault.status, fault.code, fault.headers)
        answer = self._carry_out(asked)
        match fault:
            case AcceptSilently():
                await self._closing.wait()
            case AcceptThenFail():
                return _error(fault.status, None)
            case AcceptThenDrop():
                # Whoever asked may be gone by itself.
                if request.transport is not None:
                    request.transport.close()
            case AcceptWithNonsense():
                return web.Response(status=201, text=fault.body)
            case _:
                pass
        return answer

    def _knows(self, request: web.Request) -> bool:
        secret = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given, f"Basic {secret}")

    def _carry_out(self, asked: Asked) -> web.Response:  # noqa: PLR0911 - one for each resource
        kind, _, sid = asked.path.removesuffix(".json").lstrip("/").partition("/")
        match (asked.method, kind, bool(sid)):
            case ("POST", "Messages", False):
                return self._send_text(asked)
            case ("GET", "Messages", False):
                return self._list("messages", self._texts(asked))
            case ("GET", "Messages", True):
                found = [each for each in self.messages if each["sid"] == sid]
                return web.json_response(found[0]) if found else _error(404, 20404)
            case ("POST", "Calls", False):
                return self._start_call(asked)
            case ("GET", "Calls", False):
                return self._list("calls", self._placed(asked))
            case ("POST", "Calls", True):
                return self._update_call(sid, asked)
            case ("GET", "IncomingPhoneNumbers", False):
                wanted = dict(asked.form).get("PhoneNumber", "")
                # As the real one: a number that contains the wanted one is found, too.
                fitting = [each for each in self.numbers.values() if wanted in str(each)]
                return self._list("incoming_phone_numbers", fitting)
            case ("POST", "IncomingPhoneNumbers", True) if sid in self.numbers:
                changed = {_snake(name): value for name, value in asked.form}
                self.numbers[sid].update(changed)
                return web.json_response(self.numbers[sid])
            case ("GET", "Recordings", True) if sid.removesuffix(".mp3") in self.recordings:
                sound = self.recordings[sid.removesuffix(".mp3")]
                return web.Response(body=sound, content_type="audio/mpeg")
            case ("DELETE", "Recordings", True) if self.recordings.pop(sid, None) is not None:
                return web.Response(status=204)
            case _:
                return _error(404, 20404)

    def _send_text(self, asked: Asked) -> web.Response:
        form = dict(asked.form)
        to, body = form.get("To", ""), form.get("Body", "")
        number = None
        if not _E164.fullmatch(to):
            number = 21211
        elif not body:
            number = 21602
        elif len(body) > 1600:
            number = 21617
        elif to in self.opted_out:
            number = 21610
        elif "From" not in form and "MessagingServiceSid" not in form:
            number = 21606
        if number is not None:
            return _error(400, number)
        now = format_datetime(datetime.now(UTC))
        sid = self._sid("SM")
        message: dict[str, object] = {
            "sid": sid,
            "account_sid": self.account_sid,
            "to": to,
            "from": form.get("From"),
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "body": body,
            "status": "accepted" if "MessagingServiceSid" in form else "queued",
            "direction": "outbound-api",
            "date_created": now,
            "date_updated": now,
            "date_sent": None,
            "num_segments": "1",
            "num_media": "0",
            "price": None,
            "price_unit": "USD",
            "error_code": None,
            "error_message": None,
            "api_version": "2010-04-01",
            "status_callback": form.get("StatusCallback", ""),
            "uri": f"{_ROOT}/{self.account_sid}/Messages/{sid}.json",
        }
        self.messages.append(message)
        return web.json_response(message, status=201)

    def _texts(self, asked: Asked) -> list[dict[str, object]]:
        form = dict(asked.form)
        return [
            message
            for message in reversed(self.messages)
            if form.get("To", message["to"]) == message["to"]
            and form.get("From", message["from"]) == message["from"]
        ]

    def _start_call(self, asked: Asked) -> web.Response:
        sid = self._sid("CA")
        self.calls[sid] = {
            "sid": sid,
            "account_sid": self.account_sid,
            "to": asked["To"],
            "from": asked["From"],
            "status": "queued",
            "direction": "outbound-api",
            "date_created": format_datetime(datetime.now(UTC)),
        }
        if self.on_call_created is not None:
            self.on_call_created(sid, asked)
        return web.json_response(self.calls[sid], status=201)

    def _placed(self, asked: Asked) -> list[dict[str, object]]:
        form = dict(asked.form)
        return [
            call
            for call in reversed(self.calls.values())
            if form.get("To", call.get("to")) == call.get("to")
            and form.get("From", call.get("from")) == call.get("from")
        ]

    def _update_call(self, sid: str, asked: Asked) -> web.Response:
        call = self.calls.get(sid)
        if call is None or call["status"] in _FINISHED:
            return _error(404, 20404)
        form = dict(asked.form)
        live = self.live_calls.get(sid)
        if "Status" in form:
            call["status"] = form["Status"]
            if live is not None:
                live.complete()
        elif live is not None:
            url = form.get("Url")
            twiml = f"<Response><Redirect>{url}</Redirect></Response>" if url else form["Twiml"]
            live.replace(twiml)
        return web.json_response(call)

    def _list(self, name: str, rows: Sequence[Mapping[str, object]]) -> web.Response:
        return web.json_response(
            {
                name: [dict(row) for row in rows],
                "page": 0,
                "page_size": 50,
                "start": 0,
                "end": max(len(rows) - 1, 0),
                "first_page_uri": "",
                "previous_page_uri": None,
                "next_page_uri": None,
                "uri": "",
            }
        )

    def _sid(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count:032x}"


def _error(status: int, code: int | None, headers: Mapping[str, str] | None = None) -> web.Response:
    if code is None:
        return web.Response(status=status, text="upstream is having a bad day", headers=headers)
    body = {
        "code": code,
        "message": f"error {code} about +14155550100",
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers=headers)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()

"""The requests Twilio makes to a shop: signed forms, and what it accepts as an answer."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import aiohttp

_LIMIT_SECONDS = 15.0
"""No webhook of a call may take longer ("Webhooks: connection overrides")."""
_CONNECT_SECONDS = 5.0
_MOST_REDIRECTS = 10


class Signing(StrEnum):
    """How a webhook is signed. All but the first two must be refused."""

    RIGHT = "right"
    WITHOUT_PORT = "without_port"
    """As Twilio signs voice webhooks over https at an unusual port."""
    NONE = "none"
    WRONG = "wrong"
    OTHER_TOKEN = "other_token"  # noqa: S105 - the name of a mode, not a token
    BLANKS_DROPPED = "blanks_dropped"


class UpgradeSigning(StrEnum):
    """How the stream's upgrade is signed. `NONE` and `WRONG` must be refused."""

    EXACT = "exact"
    WITH_SLASH = "with_slash"
    WITH_PORT = "with_port"
    NONE = "none"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a webhook answered."""

    status: int
    """HTTP status; 0 where there was no answer."""
    content_type: str = ""
    """Without parameters, lower case."""
    body: str = ""
    url: str = ""
    """The public URL asked; relative addresses in the body start from it."""
    problem: str = ""
    """Why there was no answer."""


class Webhooks:
    """Makes requests as Twilio would, for one call."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        public_url: str = "",
        auth_token: str = "",
        signing: Signing = Signing.RIGHT,
        randomness: random.Random,
    ) -> None:
        """`base_url` is where the shop's server is reached; `public_url`, by default the
        same, is what is configured at Twilio and therefore signed. Without a token nothing
        is signed.
        """
        self._session = session
        self._base = urlsplit(base_url)
        self._public = urlsplit(public_url or base_url)
        self._auth_token = auth_token
        self._signing = signing
        self._randomness = randomness

    def public_url(self, address: str, seen_from: str = "") -> str:
        """Complete an address of a document that came from `seen_from`."""
        home = urlunsplit((self._public.scheme, self._public.netloc, "/", "", ""))
        return urljoin(seen_from or home, address)

    def reach(self, url: str) -> str:
        """Say where a public address is really found."""
        parts = urlsplit(url)
        if parts.netloc != self._public.netloc:
            return url
        is_socket = parts.scheme in {"ws", "wss"}
        is_secure = self._base.scheme == "https"
        scheme = ("wss" if is_secure else "ws") if is_socket else self._base.scheme
        return urlunsplit(parts._replace(scheme=scheme, netloc=self._base.netloc, fragment=""))

    async def ask(self, url: str, fields: Mapping[str, str], method: str = "POST") -> Answer:
        """Make one request; a connection that fails is tried once more."""
        token = f"{self._randomness.getrandbits(128):032x}"
        headers = {"I-Twilio-Idempotency-Token": token}
        signed_url = url.partition("#")[0]
        body: bytes | None = None
        if method == "GET":
            signed_url += ("&" if "?" in signed_url else "?") + urlencode(fields)
            signature = self._signature(signed_url, {})
        else:
            body = urlencode(fields).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
            signature = self._signature(signed_url, fields)
        if signature is not None:
            headers["X-Twilio-Signature"] = signature
        answer = await self._request(method, signed_url, headers, body)
        if answer.problem == _NO_CONNECTION:
            answer = await self._request(method, signed_url, headers, body)
        return answer

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        try:
            async with (
                asyncio.timeout(_LIMIT_SECONDS),
                self._session.request(
                    method,
                    self.reach(url),
                    headers=headers,
                    data=body,
                    max_redirects=_MOST_REDIRECTS,
                    timeout=aiohttp.ClientTimeout(sock_connect=_CONNECT_SECONDS),
                ) as response,
            ):
                text = await response.text(errors="replace")
                return Answer(response.status, response.content_type.lower(), text, url)
        except aiohttp.ClientConnectorError:
            return Answer(0, url=url, problem=_NO_CONNECTION)
        except aiohttp.TooManyRedirects:
            return Answer(0, url=url, problem="11215: more than 10 redirects")
        except TimeoutError:
            return Answer(0, url=url, problem="11205: no answer within 15 seconds")
        except aiohttp.ClientError as error:
            return Answer(0, url=url, problem=f"11200: {type(error).__name__}")

    def _signature(self, url: str, fields: Mapping[str, str]) -> str | None:
        if not self._auth_token or self._signing is Signing.NONE:
            return None
        token = self._auth_token
        match self._signing:
            case Signing.OTHER_TOKEN:
                token = token[::-1] + "0"
            case Signing.BLANKS_DROPPED:
                fields = {name: value for name, value in fields.items() if value}
            case Signing.WITHOUT_PORT:
                parts = urlsplit(url)
                url = urlunsplit(parts._replace(netloc=parts.hostname or ""))
            case _:
                pass
        signature = sign(token, url, fields)
        return _spoil(signature) if self._signing is Signing.WRONG else signature

    def upgrade_signature(self, url: str, signing: UpgradeSigning) -> str | None:
        """Sign a stream's upgrade; `url` as in the document. `None`: send no signature."""
        if not self._auth_token or signing is UpgradeSigning.NONE:
            return None
        parts = urlsplit(url)
        match signing:
            case UpgradeSigning.WITH_SLASH:
                url += "/"
            case UpgradeSigning.WITH_PORT:
                port = parts.port or (443 if parts.scheme == "wss" else 80)
                url = urlunsplit(parts._replace(netloc=f"{parts.hostname}:{port}"))
            case _:
                pass
        signature = sign(self._auth_token, url, {})
        return _spoil(signature) if signing is UpgradeSigning.WRONG else signature


_NO_CONNECTION = "11205: no connection"


def sign(auth_token: str, url: str, fields: Mapping[str, str]) -> str:
    """Compute `X-Twilio-Signature`: base64 of HMAC-SHA1 over URL and sorted fields."""
    message = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(auth_token.encode(), message.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode("ascii")


def _spoil(signature: str) -> str:
    return ("A" if signature[0] != "A" else "B") + signature[1:]


def voice_fields(
    *,
    call_sid: str,
    account_sid: str,
    from_number: str,
    to_number: str,
    status: str,
    direction: str = "inbound",
) -> dict[str, str]:
    """The fields of a call's webhook, the often blank ones included."""
    fields = {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "CallSid": call_sid,
        "CallStatus": status,
        "Direction": direction,
        "From": from_number,
        "To": to_number,
        "Caller": from_number,
        "Called": to_number,
        "StirVerstat": "TN-Validation-Passed-A",
        # Fields appear without notice, and a shop must bear that.
        "FieldOfTomorrow": "a + b & c",
    }
    for side in ("From", "Caller"):
        fields |= {f"{side}City": "SAN JOSÉ", f"{side}State": "CA"}
        fields |= {f"{side}Zip": "", f"{side}Country": "US"}
    for side in ("To", "Called"):
        fields |= {f"{side}City": "", f"{side}State": "CA"}
        fields |= {f"{side}Zip": "", f"{side}Country": "US"}
    return fields


def text_fields(
    *, message_sid: str, account_sid: str, from_number: str, to_number: str, body: str
) -> dict[str, str]:
    """The fields of an incoming text."""
    return {
        "AccountSid": account_sid,
        "ApiVersion": "2010-04-01",
        "MessageSid": message_sid,
        "SmsSid": message_sid,
        "SmsMessageSid": message_sid,
        "SmsStatus": "received",
        "From": from_number,
        "To": to_number,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": "1",
        "FromCity": "",
        "FromState": "CA",
        "FromZip": "",
        "FromCountry": "US",
        "ToCity": "",
        "ToState": "CA",
        "ToZip": "",
        "ToCountry": "US",
    }

"""Is this request really from Twilio? Signatures of webhooks and of the stream's upgrade.

`X-Twilio-Signature` is base64(HMAC-SHA1(auth token, message)), where the message is the URL
Twilio was given and, for a form, each field's name and value in order of names (Twilio,
"Webhooks security"). The package's own `RequestValidator.validate` is not used as it stands:
it takes a missing signature for a crash, skips the check of a JSON body that comes as a
dictionary, adds port 80 to a `wss` URL and cuts a URL with credentials in the wrong place.
Here it only computes; nothing here raises.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

_DEFAULT_PORTS = {"https": 443, "wss": 443, "http": 80, "ws": 80}


class FormFields(Protocol):
    """A decoded form with its blank and repeated fields, such as `await request.post()`."""

    def __iter__(self) -> Iterator[str]: ...

    def getall(self, key: str) -> Iterable[object]:
        """Every value of a field, in order."""
        ...


class SignatureCheck:
    """Knows the account's auth token, and during a change of token the other one as well."""

    def __init__(self, auth_token: str, other_token: str = "") -> None:
        # An empty key would make a signature that anybody can compute.
        self._validators = [RequestValidator(token) for token in (auth_token, other_token) if token]

    def form(self, url: str, fields: FormFields | None, signature: str | None) -> bool:
        """Check a webhook with a form body, or a GET (`fields=None`).

        `url` is the public one, as configured at Twilio, with its query as it was received.
        `fields` must hold blank fields too: they are signed. A file upload is never valid.
        """
        params: dict[str, list[str]] = {}
        if fields is not None:
            for name in fields:
                values = list(fields.getall(name))
                params[name] = [value for value in values if isinstance(value, str)]
                if len(params[name]) != len(values):
                    return False
        return self._matches(webhook_urls(url), params, signature)

    def json(self, url: str, body: bytes, signature: str | None) -> bool:
        """Check a webhook with a JSON body, whose SHA-256 is in the URL as `bodySHA256`."""
        try:
            claimed = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
        except ValueError:
            return False
        if not _same(hashlib.sha256(body).hexdigest(), claimed):
            return False
        return self._matches(webhook_urls(url), {}, signature)

    def upgrade(self, url: str, signature: str | None) -> bool:
        """Check the WebSocket upgrade. `url` is the `wss://` one, exactly as in the TwiML."""
        return self._matches(upgrade_urls(url), {}, signature)

    def _matches(
        self, urls: Iterable[str], params: dict[str, list[str]], signature: str | None
    ) -> bool:
        if not signature:
            return False
        form = _Form(params)
        try:
            return any(
                _same(validator.compute_signature(url, form), signature)
                for url in urls
                for validator in self._validators
            )
        except UnicodeEncodeError:
            # A lone surrogate in the query or a field: nothing Twilio could have signed.
            return False


class _Form(dict[str, list[str]]):
    """A form in the shape in which the package looks for repeated fields."""

    def getall(self, key: str) -> list[str]:
        return self[key]


def webhook_url(base_url: str, raw_path: str) -> str:
    """Put together the URL Twilio signed: the public base and the path and query as received.

    `raw_path` keeps its percent-encoding (aiohttp: `request.raw_path`).
    """
    return base_url.rstrip("/") + "/" + raw_path.lstrip("/")


def webhook_urls(url: str) -> tuple[str, ...]:
    """Every spelling of a webhook URL that Twilio may have signed.

    Credentials and fragment are never signed. A port is dropped for voice over https and kept
    for SMS, and a default port may be written or not.
    """
    parts = _split(url)
    if parts is None:
        return ()
    return _unique([urlunsplit(parts), *(urlunsplit(each) for each in _port_variants(parts))])


def upgrade_urls(url: str) -> tuple[str, ...]:
    """Every spelling of a stream URL that Twilio may have signed: as it is, with a final
    slash, with its port and without. Good for a log line when a check fails.
    """
    parts = _split(url)
    if parts is None:
        return ()
    with_slash = parts._replace(path=parts.path + "/")
    spellings = [urlunsplit(parts), urlunsplit(with_slash)]
    for each in (parts, with_slash):
        spellings.extend(urlunsplit(variant) for variant in _port_variants(each))
    return _unique(spellings)


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    netloc = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=netloc, fragment="")


def _port_variants(parts: SplitResult) -> Iterator[SplitResult]:
    if parts.port is not None:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0])
    elif parts.netloc and parts.scheme in _DEFAULT_PORTS:
        yield parts._replace(netloc=f"{parts.netloc}:{_DEFAULT_PORTS[parts.scheme]}")


def _unique(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(urls))


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogatepass"))

"""Where a number at Twilio sends its calls and texts, and where it should send them.

Source: Twilio's IncomingPhoneNumber resource. Settings are named as in `number_settings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from servizio.errors import TelephonyError
from servizio.telephony.loopback import is_loopback

POST = "POST"

_OVERRIDES = {
    "trunk_sid": "a SIP trunk takes its calls",
    "voice_application_sid": "a TwiML application takes its calls",
    "sms_application_sid": "a TwiML application takes its texts",
}
"""What makes Twilio ignore the addresses of a number, strongest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """One setting of a number that is not as it should be."""

    name: str
    before: str
    """Blank: not set."""
    after: str
    """Blank: cleared."""

    def __str__(self) -> str:
        return f"{self.name}: {self.before or '(none)'} -> {self.after or '(none)'}"


def check_public_url(url: str) -> str:
    """The address itself, if Twilio can use it. Raises `TelephonyError` that says why not."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not url:
        raise TelephonyError(
            "server.public_url is not set: Twilio has no way to this shop.",
            "Set it to the address of your proxy or tunnel: https://your.shop",
        )
    if parts.query or parts.fragment:
        raise TelephonyError(
            f"{url} has something behind its path, which a webhook cannot have.",
            "Set server.public_url to https:// and the host alone.",
        )
    if is_loopback(host):
        return url
    if parts.scheme != "https":
        raise TelephonyError(
            f"{url} is not encrypted: Twilio opens media streams over TLS alone.",
            "Put a proxy or tunnel with TLS in front, and let server.public_url begin with https.",
        )
    if "_" in host:
        raise TelephonyError(
            f"{host} has an underscore: Twilio takes no such host.", "Take another name for it."
        )
    return url


def wanted_settings(public_url: str, *, texts: bool, fallback_url: str = "") -> dict[str, str]:
    """What sends calls, their ends and, with `texts`, texts to the shop at this address.

    `fallback_url`: whom Twilio asks where the shop does not answer; blank: left as it is.
    """
    wanted = {
        "voice_url": f"{public_url}/voice",
        "voice_method": POST,
        "status_callback": f"{public_url}/voice/status",
        "status_callback_method": POST,
    }
    if fallback_url:
        wanted |= {"voice_fallback_url": fallback_url, "voice_fallback_method": POST}
    if texts:
        wanted |= {"sms_url": f"{public_url}/sms", "sms_method": POST}
    return wanted


def changes(number: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[Change, ...]:
    """What of a number is not as wanted. Methods count in whatever case they are written."""
    return tuple(
        Change(name, number.get(name, ""), value)
        for name, value in wanted.items()
        if not _is_same(name, number.get(name, ""), value)
    )


def overrides(number: Mapping[str, str]) -> dict[str, str]:
    """Settings for whose sake Twilio ignores the addresses, and what each does."""
    found = {name: why for name, why in _OVERRIDES.items() if number.get(name)}
    if number.get("voice_receive_mode", "voice") == "fax":
        found["voice_receive_mode"] = "it answers as a fax"
    return found


def without_overrides(number: Mapping[str, str]) -> dict[str, str]:
    """The settings that take these overrides away."""
    return {name: "voice" if name == "voice_receive_mode" else "" for name in overrides(number)}


def can(number: Mapping[str, str], ability: str) -> bool:
    """Whether a number has an ability, `voice` or `sms`; one that is not told of is assumed."""
    return bool(number.get(f"can_{ability}", "yes"))


def _is_same(name: str, before: str, after: str) -> bool:
    if name.endswith("_method"):
        # Twilio's own default, where nothing was ever set.
        return (before or POST).upper() == after
    return before == after

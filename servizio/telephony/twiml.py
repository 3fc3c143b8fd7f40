"""The instructions we give Twilio for a call: TwiML documents.

Built with the `twilio` package, which escapes. Answer them as `text/xml`: as `text/plain`
a document that does not parse is read aloud to the customer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from twilio.twiml.messaging_response import (  # type: ignore[import-untyped]  # no stubs
    MessagingResponse,
)
from twilio.twiml.voice_response import (  # type: ignore[import-untyped]  # no stubs
    Connect,
    Dial,
    Gather,
    VoiceResponse,
)

from servizio.errors import TelephonyError
from servizio.telephony.loopback import is_loopback

STREAM_PATH = "/twilio"
PARAMETER_LIMIT = 500
"""A `<Parameter>`'s name and value together must be shorter than this, in characters."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def stream_url(base_url: str) -> str:
    """Say where Twilio opens the media stream of a server that is reached at `base_url`.

    `https://shop.example` gives `wss://shop.example/twilio`. Plain `http` gives `ws`, which
    Twilio refuses (31922), so it is taken for this machine only: simulated telephones.
    Raises `TelephonyError` for anything else.
    """
    try:
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError as error:
        raise TelephonyError(f"this is not a web address: {base_url!r}") from error
    if not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise TelephonyError(
            f"no stream address can be made from {base_url!r}",
            hint="server.public_url is scheme and host only, such as https://shop.example",
        )
    if parts.scheme == "https":
        scheme = "wss"
    elif parts.scheme == "http" and is_loopback(host):
        scheme = "ws"
    else:
        raise TelephonyError(
            f"Twilio opens media streams over TLS only, not at {base_url!r}",
            hint="set server.public_url to an https address",
        )
    return f"{scheme}://{parts.netloc}{parts.path.rstrip('/')}{STREAM_PATH}"


def connect_stream(
    url: str,
    *,
    action_url: str,
    parameters: Mapping[str, str],
    status_url: str = "",
    apology: str = "",
    staff_number: str = "",
    caller_id: str = "",
) -> str:
    """Hand the call to the media stream at `url`, and say what happens when that ends.

    When the stream is over, Twilio asks `action_url` what next. The verbs after it are the
    safety net for a stream that never starts: `apology` is spoken, then `staff_number` is
    rung, then the call ends. `status_url` (absolute) learns of start, stop and error.

    `parameters` arrive in the stream's `start`; put a token there, nothing personal. Raises
    `TelephonyError` where one is too long, or the URL has a query, which Twilio takes away.
    """
    _check_stream_url(url)
    document = VoiceResponse()
    connect = Connect(action=action_url, method="POST")
    stream = connect.stream(
        url=url,
        status_callback=status_url or None,
        status_callback_method="POST" if status_url else None,
    )
    for name, value in parameters.items():
        if len(name) + len(value) >= PARAMETER_LIMIT:
            raise TelephonyError(f"stream parameter {name!r} is too long for Twilio")
        stream.parameter(name=_clean(name), value=_clean(value))
    document.append(connect)
    if apology:
        document.say(_clean(apology))
    if staff_number:
        document.append(_dial(staff_number, caller_id=caller_id))
    document.hangup()
    return str(document)


def say_and_hang_up(text: str) -> str:
    """Speak and end the call."""
    document = VoiceResponse()
    document.say(_clean(text))
    document.hangup()
    return str(document)


def say(text: str) -> str:
    """Speak only: what staff hear before a call is put through to them."""
    document = VoiceResponse()
    document.say(_clean(text))
    return str(document)


def whisper(text: str, *, taken_url: str, seconds: int = 6) -> str:
    """Tell staff, who alone hear it, what a call is about; it is theirs once they press a key.

    Without a key in so many seconds after the text their line is hung up and the customer is
    not connected: a voice mail presses none. With one, Twilio asks `taken_url`.
    """
    document = VoiceResponse()
    document.append(_one_key(text, taken_url, seconds))
    document.hangup()
    return str(document)


def dial_staff(
    number: str,
    *,
    action_url: str,
    announcement: str = "",
    whisper_url: str = "",
    caller_id: str = "",
    timeout_seconds: int = 20,
) -> str:
    """Put the customer through to a person at `number` (E.164).

    `announcement` is spoken to the customer first; the document at `whisper_url` is heard by
    staff alone. `caller_id` is our number or the customer's. Afterwards Twilio asks
    `action_url` with `DialCallStatus`; nothing after the `<Dial>` would be reached.
    """
    document = VoiceResponse()
    if announcement:
        document.say(_clean(announcement))
    document.append(
        _dial(
            number,
            action_url=action_url,
            whisper_url=whisper_url,
            caller_id=caller_id,
            timeout_seconds=timeout_seconds,
        )
    )
    return str(document)


def dial_customer(number: str, *, announcement: str, caller_id: str) -> str:
    """Put staff, who are on the line, through to a customer at `number` (E.164).

    `caller_id` is our own number: the customer sees who calls. Raises `TelephonyError`.
    """
    document = VoiceResponse()
    document.say(_clean(announcement))
    document.append(_dial(number, caller_id=caller_id, timeout_seconds=30))
    return str(document)


def offer(text: str, *, chosen_url: str, seconds: int = 6) -> str:
    """Speak and wait for one key, of which Twilio tells `chosen_url`.

    Without a key it is asked all the same, with no `Digits`.
    """
    document = VoiceResponse()
    document.append(_one_key(text, chosen_url, seconds))
    document.redirect(chosen_url, method="POST")
    return str(document)


def take_message(text: str, *, left_url: str, kept_url: str, longest_seconds: int = 120) -> str:
    """Speak, then record what the customer says after a tone.

    It ends with any key, with five seconds of silence, by hanging up, or when it is too long;
    Twilio tells `left_url` then, and `kept_url` once the recording can be fetched. Where
    nothing at all was said, the verbs behind it go on: the call ends.
    """
    document = VoiceResponse()
    document.say(_clean(text))
    document.record(
        action=left_url,
        method="POST",
        max_length=longest_seconds,
        timeout=5,
        finish_on_key="1234567890*#",
        play_beep=True,
        trim="trim-silence",
        recording_status_callback=kept_url,
        recording_status_callback_method="POST",
        recording_status_callback_event="completed",
    )
    document.hangup()
    return str(document)


def hang_up() -> str:
    """End the call."""
    document = VoiceResponse()
    document.hangup()
    return str(document)


def busy() -> str:
    """Do not answer: the customer hears the busy tone and nothing is charged."""
    document = VoiceResponse()
    document.reject(reason="busy")
    return str(document)


def reject() -> str:
    """Do not answer: the customer hears that the number is not in service."""
    document = VoiceResponse()
    document.reject(reason="rejected")
    return str(document)


def empty() -> str:
    """Do nothing. For a text or a status, Twilio sends no reply; a call ends."""
    return str(VoiceResponse())


def text_reply(body: str) -> str:
    """Answer an incoming text with a text."""
    document = MessagingResponse()
    document.message(_clean(body))
    return str(document)


def _one_key(text: str, asked_url: str, seconds: int) -> Gather:
    """Speak and wait so long for one key, of which Twilio tells `asked_url`."""
    gather = Gather(
        action=asked_url,
        method="POST",
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=seconds,
    )
    gather.say(_clean(text))
    return gather


def _dial(
    number: str,
    *,
    action_url: str = "",
    whisper_url: str = "",
    caller_id: str = "",
    timeout_seconds: int = 20,
) -> Dial:
    if not _E164.fullmatch(number):
        raise TelephonyError(
            "this number cannot be dialled",
            hint="numbers, shop.staff_phone too, have their country, such as +14155550123",
        )
    dial = Dial(
        action=action_url or None,
        method="POST" if action_url else None,
        timeout=min(max(timeout_seconds, 5), 600),
        caller_id=caller_id if _E164.fullmatch(caller_id) else None,
    )
    dial.number(number, url=whisper_url or None, method="POST" if whisper_url else None)
    return dial


def _check_stream_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.query or parts.fragment:
        raise TelephonyError("a stream address cannot carry a query; Twilio takes it away")
    allowed = parts.scheme == "wss" or (parts.scheme == "ws" and is_loopback(parts.hostname or ""))
    if not allowed or not parts.netloc:
        raise TelephonyError("Twilio opens media streams at wss addresses only")


def _clean(text: str) -> str:
    """Leave out what no XML document can hold; the package escapes the rest."""
    return _NOT_XML.sub("", text)

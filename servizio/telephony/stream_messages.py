"""The messages of a Twilio media stream, both ways.

One WebSocket text frame holds one JSON object with an `event`. Counters are strings of
digits; only `sampleRate` and `channels` are numbers (Media Streams, "WebSocket messages").
Fields and events that are not known here are let through: new ones appear unannounced.
"""

from __future__ import annotations

import json
import re
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from servizio.errors import StreamError

MESSAGE_LIMIT_BYTES = 64 * 1024
"""Longest message taken. A frame of 20 ms is about 350 bytes; `start` stays below 20 000."""

_KEYS = frozenset("0123456789*#ABCD")
_COUNTER_DIGITS = 18
_SID_LENGTH = 64

_USUAL_HEAD = re.compile(
    r'\{"event":"media","sequenceNumber":"[0-9]{1,18}","media":\{"track":"inbound",'
    r'"chunk":"[0-9]{1,18}","timestamp":"[0-9]{1,18}","payload":"'
)
"""Of a media message, up to its sound."""
_USUAL_MARK = re.compile(
    r'\{"event":"mark","sequenceNumber":"[0-9]{1,18}","streamSid":"([A-Za-z0-9]{1,64})",'
    r'"mark":\{"name":"([A-Za-z0-9:]{1,64})"\}\}'
)


@dataclass(frozen=True, slots=True)
class Connected:
    """The socket is up. First message; nothing in it identifies the call."""


@dataclass(frozen=True, slots=True)
class Start:
    """The stream begins. Sent once, before any sound."""

    stream_sid: str
    """`MZ` and 32 hex digits; what every message to Twilio must carry. Letters and digits."""
    call_sid: str
    """`CA` and 32 hex digits. Letters and digits."""
    account_sid: str
    """`AC` and 32 hex digits. Letters and digits."""
    encoding: str
    """Always `audio/x-mulaw` today."""
    sample_rate: int
    """Hertz; always 8000 today."""
    channels: int
    """Always 1 today."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """The `<Parameter>`s of our TwiML. Values are outside text."""


@dataclass(frozen=True, slots=True)
class Media:
    """A piece of the customer's sound, usually 20 ms; other lengths happen, so do gaps."""

    stream_sid: str
    timestamp_ms: int
    """Where the piece lies, in milliseconds since the stream started."""
    mulaw: bytes
    """mu-law, 8000 Hz, 8 bytes a millisecond, no header."""


@dataclass(frozen=True, slots=True)
class Dtmf:
    """The customer pressed a key."""

    stream_sid: str
    digit: str
    """One of `0`-`9`, `*`, `#` (`A`-`D` exist on some telephones)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One of our marks came back: what was queued before it was played, or was cleared."""

    stream_sid: str
    name: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The stream is over: hang-up, or the call was given other instructions."""

    stream_sid: str
    call_sid: str
    """Empty where the message does not say it: the stream ends all the same."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An event that is not known here. To be ignored."""

    event: str


Message = Connected | Start | Media | Dtmf | Mark | Stop | Unknown


def parse(text: str) -> Message:
    """Read one message from Twilio.

    Raises `StreamError` with the reason for anything that breaks the protocol. The reason
    names the field, never its value: values are the customer's.
    """
    return _usual_mark(text) or _read(_load(text))


def _usual_mark(text: str) -> Mark | None:
    """Read the echo of one of our own marks, spelled as Twilio spells it; `None` for any other."""
    found = _USUAL_MARK.fullmatch(text)
    return Mark(*found.groups()) if found is not None else None


def _load(text: str) -> dict[str, object]:
    if len(text) > MESSAGE_LIMIT_BYTES or (
        not text.isascii() and len(text.encode("utf-8", "surrogatepass")) > MESSAGE_LIMIT_BYTES
    ):
        raise StreamError("stream message is longer than 64 KiB")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StreamError("stream message is not JSON") from error
    if not isinstance(message, dict):
        raise StreamError("stream message is not a JSON object")
    return message


def _read(message: dict[str, object]) -> Message:
    event = _text(message, "event")
    reader = _READERS.get(event)
    return Unknown(event) if reader is None else reader(message)


def _read_connected(_message: dict[str, object]) -> Connected:
    return Connected()


def _read_start(message: dict[str, object]) -> Start:
    start = _object(message, "start")
    media_format = _object(start, "mediaFormat", "start.")
    stream_sid = _sid(message, "streamSid")
    if _sid(start, "streamSid", "start.") != stream_sid:
        raise StreamError("stream message: streamSid and start.streamSid differ")
    parameters = start.get("customParameters")
    if parameters is None:
        parameters = {}
    if not isinstance(parameters, dict):
        raise StreamError("stream message: start.customParameters is not an object")
    return Start(
        stream_sid=stream_sid,
        call_sid=_sid(start, "callSid", "start."),
        account_sid=_sid(start, "accountSid", "start."),
        encoding=_text(media_format, "encoding", "start.mediaFormat."),
        sample_rate=_number(media_format, "sampleRate", "start.mediaFormat."),
        channels=_number(media_format, "channels", "start.mediaFormat."),
        parameters={name: _text(parameters, name, "customParameters.") for name in parameters},
    )


def _read_media(message: dict[str, object]) -> Media:
    media = _object(message, "media")
    payload = _text(media, "payload", "media.")
    try:
        mulaw = a2b_base64(payload, strict_mode=True)
    except (Base64Error, ValueError) as error:
        raise StreamError("stream message: media.payload is not base64") from error
    return Media(_sid(message, "streamSid"), _counter(media, "timestamp", "media."), mulaw)


def _read_dtmf(message: dict[str, object]) -> Dtmf:
    digit = _text(_object(message, "dtmf"), "digit", "dtmf.")
    if digit not in _KEYS:
        raise StreamError("stream message: dtmf.digit is not one key")
    return Dtmf(_sid(message, "streamSid"), digit)


def _read_mark(message: dict[str, object]) -> Mark:
    return Mark(_sid(message, "streamSid"), _text(_object(message, "mark"), "name", "mark."))


def _read_stop(message: dict[str, object]) -> Stop:
    stream_sid = _sid(message, "streamSid")
    try:
        return Stop(stream_sid, _sid(_object(message, "stop"), "callSid", "stop."))
    except StreamError:
        return Stop(stream_sid, "")


_READERS: Mapping[str, Callable[[dict[str, object]], Message]] = MappingProxyType(
    {
        "connected": _read_connected,
        "start": _read_start,
        "media": _read_media,
        "dtmf": _read_dtmf,
        "mark": _read_mark,
        "stop": _read_stop,
    }
)


def _text(holder: Mapping[str, object], name: str, place: str = "") -> str:
    value = holder.get(name)
    if not isinstance(value, str):
        problem = "is missing" if value is None else "is not a string"
        raise StreamError(f"stream message: {place}{name[:_SID_LENGTH]!r} {problem}")
    try:
        value.encode()
        name.encode()
    except UnicodeEncodeError as error:
        # A lone surrogate passes JSON and then breaks every database and log it meets.
        raise StreamError(f"stream message: {place}{name!a} is not Unicode text") from error
    return value


def _sid(holder: Mapping[str, object], name: str, place: str = "") -> str:
    value = _text(holder, name, place)
    if not (value.isascii() and value.isalnum() and len(value) <= _SID_LENGTH):
        raise StreamError(f"stream message: {place}{name} is not an identifier")
    return value


def _counter(holder: Mapping[str, object], name: str, place: str) -> int:
    value = _text(holder, name, place)
    if not (value.isascii() and value.isdigit() and len(value) <= _COUNTER_DIGITS):
        raise StreamError(f"stream message: {place}{name} is not a string of digits")
    return int(value)


def _number(holder: Mapping[str, object], name: str, place: str) -> int:
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        problem = "is missing" if value is None else "is not a whole number"
        raise StreamError(f"stream message: {place}{name} {problem}")
    return value


def _object(holder: Mapping[str, object], name: str, place: str = "") -> dict[str, object]:
    value = holder.get(name)
    if not isinstance(value, dict):
        problem = "is missing" if value is None else "is not an object"
        raise StreamError(f"stream message: {place}{name} {problem}")
    return value


class UsualMedia:
    """Finds the sound in the media messages of one stream that are spelled as Twilio spells them.

    Fifty of these come in a second of every call. No JSON is parsed: all but the sound is matched
    letter by letter, and the sound must be base64, so nothing can hide in it.
    """

    def __init__(self, stream_sid: str) -> None:
        _check_sid(stream_sid)
        self._tail = f'"}},"streamSid":"{stream_sid}"}}'
        self._tail_length = len(self._tail)

    def sound(self, text: str) -> bytes | None:
        """The mu-law in it; `None` for any other message, which is for `parse`."""
        head = _USUAL_HEAD.match(text)
        if head is None or not text.endswith(self._tail) or len(text) > MESSAGE_LIMIT_BYTES:
            return None
        try:
            return a2b_base64(text[head.end() : -self._tail_length], strict_mode=True) or None
        except (Base64Error, ValueError):
            return None


class MediaMessages:
    """Builds the messages of one stream that queue sound behind what is queued already.

    What is the same in all of them is built once. Raises `StreamError` where `stream_sid` is no
    identifier.
    """

    def __init__(self, stream_sid: str) -> None:
        _check_sid(stream_sid)
        before = f'{{"event":"media","streamSid":"{stream_sid}","media":{{"payload":"'
        self._before = before.encode("ascii")

    def of(self, mulaw: bytes) -> bytes:
        """The message in UTF-8; it must leave in a text frame (31950).

        `mulaw` is 8000 Hz without any header, of any length.
        """
        return self._before + b2a_base64(mulaw, newline=False) + b'"}}'


def mark(stream_sid: str, name: str) -> str:
    """Build the message that asks for an echo once all queued before it has been played.

    The echo comes at once where nothing is queued, and also on `clear`, so a name must be
    used only once to tell "heard" from "dropped". Raises `StreamError` as `MediaMessages` does.
    """
    _check_sid(stream_sid)
    return f'{{"event":"mark","streamSid":"{stream_sid}","mark":{{"name":{json.dumps(name)}}}}}'


def clear(stream_sid: str) -> str:
    """Build the message that drops all queued sound; marks waiting in it come back at once.

    Raises `StreamError` as `MediaMessages` does.
    """
    _check_sid(stream_sid)
    return f'{{"event":"clear","streamSid":"{stream_sid}"}}'


def _check_sid(stream_sid: str) -> None:
    # Letters and digits need no escaping in JSON, which is why no encoder runs per frame.
    if not (stream_sid.isascii() and stream_sid.isalnum()):
        raise StreamError("stream identifier is not made of letters and digits")

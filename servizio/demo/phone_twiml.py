"""The instructions a simulated call is given, read as strictly as Twilio reads them.

Element and attribute names are case sensitive, a stray `&` spoils the whole document, and a
stream's URL loses its query ("TwiML Voice: Stream").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.etree import ElementTree

from servizio.errors import DemoError

DOCUMENT_ERROR = 12100
"""Twilio's number for a document that cannot be carried out."""
STREAM_SCHEME_ERROR = 31922
"""Twilio's number for a stream's address that is not wss."""
STREAM_REFUSED = 31920
"""Twilio's number for a stream that the server does not take."""

_PARAMETER_LIMIT = 500
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_STREAM_ATTRIBUTES = frozenset({"url", "name", "track", "statusCallback", "statusCallbackMethod"})
_DEFAULT_DIAL_SECONDS = 30


class TwimlError(DemoError):
    """A document cannot be carried out. `number` is Twilio's own for it."""

    code = "twiml"

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Play:
    """Play a sound file."""

    url: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stream:
    """Connect the call to a server until it closes, then ask `action` or go on."""

    url: str
    action: str = ""
    method: str = "POST"
    status_url: str = ""
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring somebody else, then ask `action` or go on."""

    number: str
    action: str = ""
    method: str = "POST"
    caller_id: str = ""
    whisper_url: str = ""
    ring_seconds: float = _DEFAULT_DIAL_SECONDS


@dataclass(frozen=True, slots=True)
class Gather:
    """Speak, and ask `action` when a key is pressed; otherwise go on."""

    prompts: tuple[str, ...]
    action: str = ""
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Record:
    """Record what is said after a tone and tell `action`; where nothing is said, go on."""

    action: str = ""
    method: str = "POST"
    status_url: str = ""
    longest_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


@dataclass(frozen=True, slots=True)
class Reject:
    """Do not answer. `reason` is `busy` or `rejected`."""

    reason: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """Fetch other instructions."""

    url: str
    method: str = "POST"


Verb = Say | Play | Pause | Stream | Dial | Gather | Record | Hangup | Reject | Redirect


@dataclass(frozen=True, slots=True)
class Document:
    """A document that can be carried out."""

    verbs: tuple[Verb, ...]
    faults: tuple[tuple[int, str], ...] = ()
    """What Twilio would forgive with a warning and a test should not: number and reason."""


def read_document(text: str) -> Document:
    """Read a TwiML document. Raises `TwimlError` where Twilio would refuse it."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise TwimlError(DOCUMENT_ERROR, "a document with a DOCTYPE")
    try:
        # Entities are refused above, and they are what makes this parser unsafe.
        root = ElementTree.fromstring(text)  # noqa: S314
    except ElementTree.ParseError as error:
        raise TwimlError(DOCUMENT_ERROR, f"the document does not parse: {error}") from error
    if root.tag != "Response":
        raise TwimlError(DOCUMENT_ERROR, f"the document is a <{root.tag}>, not a <Response>")
    faults: list[tuple[int, str]] = []
    verbs = tuple(
        verb
        for element in root
        if (verb := _read_verb(element, faults, is_first=element is root[0]))
    )
    return Document(verbs, tuple(faults))


def _read_verb(
    element: ElementTree.Element, faults: list[tuple[int, str]], *, is_first: bool
) -> Verb | None:
    words = (element.text or "").strip()
    verb: Verb | None = None
    match element.tag:
        case "Say":
            verb = Say(words)
        case "Play":
            verb = Play(words)
        case "Pause":
            verb = Pause(_seconds(element.get("length"), 1))
        case "Connect":
            verb = _read_connect(element, faults)
        case "Dial":
            verb = _read_dial(element, words)
        case "Gather":
            prompts = tuple((each.text or "").strip() for each in element if each.tag == "Say")
            verb = Gather(prompts, element.get("action", ""), _method(element))
        case "Record":
            verb = _read_record(element)
        case "Hangup":
            verb = Hangup()
        case "Redirect":
            verb = Redirect(words, _method(element))
        case "Reject":
            if not is_first:
                faults.append((DOCUMENT_ERROR, "<Reject> is not the first verb"))
            verb = Reject(element.get("reason", "rejected"))
        case _:
            faults.append((DOCUMENT_ERROR, f"there is no verb <{element.tag}>"))
    return verb


def _read_connect(connect: ElementTree.Element, faults: list[tuple[int, str]]) -> Stream:
    if [child.tag for child in connect] != ["Stream"]:
        raise TwimlError(DOCUMENT_ERROR, "<Connect> does not hold exactly one <Stream>")
    stream = connect[0]
    unknown = (set(connect.attrib) - {"action", "method"}) | (
        set(stream.attrib) - _STREAM_ATTRIBUTES
    )
    faults.extend((DOCUMENT_ERROR, f"there is no attribute {name!r}") for name in sorted(unknown))
    if stream.get("track", "inbound_track") != "inbound_track":
        faults.append((DOCUMENT_ERROR, "a stream that is connected has only an inbound_track"))
    return Stream(
        url=_stream_url(stream.get("url", ""), faults),
        action=connect.get("action", ""),
        method=_method(connect),
        status_url=stream.get("statusCallback", ""),
        parameters=_parameters(stream, faults),
    )


def _stream_url(url: str, faults: list[tuple[int, str]]) -> str:
    parts = urlsplit(url)
    if parts.scheme != "wss" and not (parts.scheme == "ws" and parts.hostname in _LOOPBACK):
        raise TwimlError(STREAM_SCHEME_ERROR, "the stream's URL is not wss")
    if parts.query or parts.fragment:
        faults.append((STREAM_REFUSED, "the stream's URL has a query, which is taken away"))
    return parts._replace(query="", fragment="").geturl()


def _parameters(stream: ElementTree.Element, faults: list[tuple[int, str]]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for child in stream:
        name, value = child.get("name", ""), child.get("value", "")
        if child.tag != "Parameter" or not name:
            faults.append((DOCUMENT_ERROR, f"<{child.tag}> in <Stream> without a name"))
        elif len(name) + len(value) >= _PARAMETER_LIMIT:
            faults.append((DOCUMENT_ERROR, f"parameter {name!r} has 500 characters or more"))
        else:
            parameters[name] = value
    return parameters


def _read_dial(dial: ElementTree.Element, words: str) -> Dial:
    numbers = [child for child in dial if child.tag == "Number"]
    target = (numbers[0].text or "").strip() if numbers else words
    if not target:
        raise TwimlError(DOCUMENT_ERROR, "<Dial> has no number")
    return Dial(
        number=target,
        action=dial.get("action", ""),
        method=_method(dial),
        caller_id=dial.get("callerId", ""),
        whisper_url=numbers[0].get("url", "") if numbers else "",
        ring_seconds=_seconds(dial.get("timeout"), _DEFAULT_DIAL_SECONDS),
    )


def _read_record(record: ElementTree.Element) -> Record:
    return Record(
        action=record.get("action", ""),
        method=_method(record),
        status_url=record.get("recordingStatusCallback", ""),
        longest_seconds=_seconds(record.get("maxLength"), 3600),
    )


def _method(element: ElementTree.Element) -> str:
    method = element.get("method", "POST")
    if method not in {"GET", "POST"}:
        raise TwimlError(DOCUMENT_ERROR, f"there is no method {method!r}")
    return method


def _seconds(text: str | None, default: float) -> float:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise TwimlError(DOCUMENT_ERROR, f"{text!r} is not a number of seconds")
    return float(text)

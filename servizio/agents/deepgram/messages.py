"""What Deepgram tells, from JSON to values. New kinds come every month: unknown is ignored.

Source: Deepgram Voice Agent API v1, server messages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from servizio.agents.cloud.functions import FunctionCall
from servizio.agents.cloud.provider_json import Json, body_of, text_of


@dataclass(frozen=True, slots=True)
class Welcome:
    """The socket is open; Settings may be sent."""

    request_id: str


@dataclass(frozen=True, slots=True)
class SettingsApplied:
    """The session has begun; sound may be sent."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the customer (a whole turn), or of the agent (a sentence)."""

    by_customer: bool
    text: str


@dataclass(frozen=True, slots=True)
class UserStarted:
    """The customer began to speak, or went on."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The customer's turn is over; seen on the wire, not documented."""


@dataclass(frozen=True, slots=True)
class Thinking:
    """An answer is on its way. Often never sent."""


@dataclass(frozen=True, slots=True)
class AudioDone:
    """All sound of an utterance has been sent."""


@dataclass(frozen=True, slots=True)
class FunctionsWanted:
    """Functions to be called here, in order."""

    calls: tuple[FunctionCall, ...]


@dataclass(frozen=True, slots=True)
class FunctionsCancelled:
    """These are no longer wanted; their answers would be dropped."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunctionsKept:
    """The model knows the answers of these."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InjectionRefused:
    """A sentence that we wanted spoken was not: somebody is speaking."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning: the session goes on."""

    code: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An error: the session is over."""

    code: str
    text: str


Message = (
    Welcome | SettingsApplied | Said | UserStarted | TurnEnded | Thinking | AudioDone
    | FunctionsWanted | FunctionsCancelled | FunctionsKept | InjectionRefused | Notice | Fault
)  # fmt: skip

_REFUSALS = frozenset(
    {"INJECT_AGENT_MESSAGE_DURING_USER_SPEECH", "INJECT_AGENT_MESSAGE_DURING_AGENT_SPEECH"}
)


def read(text: str) -> Message | None:
    """The message, or `None` where it is not known, not for us or not JSON."""
    body = body_of(text)
    reader = _READERS.get(text_of(body, "type"))
    return None if reader is None else reader(body)


def _history(body: Json) -> Message | None:
    """What was said comes as `ConversationText` too; only answered functions are news."""
    return FunctionsKept(_ids(body["function_calls"])) if "function_calls" in body else None


def _warning(body: Json) -> Message:
    code = text_of(body, "code")
    return InjectionRefused() if code in _REFUSALS else Notice(code)


def _calls(body: Json) -> tuple[FunctionCall, ...]:
    wanted = body.get("functions")
    return tuple(
        FunctionCall(
            each["id"],
            text_of(each, "name"),
            each.get("arguments"),
            text_of(each, "thought_signature"),
        )
        for each in (wanted if isinstance(wanted, list) else ())
        # What has an endpoint is called by Deepgram itself.
        if isinstance(each, dict)
        and isinstance(each.get("id"), str)
        and each.get("client_side", True) is not False
    )


def _ids(calls: object) -> tuple[str, ...]:
    return tuple(
        each["id"]
        for each in (calls if isinstance(calls, list) else ())
        if isinstance(each, dict) and isinstance(each.get("id"), str)
    )


_READERS: dict[str, Callable[[Json], Message | None]] = {
    "Welcome": lambda body: Welcome(text_of(body, "request_id")),
    "SettingsApplied": lambda _body: SettingsApplied(),
    "ConversationText": lambda body: Said(body.get("role") == "user", text_of(body, "content")),
    "UserStartedSpeaking": lambda _body: UserStarted(),
    "EndOfTurn": lambda _body: TurnEnded(),
    "AgentThinking": lambda _body: Thinking(),
    "AgentStartedSpeaking": lambda _body: Thinking(),
    "AgentAudioDone": lambda _body: AudioDone(),
    "FunctionCallRequest": lambda body: FunctionsWanted(_calls(body)),
    "FunctionCallCancelled": lambda body: FunctionsCancelled(_ids(body.get("functions"))),
    "History": _history,
    "InjectionRefused": lambda _body: InjectionRefused(),
    "Warning": _warning,
    "Error": lambda body: Fault(text_of(body, "code"), text_of(body, "description")),
}

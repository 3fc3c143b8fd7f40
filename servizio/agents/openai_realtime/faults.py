"""What errors, close codes and refused connections mean: most are nothing, some are the end.

Source: OpenAI Realtime API (GA), `error` events; codes as seen on the wire. Some servers send
no code, hence the beginnings of messages.
"""

from __future__ import annotations

from enum import StrEnum

from servizio.agents.cloud.provider_text import one_line
from servizio.agents.openai_realtime.messages import Fault
from servizio.errors import AgentError, AgentRefusedError

UPDATE_EVENT = "session"
"""Begins the `event_id` of our `session.update`."""

_FATAL = frozenset(
    {"invalid_api_key", "insufficient_quota", "account_deactivated",
     "billing_hard_limit_reached", "beta_api_shape_disabled", "invalid_intent",
     "model_not_found", "model_decommissioned"}
)  # fmt: skip
_EXPIRED = "session_expired"
_ACTIVE = "conversation_already_has_active_response"
_NOTHING = frozenset(
    {"response_cancel_not_active", "input_audio_buffer_commit_empty",
     "item_truncate_invalid_item_id", "item_delete_invalid_item_id",
     "item_retrieve_invalid_item_id", "cannot_update_voice"}
)  # fmt: skip
_NOTHING_BEGINS = (
    "Cancellation failed",
    "Error committing input audio buffer",
    "Audio content of",
    "Only model output audio messages can be truncated",
)
_ACTIVE_BEGINS = "Conversation already has an active response"
_REFUSED_CLOSES = frozenset({1008, 3000})


class Weight(StrEnum):
    """What an error means for the call."""

    NOTHING = "nothing"
    """A race that was lost, and no harm done."""
    ACTIVE = "active"
    """We asked for an answer while one was being made."""
    EXPIRED = "expired"
    """The session has lasted for as long as it may."""
    FATAL = "fatal"
    """Every session would meet it."""
    PASSING = "passing"
    """It may work when tried again."""


def weigh(fault: Fault) -> Weight:
    """What this error means."""
    refused_update = fault.ours.startswith(UPDATE_EVENT) or fault.param.startswith("session.")
    if fault.code in _FATAL or refused_update:
        return Weight.FATAL
    if fault.code == _EXPIRED:
        return Weight.EXPIRED
    if fault.code == _ACTIVE or fault.text.startswith(_ACTIVE_BEGINS):
        return Weight.ACTIVE
    if fault.code in _NOTHING or fault.text.startswith(_NOTHING_BEGINS):
        return Weight.NOTHING
    return Weight.PASSING


def is_fatal(code: str) -> bool:
    """Whether an answer that failed for this would always fail."""
    return code in _FATAL


def fault_error(fault: Fault) -> AgentError:
    """An error that ends the session as one of ours. Its text goes to the log, cut short."""
    kind = AgentRefusedError if weigh(fault) is Weight.FATAL else AgentError
    return kind(
        f"OpenAI ended the session: {fault.code or fault.kind} {one_line(fault.text)}".strip()
    )


def has_expired(code: int | None, reason: str) -> bool:
    """Whether a session was closed because of its age, or its server going away."""
    return code == 1001 or _EXPIRED in reason or "maximum duration" in reason


def closed_error(code: int | None, reason: str) -> AgentError:
    """Why the socket was closed. 1000 and 1001 look like a good end to the client's library."""
    refused = code is not None and (code in _REFUSED_CLOSES or 4000 <= code < 5000)
    kind = AgentRefusedError if refused else AgentError
    return kind(f"OpenAI closed the socket: {code} {one_line(reason)}".strip())

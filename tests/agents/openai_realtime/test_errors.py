"""Which errors are nothing, and which are the end."""

from __future__ import annotations

import pytest

from servizio.agents.openai_realtime.faults import Weight, closed_error, has_expired, weigh
from servizio.agents.openai_realtime.messages import Fault, ResponseDone, read
from servizio.errors import AgentRefusedError


@pytest.mark.parametrize(
    ("code", "text", "ours", "weight"),
    [
        ("response_cancel_not_active", "", "cancel-1", Weight.NOTHING),
        ("", "Audio content of 3700ms is already shorter than 3760ms", "t", Weight.NOTHING),
        ("", "Only model output audio messages can be truncated", "t", Weight.NOTHING),
        ("input_audio_buffer_commit_empty", "", "", Weight.NOTHING),
        ("conversation_already_has_active_response", "", "create-2", Weight.ACTIVE),
        ("", "Conversation already has an active response: resp_1.", "", Weight.ACTIVE),
        ("unknown_parameter", "", "session-1", Weight.FATAL),
        ("insufficient_quota", "", "", Weight.FATAL),
        ("model_not_found", "", "", Weight.FATAL),
        ("session_expired", "", "", Weight.EXPIRED),
        ("server_error", "", "", Weight.PASSING),
        ("something_new", "", "", Weight.PASSING),
    ],
)
def test_an_error_is_told_by_its_event_its_code_or_its_words(
    code: str, text: str, ours: str, weight: Weight
) -> None:
    assert weigh(Fault(code, text, ours)) is weight


@pytest.mark.parametrize("code", [1008, 3000, 4000, 4321])
def test_a_socket_closed_for_a_fault_of_ours_is_a_refusal(code: int) -> None:
    error = closed_error(code, "invalid_request_error.\x1b[31mbad")
    assert isinstance(error, AgentRefusedError)
    assert "\x1b" not in error.message


def test_a_session_closed_for_its_age_has_expired_although_it_looks_like_a_good_end() -> None:
    assert has_expired(1001, "")
    assert has_expired(1000, "Your session hit the maximum duration of 60 minutes.")
    assert not has_expired(1000, "")
    assert not has_expired(None, "")


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "null", '"x"', '{"type": 3}', '{"type": "response.new"}', "[" * 5000,
     '{"type": "response.output_audio.delta", "delta": "no base64!"}'],
)  # fmt: skip
def test_what_is_not_understood_is_ignored(frame: str) -> None:
    assert read(frame) is None


@pytest.mark.parametrize(
    "response", ["null", "{}", '{"output": null, "status_details": null}', '{"output": [1, {}]}']
)
def test_an_answer_may_lack_everything(response: str) -> None:
    message = read(f'{{"type": "response.done", "response": {response}}}')
    assert isinstance(message, ResponseDone)
    assert message.calls == ()

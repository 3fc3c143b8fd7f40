"""Messages of the media stream: read strictly, written so that Twilio understands."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.errors import StreamError
from servizio.telephony import stream_messages
from servizio.telephony.stream_messages import (
    Connected,
    Dtmf,
    Mark,
    Media,
    Start,
    Stop,
    Unknown,
    UsualMedia,
    parse,
)

SID = "MZ" + "0" * 32
CALL = "CA" + "0" * 32
ACCOUNT = "AC" + "0" * 32


def message(event: str, **fields: object) -> dict[str, Any]:
    return {"event": event, "sequenceNumber": "2", "streamSid": SID, **fields}


def start_message(**changes: object) -> dict[str, Any]:
    start = {
        "accountSid": ACCOUNT,
        "streamSid": SID,
        "callSid": CALL,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"shop": "main-street", "token": "t"},
    }
    return message("start", start={**start, **changes})


def usual_media(payload: str, timestamp: str = "20") -> str:
    """A frame spelled as Twilio spells it."""
    return (
        '{"event":"media","sequenceNumber":"2","media":{"track":"inbound","chunk":"1",'
        f'"timestamp":"{timestamp}","payload":"{payload}"}},"streamSid":"{SID}"}}'
    )


def test_connected_is_read_without_any_identifier() -> None:
    assert parse('{"event":"connected","protocol":"Call","version":"1.0.0"}') == Connected()


def test_start_tells_who_calls_and_what_we_put_into_the_document() -> None:
    assert parse(json.dumps(start_message())) == Start(
        stream_sid=SID,
        call_sid=CALL,
        account_sid=ACCOUNT,
        encoding="audio/x-mulaw",
        sample_rate=8000,
        channels=1,
        parameters={"shop": "main-street", "token": "t"},
    )


@pytest.mark.parametrize("parameters", [{}, None])
def test_start_may_have_no_parameters(parameters: object) -> None:
    start = parse(json.dumps(start_message(customParameters=parameters)))
    assert isinstance(start, Start)
    assert start.parameters == {}


@given(mulaw=st.binary(max_size=400), timestamp=st.integers(0, 10**9))
def test_a_frame_is_read_alike_however_it_is_spelled(mulaw: bytes, timestamp: int) -> None:
    payload = base64.b64encode(mulaw).decode()
    usual = usual_media(payload, str(timestamp))
    expected = Media(SID, timestamp, mulaw)
    assert parse(usual) == expected
    assert parse(json.dumps(json.loads(usual), indent=1)) == expected
    assert parse(usual.replace("/", "\\/")) == expected
    assert parse(usual.replace('"media":{', '"new":[{}],"media":{')) == expected


@given(mulaw=st.binary(min_size=1, max_size=400), timestamp=st.integers(0, 10**9))
def test_a_frame_that_is_spelled_as_usual_is_read_without_json(
    mulaw: bytes, timestamp: int
) -> None:
    usual = usual_media(base64.b64encode(mulaw).decode(), str(timestamp))
    assert UsualMedia(SID).sound(usual) == mulaw
    assert UsualMedia(SID).sound(json.dumps(json.loads(usual), indent=1)) is None
    assert UsualMedia("MZ1").sound(usual) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (message("dtmf", dtmf={"track": "inbound_track", "digit": "#"}), Dtmf(SID, "#")),
        (message("mark", mark={"name": "u3:end"}), Mark(SID, "u3:end")),
        (message("stop", stop={"accountSid": ACCOUNT, "callSid": CALL}), Stop(SID, CALL)),
        (message("stop", stop={}), Stop(SID, "")),
        (message("stop"), Stop(SID, "")),
        (message("event_of_tomorrow"), Unknown("event_of_tomorrow")),
    ],
)
def test_the_other_events_are_read(text: dict[str, Any], expected: object) -> None:
    assert parse(json.dumps(text)) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('{"event":"media"', "not JSON"),
        ("[" * 60_000, "not JSON"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ("{}", "'event' is missing"),
        ('{"event":1}', "'event' is not a string"),
        ('{"event":"\\ud800"}', "not Unicode text"),
        (usual_media("A" * 70_000), "longer than 64 KiB"),
        ('{"event":"' + "é" * 33_000 + '"}', "longer than 64 KiB"),
        (usual_media("AAA"), "payload is not base64"),
        (usual_media("AA=="), None),
        (usual_media("=AA="), "payload is not base64"),
        (usual_media("AA==AA=="), "payload is not base64"),
        (usual_media("AA A"), "payload is not base64"),
        (usual_media("//é="), "payload is not base64"),
        (usual_media("AAAA", "-20"), "timestamp is not a string of digits"),
        (usual_media("AAAA", "²"), "timestamp is not a string of digits"),
        (usual_media("AAAA", "1" * 5000), "timestamp is not a string of digits"),
        (usual_media("AAAA").replace('"20"', "20"), "'timestamp' is not a string"),
        (usual_media("AAAA").replace("MZ", "MZ/"), "streamSid is not an identifier"),
        (usual_media("AAAA").replace("payload", "load"), "'payload' is missing"),
        (json.dumps(message("media")), "media is missing"),
        (json.dumps(message("media", media=[])), "media is not an object"),
        (json.dumps(message("mark", mark={})), "'name' is missing"),
        (json.dumps(message("dtmf", dtmf={"digit": "12"})), "not one key"),
        (json.dumps(message("dtmf", dtmf={"digit": ""})), "not one key"),
        (json.dumps({"event": "stop", "stop": {}}), "'streamSid' is missing"),
        (json.dumps(start_message(streamSid="MZ1")), "differ"),
        (json.dumps(start_message(callSid=None)), "'callSid' is missing"),
        (json.dumps(start_message(callSid="CA1; DROP")), "callSid is not an identifier"),
        (json.dumps(start_message(mediaFormat={})), "'encoding' is missing"),
        (
            json.dumps(
                start_message(mediaFormat={"encoding": "x", "sampleRate": "8000", "channels": 1})
            ),
            "sampleRate is not a whole number",
        ),
        (
            json.dumps(
                start_message(mediaFormat={"encoding": "x", "sampleRate": 8000, "channels": True})
            ),
            "channels is not a whole number",
        ),
        (json.dumps(start_message(customParameters=[])), "customParameters is not an object"),
        (json.dumps(start_message(customParameters={"a": 1})), "'a' is not a string"),
    ],
)
def test_what_breaks_the_protocol_is_refused_with_its_reason(text: str, reason: str | None) -> None:
    if reason is None:
        assert isinstance(parse(text), Media)
        return
    assert UsualMedia(SID).sound(text) is None
    with pytest.raises(StreamError) as caught:
        parse(text)
    assert reason in caught.value.message


@given(st.text(max_size=200) | st.dictionaries(st.text(), st.text()).map(json.dumps))
def test_no_text_at_all_does_more_than_raise_the_one_error(text: str) -> None:
    try:
        parse(text)
    except StreamError as error:
        assert error.message.startswith("stream message")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["media", "payload", "digit", "name"]), inner)
        ),
        max_leaves=8,
    ),
    st.sampled_from(["start", "media", "dtmf", "mark", "stop"]),
)
def test_no_shape_of_an_event_does_more_than_raise_the_one_error(body: object, event: str) -> None:
    with pytest.raises(StreamError):
        parse(json.dumps({"event": event, event: body}))


def test_the_reason_never_repeats_what_the_customer_pressed() -> None:
    with pytest.raises(StreamError) as caught:
        parse(json.dumps(message("dtmf", dtmf={"digit": "4155550100"})))
    assert "4155550100" not in caught.value.message


@given(st.binary(max_size=400))
def test_sound_is_written_as_twilio_documents_it(mulaw: bytes) -> None:
    assert json.loads(stream_messages.MediaMessages(SID).of(mulaw)) == {
        "event": "media",
        "streamSid": SID,
        "media": {"payload": base64.b64encode(mulaw).decode()},
    }


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_mark_keeps_any_name(name: str) -> None:
    assert json.loads(stream_messages.mark(SID, name)) == {
        "event": "mark",
        "streamSid": SID,
        "mark": {"name": name},
    }


def test_clear_is_written_as_twilio_documents_it() -> None:
    assert json.loads(stream_messages.clear(SID)) == {"event": "clear", "streamSid": SID}


@pytest.mark.parametrize("sid", ["", 'MZ"', "MZ\\", "MZ 1", "MZé"])
def test_an_identifier_that_would_need_escaping_is_never_written(sid: str) -> None:
    with pytest.raises(StreamError):
        stream_messages.MediaMessages(sid)
    with pytest.raises(StreamError):
        stream_messages.mark(sid, "a")
    with pytest.raises(StreamError):
        stream_messages.clear(sid)

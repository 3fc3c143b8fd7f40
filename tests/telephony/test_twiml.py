"""The documents we answer with, read back as XML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.errors import TelephonyError
from servizio.telephony import twiml

STREAM, AFTER = "wss://shop.example/twilio", "https://shop.example/voice/after"
STAFF = "+14155550123"


def read(document: str) -> ElementTree.Element:
    assert document.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    root = ElementTree.fromstring(document)  # noqa: S314 - our own document
    assert root.tag == "Response"
    return root


def verbs(document: str) -> list[str]:
    return [element.tag for element in read(document)]


def test_a_call_is_connected_to_the_stream_with_its_parameters() -> None:
    root = read(
        twiml.connect_stream(
            STREAM,
            action_url=AFTER,
            parameters={"token": 'a&"<b>', "shop": "main"},
            status_url="https://shop.example/voice/stream",
        )
    )
    connect = root[0]
    assert connect.attrib == {"action": AFTER, "method": "POST"}
    (stream,) = connect
    assert stream.attrib == {
        "url": STREAM,
        "statusCallback": "https://shop.example/voice/stream",
        "statusCallbackMethod": "POST",
    }
    assert [parameter.attrib for parameter in stream] == [
        {"name": "token", "value": 'a&"<b>'},
        {"name": "shop", "value": "main"},
    ]


def test_behind_the_stream_stand_an_apology_the_staff_and_the_end() -> None:
    document = twiml.connect_stream(
        STREAM, action_url=AFTER, parameters={}, apology="Sorry.", staff_number=STAFF
    )
    assert verbs(document) == ["Connect", "Say", "Dial", "Hangup"]
    assert read(document)[2][0].text == STAFF


def test_without_staff_and_apology_the_call_just_ends() -> None:
    document = twiml.connect_stream(STREAM, action_url=AFTER, parameters={})
    assert verbs(document) == ["Connect", "Hangup"]


@pytest.mark.parametrize(("length", "is_taken"), [(494, True), (495, False)])
def test_a_parameter_stays_below_500_characters_with_its_name(length: int, is_taken: bool) -> None:
    def build() -> str:
        return twiml.connect_stream(STREAM, action_url=AFTER, parameters={"token": "x" * length})

    if is_taken:
        assert "x" * length in build()
    else:
        with pytest.raises(TelephonyError, match="token"):
            build()


@pytest.mark.parametrize(
    "url",
    [
        "wss://shop.example/twilio?token=1",
        "wss://shop.example/twilio#a",
        "ws://shop.example/twilio",
        "https://shop.example/twilio",
        "wss:///twilio",
        "",
    ],
)
def test_a_stream_address_twilio_would_not_open_is_never_written(url: str) -> None:
    with pytest.raises(TelephonyError):
        twiml.connect_stream(url, action_url=AFTER, parameters={})


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://shop.example", "wss://shop.example/twilio"),
        ("https://shop.example/", "wss://shop.example/twilio"),
        ("https://shop.example:8443/s", "wss://shop.example:8443/s/twilio"),
        ("http://127.0.0.1:8000", "ws://127.0.0.1:8000/twilio"),
        ("http://localhost:8000", "ws://localhost:8000/twilio"),
        ("http://[::1]:8000", "ws://[::1]:8000/twilio"),
    ],
)
def test_the_stream_address_follows_from_the_public_one(base: str, url: str) -> None:
    assert twiml.stream_url(base) == url


@pytest.mark.parametrize(
    "base",
    [
        "",
        "shop.example",
        "http://shop.example",
        "http://127.0.0.1.evil.example",
        "ftp://127.0.0.1",
        "https://user@shop.example",
        "https://shop.example?a=1",
        "https://shop.example:port",
        "http://[::1",
    ],
)
def test_no_stream_address_follows_from_anything_else(base: str) -> None:
    with pytest.raises(TelephonyError) as caught:
        twiml.stream_url(base)
    assert caught.value.message


def test_staff_are_dialled_with_a_whisper_and_our_number() -> None:
    root = read(
        twiml.dial_staff(
            STAFF,
            action_url=AFTER,
            announcement="One moment.",
            whisper_url="https://shop.example/whisper",
            caller_id="+14155550199",
        )
    )
    say, dial = root
    assert say.text == "One moment."
    assert dial.attrib == {
        "action": AFTER,
        "method": "POST",
        "timeout": "20",
        "callerId": "+14155550199",
    }
    assert dial[0].text == STAFF
    assert dial[0].get("url") == "https://shop.example/whisper"


def test_a_withheld_number_is_not_shown_to_staff() -> None:
    root = read(twiml.dial_staff(STAFF, action_url=AFTER, caller_id="anonymous"))
    assert "callerId" not in root[0].attrib


@pytest.mark.parametrize(
    "number", ["", "0123", "+1 415 555", "sip:x@y", "+14155550123,w1", "+١٢٣٤٥٦٧"]
)
def test_only_telephone_numbers_are_dialled(number: str) -> None:
    with pytest.raises(TelephonyError):
        twiml.dial_staff(number, action_url=AFTER)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_said_is_text_and_nothing_else(text: str) -> None:
    root = read(twiml.say_and_hang_up(text))
    assert [element.tag for element in root] == ["Say", "Hangup"]
    assert len(root[0]) == 0
    assert read(twiml.text_reply(text))[0].tag == "Message"


def test_a_name_cannot_smuggle_in_a_verb() -> None:
    said = read(twiml.say("</Say><Dial>+1900</Dial>\x00\x0b"))[0].text
    assert said == "</Say><Dial>+1900</Dial>"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (twiml.hang_up(), ["Hangup"]),
        (twiml.busy(), ["Reject"]),
        (twiml.reject(), ["Reject"]),
        (twiml.empty(), []),
        (twiml.say("Hi"), ["Say"]),
    ],
)
def test_the_small_documents_hold_one_verb(document: str, expected: list[str]) -> None:
    assert verbs(document) == expected


def test_busy_is_told_from_not_in_service() -> None:
    assert read(twiml.busy())[0].get("reason") == "busy"
    assert read(twiml.reject())[0].get("reason") == "rejected"

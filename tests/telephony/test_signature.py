"""Signatures of webhooks and upgrades, by published and computed examples."""

from __future__ import annotations

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

from servizio.telephony.signature import SignatureCheck, upgrade_urls, webhook_url

CHECK = SignatureCheck("12345")
MYAPP = "https://example.com/myapp.php?foo=1&bar=2"
MYAPP_FORM = MultiDict(
    {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675310",
        "Digits": "1234",
        "From": "+14158675310",
        "To": "+18005551212",
    }
)
MYAPP_SIGNATURE = "L/OH5YylLD5NRKLltdqwSvS0BnU="
VOICE_FORM = MultiDict(
    {
        "AccountSid": "AC" + "0" * 32,
        "ApiVersion": "2010-04-01",
        "CallSid": "CA" + "0" * 32,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": "+14155550100",
        "FromZip": "",
        "To": "+14155550199",
    }
)
JSON_URL = (
    "https://shop.example/json?bodySHA256="
    "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
)
JSON_SIGNATURE = "Zkw/9jHqnJJbiTia24HFwYmTP2k="
STREAM_SIGNATURE = "p1wq5OgB1ajjSo3zQogJCJc9IjI="


def without(form: MultiDict[str], name: str) -> MultiDict[str]:
    return MultiDict((key, value) for key, value in form.items() if key != name)


def test_the_published_example_is_accepted() -> None:
    assert CHECK.form(MYAPP, MYAPP_FORM, MYAPP_SIGNATURE)


def test_blank_fields_are_part_of_the_signature() -> None:
    url = "https://shop.example/voice"
    assert CHECK.form(url, VOICE_FORM, "KXZ/5gwxRwJQ8NicdO7JVmQ4xnY=")
    assert not CHECK.form(url, VOICE_FORM, "A73lJXlSQCWRcT2tN9mDKobVlcA=")
    assert not CHECK.form(url, without(VOICE_FORM, "FromZip"), "KXZ/5gwxRwJQ8NicdO7JVmQ4xnY=")


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("wss://shop.example/media", STREAM_SIGNATURE),
        ("wss://shop.example/media", "LFh7V+sEvqowr8RfHEf+SvxOH3M="),
        (
            "wss://shop.example/media",
            RequestValidator("12345").compute_signature("wss://shop.example:443/media", {}),
        ),
    ],
)
def test_an_upgrade_is_accepted_as_written_with_a_slash_and_with_its_port(
    url: str, signature: str
) -> None:
    assert CHECK.upgrade(url, signature)


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/media",
        "wss://shop.example/other",
        "wss://other.example/media",
        "wss://shop.example/media?token=1",
    ],
)
def test_an_upgrade_at_another_address_is_refused(url: str) -> None:
    assert not CHECK.upgrade(url, STREAM_SIGNATURE)


def test_what_is_tried_for_an_upgrade_can_be_logged() -> None:
    assert upgrade_urls("wss://shop.example/twilio") == (
        "wss://shop.example/twilio",
        "wss://shop.example/twilio/",
        "wss://shop.example:443/twilio",
        "wss://shop.example:443/twilio/",
    )


def test_a_json_body_is_checked_against_the_hash_in_its_url() -> None:
    assert CHECK.json(JSON_URL, b'{"a":1}', JSON_SIGNATURE)
    assert not CHECK.json(JSON_URL, b'{"a":2}', JSON_SIGNATURE)
    assert not CHECK.json(JSON_URL, b"", JSON_SIGNATURE)


def test_a_json_body_without_a_hash_in_the_url_is_refused() -> None:
    url = "https://shop.example/json"
    signature = RequestValidator("12345").compute_signature(url, {})
    assert CHECK.form(url, None, signature)
    assert not CHECK.json(url, b'{"a":1}', signature)


def test_a_text_webhook_is_signed_with_its_port() -> None:
    form = MultiDict({"Body": "hi"})
    assert CHECK.form("https://shop.example:8443/sms", form, "5R96rIxdye3F4yti4Zj9TmQwsgI=")
    assert CHECK.form("https://shop.example/sms", form, "0tlRm+HdUhtH6/neP3KJvx05LRM=")
    assert not CHECK.form("https://shop.example/sms", form, "5R96rIxdye3F4yti4Zj9TmQwsgI=")


def test_a_voice_webhook_at_an_unusual_port_is_signed_without_it() -> None:
    signature = RequestValidator("12345").compute_signature("https://shop.example/voice", {})
    assert CHECK.form("https://shop.example:8443/voice", None, signature)


def test_credentials_and_fragment_of_the_configured_url_are_not_signed() -> None:
    url = MYAPP.replace("https://", "https://user:pa:ss@") + "#rc=2&rp=ct"
    assert CHECK.form(url, MYAPP_FORM, MYAPP_SIGNATURE)


@pytest.mark.parametrize(
    "signature", [None, "", "x", "L/OH5YylLD5NRKLltdqwSvS0BnU", "é", "\ud800", "A" * 10_000]
)
def test_a_missing_or_mangled_signature_is_refused_without_an_error(signature: str | None) -> None:
    assert not CHECK.form(MYAPP, MYAPP_FORM, signature)
    assert not CHECK.upgrade("wss://shop.example/media", signature)
    assert not CHECK.json(JSON_URL, b'{"a":1}', signature)


@pytest.mark.parametrize(
    "url", ["", "https://[::1/voice", "https://shop.example:99999/v", "\ud800"]
)
def test_a_url_that_is_none_is_refused_without_an_error(url: str) -> None:
    assert not CHECK.form(url, MYAPP_FORM, MYAPP_SIGNATURE)
    assert not CHECK.json(url, b"", MYAPP_SIGNATURE)
    assert not CHECK.upgrade(url, MYAPP_SIGNATURE)


def test_repeated_fields_are_signed_once_each_in_order_of_values() -> None:
    form = MultiDict([("Event", "b"), ("Event", "a"), ("Event", "a")])
    signature = RequestValidator("12345").compute_signature(
        "https://shop.example/voice", MultiDict([("Event", "a"), ("Event", "b")])
    )
    assert CHECK.form("https://shop.example/voice", form, signature)


def test_a_form_with_a_file_or_half_a_character_is_refused_without_an_error() -> None:
    assert not CHECK.form(MYAPP, MultiDict({"a": object()}), MYAPP_SIGNATURE)
    assert not CHECK.form(MYAPP, MultiDict({"a": "\ud800"}), MYAPP_SIGNATURE)


def test_without_a_token_nothing_is_accepted_least_of_all_the_signature_of_an_empty_key() -> None:
    signature = RequestValidator("").compute_signature("https://shop.example/voice", {})
    assert not SignatureCheck("").form("https://shop.example/voice", None, signature)


def test_during_a_change_of_token_either_is_accepted() -> None:
    check = SignatureCheck("new", other_token="12345")
    assert check.form(MYAPP, MYAPP_FORM, MYAPP_SIGNATURE)
    assert not SignatureCheck("new").form(MYAPP, MYAPP_FORM, MYAPP_SIGNATURE)


def test_the_signed_url_is_the_public_base_and_the_path_as_received() -> None:
    assert webhook_url("https://shop.example/", "/voice?a=%20b") == (
        "https://shop.example/voice?a=%20b"
    )

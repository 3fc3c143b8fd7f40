"""The simulated telephone between rings and hang-up: webhooks, signatures, instructions."""

from __future__ import annotations

import asyncio
import random

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

from servizio.demo.phone import (
    CallEnd,
    DialResult,
    LineError,
    Phone,
    PlacedCall,
    Signing,
    StreamEnd,
    UpgradeSigning,
)
from tests.demo.bridge import Bridge, Wire, serving, tone

CUSTOMER, SHOP, STAFF = "+14155550100", "+14155550199", "+14155550123"
TOKEN = "12345"


def phone(bridge: Bridge, **settings: object) -> Phone:
    options: dict[str, object] = {"randomness": random.Random(7), **settings}
    return Phone(bridge.url, CUSTOMER, SHOP, **options)  # type: ignore[arg-type]  # by name


def document(body: str) -> str:
    return f"<Response>{body}</Response>"


async def ring(bridge: Bridge, **settings: object) -> PlacedCall:
    """Make a call that the shop ends."""
    async with phone(bridge, **settings).call() as line:
        await line.wait_ended(5)
    return line


async def close_at_once(wire: Wire) -> None:
    await wire.until(lambda: len(wire.events("media")) >= 2)


async def test_the_shop_is_told_who_rings_with_blank_and_unknown_fields() -> None:
    async with serving(Bridge(close_at_once)) as bridge:
        line = await ring(bridge)
        path, fields, request = bridge.asked[0]
    assert path == "/voice"
    assert request.content_type == "application/x-www-form-urlencoded"
    assert fields["CallSid"] == line.call_sid
    assert (fields["From"], fields["To"]) == (CUSTOMER, SHOP)
    assert fields["CallStatus"] == "ringing"
    assert fields["FromZip"] == ""
    assert fields["FromCity"] == "SAN JOSÉ"
    assert fields["FieldOfTomorrow"] == "a + b & c"
    assert request.headers["I-Twilio-Idempotency-Token"]


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_requests_are_signed_over_the_public_address(method: str) -> None:
    public = "https://shop.example"
    async with serving(Bridge(close_at_once)) as bridge:
        bridge.answer("/voice", document('<Connect><Stream url="wss://shop.example/twilio"/>'
                                         "</Connect>"))  # fmt: skip
        line = await ring(bridge, auth_token=TOKEN, public_url=public, method=method)
        _, fields, request = bridge.asked[0]
        wire = bridge.wires[0]
    validator = RequestValidator(TOKEN)
    signed = fields if method == "POST" else {}
    signature = request.headers["X-Twilio-Signature"]
    assert validator.validate(public + request.raw_path, signed, signature)
    upgrade = wire.headers["x-twilio-signature"]
    assert validator.compute_signature("wss://shop.example/twilio", {}) == upgrade
    assert line.protocol_errors == []


@pytest.mark.parametrize(
    ("signing", "is_valid"),
    [
        (Signing.RIGHT, True),
        (Signing.WITHOUT_PORT, True),
        (Signing.WRONG, False),
        (Signing.OTHER_TOKEN, False),
        (Signing.BLANKS_DROPPED, False),
    ],
)
async def test_a_webhook_can_be_signed_wrongly_on_purpose(signing: Signing, is_valid: bool) -> None:
    public = "https://shop.example:8443"
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document("<Hangup/>"))
        await ring(bridge, auth_token=TOKEN, public_url=public, signing=signing)
        _, fields, request = bridge.asked[0]
    signature = request.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(public + "/voice", fields, signature) is is_valid


async def test_a_webhook_can_go_unsigned() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document("<Hangup/>"))
        await ring(bridge, auth_token=TOKEN, signing=Signing.NONE)
        assert "X-Twilio-Signature" not in bridge.asked[0][2].headers


@pytest.mark.parametrize(
    ("signing", "signed"),
    [
        (UpgradeSigning.EXACT, "wss://shop.example/twilio"),
        (UpgradeSigning.WITH_SLASH, "wss://shop.example/twilio/"),
        (UpgradeSigning.WITH_PORT, "wss://shop.example:443/twilio"),
        (UpgradeSigning.WRONG, None),
        (UpgradeSigning.NONE, ""),
    ],
)
async def test_an_upgrade_can_be_signed_in_every_way_that_is_seen(
    signing: UpgradeSigning, signed: str | None
) -> None:
    async with serving(Bridge(close_at_once)) as bridge:
        bridge.answer("/voice", document('<Connect><Stream url="wss://shop.example/twilio"/>'
                                         "</Connect>"))  # fmt: skip
        await ring(
            bridge, auth_token=TOKEN, public_url="https://shop.example", upgrade_signing=signing
        )
        given = bridge.wires[0].headers.get("x-twilio-signature", "")
    compute = RequestValidator(TOKEN).compute_signature
    if signed is None:
        assert given
        assert given != compute("wss://shop.example/twilio", {})
    else:
        assert given == (compute(signed, {}) if signed else "")


async def test_when_the_server_closes_the_stream_its_action_is_asked() -> None:
    async with serving(Bridge(close_at_once)) as bridge:
        bridge.answer("/voice", bridge.connect(action="/voice/after", after="<Say>never</Say>"))
        bridge.answer("/voice/after", document("<Say>Bye &amp; thanks</Say><Hangup/>"))
        line = await ring(bridge)
        assert bridge.fields("/voice/after")["CallStatus"] == "in-progress"
    assert line.said == ["Bye & thanks"]
    assert line.stream_ends == [StreamEnd.SERVER_CLOSED]
    assert line.end_reason == CallEnd.SHOP_HUNG_UP
    assert bridge.paths() == ["/voice", "/voice/after", "/voice/status"]


async def test_without_an_action_the_next_verbs_run() -> None:
    async with serving(Bridge(close_at_once)) as bridge:
        bridge.answer("/voice", bridge.connect(after="<Pause/><Say>still here</Say>"))
        line = await ring(bridge)
    assert line.said == ["still here"]
    assert line.end_reason == CallEnd.DOCUMENT_ENDED


async def test_a_customer_who_hangs_up_hears_no_more_and_no_action_is_asked() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", bridge.connect(action="/voice/after", after="<Say>never</Say>"))
        async with phone(bridge).call() as line:
            await line.hang_up()
        assert bridge.paths() == ["/voice", "/voice/status"]
    assert line.said == []


async def test_one_call_can_have_one_stream_after_the_other() -> None:
    async def script(wire: Wire) -> None:
        await wire.play(tone(0.1))
        await wire.mark("end")
        await wire.until(lambda: bool(wire.marks))

    async with serving(Bridge(script)) as bridge:
        bridge.answer("/voice", bridge.connect(action="/again"))
        bridge.answer("/again", bridge.connect())
        line = await ring(bridge)
        first, second = bridge.wires
    assert first.sid != second.sid
    assert second.events("start")[0]["sequenceNumber"] == "1"
    assert second.events("media")[0]["media"]["timestamp"] == "20"
    assert len(line.stream_ends) == 2
    assert sum(span.end - span.start for span in line.agent_spans) == pytest.approx(0.2, abs=0.3)


async def test_a_refused_stream_is_reported_and_the_document_goes_on() -> None:
    async with serving(Bridge()) as bridge:
        bridge.refuse_stream = 403
        status = f'statusCallback="{bridge.url}/stream-status"'
        bridge.answer(
            "/voice",
            document(f'<Connect><Stream url="{bridge.stream_url}" {status}/></Connect>'
                     "<Say>sorry</Say>"),
        )  # fmt: skip
        line = await ring(bridge)
        assert bridge.fields("/stream-status")["StreamEvent"] == "stream-error"
    assert line.said == ["sorry"]
    assert [error.number for error in line.protocol_errors] == [31920]


async def test_the_stream_status_callback_learns_of_start_and_stop() -> None:
    async with serving(Bridge(close_at_once)) as bridge:
        status = f'statusCallback="{bridge.url}/stream-status"'
        bridge.answer(
            "/voice",
            document(f'<Connect><Stream url="{bridge.stream_url}" {status}/></Connect>'),
        )
        await ring(bridge)
        events = [fields["StreamEvent"] for path, fields, _ in bridge.asked if "stream" in path]
    assert events == ["stream-started", "stream-stopped"]


async def test_a_dial_rings_staff_whispers_to_them_and_reports_the_result() -> None:
    dial = (
        f'<Dial action="/dialled" timeout="20"><Number url="/whisper">{STAFF}</Number></Dial>'
        "<Say>never</Say>"
    )
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document(dial))
        bridge.answer("/whisper", document("<Say>Order 4782 has a question</Say>"))
        bridge.answer("/dialled", document("<Say>goodbye</Say>"))
        line = await ring(bridge)
        fields = bridge.fields("/dialled")
    assert line.dialled == [STAFF]
    assert line.whispered == ["Order 4782 has a question"]
    assert fields["DialCallStatus"] == "completed"
    assert line.said == ["goodbye"]


async def test_a_dial_can_be_scripted_to_find_nobody() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document(f"<Dial>{STAFF}</Dial><Say>nobody is there</Say>"))
        line = await ring(bridge, dial=lambda _number: DialResult("no-answer"))
    assert line.whispered == []
    assert line.said == ["nobody is there"]


async def test_a_redirect_is_followed_relative_to_its_document() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document("<Redirect>voice/more</Redirect>"))
        bridge.answer("/voice/more", document("<Redirect>last</Redirect>"))
        bridge.answer("/voice/last", document("<Say>arrived</Say>"))
        line = await ring(bridge)
    assert line.said == ["arrived"]


async def test_instructions_that_go_round_in_circles_end_the_call() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document("<Redirect>/voice</Redirect>"))
        line = await ring(bridge)
    assert line.end_reason == CallEnd.WEBHOOK_FAILED


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "completed")])
async def test_a_rejected_call_is_never_answered(reason: str, status: str) -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document(f'<Reject reason="{reason}"/>'))
        line = await ring(bridge)
        assert bridge.fields("/voice/status")["CallStatus"] == status
    assert line.end_reason == CallEnd.REJECTED
    with pytest.raises(LineError, match="rejected"):
        await line.speak(b"\xff")


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("<Response><Say>a & b</Say></Response>", 12100),
        ("<response/>", 12100),
        ('<!DOCTYPE x [<!ENTITY a "b">]><Response/>', 12100),
        ('<Response><Connect><Stream url="ws://shop.example/t"/></Connect></Response>', 31922),
        ("<Response><Connect/></Response>", 12100),
        ("<Response><Dial/></Response>", 12100),
        ('<Response><Pause length="one"/></Response>', 12100),
    ],
)
async def test_instructions_twilio_would_refuse_end_the_call(body: str, number: int) -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", body)
        line = await ring(bridge)
    assert [error.number for error in line.protocol_errors] == [number]
    assert line.end_reason == CallEnd.WEBHOOK_FAILED


async def test_what_twilio_forgives_is_recorded_and_the_call_goes_on() -> None:
    async with serving(Bridge(close_at_once)) as bridge:
        parameter = f'<Parameter name="a" value="{"x" * 499}"/><Parameter name="b" value="1"/>'
        bridge.answer(
            "/voice",
            document(f'<Connect><Stream url="{bridge.stream_url}?token=1" Url="x">{parameter}'
                     "</Stream></Connect><Sing/>"),
        )  # fmt: skip
        line = await ring(bridge)
        assert bridge.wires[0].events("start")[0]["start"]["customParameters"] == {"b": "1"}
    assert sorted(error.number for error in line.protocol_errors) == [12100, 12100, 12100, 31920]


async def test_plain_text_is_read_aloud_as_twilio_does() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", "Internal error", content_type="text/plain")
        line = await ring(bridge)
    assert line.said == ["Internal error"]
    assert [error.number for error in line.protocol_errors] == [12300]


async def test_a_failing_webhook_falls_back_and_then_fails_the_call() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", "oops", status=500)
        bridge.answer("/fallback", document("<Say>we are closed</Say>"))
        line = await ring(bridge, fallback_url=f"{bridge.url}/fallback")
        assert line.said == ["we are closed"]
        line = await ring(bridge)
    assert line.end_reason == CallEnd.WEBHOOK_FAILED
    assert [error.number for error in line.protocol_errors] == [11200]


async def test_a_server_that_is_down_is_tried_twice_and_fails_the_call() -> None:
    bridge = Bridge()
    async with serving(bridge):
        pass
    line = await ring(bridge)
    assert line.end_reason == CallEnd.WEBHOOK_FAILED
    assert line.protocol_errors[0].number == 11205


async def test_the_same_ring_can_be_delivered_twice() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document("<Hangup/>"))
        await ring(bridge, deliver_twice=True)
        sids = [fields["CallSid"] for path, fields, _ in bridge.asked if path == "/voice"]
    assert len(sids) == 2
    assert len(set(sids)) == 1


async def test_cookies_are_kept_for_the_call() -> None:
    def with_cookie() -> web.Response:
        answer = web.Response(text=document("<Redirect>/next</Redirect>"), content_type="text/xml")
        answer.set_cookie("call", "1")
        return answer

    async with serving(Bridge()) as bridge:
        bridge.answers["/voice"] = with_cookie
        bridge.answer("/next", document("<Hangup/>"))
        await ring(bridge)
        assert bridge.asked[1][2].cookies == {"call": "1"}


async def test_the_shop_can_end_a_live_call_through_the_rest_api() -> None:
    async with serving(Bridge()) as bridge, phone(bridge).call() as line:
        wire = bridge.wires[0]
        line.complete()
        await line.wait_ended(5)
        await wire.until(lambda: wire.is_over)
        assert wire.events("stop")
    assert line.end_reason == CallEnd.COMPLETED_BY_REQUEST


async def test_new_instructions_stop_the_stream_and_are_carried_out() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", bridge.connect(action="/voice/after"))
        async with phone(bridge).call() as line:
            wire = bridge.wires[0]
            line.replace(document(f"<Say>one moment</Say><Dial>{STAFF}</Dial>"))
            await line.wait_ended(5)
            await wire.until(lambda: wire.is_over)
    assert wire.events("stop")
    assert line.said == ["one moment"]
    assert line.dialled == [STAFF]
    assert "/voice/after" not in bridge.paths()


async def test_verbs_can_take_their_time_and_a_hang_up_cuts_them_short() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/voice", document('<Pause length="60"/><Say>never</Say>'))
        async with phone(bridge, verbs_take_time=True).call() as line:
            async with asyncio.timeout(5):
                await line.hang_up()
    assert line.said == []
    assert line.end_reason == CallEnd.CUSTOMER_HUNG_UP


async def test_an_error_of_the_driver_ends_the_call_and_comes_through() -> None:
    async with serving(Bridge()) as bridge:
        with pytest.raises(ZeroDivisionError):
            async with phone(bridge).call() as line:
                raise ZeroDivisionError
        wire = bridge.wires[0]
        await wire.until(lambda: wire.is_over)
        assert line.ended.is_set()


async def test_a_text_reaches_the_shop_signed_with_its_port() -> None:
    async with serving(Bridge()) as bridge:
        bridge.answer("/sms", document(""))
        sender = phone(bridge, auth_token=TOKEN, public_url="https://shop.example:8443")
        answer = await sender.text("is it ready?")
        _, fields, request = bridge.asked[0]
    assert (answer.status, answer.body) == (200, "<Response></Response>")
    assert fields["Body"] == "is it ready?"
    signature = request.headers["X-Twilio-Signature"]
    validator = RequestValidator(TOKEN)
    assert validator.compute_signature("https://shop.example:8443/sms", fields) == signature

"""The REST client, against an API that fails in every way that matters."""

from __future__ import annotations

import logging
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from servizio.errors import TelephonyError
from servizio.store.sending import Sender
from servizio.telephony.placed_calls import CallOrder
from servizio.telephony.recordings import LARGEST
from servizio.telephony.rest import CallCommand, Certainty, TwilioError, TwilioRest
from servizio.telephony.texts import SendKind, TwilioSender
from tests.standins import twilio_api as fake
from tests.standins import twilio_faults as faults
from tests.standins.twilio_api import TwilioApi

CUSTOMER = "+14155550100"
BODY = "Servizio Boba: your order 4782 is ready."


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as api:
        yield api


def client(api: TwilioApi, **settings: object) -> TwilioRest:
    options: dict[str, object] = {
        "account_sid": api.account_sid,
        "auth_token": api.auth_token,
        "phone_number": fake.SHOP_NUMBER,
        "api_url": api.url,
        "timeout_seconds": 0.4,
    }
    return TwilioRest(**{**options, **settings})  # type: ignore[arg-type]  # values by name


async def failure(api: TwilioApi, *script: faults.Fault) -> TwilioError:
    api.fail_next(*script)
    async with client(api) as rest:
        with pytest.raises(TwilioError) as caught:
            await rest.send_message(CUSTOMER, BODY)
    return caught.value


async def test_a_text_is_sent_with_its_status_callback(api: TwilioApi) -> None:
    async with client(api) as rest:
        sid = await rest.send_message(CUSTOMER, "It's ready & hot +1 é", "https://shop.example/s")
    assert sid == api.messages[0]["sid"]
    asked = api.requests[0]
    assert (asked["To"], asked["From"]) == (CUSTOMER, fake.SHOP_NUMBER)
    assert asked["Body"] == "It's ready & hot +1 é"
    assert asked["StatusCallback"] == "https://shop.example/s"


async def test_a_messaging_service_replaces_the_number(api: TwilioApi) -> None:
    async with client(api, messaging_service_sid="MG1") as rest:
        await rest.send_message(CUSTOMER, BODY)
    assert api.requests[0]["MessagingServiceSid"] == "MG1"
    assert api.requests[0].all("From") == []


async def test_too_many_requests_may_be_repeated_after_the_wait_asked_for(api: TwilioApi) -> None:
    error = await failure(api, faults.TOO_MANY)
    assert error.certainty is Certainty.RETRYABLE
    assert (error.number, error.status, error.retry_after_seconds) == (20429, 429, 7.0)
    assert api.messages == []


async def test_a_wait_given_as_a_date_counts_from_the_clock_of_the_answer(api: TwilioApi) -> None:
    headers = {
        "Date": "Mon, 07 Sep 2026 18:02:11 GMT",
        "Retry-After": "Mon, 07 Sep 2026 18:02:41 GMT",
    }
    error = await failure(api, faults.Refuse(429, 20429, headers))
    assert error.retry_after_seconds == 30.0


@pytest.mark.parametrize("code", [21211, 21408, 21606, 21610, 21614, 99999])
async def test_a_refusal_is_permanent_and_keeps_its_number(api: TwilioApi, code: int) -> None:
    error = await failure(api, faults.Refuse(400, code))
    assert (error.certainty, error.number) == (Certainty.PERMANENT, code)


@pytest.mark.parametrize("code", [21611, 63038])
async def test_a_full_queue_is_tried_again_though_its_status_says_400(
    api: TwilioApi, code: int
) -> None:
    assert (await failure(api, faults.Refuse(400, code))).certainty is Certainty.RETRYABLE


@pytest.mark.parametrize(
    "fault",
    [
        faults.UNAVAILABLE,
        faults.AcceptThenFail(500),
        faults.AcceptSilently(),
        faults.AcceptThenDrop(),
        faults.AcceptWithNonsense(),
        faults.AcceptWithNonsense("{}"),
        faults.AcceptWithNonsense("[]"),
    ],
)
async def test_without_a_clear_answer_the_outcome_is_open(
    api: TwilioApi, fault: faults.Fault
) -> None:
    error = await failure(api, fault)
    assert error.certainty is Certainty.AMBIGUOUS
    assert error.number is None
    assert len(api.requests) == 1, "nothing may be sent a second time behind our back"


async def test_nobody_listening_means_certainly_not_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    api = TwilioApi()
    api.url = f"http://127.0.0.1:{port}"
    assert (await failure(api)).certainty is Certainty.RETRYABLE


async def test_a_host_that_does_not_exist_means_certainly_not_sent() -> None:
    api = TwilioApi()
    api.url = "http://nowhere.invalid"
    assert (await failure(api)).certainty is Certainty.RETRYABLE


async def test_wrong_credentials_are_permanent_and_say_what_to_check(api: TwilioApi) -> None:
    async with client(api, auth_token="wrong") as rest:
        with pytest.raises(TwilioError) as caught:
            await rest.send_message(CUSTOMER, BODY)
    assert (caught.value.certainty, caught.value.number) == (Certainty.PERMANENT, 20003)
    assert "twilio.auth_token" in caught.value.hint


async def test_missing_credentials_are_an_error_before_anything_is_sent() -> None:
    with pytest.raises(TelephonyError):
        TwilioRest(account_sid="", auth_token="x")


async def test_settings_of_the_process_environment_play_no_part(
    api: TwilioApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "sydney")
    monkeypatch.setenv("TWILIO_REGION", "au1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with client(api) as rest:
        assert await rest.send_message(CUSTOMER, BODY)


async def test_neither_the_error_nor_the_log_repeats_a_telephone_number(
    api: TwilioApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    error = await failure(api, faults.Refuse(400, 21211))
    async with client(api) as rest:
        await rest.find_recent_message(CUSTOMER, BODY, datetime.now(UTC))
    assert "+1" not in error.message + error.hint
    assert "4155550100" not in caplog.text


@pytest.mark.parametrize("body", ["", "x" * 1601])
async def test_a_text_that_cannot_be_sent_never_leaves(api: TwilioApi, body: str) -> None:
    async with client(api) as rest:
        with pytest.raises(TwilioError) as caught:
            await rest.send_message(CUSTOMER, body)
    assert caught.value.certainty is Certainty.PERMANENT
    assert api.requests == []


async def test_a_text_that_left_unanswered_is_found_again(api: TwilioApi) -> None:
    began = datetime.now(UTC)
    api.fail_next(faults.AcceptSilently())
    async with client(api) as rest:
        sender: Sender = TwilioSender(rest)
        assert (await sender.send(CUSTOMER, BODY)).kind is SendKind.UNKNOWN
        found = await sender.find_recent(CUSTOMER, BODY, began)
    assert found is not None
    assert (found.kind, found.sid) == (SendKind.SENT, api.messages[0]["sid"])


async def test_a_text_that_never_left_is_not_found(api: TwilioApi) -> None:
    began = datetime.now(UTC)
    async with client(api) as rest:
        await rest.send_message(CUSTOMER, BODY)
        await rest.send_message("+14155550101", "other")
        assert await rest.find_recent_message(CUSTOMER, "other", began) is None
        assert await rest.find_recent_message("+14155550101", BODY, began) is None


async def test_a_text_of_an_earlier_day_is_not_taken_for_this_one(api: TwilioApi) -> None:
    async with client(api) as rest:
        await rest.send_message(CUSTOMER, BODY)
        later = datetime.now(UTC) + timedelta(hours=1)
        assert await rest.find_recent_message(CUSTOMER, BODY, later) is None


async def test_the_sentence_a_trial_account_adds_does_not_hide_a_text(api: TwilioApi) -> None:
    began = datetime.now(UTC)
    async with client(api) as rest:
        sid = await rest.send_message(CUSTOMER, BODY)
        api.messages[0]["body"] = f"Sent from your Twilio trial account - {BODY}"
        assert await rest.find_recent_message(CUSTOMER, BODY, began) == sid


async def test_a_look_that_fails_is_not_taken_for_absence(api: TwilioApi) -> None:
    api.fail_next(faults.TOO_MANY, faults.UNAVAILABLE)
    async with client(api) as rest:
        sender = TwilioSender(rest)
        busy = await sender.find_recent(CUSTOMER, BODY, datetime.now(UTC))
        broken = await sender.find_recent(CUSTOMER, BODY, datetime.now(UTC))
    assert busy is not None
    assert (busy.kind, busy.retry_after) == (SendKind.RETRY, 7.0)
    assert broken is not None
    assert broken.kind is SendKind.UNKNOWN


async def test_an_opted_out_customer_is_a_permanent_outcome_with_its_code(api: TwilioApi) -> None:
    api.opted_out.add(CUSTOMER)
    async with client(api) as rest:
        outcome = await TwilioSender(rest, status_url="https://shop.example/s").send(CUSTOMER, BODY)
    assert (outcome.kind, outcome.code) == (SendKind.PERMANENT, 21610)


async def test_a_call_is_given_other_instructions_and_ended(api: TwilioApi) -> None:
    api.calls["CA1"] = {"sid": "CA1", "status": "in-progress"}
    async with client(api) as rest:
        assert await rest.update_call("CA1", twiml="<Response><Hangup/></Response>")
        assert await rest.update_call("CA1", status=CallCommand.COMPLETED)
    assert api.requests[0]["Twiml"] == "<Response><Hangup/></Response>"
    assert api.requests[1]["Status"] == "completed"


async def test_ending_a_call_that_is_over_is_no_error(api: TwilioApi) -> None:
    api.fail_next(faults.Refuse(400, 21220))
    async with client(api) as rest:
        assert not await rest.update_call("CA1", status="completed")
        assert not await rest.update_call("CA1", status="completed")


async def test_a_call_is_placed_with_every_status_asked_for(api: TwilioApi) -> None:
    async with client(api) as rest:
        sid = await rest.place_call(
            CallOrder(
                CUSTOMER,
                url="https://shop.example/voice",
                status_callback="https://shop.example/s",
            )
        )
    asked = api.requests[0]
    assert sid in api.calls
    assert asked["TimeLimit"] == "600"
    assert asked.all("StatusCallbackEvent") == ["initiated", "ringing", "answered", "completed"]
    assert "MachineDetection" not in dict(asked.form)


async def test_a_machine_is_found_out_while_the_call_goes_on(api: TwilioApi) -> None:
    order = CallOrder(CUSTOMER, twiml="<Response/>", machine_callback="https://shop.example/m")
    async with client(api) as rest:
        await rest.place_call(order)
    asked = api.requests[0]
    assert (asked["MachineDetection"], asked["AsyncAmd"]) == ("Enable", "true")
    assert asked["AsyncAmdStatusCallback"] == "https://shop.example/m"


async def test_a_call_whose_answer_never_came_is_found_again(api: TwilioApi) -> None:
    order = CallOrder(CUSTOMER, twiml="<Response/>")
    since = datetime.now(UTC)
    async with client(api) as rest:
        assert await rest.find_recent_call(CUSTOMER, since) is None
        api.fail_next(faults.AcceptThenDrop())
        with pytest.raises(TwilioError) as caught:
            await rest.place_call(order)
        assert caught.value.certainty is Certainty.AMBIGUOUS
        sid = await rest.find_recent_call(CUSTOMER, since)
        assert sid in api.calls
        assert sid is not None
        assert await rest.find_recent_call(CUSTOMER, since, {sid}) is None
        assert await rest.find_recent_call("+14155550107", since) is None
        assert await rest.find_recent_call(CUSTOMER, since + timedelta(hours=1)) is None


async def test_only_exactly_our_number_is_ours(api: TwilioApi) -> None:
    api.add_number(fake.SHOP_NUMBER + "7")
    async with client(api) as rest:
        number = await rest.find_number(fake.SHOP_NUMBER)
        assert await rest.find_number(fake.SHOP_NUMBER[:-1]) is None
        assert number is not None
        assert (number["phone_number"], number["can_sms"]) == (fake.SHOP_NUMBER, "yes")
        changed = await rest.update_number(
            number["sid"], {"voice_url": "https://shop.example/voice", "trunk_sid": ""}
        )
    assert changed["voice_url"] == "https://shop.example/voice"
    assert api.requests[-1]["TrunkSid"] == ""


RECORDING = "RE" + "5" * 32


async def test_what_a_customer_said_after_the_tone_is_fetched_byte_for_byte(api: TwilioApi) -> None:
    sound = bytes(range(256)) * 1000
    api.recordings[RECORDING] = sound
    async with client(api) as rest:
        assert await rest.recording(RECORDING) == sound
        with pytest.raises(TwilioError, match="no such recording"):
            await rest.recording("RE" + "6" * 32)


async def test_a_recording_is_erased_and_one_that_is_gone_is_fine(api: TwilioApi) -> None:
    api.recordings[RECORDING] = b"sound"
    async with client(api) as rest:
        api.fail_next(faults.Refuse(503))
        with pytest.raises(TwilioError):
            await rest.erase_recording(RECORDING)
        await rest.erase_recording(RECORDING)
        assert api.recordings == {}
        await rest.erase_recording(RECORDING)


async def test_a_recording_without_end_is_not_taken_into_memory(api: TwilioApi) -> None:
    api.recordings[RECORDING] = bytes(LARGEST + 1)
    async with client(api, timeout_seconds=5.0) as rest:
        with pytest.raises(TwilioError, match="too long"):
            await rest.recording(RECORDING)

"""Staff hear what a call is about before it is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from servizio.calls.admission import Admission, AfterCall, Answer, NextStep
from servizio.errors import StoreError
from tests.server.conftest import Shop, running_shop
from tests.server.test_webhooks import CALL, FORM, SIGNED, sign, twiml, verbs

LEG = FORM | {"CallSid": "CA" + "7" * 32, "ParentCallSid": CALL, "CallStatus": "in-progress"}
WHISPER = f"/voice/whisper?call={CALL}"


async def test_staff_are_told_of_the_order_and_asked_for_a_key(shop: Shop) -> None:
    shop.switchboard.whispers[CALL] = "Order by phone: 2 </Say><Dial>+1900</Dial> & tea."
    document = await twiml(shop, WHISPER, LEG)
    assert verbs(document) == ["Gather", "Hangup"]
    gather = document.find("Gather")
    assert gather is not None
    assert gather.get("action") == f"{shop.url}/voice/whisper/taken?call={CALL}"
    assert (gather.get("numDigits"), gather.get("finishOnKey")) == ("1", "")
    assert [each.tag for each in gather] == ["Say"]
    said = gather.findtext("Say") or ""
    assert said.startswith("Order by phone: 2 </Say><Dial>+1900</Dial> & tea.")
    assert said.endswith("Press any key to take the call.")


async def test_a_key_connects_them(shop: Shop) -> None:
    assert verbs(await twiml(shop, f"/voice/whisper/taken?call={CALL}", LEG)) == []
    assert shop.switchboard.taken == [CALL]


@pytest.mark.parametrize("crash", [None, StoreError("full"), RuntimeError("boom")])
@pytest.mark.parametrize("query", ["", "?call=", "?call=<x>", f"?call={CALL}"])
async def test_a_call_of_which_nothing_is_known_can_be_taken_all_the_same(
    shop: Shop, query: str, crash: Exception | None
) -> None:
    shop.switchboard.crash = crash
    document = await twiml(shop, f"/voice/whisper{query}", LEG)
    assert verbs(document) == ["Gather", "Hangup"]
    assert "Press any key" in (document.findtext("Gather/Say") or "")


async def test_staff_are_rung_with_the_whisper_of_the_customers_call(tmp_path: Path) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    async with running_shop(tmp_path, environment=settings) as shop:
        shop.switchboard.next = AfterCall(NextStep.DIAL_STAFF, "")
        document = await twiml(shop, "/voice/after", FORM)
        number = document.find("Dial/Number")
        assert number is not None
        assert number.get("url") == f"{shop.url}{WHISPER}"


async def test_staff_get_one_text_about_a_call_that_nobody_took(tmp_path: Path) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    missed = FORM | {"DialCallStatus": "no-answer"}
    async with running_shop(tmp_path, environment=settings) as shop:
        for _ in range(2):
            document = await twiml(shop, "/voice/after", missed)
            assert verbs(document) == ["Say", "Hangup"]
            assert "told that you called" in (document.findtext("Say") or "")
        (text,) = await shop.store.messages()
        assert text.to == "+14155550123"
        assert "ends in 0100" in text.body
        assert FORM["From"] not in text.body


@pytest.mark.parametrize("came", ["completed", "no-answer"])
async def test_nobody_is_texted_while_the_call_goes_on_or_was_taken(
    tmp_path: Path, came: str
) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    async with running_shop(tmp_path, environment=settings) as shop:
        shop.switchboard.back = Admission(Answer.TALK, "token", "")
        await twiml(shop, "/voice/after", FORM | {"DialCallStatus": came})
        assert await shop.store.messages() == []


async def test_a_customer_without_a_number_is_told_of_too(tmp_path: Path) -> None:
    settings = {"shop": {"staff_phone": "+14155550123"}}
    missed = FORM | {"DialCallStatus": "busy", "From": "anonymous"}
    async with running_shop(tmp_path, environment=settings) as shop:
        await twiml(shop, "/voice/after", missed)
        (text,) = await shop.store.messages()
        assert "without a number" in text.body


@pytest.mark.parametrize("path", [WHISPER, f"/voice/whisper/taken?call={CALL}"])
async def test_nobody_but_the_telephone_company_hears_it_or_takes_it(
    tmp_path: Path, path: str
) -> None:
    async with running_shop(tmp_path, environment=SIGNED) as shop:
        other_call = sign(f"https://shop.example{path}1", LEG)
        for signature in ("", "nonsense", other_call):
            headers = {"X-Twilio-Signature": signature} if signature else {}
            async with shop.http.post(shop.url + path, data=LEG, headers=headers) as answer:
                assert answer.status == 403
        assert shop.switchboard.taken == []
        right = {"X-Twilio-Signature": sign(f"https://shop.example{path}", LEG)}
        await twiml(shop, path, LEG, **right)

"""Staff ring a customer back through the shop's telephone account."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs

from servizio.store.records import EventKind
from tests.server.conftest import Shop, running_shop
from tests.standins.twilio_api import ACCOUNT_SID, AUTH_TOKEN, SHOP_NUMBER, TwilioApi
from tests.standins.twilio_faults import Refuse

STAFF_PHONE = "+14155550123"
CUSTOMER = "+14155550100"
PUBLIC = "https://shop.example"


def settings(api: TwilioApi, **sections: dict[str, object]) -> dict[str, object]:
    twilio = {
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "phone_number": SHOP_NUMBER,
        "api_url": api.url,
    }
    usual: dict[str, dict[str, object]] = {
        "twilio": dict(twilio),
        "shop": {"staff_phone": STAFF_PHONE},
        "server": {"public_url": PUBLIC},
    }
    return dict(usual | sections)


@pytest.fixture
async def api() -> AsyncIterator[TwilioApi]:
    async with TwilioApi() as api:
        yield api


@pytest.fixture
async def shop(tmp_path: Path, api: TwilioApi) -> AsyncIterator[Shop]:
    async with running_shop(tmp_path, environment=settings(api)) as running:
        yield running


async def order_of(shop: Shop, phone: str = CUSTOMER) -> str:
    body = {"items": [{"item": "taro-milk-tea"}], "phone": phone}
    _, order = await shop.post("/api/orders", body)
    assert isinstance(order, dict)
    return str(order["order_number"])


async def ring_back(shop: Shop, number: object) -> tuple[int, Any]:
    return await shop.post("/api/calls", {"order_number": number})


async def asked_by_twilio(shop: Shop, path: str, signature: str | None = None) -> tuple[int, str]:
    form = {"CallSid": "CA" + "1" * 32}
    made = str(RequestValidator(AUTH_TOKEN).compute_signature(PUBLIC + path, form))
    headers = {"X-Twilio-Signature": made if signature is None else signature}
    async with shop.http.post(shop.url + path, data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_staff_are_rung_and_the_customer_is_connected(shop: Shop, api: TwilioApi) -> None:
    number = await order_of(shop)
    status, answer = await ring_back(shop, number)
    assert (status, list(answer)) == (201, ["call_sid"])
    asked = api.requests[0]
    assert (asked["To"], asked["From"]) == (STAFF_PHONE, SHOP_NUMBER)
    url = asked["Url"]
    assert url == f"{PUBLIC}/voice/callback?order={number}"
    assert CUSTOMER.removeprefix("+") not in str(asked)
    status, document = await asked_by_twilio(shop, url.removeprefix(PUBLIC))
    verbs = ET.fromstring(document)  # noqa: S314 - our own answer
    dial = verbs.find("Dial")
    assert status == 200
    assert dial is not None
    assert (dial.findtext("Number"), dial.get("callerId")) == (CUSTOMER, SHOP_NUMBER)
    assert " ".join(number) in str(verbs.findtext("Say"))


async def test_a_call_back_is_in_the_audit_trail(shop: Shop) -> None:
    number = await order_of(shop)
    _, answer = await ring_back(shop, number)
    (event,) = await shop.store.events_after(0, kinds={EventKind.CALLBACK_STARTED})
    assert (event.actor, event.order_number, event.call_sid) == (
        "staff",
        number,
        answer["call_sid"],
    )
    assert CUSTOMER not in event.data


@pytest.mark.parametrize("signature", ["", "forged"])
async def test_only_twilio_learns_the_customers_number(shop: Shop, signature: str) -> None:
    path = f"/voice/callback?order={await order_of(shop)}"
    assert (await asked_by_twilio(shop, path, signature))[0] == 403


@pytest.mark.parametrize("query", ["", "?order=0000", "?order=x", "?order=%2B14155550100"])
async def test_without_an_order_staff_hear_a_sentence(shop: Shop, query: str) -> None:
    status, document = await asked_by_twilio(shop, f"/voice/callback{query}")
    assert status == 200
    assert "<Dial" not in document
    assert "no number for this order" in document


async def test_an_order_without_a_number_cannot_be_rung(shop: Shop, api: TwilioApi) -> None:
    status, answer = await ring_back(shop, await order_of(shop, phone=""))
    assert (status, answer["error"]["code"]) == (409, "no_number")
    assert api.requests == []


@pytest.mark.parametrize("number", [None, 4782, "47", "٤٧٨٢"])
async def test_what_is_no_order_number_is_refused(shop: Shop, number: object) -> None:
    assert (await ring_back(shop, number))[0] == 400


async def test_an_order_that_is_not_there_cannot_be_rung(shop: Shop) -> None:
    assert (await ring_back(shop, "0000"))[0] == 404


@pytest.mark.parametrize(
    ("section", "missing"),
    [
        ("twilio", "twilio.account_sid"),
        ("shop", "shop.staff_phone"),
        ("server", "server.public_url"),
    ],
)
async def test_without_a_telephone_staff_are_told_what_to_set(
    tmp_path: Path, api: TwilioApi, section: str, missing: str
) -> None:
    given = settings(api, **{section: {}})
    async with running_shop(tmp_path, environment=given) as shop:
        status, answer = await ring_back(shop, await order_of(shop))
    assert (status, answer["error"]["code"]) == (409, "no_telephone")
    assert missing in answer["error"]["hint"]


async def test_a_refusal_by_the_telephone_company_is_told(
    shop: Shop, api: TwilioApi, caplog: pytest.LogCaptureFixture
) -> None:
    api.fail_next(Refuse(400, 21219))
    status, answer = await ring_back(shop, await order_of(shop))
    assert (status, answer["error"]["code"]) == (502, "twilio")
    assert "+1415" not in caplog.text
    assert await shop.store.events_after(0, kinds={EventKind.CALLBACK_STARTED}) == []

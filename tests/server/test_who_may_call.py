"""Requests that are forged, repeated, sent elsewhere or cut short, judged from outside.

Every right signature here is made by the vendor's own package.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import aiohttp
import pytest
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # no stubs
from yarl import URL

from servizio.server.app import ROUTES
from servizio.server.doors import Door
from servizio.server.limits import CALLS, REFUSALS
from servizio.server.webhooks import TOO_OFTEN
from tests.server.conftest import Shop, running_shop

AUTH_TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://shop.example"
CALL = "CA" + "1" * 32
TEXT = "SM" + "2" * 32
FORM = {
    "AccountSid": "AC" + "0" * 32,
    "CallSid": CALL,
    "CallStatus": "ringing",
    "Direction": "inbound",
    "From": "+14155550100",
    "FromCity": "SÃO PAULO",
    "FromZip": "",
    "To": "+14155550199",
}
SMS_FORM = {"MessageSid": TEXT, "MessageStatus": "delivered", "From": "", "To": "+14155550100"}
WEBHOOKS = {
    "/voice": FORM,
    "/voice/after": FORM,
    "/voice/whisper?call=CA1": FORM,
    "/voice/whisper/taken?call=CA1": FORM,
    "/voice/status": FORM | {"CallStatus": "completed"},
    "/voice/callback?order=4782": FORM,
    "/voice/busy": FORM | {"Digits": "1"},
    "/voice/message": FORM | {"RecordingSid": "RE" + "5" * 32, "RecordingDuration": "0"},
    "/voice/message/kept": {"CallSid": CALL, "RecordingStatus": "absent", "ErrorCode": ""},
    "/voice/outbound?token=x": FORM,
    "/voice/outbound/after?token=x": FORM,
    "/voice/outbound/machine?token=x": FORM | {"AnsweredBy": "human"},
    "/voice/outbound/status?token=x": FORM | {"CallStatus": "completed"},
    "/sms": SMS_FORM | {"From": "+14155550100", "Body": "STATUS", "MediaUrl": ""},
    "/sms/status": SMS_FORM,
}
STRANGER = {"X-Forwarded-For": "203.0.113.9"}


def signed(url: str, form: Mapping[str, str], token: str = AUTH_TOKEN) -> dict[str, str]:
    signature = RequestValidator(token).compute_signature(url, dict(form))
    return {"X-Twilio-Signature": str(signature)}


@pytest.fixture
async def public_shop(tmp_path: Path) -> AsyncIterator[Shop]:
    settings: dict[str, object] = {
        "server": {"public_url": PUBLIC},
        "twilio": {"auth_token": AUTH_TOKEN},
    }
    async with running_shop(tmp_path, environment=settings) as shop:
        yield shop


async def post(
    shop: Shop, path: str, form: Mapping[str, str] | bytes, headers: Mapping[str, str]
) -> int:
    async with shop.http.post(shop.url + path, data=form, headers=dict(headers)) as answer:
        return answer.status


@pytest.mark.parametrize("path", WEBHOOKS)
async def test_a_signed_webhook_passes_and_no_other_does(public_shop: Shop, path: str) -> None:
    form, url = WEBHOOKS[path], PUBLIC + path
    right = signed(url, form)
    forged = {
        "unsigned": {},
        "another token": signed(url, form, "another token"),
        "another host": signed(f"https://evil.example{path}", form),
        "the inner address": signed(public_shop.url + path, form),
        "without TLS": signed(f"http://shop.example{path}", form),
        "another path": signed(f"{url}/x", form),
        "another query": signed(f"{url}&x=1" if "?" in url else f"{url}?x=1", form),
        "without the fields": signed(url, {}),
        "without blank fields": signed(url, {key: each for key, each in form.items() if each}),
        "cut short": {"X-Twilio-Signature": right["X-Twilio-Signature"][:-2]},
        "not Latin": {"X-Twilio-Signature": "ümläut"},
    }
    for what, headers in forged.items():
        assert await post(public_shop, path, form, headers) == 403, what
    assert await post(public_shop, path, form, right) in {200, 204}


def test_no_door_of_the_telephone_company_is_left_out_of_these_stories() -> None:
    told = {path.partition("?")[0] for path in WEBHOOKS}
    doors = {
        path for method, path, door, _ in ROUTES if door is Door.TELEPHONE and method == "POST"
    }
    assert told == doors


async def test_a_call_that_comes_by_get_is_signed_over_its_query(public_shop: Shop) -> None:
    query = f"/voice?CallSid={CALL}&From=%2B14155550100&FromZip="
    right = signed(PUBLIC + query, {})

    async def get(path: str, headers: Mapping[str, str]) -> int:
        url = URL(public_shop.url + path, encoded=True)
        async with public_shop.http.get(url, headers=dict(headers)) as answer:
            return answer.status

    for path, headers in (
        (query, {}),
        (query, signed(PUBLIC + query, FORM)),
        (query.replace("0100", "0666"), right),
        (query.removesuffix("&FromZip="), right),
        (f"{query}&x=1", right),
    ):
        assert await get(path, headers) == 403
    assert await get(query, right) == 200


async def test_with_an_auth_token_this_machine_is_a_stranger_too(public_shop: Shop) -> None:
    assert await post(public_shop, "/voice", FORM, {}) == 403
    assert await post(public_shop, "/voice", FORM, {"X-Forwarded-Proto": "https"}) == 403


async def test_a_right_signature_does_not_cover_other_words(public_shop: Shop) -> None:
    right = signed(f"{PUBLIC}/voice", FORM)
    other_number = FORM | {"From": "+14155550666"}
    assert await post(public_shop, "/voice", other_number, right) == 403
    one_more = FORM | {"Extra": "1"}
    assert await post(public_shop, "/voice", one_more, right) == 403
    assert await post(public_shop, "/voice?CallSid=CAevil", FORM, right) == 403
    assert await post(public_shop, "/voice/after", FORM, right) == 403
    cut = f"CallSid={CALL}"
    headers = right | {"Content-Type": "application/x-www-form-urlencoded"}
    assert await post(public_shop, "/voice", cut.encode(), headers) == 403
    assert not public_shop.switchboard.rung


async def test_a_field_that_is_sent_twice_is_not_the_one_that_was_signed(
    public_shop: Shop,
) -> None:
    right = signed(f"{PUBLIC}/voice", FORM)
    twice = aiohttp.FormData([*FORM.items(), ("CallSid", "CAevil")])
    async with public_shop.http.post(
        f"{public_shop.url}/voice", data=twice, headers=right
    ) as answer:
        assert answer.status == 403


async def test_a_body_of_another_kind_is_no_way_around_the_fields(public_shop: Shop) -> None:
    bare = signed(f"{PUBLIC}/voice", {})
    body = json.dumps(FORM).encode()
    status = await post(public_shop, "/voice", body, bare | {"Content-Type": "application/json"})
    assert status == 400, "what is not signed is not read"
    with_file = aiohttp.FormData(FORM)
    with_file.add_field("file", b"x", filename="x.txt")
    async with public_shop.http.post(
        f"{public_shop.url}/voice", data=with_file, headers=signed(f"{PUBLIC}/voice", FORM)
    ) as answer:
        assert answer.status == 403
    assert not public_shop.switchboard.rung


async def test_what_is_too_large_is_refused(public_shop: Shop) -> None:
    large = FORM | {"Junk": "x" * 70_000}
    assert await post(public_shop, "/voice", large, signed(f"{PUBLIC}/voice", large)) == 403
    huge = b"x" * 400_000
    headers = {"Authorization": "Bearer staff-secret", "Content-Type": "application/json"}
    assert await post(public_shop, "/api/orders", huge, headers) == 413
    assert await post(public_shop, "/login", huge, {}) == 413


async def test_the_streams_upgrade_is_signed_over_its_own_address(public_shop: Shop) -> None:
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(b"0" * 16).decode(),
    }
    wss = "wss://shop.example"
    for url, expected in (
        (f"{wss}/twilio", 101),
        (f"{wss}/twilio/", 101),
        (f"{wss}:443/twilio", 101),
        (f"{PUBLIC}/twilio", 403),
        ("wss://evil.example/twilio", 403),
        (f"{wss}/voice", 403),
    ):
        headers = upgrade | signed(url, {})
        async with public_shop.http.get(f"{public_shop.url}/twilio", headers=headers) as answer:
            assert answer.status == expected, url
    async with public_shop.http.get(f"{public_shop.url}/twilio", headers=upgrade) as answer:
        assert answer.status == 403


async def test_a_signed_stream_still_needs_the_token_of_its_call(public_shop: Shop) -> None:
    assert await post(public_shop, "/voice", FORM, signed(f"{PUBLIC}/voice", FORM)) == 200
    token = public_shop.switchboard.tokens[CALL]

    async def close_code(call: str, given: str) -> int | None:
        headers = signed("wss://shop.example/twilio", {})
        async with public_shop.http.ws_connect(
            f"{public_shop.url}/twilio", headers=headers
        ) as socket:
            start = {
                "accountSid": FORM["AccountSid"],
                "streamSid": "MZ1",
                "callSid": call,
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": {"token": given},
            }
            await socket.send_json({"event": "start", "start": start, "streamSid": "MZ1"})
            if given == token and call == CALL:
                await socket.send_json({"event": "stop", "stop": {}, "streamSid": "MZ1"})
            async with asyncio.timeout(5):
                await socket.receive()
            return socket.close_code

    assert await close_code("CA" + "9" * 32, token) == 1008
    assert await close_code(CALL, token) == 1000
    assert await close_code(CALL, token) == 1008, "a token opens one stream"


async def test_behind_a_trusted_proxy_its_word_on_the_address_counts(tmp_path: Path) -> None:
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "other.example"}
    for proxies, status in (("127.0.0.1", 200), ("10.0.0.0/8", 403)):
        settings = {
            "server": {"trusted_proxies": proxies},
            "twilio": {"auth_token": AUTH_TOKEN},
        }
        async with running_shop(tmp_path / proxies[:3], environment=settings) as shop:
            headers = told | signed("https://other.example/voice", FORM)
            assert await post(shop, "/voice", FORM, headers) == status


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"CF-Connecting-IP": "203.0.113.9"},
    ],
)
async def test_without_an_auth_token_neither_browsers_nor_proxies_pass(
    shop: Shop, said: dict[str, str]
) -> None:
    assert await post(shop, "/voice", FORM, said) == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await shop.http.ws_connect(f"{shop.url}/twilio", headers=said)
    assert refused.value.status == 403
    assert not shop.switchboard.rung


async def test_without_an_auth_token_nobody_is_told_a_customers_number(shop: Shop) -> None:
    body = {"items": [{"item": "taro-milk-tea"}], "phone": "+14155550100"}
    _, order = await shop.post("/api/orders", body)
    assert isinstance(order, dict)
    path = f"/voice/callback?order={order['order_number']}"
    async with shop.http.post(shop.url + path, data=FORM) as answer:
        assert "+14155550100" not in await answer.text()


async def test_refusals_fill_no_log_and_a_right_signature_always_passes(
    public_shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = STRANGER | signed("https://evil.example/voice", FORM)
    answers = [await post(public_shop, "/voice", FORM, wrong) for _ in range(REFUSALS.burst + 2)]
    assert answers[: REFUSALS.burst] == [403] * REFUSALS.burst
    assert answers[-1] == 429
    assert caplog.text.count("webhook_refused") == REFUSALS.burst
    right = STRANGER | signed(f"{PUBLIC}/voice", FORM)
    assert await post(public_shop, "/voice", FORM, right) == 200


async def test_a_number_that_rings_and_rings_hears_why_it_is_not_answered(
    public_shop: Shop,
) -> None:
    async def ring(number: int, caller: str = "+14155550100") -> str:
        form = FORM | {"CallSid": f"CA{number:032}", "From": caller}
        headers = signed(f"{PUBLIC}/voice", form)
        async with public_shop.http.post(
            f"{public_shop.url}/voice", data=form, headers=headers
        ) as answer:
            return await answer.text()

    answers = [await ring(number) for number in range(CALLS.burst + 1)]
    assert all("<Stream" in each for each in answers[:-1])
    assert TOO_OFTEN.partition("'")[2][:20] in answers[-1]
    assert "<Stream" in await ring(900, "+14155550101")
    assert "<Stream" in await ring(901, "anonymous")


async def test_one_number_cannot_take_all_lines_nor_can_those_who_withhold_theirs(
    public_shop: Shop,
) -> None:
    async def ring(caller: str) -> str:
        form = FORM | {"From": caller}
        headers = signed(f"{PUBLIC}/voice", form)
        url = f"{public_shop.url}/voice"
        async with public_shop.http.post(url, data=form, headers=headers) as answer:
            return await answer.text()

    public_shop.switchboard.going_on = {"+14155550100": 3, "+14155550101": 2, None: 8}
    assert "<Stream" not in await ring("+14155550100")
    assert "<Stream" not in await ring("anonymous")
    assert "<Stream" in await ring("+14155550101")

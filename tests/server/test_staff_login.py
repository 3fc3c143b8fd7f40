"""Staff log in with the token and stay in by a cookie; nobody else gets in with either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from servizio.server.guesses import ADDRESSES, FREE, FREE_IN_SUM, LONGEST, MEMORY, Guesses
from servizio.server.keys import STAFF
from servizio.server.staff_pass import COOKIE, SESSION_DAYS, StaffPass
from tests.server.conftest import TOKEN, Shop, running_shop

NOW = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)


class Browser:
    """A browser at one address of the shop, with its cookies and the headers it sends."""

    def __init__(self, shop: Shop, http: aiohttp.ClientSession) -> None:
        self.shop = shop
        self.http = http
        self.origin = shop.url

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        return await self._ask("GET", path, None, {"Accept": "text/html"} | headers)

    async def post(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> aiohttp.ClientResponse:
        sent = {"Origin": self.origin, "Sec_Fetch_Site": "same-origin"} | headers
        return await self._ask("POST", path, form, sent)

    async def _ask(
        self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> aiohttp.ClientResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items() if value}
        answer = await self.http.request(
            method, self.shop.url + path, data=form, headers=given, allow_redirects=False
        )
        await answer.read()
        return answer

    async def log_in(self, token: str = TOKEN, **form: str) -> aiohttp.ClientResponse:
        return await self.post("/login", {"token": token} | form)


@pytest.fixture
async def browser(shop: Shop) -> AsyncIterator[Browser]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Browser(shop, http)


def cookie_of(answer: aiohttp.ClientResponse) -> Morsel[str]:
    return answer.cookies[COOKIE]


async def test_the_token_opens_a_session_by_a_form(browser: Browser) -> None:
    assert (await browser.get("/orders.json", Accept="*/*")).status == 401
    answer = await browser.log_in(next="/orders.json")
    assert (answer.status, answer.headers["Location"]) == (303, "/orders.json")
    cookie = cookie_of(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert TOKEN not in cookie.value
    assert (await browser.get("/orders.json")).status == 200


async def test_a_program_may_log_in_with_json(shop: Shop) -> None:
    async with shop.http.post(shop.url + "/login", json={"token": TOKEN}) as answer:
        assert answer.status == 200
        assert set(await answer.json()) == {"ok", "expires_at"}
        assert COOKIE in answer.cookies
    for body in ({"token": 7}, {}, []):
        async with shop.http.post(shop.url + "/login", json=body) as answer:
            assert answer.status == 400


async def test_somebody_without_a_session_is_shown_the_way_in(browser: Browser) -> None:
    answer = await browser.get("/orders.json?limit=2")
    assert answer.status == 303
    assert answer.headers["Location"] == "/login?next=%2Forders.json%3Flimit%3D2"
    page = await (await browser.get(answer.headers["Location"])).text()
    assert 'name="token"' in page
    assert 'value="/orders.json?limit=2"' in page


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example", "/\\evil.example", "/a\r\nb: c", ""]
)
async def test_a_login_never_leads_away_from_the_shop(browser: Browser, elsewhere: str) -> None:
    answer = await browser.log_in(next=elsewhere)
    assert answer.headers["Location"] == "/barista"


async def test_a_wrong_token_is_refused_and_named_as_such(browser: Browser) -> None:
    answer = await browser.log_in("guess")
    assert answer.status == 401
    assert "not the staff token" in await answer.text()
    assert COOKIE not in answer.cookies


async def test_logging_out_ends_the_session_for_good(browser: Browser) -> None:
    value = cookie_of(await browser.log_in()).value
    assert (await browser.post("/logout")).status == 303
    stolen = await browser.get("/orders.json", Accept="*/*", Cookie=f"{COOKIE}={value}")
    assert stolen.status == 401


async def test_a_session_outlives_a_restart_and_an_ended_one_does_not(tmp_path: Path) -> None:
    async with running_shop(tmp_path) as shop, aiohttp.ClientSession() as http:
        values = [cookie_of(await Browser(shop, http).log_in()).value for _ in range(2)]
        await Browser(shop, http).post("/logout", Cookie=f"{COOKIE}={values[0]}")
    async with running_shop(tmp_path) as shop, aiohttp.ClientSession() as http:
        ended, lasting = [
            await Browser(shop, http).get("/calls", Accept="*/*", Cookie=f"{COOKIE}={value}")
            for value in values
        ]
    assert (ended.status, lasting.status) == (401, 200)


async def test_a_new_token_ends_every_session_and_every_open_stream(browser: Browser) -> None:
    await browser.log_in()
    stream = await browser.http.get(browser.shop.url + "/api/events")
    assert stream.status == 200
    browser.shop.app[STAFF].change_token(SecretStr("another-secret"))
    async with asyncio.timeout(5):
        with pytest.raises(aiohttp.ClientError):
            while await stream.content.readline():
                pass
            raise aiohttp.ClientError
    stream.close()
    assert (await browser.get("/orders.json", Accept="*/*")).status == 401
    old = await browser.http.get(
        browser.shop.url + "/orders.json", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert old.status == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "", "Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "", "Origin": "null"},
        {"Sec_Fetch_Site": "", "Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_another_page_cannot_act_with_the_cookie(
    browser: Browser, headers: dict[str, str]
) -> None:
    await browser.log_in()
    number = await browser.shop.take()
    answer = await browser.post(f"/api/orders/{number}/done", **headers)
    assert answer.status == 403
    assert (await browser.post(f"/api/orders/{number}/done")).status == 200


async def test_an_origin_alone_will_do_where_a_browser_sends_no_more(browser: Browser) -> None:
    await browser.log_in()
    number = await browser.shop.take()
    assert (await browser.post(f"/api/orders/{number}/done", Sec_Fetch_Site="")).status == 200


async def test_another_page_cannot_read_with_the_cookie_but_a_link_opens(browser: Browser) -> None:
    await browser.log_in()
    assert (await browser.get("/orders.json", Sec_Fetch_Site="same-site")).status == 403
    followed = {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "navigate"}
    assert (await browser.get("/orders.json", **followed)).status == 200


async def test_another_page_can_neither_log_in_nor_out(browser: Browser) -> None:
    away = {"Origin": "https://evil.example", "Sec_Fetch_Site": "cross-site"}
    assert (await browser.post("/login", {"token": TOKEN}, **away)).status == 403
    await browser.log_in()
    assert (await browser.post("/logout", **away)).status == 403
    assert (await browser.get("/orders.json")).status == 200


@pytest.mark.parametrize("host", ["shop.example", "127.0.0.1"])
async def test_the_cookie_is_for_tls_alone_where_the_public_address_has_it(
    tmp_path: Path, host: str
) -> None:
    public = {"server": {"public_url": "https://shop.example"}, "twilio": {"auth_token": "x"}}
    async with running_shop(tmp_path, environment=public) as shop, aiohttp.ClientSession() as http:
        browser = Browser(shop, http)
        browser.origin = "https://shop.example"
        answer = await browser.post("/login", {"token": TOKEN}, Host=host)
    assert bool(cookie_of(answer)["secure"]) == (host == "shop.example")
    assert ("Strict-Transport-Security" in answer.headers) == (host == "shop.example")


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("https://shop.example", "shop.example", 303),
        ("https://shop.example", "Shop.Example:443", 303),
        ("https://SHOP.example:443", "127.0.0.1:8000", 303),
        ("http://192.168.1.20:8000", "192.168.1.20:8000", 303),
        ("https://shop.example:8443", "shop.example", 403),
        ("http://shop.example.evil", "shop.example", 403),
        ("https://evil.example", "shop.example", 403),
        ("null", "shop.example", 403),
        ("https://[", "shop.example", 403),
        ("", "shop.example", 303),
    ],
)
async def test_only_pages_of_this_shop_log_in_however_its_address_is_written(
    tmp_path: Path, origin: str, host: str, status: int
) -> None:
    public = {"server": {"public_url": "https://Shop.example"}, "twilio": {"auth_token": "x"}}
    async with running_shop(tmp_path, environment=public) as shop, aiohttp.ClientSession() as http:
        answer = await Browser(shop, http).post(
            "/login", {"token": TOKEN}, Host=host, Origin=origin
        )
    assert answer.status == status


async def test_guessing_gets_slower_and_the_right_bearer_token_still_passes(
    browser: Browser,
) -> None:
    for number in range(FREE):
        assert (await browser.log_in(f"guess {number}")).status == 401
    answer = await browser.log_in()
    assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
    assert "Wait 1 seconds" in await answer.text()
    assert await browser.shop.get("/orders.json") == (200, {"orders": []})


async def test_wrong_bearer_tokens_are_slowed_and_the_right_one_never(shop: Shop) -> None:
    async def status(token: str) -> tuple[int, bool]:
        headers = {"Authorization": f"Bearer {token}"}
        async with shop.http.get(shop.url + "/orders.json", headers=headers) as answer:
            return answer.status, "Retry-After" in answer.headers

    assert [await status("an old token") for _ in range(9)] == [(401, False)] * 9
    tries = [await status(f"guess {number}") for number in range(9)]
    assert tries[-1] == (429, True)
    assert await status(TOKEN) == (200, False)


class Hand:
    """A clock that the story moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_each_wrong_guess_makes_the_next_wait_longer_up_to_a_limit() -> None:
    clock = Hand()
    guesses = Guesses(clock)
    waits = []
    for number in range(FREE + 12):
        guesses.wrong("a", str(number))
        waits.append(guesses.wait("a"))
        clock.now += guesses.wait("a")
    assert waits[: FREE - 1] == [0.0] * (FREE - 1)
    assert waits[FREE - 1 : FREE + 4] == [1, 2, 4, 8, 16]
    assert waits[-1] == LONGEST
    assert guesses.wait("b") == 0


def test_quiet_addresses_are_forgotten_and_right_ones_at_once() -> None:
    clock = Hand()
    guesses = Guesses(clock)
    for number in range(FREE):
        guesses.wrong("a", str(number))
        guesses.wrong("b", str(number))
    guesses.right("b")
    assert (guesses.wait("a"), guesses.wait("b")) == (1.0, 0.0)
    clock.now += MEMORY + 1
    guesses.wrong("a", "again")
    assert guesses.wait("a") == 0


def test_many_addresses_that_guess_at_once_wait_from_their_first_guess_on() -> None:
    guesses = Guesses(Hand())
    for number in range(FREE_IN_SUM + 1):
        guesses.wrong(f"address {number}", "guess")
    assert guesses.wait(f"address {FREE_IN_SUM}") == 1
    assert guesses.wait("the staff's own") == 0


def test_guessers_cannot_fill_the_memory() -> None:
    guesses = Guesses(Hand())
    for number in range(ADDRESSES + 100):
        guesses.wrong(str(number), "guess")
    assert guesses.wait("5") == 0
    assert guesses.wait(str(ADDRESSES + 99)) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-1],
        lambda value: value + "A",
        lambda value: value.replace(".", ".9", 1),
        lambda value: "." + value,
        lambda value: "x" + value,
        lambda value: value.rpartition(".")[0] + ".",
        lambda _: "..",
        lambda _: "a.99999999999999.b",
        lambda _: "é.1.x",
        lambda _: "x" * 5000,
    ],
)
def test_a_changed_cookie_is_no_session(change: object) -> None:
    staff = StaffPass(SecretStr(TOKEN))
    _, value = staff.begin(NOW)
    assert staff.session(value, NOW) is not None
    assert callable(change)
    assert staff.session(change(value), NOW) is None


def test_a_session_ends_by_itself() -> None:
    staff = StaffPass(SecretStr(TOKEN))
    session, value = staff.begin(NOW)
    assert staff.session(value, NOW + timedelta(days=SESSION_DAYS, seconds=-1)) == session
    assert staff.session(value, NOW + timedelta(days=SESSION_DAYS)) is None


def test_an_empty_token_opens_nothing() -> None:
    assert not StaffPass(SecretStr("")).is_token("")


@pytest.mark.parametrize("path", ["/", "/health", "/orders.json", "/nowhere", "/login", "/twilio"])
async def test_every_answer_tells_browsers_to_do_no_more_than_they_should(
    shop: Shop, path: str
) -> None:
    async with shop.http.get(shop.url + path, headers={"Accept": "*/*"}) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Server"] == "servizio"
        assert "Access-Control-Allow-Origin" not in answer.headers

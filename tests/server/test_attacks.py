"""What was tried from outside, by symptom."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import web

from servizio.server import answers
from servizio.server.limits import STRANGE_NUMBERS
from servizio.server.newcomers import Newcomers
from tests.server.conftest import STAFF, Shop


async def raw(shop: Shop, data: bytes) -> bytes:
    """What the server says to these bytes before it closes, or at first."""
    host, _, port = shop.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    try:
        async with asyncio.timeout(10):
            return await reader.read(4096)
    finally:
        writer.close()


BROKEN = [
    (b"multipart/form-data; boundary=x", b"--x\r\nbroken\r\n\r\nzzzz"),
    (b"multipart/form-data", b"--x\r\n\r\nzzzz"),
    (b"application/x-www-form-urlencoded; charset=zzz", b"a=b&c"),
    (b"application/x-www-form-urlencoded; charset=utf-16", b"a=b&c"),
    (b"application/x-www-form-urlencoded", b"a=\xff\xfe&\xff"),
]


@pytest.mark.parametrize("path", ["/login", "/sms", "/voice", "/voice/busy", "/barista"])
@pytest.mark.parametrize(("kind", "body"), BROKEN)
async def test_a_form_that_cannot_be_read_is_no_crash(
    shop: Shop, path: str, kind: bytes, body: bytes
) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n" % (
        path.encode(),
        STAFF["Authorization"].encode(),
    )
    said = await raw(
        shop, head + b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)
    )
    assert said.startswith(b"HTTP/1.1 4"), said[:60]


@pytest.mark.parametrize("path", [b"/login", b"/voice"])
async def test_a_body_that_never_comes_is_not_waited_for(
    shop: Shop, path: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "BODY_SECONDS", 0.05)
    kind = b"Content-Type: application/x-www-form-urlencoded\r\n"
    said = await raw(
        shop, b"POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 99\r\n\r\na" % (path, kind)
    )
    assert said.startswith(b"HTTP/1.1 408")


async def test_who_leaves_in_the_middle_of_a_body_fills_no_log(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    host, _, port = shop.url.removeprefix("http://").partition(":")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            _, writer = await asyncio.open_connection(host, int(port))
            writer.write(b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
            await writer.drain()
            writer.transport.abort()
        assert (await shop.get("/health"))[0] in {200, 503}
    assert "request_crashed" not in caplog.text


async def test_whoever_tries_one_order_number_after_the_other_learns_of_few(shop: Shop) -> None:
    number = await shop.take()
    tried = [f"{each:04}" for each in range(1000, 1100) if f"{each:04}" != number]

    async def ask(address: str, wanted: str, page: str = "status.json") -> int:
        url = f"{shop.url}/orders/{page}?number={wanted}"
        async with shop.http.get(url, headers={"X-Forwarded-For": address}) as answer:
            return answer.status

    seen = [await ask("203.0.113.9", each) for each in tried]
    assert seen == [404] * STRANGE_NUMBERS.burst + [429] * (len(tried) - STRANGE_NUMBERS.burst)
    assert await ask("203.0.113.9", number) == 429
    assert await ask("203.0.113.9", number, "status") == 429
    assert [await ask("203.0.113.10", number) for _ in range(30)] == [200] * 30
    assert (await shop.get(f"/orders/status.json?number={number}", staff=False))[0] == 200


async def test_connections_that_ask_for_nothing_are_closed_and_others_are_not() -> None:
    newcomers = Newcomers(patience=0.2)

    async def hello(request: web.Request) -> web.Response:
        newcomers.spoke(request.protocol)
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    assert runner.server is not None
    come = newcomers.watched(runner.server)
    site = await asyncio.get_running_loop().create_server(come, "127.0.0.1", 0)
    host, port = site.sockets[0].getsockname()[:2]
    silent, silent_way = await asyncio.open_connection(host, port)
    slow, slow_way = await asyncio.open_connection(host, port)
    slow_way.write(b"GET / HTTP/1.1\r\nHo")
    polite, polite_way = await asyncio.open_connection(host, port)
    try:
        for _ in range(2):
            polite_way.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"hello" in await polite.readuntil(b"hello")
            async with asyncio.timeout(10):
                assert (await silent.read(), await slow.read()) == (b"", b"")
        assert len(newcomers) == 0
    finally:
        for way in (silent_way, slow_way, polite_way):
            way.close()
        site.close()
        await runner.cleanup()

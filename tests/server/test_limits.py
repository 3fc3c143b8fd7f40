"""How much of a server one address may have."""

from __future__ import annotations

import pytest

from servizio.server.limits import STREAMS, VISITS, Limits
from servizio.server.pace import KEYS, Allowance, Pace
from tests.server.conftest import Shop


async def test_one_address_cannot_ask_without_end_but_another_goes_on(shop: Shop) -> None:
    async def status(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        async with shop.http.get(f"{shop.url}/orders/in_progress.json", headers=headers) as answer:
            await answer.read()
            return answer.status

    answers = [await status("203.0.113.9") for _ in range(VISITS.burst + 30)]
    assert answers[: VISITS.burst] == [200] * VISITS.burst
    assert 429 in answers
    assert await status("203.0.113.10") == 200
    assert (await shop.get("/orders/in_progress.json", staff=False))[0] == 200


def test_one_address_cannot_keep_every_connection_open() -> None:
    limits = Limits(lambda: 0.0)
    held = [limits.keeping_open("a") for _ in range(STREAMS + 1)]
    allowed = [each.__enter__() for each in held]
    assert allowed == [True] * STREAMS + [False]
    with limits.keeping_open("b") as other:
        assert other
    held[0].__exit__(None, None, None)
    with limits.keeping_open("a") as again:
        assert again
    for each in held[1:]:
        each.__exit__(None, None, None)


def test_a_pace_lets_so_many_at_once_and_then_one_every_so_often() -> None:
    now = 0.0
    pace = Pace(Allowance(burst=3, every=10.0), lambda: now)
    assert [pace.take("a") for _ in range(4)] == [0, 0, 0, 10.0]
    assert pace.take("b") == 0
    now = 4.0
    assert pace.wait("a") == pytest.approx(6.0)
    now = 10.0
    assert [pace.take("a"), pace.take("a")] == [0, 10.0]
    now = 1000.0
    assert [pace.take("a") for _ in range(4)] == [0, 0, 0, 10.0]


def test_a_pace_forgets_so_that_strangers_cannot_fill_the_memory() -> None:
    pace = Pace(Allowance(burst=1, every=1e9), lambda: 0.0)
    for number in range(KEYS + 1):
        pace.take(str(number))
    assert pace.take("0") == 0
    assert pace.take(str(KEYS)) > 0

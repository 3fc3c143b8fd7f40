"""Keys of the customer's telephone, for an agent whose mind is at a provider."""

from __future__ import annotations

import asyncio

import pytest

from servizio.agents.cloud.keypad import REST, Keypad
from tests.virtual_time import run_virtually


class Heard:
    """What a keypad told."""

    def __init__(self, region: str = "US") -> None:
        self.told: list[str] = []
        self.keypad = Keypad(
            on_first=lambda: self.told.append("falls silent"), on_number=self.told.append
        )
        self.keypad.open(region)

    def press(self, keys: str) -> None:
        for key in keys:
            self.keypad.press(key)


@pytest.mark.parametrize("number", ["4155550177", "14155550177"])
def test_a_number_is_taken_at_its_last_digit(number: str) -> None:
    async def tell() -> None:
        heard = Heard()
        heard.press(number)
        assert heard.told == ["falls silent", number]

    run_virtually(tell())


def test_where_numbers_have_no_fixed_length_a_rest_or_the_hash_ends_one() -> None:
    async def tell() -> None:
        heard = Heard("DE")
        heard.press("03012345678")
        assert heard.told == ["falls silent"]
        await asyncio.sleep(REST + 0.1)
        heard.press("42#")
        assert heard.told == ["falls silent", "03012345678", "falls silent", "42"]

    run_virtually(tell())


def test_a_hash_that_ends_nothing_does_not_silence_the_agent() -> None:
    async def tell() -> None:
        heard = Heard()
        heard.press("#")
        assert heard.told == []

    run_virtually(tell())


def test_after_the_call_no_key_and_no_number_is_taken() -> None:
    async def tell() -> None:
        heard = Heard()
        heard.press("415")
        heard.keypad.close()
        heard.press("5")
        await asyncio.sleep(2 * REST)
        assert heard.told == ["falls silent"]

    run_virtually(tell())

"""The search for garbage waits until nobody is on the line."""

from __future__ import annotations

import gc

import pytest

from servizio.server.garbage import (
    LONGEST,
    THRESHOLDS,
    Collector,
    GarbageRounds,
    garbage_between_calls,
)


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def rounds(done: list[str]) -> GarbageRounds:
    return GarbageRounds(Collector(lambda: done.append("collect"), lambda: done.append("aside")), 0)


def test_what_was_loaded_is_set_aside_once_all_is_loaded(
    rounds: GarbageRounds, done: list[str]
) -> None:
    rounds.look(5, calls=0, is_loading=True)
    assert done == []
    rounds.look(10, calls=0, is_loading=False)
    rounds.look(15, calls=0, is_loading=False)
    assert done == ["collect", "aside"]


def test_calls_are_not_held_up_and_what_they_leave_is_found_afterwards(
    rounds: GarbageRounds, done: list[str]
) -> None:
    rounds.look(5, calls=0, is_loading=False)
    done.clear()
    rounds.look(10, calls=3, is_loading=False)
    rounds.look(15, calls=1, is_loading=False)
    assert done == []
    rounds.look(20, calls=0, is_loading=False)
    rounds.look(25, calls=0, is_loading=False)
    assert done == ["collect"]


def test_nothing_of_a_call_is_set_aside(rounds: GarbageRounds, done: list[str]) -> None:
    rounds.look(5, calls=1, is_loading=False)
    rounds.look(LONGEST + 10, calls=1, is_loading=False)
    assert done == ["collect"]


def test_a_shop_that_is_never_quiet_is_swept_all_the_same(
    rounds: GarbageRounds, done: list[str]
) -> None:
    rounds.look(5, calls=0, is_loading=False)
    done.clear()
    for minute in range(1, 12):
        rounds.look(minute * 60, calls=9, is_loading=False)
    assert done == ["collect"]


async def test_python_is_as_before_once_the_server_has_stopped() -> None:
    before = gc.get_threshold()
    async with garbage_between_calls(lambda: 0, lambda: False):
        assert gc.get_threshold() == THRESHOLDS
    assert gc.get_threshold() == before

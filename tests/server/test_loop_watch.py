"""An event loop that is late is told in the log, by health and by a metric."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress

import pytest

from servizio.server import loop_watch
from servizio.server.loop_watch import LoopWatch, place_of


async def until(caplog: pytest.LogCaptureFixture, words: str) -> str:
    async with asyncio.timeout(10):
        while words not in caplog.text:  # noqa: ASYNC110 - a thread writes it
            await asyncio.sleep(0.01)
    return next(line for line in caplog.text.splitlines() if words in line)


def test_what_nobody_hears_is_measured_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    lags: list[float] = []
    watch = LoopWatch(lags.append)
    for number in range(100):
        watch.note(0.05, number / 10)
    assert lags == [0.05] * 100
    assert caplog.text == ""
    assert watch.complaint(10.0) == ""


def test_gaps_are_logged_but_not_each(caplog: pytest.LogCaptureFixture) -> None:
    watch = LoopWatch(lambda _lag: None)
    for number in range(20):
        watch.note(0.4, number)
    assert caplog.text.count("loop_late") == 2


def test_one_gap_is_bad_luck_and_many_are_a_complaint_for_a_minute() -> None:
    watch = LoopWatch(lambda _lag: None)
    watch.note(0.4, 1.0)
    assert watch.complaint(1.0) == ""
    for number in range(loop_watch.MANY):
        watch.note(0.3, 2.0 + number)
    assert "6 gaps" in watch.complaint(7.0)
    assert "0.4 s" in watch.complaint(7.0)
    assert watch.complaint(7.0 + loop_watch.SPAN) == ""


def test_one_long_standstill_is_a_complaint() -> None:
    watch = LoopWatch(lambda _lag: None)
    watch.note(3.0, 1.0)
    assert "3.0 s" in watch.complaint(1.0)


async def test_a_loop_that_stands_still_is_found_out_while_it_does(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_watch, "STUCK", 0.1)
    monkeypatch.setattr(loop_watch, "STEP", 0.01)
    lags: list[float] = []
    task = asyncio.create_task(LoopWatch(lags.append).watch())
    async with asyncio.timeout(10):
        while not lags:  # noqa: ASYNC110 - see the name
            await asyncio.sleep(0.01)
    with caplog.at_level(logging.WARNING):
        time.sleep(0.5)  # noqa: ASYNC251 - this is the standstill
        line = await until(caplog, "loop_stuck")
        await until(caplog, "loop_late")
    assert "at=elsewhere" in line, "nothing of the house is at fault here"
    assert max(lags) > 0.3
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_the_place_is_the_line_of_the_house_that_is_run() -> None:
    assert place_of(None) == "elsewhere"

    def stop(_lag: float) -> None:
        raise RuntimeError

    try:
        LoopWatch(stop).note(0.0, 0.0)
    except RuntimeError as error:
        traceback = error.__traceback__
        assert traceback is not None
        assert traceback.tb_next is not None
        assert place_of(traceback.tb_next.tb_frame).startswith("server/loop_watch.py:")

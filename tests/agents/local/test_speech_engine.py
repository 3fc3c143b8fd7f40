"""The queue before the speech workers: order, cancelling, death, shutdown."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.speech_engine import SpeechEngine
from servizio.errors import SpeechError
from tests.agents.local import pretended_worker

pytestmark = pytest.mark.voice
"""The engine starts only where the optional packages are installed."""

PATIENCE = 20.0


@pytest.fixture
async def engine() -> AsyncIterator[SpeechEngine]:
    async with SpeechEngine(workers=1, work=pretended_worker.work) as running:
        await running.wait_ready(PATIENCE)
        yield running


async def hear(engine: SpeechEngine, what: str, *, speculative: bool = False) -> str:
    found = await engine.transcribe(
        what.encode(), context=RecognitionContext(), speculative=speculative
    )
    return found[0].text


async def test_what_was_heard_comes_back(engine: SpeechEngine) -> None:
    assert await hear(engine, "a taro please") == "a taro please"
    assert engine.state == "ready"


async def test_the_turn_that_is_over_goes_before_speech_and_guesses(
    engine: SpeechEngine, tmp_path: Path
) -> None:
    gate = tmp_path / "go"
    busy = asyncio.create_task(hear(engine, f"wait:{gate}"))
    await asyncio.sleep(0)
    guess = asyncio.create_task(hear(engine, "guess", speculative=True))
    speech = asyncio.create_task(collect(engine, "First. Second."))
    await asyncio.sleep(0)
    final = asyncio.create_task(hear(engine, "final"))
    await asyncio.sleep(0)
    gate.touch()

    await asyncio.gather(busy, guess, speech, final)

    assert await hear(engine, "order") == f"wait:{gate},final,First.,Second.,guess"


async def test_what_was_cancelled_before_it_began_is_never_done(
    engine: SpeechEngine, tmp_path: Path
) -> None:
    gate = tmp_path / "go"
    busy = asyncio.create_task(hear(engine, f"wait:{gate}"))
    unwanted = asyncio.create_task(hear(engine, "unwanted"))
    await asyncio.sleep(0)
    unwanted.cancel()
    gate.touch()
    await busy

    assert "unwanted" not in await hear(engine, "order")


async def test_a_worker_that_dies_is_replaced_and_its_request_tried_again(
    engine: SpeechEngine, tmp_path: Path
) -> None:
    assert (await hear(engine, f"die once:{tmp_path / 'dead'}")).startswith("die once")


async def test_a_request_that_kills_twice_is_given_up_and_the_next_is_served(
    engine: SpeechEngine,
) -> None:
    with pytest.raises(SpeechError, match="died"):
        await hear(engine, "die")

    assert await hear(engine, "still here") == "still here"


async def test_the_log_says_over_what_a_worker_died_and_how(
    engine: SpeechEngine, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(SpeechError, match="died"):
        await hear(engine, "die")

    assert 'reason="gone during transcribe, exit code 3"' in caplog.text


async def test_the_log_says_for_what_a_hanging_worker_was_waited_for(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with SpeechEngine(workers=1, patience=0.2, work=pretended_worker.work) as engine:
        await engine.wait_ready(PATIENCE)
        with pytest.raises(SpeechError, match="died"):
            await hear(engine, "hang")
        assert 'reason="no answer to transcribe in 0.2 s, still running"' in caplog.text


async def test_a_worker_that_hangs_is_killed() -> None:
    async with SpeechEngine(workers=1, patience=0.2, work=pretended_worker.work) as engine:
        await engine.wait_ready(PATIENCE)
        with pytest.raises(SpeechError, match="died"):
            await hear(engine, "hang")


async def test_a_request_is_not_waited_for_longer_than_the_deadline() -> None:
    async with SpeechEngine(workers=1, deadline=0.1, work=pretended_worker.work) as engine:
        await engine.wait_ready(PATIENCE)
        with pytest.raises(SpeechError, match="too long"):
            await hear(engine, "hang")


async def test_a_refused_request_says_why(engine: SpeechEngine) -> None:
    with pytest.raises(SpeechError, match="cannot hear that"):
        await hear(engine, "refuse")


async def test_a_killed_idle_worker_comes_back_and_knows_the_menu_again() -> None:
    menus = {"boba": ["taro"], "pizza": ["olives", "extra cheese"]}
    async with SpeechEngine(workers=1, phrases=menus, work=pretended_worker.work) as engine:
        await engine.wait_ready(PATIENCE)
        before = await hear(engine, "menus")
        [process_id] = worker_processes()
        os.kill(process_id, signal.SIGKILL)

        assert await hear(engine, "menus") == before == "[('boba', 1), ('pizza', 2)]"


async def test_a_request_given_to_a_dying_worker_never_answers_another() -> None:
    async with SpeechEngine(
        workers=1, phrases={"boba": ["taro"]}, work=pretended_worker.work
    ) as engine:
        await engine.wait_ready(PATIENCE)
        for number in range(3):
            [process_id] = worker_processes()
            os.kill(process_id, signal.SIGKILL)
            sounds = [f"sound {number} {which}" for which in "abcd"]

            assert await asyncio.gather(*(hear(engine, sound) for sound in sounds)) == sounds


async def test_sentences_come_one_by_one_and_known_ones_at_once(engine: SpeechEngine) -> None:
    assert await collect(engine, "Hello. Any toppings?") == [b"Hello.", b"Any toppings?"]
    assert await collect(engine, "Hello.") == [b"Hello."]

    assert await hear(engine, "order") == "Hello.,Any toppings?"


async def test_nothing_is_learned_by_heart_while_a_call_is_up_whoever_holds_it(
    engine: SpeechEngine,
) -> None:
    lines = Lines(calls=1)
    engine.learn_by_heart(["Any toppings?", "OK,"], lines.calls_up)
    await lines.looked_at(times=2)
    assert "OK," not in await rendered(engine)

    lines.calls = 0
    await lines.looked_at(times=2)
    assert (await rendered(engine)).endswith("OK,,Any toppings?")


async def test_learning_by_heart_stops_when_a_call_comes(engine: SpeechEngine) -> None:
    lines = Lines(calls=0)
    engine.learn_by_heart(["OK,", "Sure,", "Any toppings?"], lines.calls_up)
    await lines.looked_at(times=1)
    lines.calls = 1
    await lines.looked_at(times=2)

    assert await rendered(engine) == "OK,"


@pytest.mark.slow
async def test_the_first_words_of_answers_are_learned_in_a_breath_of_a_call_that_is_spoken_here(
    engine: SpeechEngine,
) -> None:
    lines = Lines(calls=1)
    await hear(engine, "a taro please")
    engine.learn_by_heart(["OK,", "Any toppings?"], lines.calls_up)
    async with asyncio.timeout(PATIENCE):
        while "OK," not in await rendered(engine):
            await lines.looked_at(times=1)
    await lines.looked_at(times=3)

    assert "Any toppings?" not in await rendered(engine)


async def test_speech_that_is_cut_short_leaves_nothing_waiting(
    engine: SpeechEngine, tmp_path: Path
) -> None:
    gate = tmp_path / "go"
    busy = asyncio.create_task(hear(engine, f"wait:{gate}"))
    speech = asyncio.create_task(collect(engine, "One. Two."))
    await asyncio.sleep(0)
    speech.cancel()
    with pytest.raises(asyncio.CancelledError):
        await speech
    gate.touch()
    await busy

    assert await hear(engine, "order") == f"wait:{gate}"


async def test_missing_models_are_told_at_once_and_to_everybody() -> None:
    async with SpeechEngine(workers=2, work=pretended_worker.refuse) as engine:
        with pytest.raises(SpeechError, match="no voice is installed"):
            await engine.wait_ready(PATIENCE)
        with pytest.raises(SpeechError, match="no voice is installed"):
            await hear(engine, "hello")
        assert engine.state == "broken"


async def test_closing_fails_what_is_open_and_leaves_no_thread_and_no_process() -> None:
    threads = set(threading.enumerate())
    engine = SpeechEngine(workers=1, work=pretended_worker.work)
    await engine.start()
    await engine.wait_ready(PATIENCE)
    [process_id] = worker_processes()
    stuck = asyncio.create_task(hear(engine, "hang"))
    await asyncio.sleep(0)

    await engine.close()

    with pytest.raises(SpeechError, match="shut down"):
        await stuck
    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
    assert set(threading.enumerate()) == threads
    with pytest.raises(SpeechError):
        await hear(engine, "too late")


def worker_processes() -> list[int]:
    """Of the one engine that runs; a test has no other child."""
    return [child.pid for child in multiprocessing.active_children() if child.pid is not None]


async def collect(engine: SpeechEngine, text: str) -> list[bytes]:
    return [piece async for piece in engine.synthesise(text)]


async def rendered(engine: SpeechEngine) -> str:
    """What the worker did so far. Asked as a guess, which is nobody's turn."""
    return await hear(engine, "order", speculative=True)


class Lines:
    """The calls of a server, and how often they were asked after."""

    def __init__(self, *, calls: int) -> None:
        self.calls = calls
        self._looks = asyncio.Semaphore(0)

    def calls_up(self) -> int:
        self._looks.release()
        return self.calls

    async def looked_at(self, *, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            for _ in range(times):
                await self._looks.acquire()

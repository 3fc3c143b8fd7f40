"""What the customer hears of an agent's speech, and what the call knows of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from servizio.calls.playout import LEAD, Playout
from servizio.calls.speech import Speech
from tests.calls.line import BYTES_PER_SECOND, FakeLine
from tests.virtual_time import run_virtually


class Stage:
    """A playout on a line, and what it reported."""

    def __init__(self) -> None:
        self.line = FakeLine()
        self.begun: list[float] = []
        self.heard: list[int] = []
        loop = asyncio.get_running_loop()
        self.playout = Playout(
            self.line,
            clock=loop.time,
            on_first_sound=lambda _speech: self.begun.append(loop.time()),
            on_heard_all=lambda speech: self.heard.append(speech.number),
        )
        self.line.to(self.playout.marked)


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    made = Stage()
    task = asyncio.create_task(made.playout.run(), name="playout")
    try:
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def speech_of(number: int, seconds: float, *sentences: str, complete: bool = True) -> Speech:
    """A speech whose sound tells its own position."""
    speech = Speech(number, complete=complete)
    share = seconds / max(1, len(sentences))
    for sentence in sentences:
        speech.add_sentence(sentence)
        begin = len(speech.sound)
        length = round(share * BYTES_PER_SECOND)
        speech.sound += bytes((begin + i) // 80 % 251 for i in range(length))
    return speech


def test_all_of_a_speech_is_heard_in_order_and_never_more_than_the_lead_is_given_away() -> None:
    async def story() -> None:
        async with stage() as it:
            speech = speech_of(1, 3.0, "One taro milk tea.", "Is that right?")
            sound = bytes(speech.sound)
            it.playout.add(speech)
            await asyncio.sleep(4)
            assert bytes(it.line.heard) == sound
            assert it.heard == [1]
            assert it.line.deepest_s <= LEAD + 1e-6
            assert not it.playout.busy

    run_virtually(story())


def test_the_first_sound_leaves_at_once() -> None:
    async def story() -> None:
        async with stage() as it:
            it.playout.add(speech_of(1, 1.0, "Hello."))
            await asyncio.sleep(0.001)
            assert it.begun == [0.0]
            await asyncio.sleep(2)

    run_virtually(story())


def test_a_speech_that_is_still_being_made_is_played_as_it_comes() -> None:
    async def story() -> None:
        async with stage() as it:
            speech = Speech(1)
            it.playout.add(speech)
            for value in range(10):
                speech.sound += bytes([value]) * 800
                it.playout.grown()
                await asyncio.sleep(0.05)
            speech.complete = True
            it.playout.ended()
            await asyncio.sleep(2)
            assert bytes(it.line.heard) == bytes(speech.sound)
            assert it.heard == [1]

    run_virtually(story())


def test_a_barge_in_silences_the_line_and_only_heard_words_count() -> None:
    async def story() -> None:
        async with stage() as it:
            speech = speech_of(1, 4.0, "one two three four", "five six seven eight")
            it.playout.add(speech)
            it.playout.add(speech_of(2, 1.0, "never said"))
            await asyncio.sleep(2.55)
            cut = it.playout.clear(hold=True)
            assert cut is speech
            assert cut.words_heard() == "one two three four five"
            heard_then = len(it.line.heard)
            await asyncio.sleep(2)
            assert len(it.line.heard) == heard_then
            assert it.heard == []

    run_virtually(story())


def test_after_a_mere_noise_the_speech_goes_on_and_nothing_is_lost() -> None:
    async def story() -> None:
        async with stage() as it:
            speech = speech_of(1, 3.0, "One taro milk tea.")
            sound = bytes(speech.sound)
            it.playout.add(speech)
            await asyncio.sleep(1.0)
            it.playout.clear(hold=True)
            await asyncio.sleep(0.5)
            assert it.playout.resume()
            await asyncio.sleep(4)
            assert it.heard == [1]
            heard = bytes(it.line.heard)
            repeated = len(heard) - len(sound)
            assert 0 <= repeated <= LEAD * BYTES_PER_SECOND
            cut = heard.rindex(sound[-8000:])
            assert heard[cut:] == sound[-8000:]

    run_virtually(story())


def test_marks_of_cleared_sound_are_not_taken_for_hearing() -> None:
    async def story() -> None:
        async with stage() as it:
            speech = speech_of(1, 3.0, "One taro milk tea.")
            it.playout.add(speech)
            await asyncio.sleep(0.5)
            it.playout.clear(hold=True)
            heard = speech.heard
            await asyncio.sleep(0.5)
            assert speech.heard == heard <= 0.5 * BYTES_PER_SECOND

    run_virtually(story())


def test_the_line_is_cleared_even_when_all_has_been_sent() -> None:
    async def story() -> None:
        async with stage() as it:
            it.playout.add(speech_of(1, 0.15, "Yes."))
            await asyncio.sleep(0.12)
            it.playout.clear(hold=False)
            assert it.line.log[-1][1] == "clear"

    run_virtually(story())


def test_a_speech_goes_on_where_a_word_begins_and_not_in_the_middle_of_one() -> None:
    async def story() -> None:
        async with stage() as it:
            word = b"\x20" * 3000
            speech = Speech(1, complete=True, sound=bytearray(word + b"\xff" * 800 + word))
            it.playout.add(speech)
            await asyncio.sleep(0.62)
            it.playout.clear(hold=True)
            assert speech.heard > 3800
            it.line.heard.clear()
            assert it.playout.resume()
            await asyncio.sleep(1)
            heard = bytes(it.line.heard)
            assert heard.endswith(word)
            assert len(word) <= len(heard) < len(word) + 800

    run_virtually(story())

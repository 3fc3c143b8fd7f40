"""What a provider does not tell is found out, in virtual time."""

from __future__ import annotations

import asyncio

from servizio.agents.cloud.customer_sound import CustomerSound
from servizio.agents.cloud.replies import Replies
from servizio.agents.cloud.sound_path import Untouched
from servizio.agents.cloud.vigil import Verdict, Vigil
from servizio.agents.protocol import AgentEvent
from servizio.audio.frames import silence
from tests.virtual_time import run_virtually

SPEECH = bytes((0x10, 0x90)) * 80
A_SECOND = SPEECH * 50


class Watch:
    """A session that only time passes in."""

    def __init__(self) -> None:
        clock = asyncio.get_running_loop().time
        self.events: list[AgentEvent] = []
        self.replies = Replies(Untouched(), clock, self.events.append)
        self.customer = CustomerSound(clock)
        self.vigil = Vigil(self.replies, self.customer, clock)
        self.at_work = False

    async def next(self, within: float) -> tuple[Verdict, float]:
        """What has to be done next, and after how long; `NOTHING` where nothing."""
        clock = asyncio.get_running_loop().time
        began = clock()
        while clock() - began < within:
            await asyncio.sleep(0.1)
            verdict = self.vigil.look(at_work=self.at_work)
            if verdict is not Verdict.NOTHING:
                return verdict, clock() - began
        return Verdict.NOTHING, within

    async def customer_speaks(self, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            await asyncio.sleep(0.02)
            self.customer.feed(SPEECH)
        self.customer.feed(silence(20))


def test_a_late_answer_brings_a_word_and_then_an_end() -> None:
    async def story() -> None:
        it = Watch()
        it.vigil.customer_started()
        it.vigil.customer_understood()
        verdict, after = await it.next(5)
        assert verdict is Verdict.FILL
        assert after < 2
        verdict, more = await it.next(5)
        assert verdict is Verdict.NO_ANSWER
        assert after + more < 2.7

    run_virtually(story())


def test_who_can_still_speak_gets_more_time_but_not_for_ever() -> None:
    async def story() -> None:
        it = Watch()
        it.vigil.customer_understood()
        assert (await it.next(5))[0] is Verdict.FILL
        it.vigil.filled()
        it.replies.take_sound(A_SECOND)
        it.replies.end()
        verdict, after = await it.next(10)
        assert verdict is Verdict.NO_ANSWER
        assert 5 < after < 6.5

    run_virtually(story())


def test_a_function_of_ours_is_not_the_providers_fault() -> None:
    async def story() -> None:
        it = Watch()
        it.vigil.customer_understood()
        it.at_work = True
        assert (await it.next(5))[0] is Verdict.FILL
        assert (await it.next(20))[0] is Verdict.NOTHING

    run_virtually(story())


def test_a_customer_who_is_not_understood_is_asked_again_once() -> None:
    async def story() -> None:
        it = Watch()
        await it.customer_speaks(1.0)
        verdict, after = await it.next(5)
        assert verdict is Verdict.NUDGE
        assert 1.8 < after < 2.2
        it.vigil.sound_came()
        assert (await it.next(20))[0] is Verdict.NOTHING

    run_virtually(story())


def test_who_does_not_even_answer_to_that_is_gone() -> None:
    async def story() -> None:
        it = Watch()
        it.vigil.customer_started()
        await it.customer_speaks(1.0)
        _, asked = await it.next(5)
        verdict, after = await it.next(5)
        assert verdict is Verdict.NO_ANSWER
        assert asked + after < 3

    run_virtually(story())


def test_a_long_order_is_not_interrupted() -> None:
    async def story() -> None:
        it = Watch()
        it.vigil.customer_started()
        for _ in range(10):
            await it.customer_speaks(1.0)
            assert (await it.next(1.0))[0] is Verdict.NOTHING

    run_virtually(story())


def test_a_cough_into_a_sentence_lets_the_sentence_go_on() -> None:
    async def story() -> None:
        it = Watch()
        it.replies.take_sound(A_SECOND * 5)
        it.vigil.customer_started()
        it.replies.shut()
        await it.customer_speaks(0.2)
        assert (await it.next(5))[0] is Verdict.NOISE
        assert not it.vigil.is_hearing

    run_virtually(story())


def test_a_soft_voice_is_left_to_the_provider() -> None:
    async def story() -> None:
        it = Watch()
        it.replies.take_sound(A_SECOND * 5)
        it.vigil.customer_started()
        it.replies.shut()
        assert (await it.next(7))[0] is Verdict.NOTHING
        assert (await it.next(2))[0] is Verdict.NUDGE

    run_virtually(story())


def test_a_refused_question_means_that_somebody_listens() -> None:
    async def story() -> None:
        it = Watch()
        it.vigil.customer_started()
        await it.customer_speaks(1.0)
        assert (await it.next(5))[0] is Verdict.NUDGE
        it.vigil.nudge_refused()
        it.vigil.customer_understood()
        it.vigil.sound_came()
        assert (await it.next(5))[0] is Verdict.NOTHING

    run_virtually(story())


def test_noise_that_never_ends_is_no_reason_to_give_up() -> None:
    async def story() -> None:
        it = Watch()
        for _ in range(20):
            await it.customer_speaks(1.0)
            assert it.vigil.look(at_work=False) is Verdict.NOTHING

    run_virtually(story())

"""An order that was heard in part is listened to once more, closely."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest

from servizio.agents.local.bias import PhraseBias
from servizio.agents.local.ears import Ears, EarsEvents, Utterance
from servizio.agents.local.endpoint import EndpointSettings
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext, union
from servizio.agents.local.known_words import KnownWords, KnownWordsSearch
from servizio.agents.local.mouth import Mouth
from servizio.agents.local.recogniser import Recogniser
from servizio.agents.local.second_look import is_clearer, is_doubtful, listening_closely, together
from servizio.audio.frames import silence
from servizio.language.meaning import Expecting, Meaning
from tests.agents.local.conversation import understander_of
from tests.agents.local.listening import ToldRecogniser, feed, feed_quiet, order
from tests.virtual_time import run_virtually

WORDS = ["</s>", "a", "taro", "tarot", "tea", "with", "a,", "a.", "a!", "a?"]
IDS = {word: token for token, word in enumerate(WORDS, 2)}
WAITS = EndpointSettings()
FIRST = "a taro milk tea with mattress tensil"
CLEAR = "a taro milk tea with matcha stencil"


def encode(text: str) -> tuple[int, ...]:
    return tuple(IDS[word] for word in text.lower().split())


def heard(known: KnownWords, *said: dict[str, float]) -> list[str]:
    """What is found where these words are so likely, one after the other."""
    bias = PhraseBias({}, encode, (True,) * (len(WORDS) + 2))
    search = KnownWordsSearch(known, bias, width=3, longest=8)
    for words in (*said, *[{"</s>": 0.0}] * 8):
        row = np.full(len(WORDS) + 2, -20.0, np.float32)
        for word, likely in words.items():
            row[IDS[word]] = likely
        search.advance(np.repeat(row[None], len(search.live), axis=0))
        if search.is_over:
            break
    return [" ".join(WORDS[token - 2] for token in beam.tokens) for beam in search.best()]


def meant(*texts: str) -> Meaning:
    return understander_of("boba").understand(texts, expecting=Expecting.ORDER)


def test_among_known_words_the_likeliest_is_heard_however_much_likelier_another_is() -> None:
    known = KnownWords(["a", "taro", "tea"], encode)

    found = heard(known, {"a": 0.0}, {"tarot": 0.0, "taro": -5.0}, {"tea": 0.0})

    assert found[0] == "a taro tea"
    assert not any("tarot" in one for one in found)


def test_known_words_may_be_said_in_any_order_and_as_often_as_one_likes() -> None:
    known = KnownWords(["a", "taro", "tea"], encode)

    assert heard(known, *({word: 0.0} for word in ("tea", "a", "taro", "tea")))[0] == (
        "tea a taro tea"
    )


def test_an_order_is_doubtful_that_is_not_understood_to_its_last_word() -> None:
    assert is_doubtful(meant(FIRST), Expecting.ORDER)
    assert not is_doubtful(meant(CLEAR), Expecting.ORDER)
    assert not is_doubtful(meant("that's all"), Expecting.ORDER)
    assert not is_doubtful(meant("how much is the taro"), Expecting.ORDER)


def test_after_a_question_with_few_answers_nothing_is_doubtful_so() -> None:
    assert not is_doubtful(meant(FIRST), Expecting.YES_NO)


def test_only_an_order_can_be_clearer() -> None:
    first = meant(FIRST)

    assert is_clearer(meant(CLEAR), first)
    assert not is_clearer(meant("no"), first)
    assert not is_clearer(meant("that's it with matcha stencil"), first)


def test_talk_does_not_become_an_order_by_being_listened_to() -> None:
    talk = meant("the weather is lovely over there")

    assert not is_clearer(meant("the weather is taro over there"), talk)


def test_what_is_far_less_likely_is_not_taken_for_what_was_heard() -> None:
    first = [Hypothesis("a tarot", -1.0, 0.9, -2.0)]
    closely = [Hypothesis("a taro", 3.0, 0.8, -6.0), Hypothesis("tea", 9.0, 0.1, -40.0)]

    assert [one.text for one in together(first, closely)] == ["a taro", "a tarot"]


def test_what_several_searches_find_is_there_once_with_its_best_score() -> None:
    one = [Hypothesis("a taro", 1.0), Hypothesis("a tarot", 0.0)]

    assert union(one, [Hypothesis("a tarot", 2.0)]) == [
        Hypothesis("a tarot", 2.0),
        Hypothesis("a taro", 1.0),
    ]


class ClosePays(ToldRecogniser):
    """Hears something else when it listens closely."""

    def __init__(self, first: str, closely: str) -> None:
        super().__init__(first)
        self.closely = closely
        self.closely_takes = 0.2

    async def transcribe(
        self, mulaw: bytes, *, context: RecognitionContext, n_best: int = 4
    ) -> list[Hypothesis]:
        found = await super().transcribe(mulaw, context=context, n_best=n_best)
        if not context.closely:
            return found
        await asyncio.sleep(self.closely_takes)
        return [Hypothesis(self.closely, 1.0)]


async def turn_after(recogniser: ToldRecogniser) -> tuple[Utterance, float]:
    """The turn that an order makes, and how long after its end."""
    loop = asyncio.get_running_loop()
    turns: list[tuple[Utterance, float]] = []
    ears = Ears(
        recogniser,
        events=EarsEvents(
            started=lambda: None,
            noise=lambda: None,
            partial=lambda _: None,
            turn=lambda said: turns.append((said, loop.time())),
            failed=lambda error: pytest.fail(error.message),
        ),
        context=lambda: RecognitionContext("menu", Expecting.ORDER),
        understand=_understand,
        clock=loop.time,
    )
    await feed_quiet(ears.feed, 0.5)
    await feed(ears.feed, order())
    await feed_quiet(ears.feed, 3.0)
    ears.close()
    ((said, at),) = turns
    return said, at - said.ended_at


def _understand(texts: Sequence[str]) -> Meaning:
    return meant(*texts)


@pytest.mark.voice
def test_a_doubtful_order_becomes_what_was_heard_closely() -> None:
    async def story() -> None:
        said, _ = await turn_after(ClosePays(FIRST, CLEAR))
        assert said.text == CLEAR
        assert said.texts == (CLEAR, FIRST)

    run_virtually(story())


@pytest.mark.voice
def test_a_clear_order_is_not_listened_to_again() -> None:
    async def story() -> None:
        recogniser = ClosePays(CLEAR, FIRST)
        said, _ = await turn_after(recogniser)
        assert said.text == CLEAR
        assert not any(context.closely for context in recogniser.contexts)

    run_virtually(story())


@pytest.mark.voice
def test_a_closer_look_that_takes_too_long_is_not_waited_for() -> None:
    async def story() -> None:
        recogniser = ClosePays(FIRST, CLEAR)
        recogniser.closely_takes = 9.0
        said, after = await turn_after(recogniser)
        assert said.text == FIRST
        assert after <= WAITS.uncertain / 1000 + 0.4

    run_virtually(story())


@pytest.mark.voice
def test_a_clear_order_sounds_the_same_however_closely_one_listens() -> None:
    recogniser = Recogniser.load()
    recogniser.register("boba", ["taro milk tea", "black milk tea", "egg pudding"])
    context = RecognitionContext("boba", Expecting.ORDER)
    spoken = silence(300) + Mouth.load().speak("Can I have a black milk tea with egg pudding?")

    closely = recogniser.transcribe(spoken, listening_closely(context), n_best=8)

    assert closely[0].text == "can i have a black milk tea with egg pudding"

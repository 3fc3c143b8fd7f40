"""What is rendered, in which pieces, and what is known by heart."""

from __future__ import annotations

from servizio.agents.local.rendering import Renderer
from servizio.agents.local.speech_queue import Priority
from servizio.agents.local.speech_worker import Reply, Request, Speak, Spoken
from servizio.agents.local.wording import known_by_heart


class Voice:
    """Renders at once, and knows what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Priority]] = []
        self.renderer = Renderer(self._ask)

    async def say(self, text: str) -> list[bytes]:
        return [piece async for piece in self.renderer.speak(text)]

    async def _ask(self, request: Request, priority: Priority) -> Reply:
        assert isinstance(request, Speak)
        self.asked.append((request.text, priority))
        return Spoken(request.text.encode())


async def test_an_opener_known_by_heart_is_heard_while_the_rest_is_rendered_as_urgently() -> None:
    voice = Voice()
    await voice.renderer.learn("OK,")
    assert await voice.say("OK, one taro. Is that right?") == [
        b"OK,", b"one taro.", b"Is that right?",
    ]  # fmt: skip
    assert voice.asked == [
        ("OK,", Priority.SPECULATIVE),
        ("one taro.", Priority.FIRST_SENTENCE),
        ("Is that right?", Priority.OTHER_SENTENCE),
    ]


async def test_a_sentence_known_by_heart_is_not_cut() -> None:
    voice = Voice()
    await voice.renderer.learn("Sorry, I missed that.")
    assert await voice.say("Sorry, I missed that.") == [b"Sorry, I missed that."]
    assert len(voice.asked) == 1


async def test_a_beginning_known_by_heart_is_heard_while_the_rest_is_rendered() -> None:
    voice = Voice()
    await voice.renderer.learn("Your order number is,")
    assert await voice.say("Your order number is four, two. That's six dollars.") == [
        b"Your order number is,", b"four, two.", b"That's six dollars.",
    ]  # fmt: skip
    assert voice.asked[1][1] is Priority.FIRST_SENTENCE


async def test_a_beginning_stands_alone_only_where_a_speech_begins() -> None:
    voice = Voice()
    await voice.renderer.learn("That's,")
    await voice.renderer.learn("Got it.")
    assert await voice.say("Got it. That's six dollars.") == [b"Got it.", b"That's six dollars."]


async def test_nothing_is_learned_twice() -> None:
    voice = Voice()
    for _ in range(2):
        await voice.renderer.learn("OK,")
    assert len(voice.asked) == 1


def test_what_is_to_be_known_by_heart_begins_with_the_openers() -> None:
    known = known_by_heart()
    assert "OK," in known
    assert "Your order number is," in known
    assert "That's," in known
    assert not {",", "I took the,", "The,"} & set(known)
    assert "Anything else?" in known
    assert not any("{" in sentence for sentence in known)
    assert len(set(known)) == len(known)

"""The agent's answers on their way to the call: in order, with their words, counted, or dead.

An answer is known by its id. After the customer has begun to speak, everything that still
comes of the answers before is dropped by that id, however late it is.
"""

from __future__ import annotations

from collections.abc import Callable, KeysView
from dataclasses import dataclass, field

from servizio.agents.cloud.replies import Replies
from servizio.agents.openai_realtime.captions import Captions
from servizio.agents.openai_realtime.messages import Sound, Words
from servizio.agents.openai_realtime.played import Cut, PlayedBook


@dataclass(slots=True)
class _Answer:
    """One answer that is being made or waits to be heard."""

    captions: dict[str, Captions] = field(default_factory=dict)
    """By item."""
    sent: dict[str, int] = field(default_factory=dict)
    """Bytes of each item's sound that were handed over."""
    done: set[str] = field(default_factory=set)
    """Items that are whole."""
    waiting: list[Callable[[], None]] = field(default_factory=list)
    """What came while another answer was being spoken."""


class Voice:
    """What the model says in one session. Two answers never speak at once."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._book = PlayedBook()
        self._answers: dict[str, _Answer] = {}
        """Those that have not ended, in the order in which they began."""
        self._dead: set[str] = set()
        self._items: dict[str, set[str]] = {}
        """Items of which there was sound, by answer."""
        self._handed: set[str] = set()
        """Items of which sound was handed over."""

    @property
    def sounded(self) -> KeysView[str]:
        """Answers of which there was sound."""
        return self._items.keys()

    def unheard(self, answer: str) -> set[str]:
        """Items of this answer of which no sound was handed over although there was some."""
        return self._items.get(answer, set()) - self._handed

    @property
    def is_busy(self) -> bool:
        """Whether sound of an answer may still come."""
        return bool(self._answers)

    @property
    def is_whole(self) -> bool:
        """Whether all is there of what is being said, although its end was not told."""
        first = self._answers.get(self._first)
        return first is not None and bool(first.sent) and first.done >= first.sent.keys()

    def end_first(self) -> None:
        """What is being said has ended without saying so."""
        self.end(self._first)

    def begin(self, answer: str) -> None:
        """An answer is being made."""
        if answer not in self._dead:
            self._answers.setdefault(answer, _Answer())

    def take_words(self, words: Words) -> bool:
        """Words of an answer. False: it is dead."""
        return self._when_due(words.response, lambda answer: self._words(answer, words))

    def take_sound(self, sound: Sound) -> bool:
        """Sound of an answer. False: it is dead."""
        self._items.setdefault(sound.response, set()).add(sound.item)
        if sound.response in self._dead:
            self._replies.dropped += len(sound.sound)
            return False
        return self._when_due(sound.response, lambda answer: self._sound(answer, sound))

    def item_done(self, answer: str, item: str) -> None:
        """No more sound of this item comes."""
        if answer in self._answers:
            self._when_due(answer, lambda each: self._item_done(each, item))

    def end(self, answer: str) -> None:
        """The answer has ended. The next one may speak."""
        if answer in self._answers:
            self._when_due(answer, lambda _each: self._end(answer))

    def kill(self, answer: str) -> None:
        """Nothing of this answer may be heard any more."""
        self._dead.add(answer)
        if answer in self._answers:
            was_first = answer == self._first
            del self._answers[answer]
            if was_first:
                self._replies.end()
                self._next()

    def kill_all(self) -> frozenset[str]:
        """The customer speaks: nothing of any answer may be heard. Those that had not ended."""
        dead = frozenset(self._answers)
        self._dead |= dead
        self._answers.clear()
        self._replies.shut()
        self._replies.open_gate()
        return dead

    def is_dead(self, answer: str) -> bool:
        """Whether nothing of it may be heard."""
        return answer in self._dead

    def is_silent(self, answer: str) -> bool:
        """Whether it has begun, lives, and there is no sound of it yet."""
        return answer in self._answers and answer not in self.sounded

    def played(self, speech: int) -> None:
        """This speech was heard to its end."""
        self._book.played(speech)

    def cut(self, speech: int, heard_ms: int) -> tuple[Cut, ...]:
        """Of this speech only so much was heard: what to tell the provider."""
        return self._book.cut(speech, heard_ms)

    @property
    def _first(self) -> str:
        return next(iter(self._answers), "")

    def _when_due(self, answer: str, do: Callable[[_Answer], None]) -> bool:
        """Do it now, or when the answers before have been spoken. False: it is dead."""
        if answer in self._dead:
            return False
        # An answer whose beginning was not told begins here.
        each = self._answers.setdefault(answer, _Answer())
        if answer == self._first:
            do(each)
        else:
            each.waiting.append(lambda: do(each))
        return True

    def _next(self) -> None:
        first = self._first
        while first:
            answer = self._answers[first]
            while answer.waiting and self._first == first:
                answer.waiting.pop(0)()
            if self._first == first:
                return
            first = self._first

    def _words(self, answer: _Answer, words: Words) -> None:
        captions = answer.captions.setdefault(words.item, Captions())
        if words.whole:
            captions.replace(words.words)
        else:
            captions.add(words.words)

    def _sound(self, answer: _Answer, sound: Sound) -> None:
        captions = answer.captions.setdefault(sound.item, Captions())
        if sound.item not in answer.sent:
            self._last_words(answer)
        left = sound.sound
        while left:
            sent = answer.sent.get(sound.item, 0)
            due = captions.due_at()
            if due is not None and due <= sent:
                self._replies.take_sentence(captions.take())
                continue
            now = left if due is None else left[: due - sent]
            left = left[len(now) :]
            self._replies.take_sound(now)
            answer.sent[sound.item] = sent + len(now)
            self._handed.add(sound.item)
            self._book.add(self._replies.number, sound.item, sound.part, len(now))

    def _item_done(self, answer: _Answer, item: str) -> None:
        answer.done.add(item)
        self._book.item_done(item)

    def _last_words(self, answer: _Answer) -> None:
        """What is left of the words of items that were heard; others have no voice."""
        for item in answer.sent:
            if rest := answer.captions[item].rest():
                self._replies.take_sentence(rest)

    def _end(self, name: str) -> None:
        answer = self._answers[name]
        self._last_words(answer)
        for item in answer.sent:
            self._book.item_done(item)
        del self._answers[name]
        self._replies.end()
        self._next()

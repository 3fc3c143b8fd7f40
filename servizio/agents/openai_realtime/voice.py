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
        self._floor = ""
        """The answer that is being spoken: of several, the one that first had sound."""
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
        """Whether an answer is being spoken whose end was not told."""
        return bool(self._floor)

    @property
    def is_whole(self) -> bool:
        """Whether all items are there of what is being said, although its end was not told."""
        answer = self._answers.get(self._floor)
        return answer is not None and answer.done >= answer.sent.keys()

    def rest(self) -> None:
        """What is being said goes on later, if at all: another answer may speak until then."""
        if (answer := self._answers.get(self._floor)) is not None:
            self._last_words(answer)
        self._replies.end()
        self._next()

    def begin(self, answer: str) -> None:
        """An answer is being made."""
        if answer not in self._dead:
            self._answers.setdefault(answer, _Answer())

    def take_words(self, words: Words) -> bool:
        """Words of an answer. False: it is dead."""
        if words.response in self._dead:
            return False
        # An answer whose beginning was not told begins here.
        answer = self._answers.setdefault(words.response, _Answer())
        captions = answer.captions.setdefault(words.item, Captions())
        if words.whole:
            captions.replace(words.words)
        else:
            captions.add(words.words)
        return True

    def take_sound(self, sound: Sound) -> bool:
        """Sound of an answer. False: it is dead."""
        self._items.setdefault(sound.response, set()).add(sound.item)
        if sound.response in self._dead:
            return False
        answer = self._answers.setdefault(sound.response, _Answer())
        self._floor = self._floor or sound.response
        self._when_due(sound.response, lambda: self._sound(answer, sound))
        return True

    def item_done(self, name: str, item: str) -> None:
        """No more sound of this item comes."""
        if (answer := self._answers.get(name)) is not None:
            self._when_due(name, lambda: self._item_done(answer, item))

    def end(self, name: str) -> None:
        """The answer has ended. The next one may speak."""
        if name in self._answers:
            self._when_due(name, lambda: self._end(name))

    def kill(self, answer: str) -> None:
        """Nothing of this answer may be heard any more."""
        self._dead.add(answer)
        if answer in self._answers:
            del self._answers[answer]
            if answer == self._floor:
                self._replies.end()
                self._next()

    def kill_all(self) -> frozenset[str]:
        """The customer speaks: nothing of any answer may be heard. Those that had not ended."""
        dead = frozenset(self._answers)
        self._dead |= dead
        self._answers.clear()
        self._floor = ""
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

    def _when_due(self, name: str, do: Callable[[], None]) -> None:
        """Do it now, or where sound of it waits for another answer's end, behind that."""
        waiting = self._answers[name].waiting
        if waiting or (self._floor not in {"", name} and name in self._items):
            waiting.append(do)
        else:
            do()

    def _next(self) -> None:
        """The answer that has waited for longest speaks, as far as it has come."""
        self._floor = next((name for name, each in self._answers.items() if each.waiting), "")
        if answer := self._answers.get(self._floor):
            waiting, answer.waiting = answer.waiting, []
            for do in waiting:
                do()

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
        if name == self._floor:
            self._replies.end()
            self._next()

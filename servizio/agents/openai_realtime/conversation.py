"""The answers of one session: asked for, spoken, counted, tried again, and their functions.

Everything in here is void with the session's socket: ids mean nothing to the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from servizio.agents.cloud.functions import FunctionCall, FunctionCalls
from servizio.agents.cloud.provider_json import Json
from servizio.agents.cloud.provider_text import one_line
from servizio.agents.cloud.replies import Replies
from servizio.agents.cloud.vigil import Vigil
from servizio.agents.openai_realtime.asides import Asides
from servizio.agents.openai_realtime.faults import is_fatal
from servizio.agents.openai_realtime.guard import ResponseGuard, Wish
from servizio.agents.openai_realtime.messages import (
    ResponseCreated,
    ResponseDone,
    Sound,
    SoundDone,
    Words,
    Working,
)
from servizio.agents.openai_realtime.voice import Voice
from servizio.errors import AgentError, AgentRefusedError

AnswerMessage = ResponseCreated | Working | Sound | SoundDone | Words | ResponseDone

MOST_RETRIES = 2
"""How often an answer that failed is asked for again before the next agent takes over."""
RETRY_AFTER = 0.5
"""Seconds; twice as long the second time."""
LAST_WORDS = frozenset({"end_call", "transfer_to_staff"})
"""After these nothing more is said, where the answer that wanted them had words of its own."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outside:
    """What a conversation needs of the agent. All of it returns at once."""

    send: Callable[[Json], None]
    later: Callable[[float, Callable[[], None]], None]
    fail: Callable[[AgentError], None]
    functions: FunctionCalls


class Conversation:
    """What is said and done in one session."""

    def __init__(
        self, number: int, instructions: str, replies: Replies, vigil: Vigil, outside: Outside
    ) -> None:
        self._mark = f"{number}:"
        """Begins the ids of this session's functions: another may use the same."""
        self._outside = outside
        self._vigil = vigil
        self.voice = Voice(replies)
        self.guard = ResponseGuard(self._create, self._cancel)
        self.asides = Asides(vigil, self.guard, self._create, instructions)
        self._events = 0
        self._open: dict[str, str] = {}
        """Functions without an answer, and the answer of the model that wants them."""
        self._retries = 0
        self._unheard: set[str] = set()
        """Items to be deleted once their answers have ended: nothing of them was heard."""

    def go_on(self, instructions: str = "") -> None:
        """Want an answer."""
        self._vigil.owe(may_fill=True)
        self.guard.ask(Wish(instructions))

    def add_words(self, text: str) -> None:
        """Words of the customer's that were not spoken."""
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        self._send("conversation.item.create", "item", item=item)

    def customer_began(self) -> None:
        """The customer speaks: everything that is being said is dead."""
        self.voice.kill_all()
        self.guard.customer_began()

    def stop(self) -> None:
        """The customer presses keys. The provider cannot know: it is told to stop."""
        self.voice.kill_all()
        self.guard.stop()

    def interrupted(self, speech: int, heard_ms: int) -> None:
        """Of this speech only so much was heard: the model must not believe more."""
        for cut in self.voice.cut(speech, heard_ms):
            if cut.heard_ms > 0:
                self._send(
                    "conversation.item.truncate",
                    "trunc",
                    item_id=cut.item,
                    content_index=cut.part,
                    audio_end_ms=cut.heard_ms,
                )
            elif self.guard.active:
                self._unheard.add(cut.item)
            else:
                self._delete(cut.item)

    def answer(self, call: FunctionCall, content: str) -> None:
        """A function has been called. After the last one of an answer the model goes on."""
        wanted_by = self._open.pop(call.id, "")
        if call.id.startswith(self._mark):
            name = call.id.removeprefix(self._mark)
            item = {"type": "function_call_output", "call_id": name, "output": content}
            self._send("conversation.item.create", "out", item=item)
        self._vigil.progress()
        is_last = call.name in LAST_WORDS and '"ok": true' in content
        if wanted_by in self._open.values():
            return
        if is_last and wanted_by in self.voice.sounded:
            return
        self.go_on()

    def take(self, message: AnswerMessage) -> None:
        """Something came of an answer."""
        match message:
            case ResponseCreated():
                self._created(message)
            case Working():
                self._vigil.progress()
            case Words():
                if self.voice.take_words(message):
                    self._vigil.progress()
            case Sound():
                self._sound(message)
            case SoundDone(response=response, item=item):
                self.voice.item_done(response, item)
            case ResponseDone():
                self._done(message)

    def refused(self, event: str, *, is_active: bool) -> None:
        """An event of ours was refused."""
        if self.asides.refused(event):
            return
        wish = self.guard.refused(event, is_active=is_active)
        if wish is not None:
            self._try_again(wish, AgentError("OpenAI refuses to answer."))

    def _created(self, message: ResponseCreated) -> None:
        self._vigil.progress()
        is_filler = self.asides.created(message.id, message.ours)
        if is_filler or self.guard.created(message.id, message.ours):
            self.voice.begin(message.id)
        else:
            self.voice.kill(message.id)

    def _sound(self, message: Sound) -> None:
        is_filler = self.asides.is_filler(message.response)
        if not is_filler:
            self._drop_late_fillers()
        if self.voice.take_sound(message) and not is_filler:
            self._retries = 0
            self._vigil.sound_came()

    def _drop_late_fillers(self) -> None:
        """Nobody needs to be asked to wait for what is there."""
        for filler in self.asides.fillers:
            if self.voice.is_silent(filler):
                self.voice.kill(filler)
                self._cancel(filler)

    def _done(self, message: ResponseDone) -> None:
        if self.asides.is_filler(message.id):
            self.voice.end(message.id)
            return
        was_dead = self.voice.is_dead(message.id)
        self.voice.end(message.id)
        wish = self.guard.wish
        if message.status == "completed":
            self._want(message)
        else:
            for call in message.calls:
                # Half a call must not be done, nor stay in the conversation without an answer.
                self._delete(call.item)
        self.guard.done(message.id)
        self._unheard |= self.voice.unheard(message.id) if was_dead else set()
        self._delete_unheard()
        if was_dead or message.status == "cancelled":
            return
        if message.status == "failed":
            self._failed(message, wish)
        elif not message.calls and message.id not in self.voice.sounded:
            self._try_again(wish, AgentError("OpenAI answers without a sound."))

    def _want(self, message: ResponseDone) -> None:
        """Functions are called although the customer speaks again: the order is as was said."""
        calls = [
            FunctionCall(self._mark + call.id, call.name, call.arguments)
            for call in message.calls
            if call.whole
        ]
        if calls:
            self._retries = 0
        for call in calls:
            self._open.setdefault(call.id, message.id)
        self._vigil.progress()
        self._outside.functions.want(calls)

    def _failed(self, message: ResponseDone, wish: Wish) -> None:
        if is_fatal(message.code):
            self._outside.fail(
                AgentRefusedError(
                    f"OpenAI refuses to answer: {one_line(message.code)}.",
                    "Check the OpenAI account.",
                )
            )
        else:
            self._try_again(wish, AgentError(f"OpenAI cannot answer: {one_line(message.code)}."))

    def _try_again(self, wish: Wish, error: AgentError) -> None:
        self._retries += 1
        if self._retries > MOST_RETRIES:
            self._outside.fail(error)
            return
        log.info("openai_answer_again tries=%d reason=%s", self._retries, error.message)
        self._outside.later(RETRY_AFTER * self._retries, lambda: self.guard.ask(wish))

    def _delete_unheard(self) -> None:
        for item in self._unheard:
            self._delete(item)
        self._unheard.clear()

    def _delete(self, item: str) -> None:
        self._send("conversation.item.delete", "del", item_id=item)

    def _create(self, response: Json) -> str:
        event = f"create-{self._events + 1}"
        told = response | {"metadata": {"client_event_id": event}}
        self._send("response.create", "create", response=told)
        return event

    def _cancel(self, response: str) -> None:
        self._send("response.cancel", "cancel", response_id=response)

    def _send(self, kind: str, prefix: str, **body: object) -> None:
        self._events += 1
        self._outside.send({"type": kind, "event_id": f"{prefix}-{self._events}", **body})

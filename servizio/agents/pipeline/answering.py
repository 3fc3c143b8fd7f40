"""One answer to the customer: asks the model, speaks its words, calls its functions, asks again.

Nothing is asked a second time once a word of the answer has been spoken: the customer would
hear it twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from servizio.agents.cloud.functions import FunctionCall, FunctionCalls
from servizio.agents.cloud.provider_json import Json
from servizio.agents.pipeline.chat import Chat
from servizio.agents.pipeline.chat_pieces import (
    CallPiece,
    ChatError,
    Finished,
    TextPiece,
    Trouble,
)
from servizio.agents.pipeline.conversation import Conversation, Entry
from servizio.agents.pipeline.dialects import plainer, request_body
from servizio.agents.pipeline.speaking import Speaker, Speech
from servizio.agents.pipeline.spoken_text import SentenceCutter
from servizio.agents.pipeline.tool_calls import Assembly, own_tongue
from servizio.agents.tool_schemas import ToolSpec
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

MOST_ROUNDS = 14
"""Requests for one answer; the last one has to be answered in words."""
WITHIN = 5.0
"""Seconds without a spoken word after which a failed request is not sent again."""
LONGEST_WAIT = 1.0
"""Seconds that a busy server may ask us to wait."""
FUNCTIONS_WITHIN = 6.0
"""Seconds for the functions of one round."""
COOL = 0.1
"""Temperature of a request whose function call went wrong."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Round:
    """One request and what has come of it."""

    entry: Entry
    speech: Speech
    calls: Assembly = field(default_factory=Assembly)
    text: str = ""
    reason: str = ""
    spoke: bool = False


@dataclass(slots=True)
class _Attempts:
    """What has been tried in one round."""

    again: int = 0
    is_plain: bool = False
    may_call: bool = True
    temperature: float | None = None


class Answering:
    """Answers for one call. `answer` is cancelled when the customer goes on speaking."""

    def __init__(
        self,
        chat: Chat,
        conversation: Conversation,
        functions: FunctionCalls,
        speaker: Speaker,
        *,
        tools: Sequence[ToolSpec],
        call_sid: str,
        spoken: Callable[[str], None],
    ) -> None:
        self._chat = chat
        self._conversation = conversation
        self._functions = functions
        self._speaker = speaker
        self._tools = tools
        self._call_sid = call_sid
        self._spoken = spoken
        self._open_calls: set[str] = set()
        self._all_answered = asyncio.Event()
        self._all_answered.set()
        self._began = 0.0

    def forget(self, call_ids: Collection[str]) -> None:
        """These calls will have no answer: what they were wanted for is not wanted."""
        self._open_calls.difference_update(call_ids)
        if not self._open_calls:
            self._all_answered.set()

    def answered(self, call: FunctionCall, content: str) -> None:
        """A function has been called, while the answer lasts or after it was cancelled."""
        self._conversation.answered(call.id, content)
        self._open_calls.discard(call.id)
        if not self._open_calls:
            self._all_answered.set()

    async def answer(self) -> None:
        """Answer what the conversation ends with. Raises `AgentError`."""
        self._began = asyncio.get_running_loop().time()
        spoke = False
        for number in range(MOST_ROUNDS):
            # A function that an answer before this one wanted is never cut off.
            await self._functions_done()
            done = await self._round(may_call=number < MOST_ROUNDS - 1, spoke=spoke)
            spoke = spoke or done.spoke
            calls = done.calls.calls(self._conversation.call_ids, cut=done.reason == "length")
            if not calls:
                if not spoke:
                    raise AgentError("The model has nothing to say.")
                return
            self._want(done.entry, calls)
        raise AgentError("The model calls functions without end.")

    def _want(self, entry: Entry, calls: Sequence[FunctionCall]) -> None:
        self._conversation.wants(entry, calls)
        self._open_calls.update(call.id for call in calls)
        self._all_answered.clear()
        self._functions.want(calls)

    async def _functions_done(self) -> None:
        try:
            async with asyncio.timeout(FUNCTIONS_WITHIN):
                await self._all_answered.wait()
        except TimeoutError:
            log.warning("function_late call=%s", self._call_sid)

    async def _round(self, *, may_call: bool, spoke: bool) -> _Round:
        """One request, sent again where that can help."""
        attempts = _Attempts(may_call=may_call)
        while True:
            entry = Entry("assistant", "")
            this = _Round(entry, Speech(entry))
            body = self._body(attempts)
            try:
                await self._ask(this, body)
                if this.spoke or spoke or this.calls.calls(()):
                    return this
                raise ChatError(Trouble.CUT, "there is nothing to say in the answer")
            except ChatError as error:
                log.info("chat_trouble call=%s %s: %s", self._call_sid, error.trouble, error.text)
                self._speaker.end(this.speech)
                if this.spoke:
                    raise _agent_error(error) from error
                if error.trouble is Trouble.BAD_TOOL_CALL and self._repair(this, error):
                    return this
                await self._think_again(attempts, error)

    def _body(self, attempts: _Attempts) -> Json:
        body = request_body(
            self._chat.plan,
            self._conversation.messages(),
            self._tools,
            may_call=attempts.may_call,
            temperature=attempts.temperature,
        )
        return plainer(body) if attempts.is_plain else body

    async def _ask(self, this: _Round, body: Json) -> None:
        cutter = SentenceCutter()
        async with aclosing(self._chat.stream(body)) as pieces:
            async for piece in pieces:
                match piece:
                    case TextPiece(text=text):
                        this.text += text
                        self._say(this, cutter.feed(text))
                    case CallPiece():
                        this.calls.take(piece)
                    case Finished(reason=reason):
                        this.reason = reason
                    case _:
                        pass
        self._say(this, cutter.end())
        self._speaker.end(this.speech)
        if not this.calls.calls(()):
            for call in own_tongue(this.text, self._known):
                this.calls.take(call)
        self._conversation.add(this.entry)

    def _say(self, this: _Round, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            if not this.spoke:
                this.spoke = True
                this.entry.is_open = True
                self._conversation.add(this.entry)
            this.entry.text = f"{this.entry.text} {sentence}".strip()
            self._spoken(sentence)
            self._speaker.say(this.speech, sentence)

    def _repair(self, this: _Round, error: ChatError) -> bool:
        """Make of what the model said what it meant, where that is plain to see."""
        known = self._known
        found = own_tongue(error.generation, known)
        for piece in found:
            this.calls.take(piece)
        if not found and error.generation and not set("<{[") & set(error.generation):
            cutter = SentenceCutter()
            self._say(this, [*cutter.feed(error.generation), *cutter.end()])
            self._speaker.end(this.speech)
        self._conversation.add(this.entry)
        return bool(found) or this.spoke

    @property
    def _known(self) -> Collection[str]:
        return {spec.name for spec in self._tools}

    async def _think_again(self, attempts: _Attempts, error: ChatError) -> None:
        """Change what the next request should do otherwise, or give up."""
        late = asyncio.get_running_loop().time() - self._began > WITHIN
        attempts.again += 1
        match error.trouble:
            case Trouble.BAD_TOOL_CALL if attempts.again < 3:
                attempts.temperature = COOL
                attempts.may_call = attempts.may_call and attempts.again < 2
                return
            case Trouble.REJECTED if not attempts.is_plain:
                attempts.is_plain = True
                return
            case Trouble.BUSY if attempts.again < 2 and not late:
                wait = error.retry_after if error.retry_after is not None else 0.3
                if wait <= LONGEST_WAIT:
                    await asyncio.sleep(wait)
                    return
            case Trouble.UNREACHABLE | Trouble.CUT if attempts.again < 2 and not late:
                await asyncio.sleep(0.1)
                return
            case _:
                pass
        raise _agent_error(error) from error


def _agent_error(error: ChatError) -> AgentError:
    text = f"The language model failed: {error.text}".strip()
    if error.trouble is Trouble.REFUSED:
        return AgentRefusedError(text, "Check llm.api_key and llm.model.")
    if error.trouble in {Trouble.UNREACHABLE, Trouble.BUSY}:
        return AgentUnreachableError(text, "The server of llm.base_url is down or busy.")
    return AgentError(text)

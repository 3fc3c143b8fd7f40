"""The telephone company's side of a simulated call: carries out what the shop's server says."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TypeVar

from servizio.demo.phone_connection import Connection
from servizio.demo.phone_line import Line
from servizio.demo.phone_plan import CallEnd, CallPlan, Interruption, new_sid
from servizio.demo.phone_stream import StreamEnd
from servizio.demo.phone_twiml import (
    DOCUMENT_ERROR,
    Dial,
    Document,
    Gather,
    Hangup,
    Pause,
    Play,
    Record,
    Redirect,
    Reject,
    Say,
    Stream,
    TwimlError,
    Verb,
    read_document,
)
from servizio.demo.phone_webhooks import Answer, Webhooks, voice_fields

_WRONG_CONTENT_TYPE = 12300
_WEBHOOK_FAILED = 11200
_MOST_DOCUMENTS = 30
_SAY_SECONDS_PER_CHARACTER = 0.06
_TWIML_TYPES = frozenset({"text/xml", "application/xml", "text/html"})

_T = TypeVar("_T")


class Exchange:
    """Carries one call from the first ring to the last request."""

    def __init__(
        self,
        line: Line,
        plan: CallPlan,
        webhooks: Webhooks,
        clock: Callable[[], float],
        randomness: random.Random,
    ) -> None:
        self._line = line
        self._plan = plan
        self._webhooks = webhooks
        self._randomness = randomness
        self._connection = Connection(line, plan, webhooks, clock, randomness)
        self._base = ""
        self._status = "in-progress" if plan.is_outbound else "ringing"
        self._stream_end = StreamEnd.HUNG_UP
        self._interrupt: asyncio.Future[Interruption] = self._no_interrupt()
        line.on_hang_up(self._hang_up)

    @staticmethod
    def _no_interrupt() -> asyncio.Future[Interruption]:
        return asyncio.get_running_loop().create_future()

    def _hang_up(self, how: StreamEnd) -> None:
        self._stream_end = how
        self._break_in(Interruption(None, CallEnd.CUSTOMER_HUNG_UP))

    def complete(self) -> None:
        """End the call as the REST API does with `Status=completed`."""
        self._break_in(Interruption(None, CallEnd.COMPLETED_BY_REQUEST))

    def replace(self, twiml: str) -> None:
        """Give the call other instructions as the REST API does with `Twiml`."""
        self._break_in(Interruption(twiml, CallEnd.DOCUMENT_ENDED))

    def _break_in(self, signal: Interruption) -> None:
        if self._interrupt.done():
            if self._interrupt.result().document is None:
                return
            # Instructions that still wait to be carried out give way to later ones.
            self._interrupt = self._no_interrupt()
        self._interrupt.set_result(signal)

    async def run(self) -> None:
        """Ring, do as told, and report the end. Never leaves the line waiting."""
        reason = CallEnd.WEBHOOK_FAILED
        try:
            reason = await self._converse()
            await self._report_end(reason)
        finally:
            self._line.finish(reason)

    async def _converse(self) -> CallEnd:
        document = await self._ring()
        for _ in range(_MOST_DOCUMENTS):
            if document is None:
                return CallEnd.WEBHOOK_FAILED
            try:
                following = await self._carry_out(document)
            except Interruption as signal:
                if signal.document is None:
                    return signal.end
                self._interrupt = self._no_interrupt()
                following = self._read(signal.document)
            if isinstance(following, CallEnd):
                return following
            document = following
        self._line.file([(DOCUMENT_ERROR, "the instructions go round in circles")])
        return CallEnd.WEBHOOK_FAILED

    async def _ring(self) -> Document | None:
        answer = await self._ask(self._plan.voice_url, {}, self._plan.method)
        if self._plan.deliver_twice:
            answer = await self._ask(self._plan.voice_url, {}, self._plan.method)
        document = self._understand(answer)
        if document is None and self._plan.fallback_url:
            document = self._understand(await self._ask(self._plan.fallback_url, {}))
        return document

    async def _ask(self, url: str, extra: Mapping[str, str], method: str = "POST") -> Answer:
        return await self._webhooks.ask(url, self._fields() | dict(extra), method)

    def _fields(self) -> dict[str, str]:
        return voice_fields(
            call_sid=self._line.call_sid,
            account_sid=self._plan.account_sid,
            from_number=self._plan.from_number,
            to_number=self._plan.to_number,
            status=self._status,
            direction="outbound-api" if self._plan.is_outbound else "inbound",
        )

    def _understand(self, answer: Answer) -> Document | None:
        """Take an answer as Twilio takes it. `None`: the call cannot go on with it."""
        if answer.status != 200:
            problem = answer.problem or f"a webhook answered {answer.status}"
            number = int(problem[:5]) if problem[:5].isdigit() else _WEBHOOK_FAILED
            self._line.file([(number, problem)])
            return None
        self._base = answer.url
        if answer.content_type.startswith("audio/"):
            return Document((Play(answer.url), Hangup()))
        if answer.content_type in _TWIML_TYPES:
            return self._read(answer.body)
        self._line.file([(_WRONG_CONTENT_TYPE, f"an answer of type {answer.content_type}")])
        if answer.content_type == "text/plain":
            try:
                return read_document(answer.body)
            except TwimlError:
                return Document((Say(answer.body), Hangup()))
        return None

    def _read(self, twiml: str) -> Document | None:
        try:
            document = read_document(twiml)
        except TwimlError as error:
            self._line.file([(error.number, error.message)])
            return None
        self._line.file(document.faults)
        return document

    async def _carry_out(self, document: Document) -> Document | CallEnd | None:
        for verb in document.verbs:
            if self._interrupt.done():
                raise self._interrupt.result()
            if isinstance(verb, Hangup):
                return CallEnd.SHOP_HUNG_UP
            if isinstance(verb, Reject):
                self._status = verb.reason
                return CallEnd.REJECTED
            self._status = "in-progress"
            asks, following = await self._perform(verb)
            if asks:
                return following
        return CallEnd.DOCUMENT_ENDED

    async def _perform(self, verb: Verb) -> tuple[bool, Document | None]:
        """Do one verb. True: other instructions were fetched (`None`: in vain)."""
        match verb:
            case Stream():
                await self._connection.connect(verb, self._interrupt, lambda: self._stream_end)
                if self._interrupt.done():
                    raise self._interrupt.result()
                extra: dict[str, str] = {}
            case Dial():
                self._line.under_way.set()
                extra = await self._dial(verb)
            case Gather() | Record():
                extra = (
                    self._press(verb)
                    if isinstance(verb, Gather)
                    else await self._leave_message(verb)
                )
                if not extra:
                    return False, None
            case Redirect():
                answer = await self._ask(self._address(verb.url), {}, verb.method)
                return True, self._understand(answer)
            case Say():
                self._line.said.append(verb.text)
                self._line.under_way.set()
                await self._take_time(len(verb.text) * _SAY_SECONDS_PER_CHARACTER)
                return False, None
            case _:
                self._line.under_way.set()
                await self._take_time(verb.seconds if isinstance(verb, Pause) else 0.0)
                return False, None
        if not verb.action:
            return False, None
        return True, self._understand(
            await self._ask(self._address(verb.action), extra, verb.method)
        )

    def _address(self, address: str) -> str:
        return self._webhooks.public_url(address, self._base)

    async def _take_time(self, seconds: float) -> None:
        if self._plan.verbs_take_time:
            await self._unless_interrupted(asyncio.sleep(seconds))

    async def _unless_interrupted(self, doing: Awaitable[_T]) -> _T:
        task = asyncio.ensure_future(doing)
        try:
            ends: list[asyncio.Future[_T] | asyncio.Future[Interruption]] = [task, self._interrupt]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if self._interrupt.done():
                raise self._interrupt.result()
            return task.result()
        finally:
            task.cancel()

    async def _dial(self, verb: Dial) -> dict[str, str]:
        self._line.dialled.append(verb.number)
        result = self._plan.dial(verb.number)
        leg = {
            "CallSid": new_sid("CA", self._randomness),
            "ParentCallSid": self._line.call_sid,
            "CallStatus": "in-progress",
        }
        is_bridged = result.status == "completed"
        if is_bridged and verb.whisper_url:
            is_bridged = await self._whisper(verb.whisper_url, leg, presses=result.presses_key)
        await self._take_time(result.seconds)
        return {
            "DialCallStatus": result.status,
            "DialCallSid": leg["CallSid"],
            "DialCallDuration": str(int(result.seconds)),
            "DialBridged": "true" if is_bridged else "false",
        }

    async def _whisper(self, url: str, leg: Mapping[str, str], *, presses: bool) -> bool:
        """Do what the person who was rung is told to. False: their line is hung up over it."""
        document = self._understand(await self._ask(self._address(url), leg))
        for verb in document.verbs if document else ():
            match verb:
                case Say():
                    self._line.whispered.append(verb.text)
                case Gather():
                    self._line.whispered.extend(verb.prompts)
                    if presses:
                        key = {**leg, "Digits": "1"}
                        return await self._whisper_on(self._address(verb.action), key)
                case Hangup():
                    return False
                case _:
                    pass
        return document is not None

    async def _whisper_on(self, url: str, key: Mapping[str, str]) -> bool:
        following = self._understand(await self._ask(url, key))
        return following is not None and Hangup() not in following.verbs

    def _press(self, verb: Gather) -> dict[str, str]:
        """The key that is pressed after the prompts; empty: none."""
        self._line.said.extend(verb.prompts)
        self._line.under_way.set()
        key = self._plan.presses(" ".join(verb.prompts))
        return {"Digits": key} if key else {}

    async def _leave_message(self, verb: Record) -> dict[str, str]:
        """What is told of what is said after the tone; empty: nothing is said."""
        self._line.under_way.set()
        seconds = min(self._plan.message_seconds, int(verb.longest_seconds))
        if not seconds:
            return {}
        await self._take_time(seconds)
        recorded = {
            "RecordingSid": new_sid("RE", self._randomness),
            "RecordingDuration": str(seconds),
        }
        if verb.status_url:
            # Of itself: these fields come without those of the call ("Recording status").
            told = recorded | {
                "AccountSid": self._plan.account_sid,
                "CallSid": self._line.call_sid,
                "RecordingStatus": "completed",
            }
            await self._webhooks.ask(self._address(verb.status_url), told)
        return recorded | {"Digits": "hangup"}

    async def _report_end(self, reason: CallEnd) -> None:
        self._status = "busy" if self._status == "busy" else "completed"
        self._line.end_reason = reason
        if not self._plan.status_url:
            return
        seconds = self._line.now
        fields = {
            "CallStatus": self._status,
            "Timestamp": format_datetime(datetime.now(UTC)),
            "SequenceNumber": str(self._plan.steps_told),
            "CallbackSource": "call-progress-events",
            "CallDuration": str(round(seconds)),
            "Duration": str(1 + int(seconds // 60)),
        }
        await self._ask(self._plan.status_url, fields)

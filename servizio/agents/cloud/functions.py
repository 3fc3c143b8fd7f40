"""Calls the functions that the model wants, once each, in order, and answers every one.

A model may change its mind, ask the same again and again, or send nonsense; the order must be
exact all the same. What changes the order waits for the end of the customer's turn, and what
is cancelled before the model can know its answer is taken back.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from servizio.agents.toolset import Result, Toolset

MOST_IN_A_TURN = 30
"""Functions called between two turns of the customer; a model that wants more is in a loop."""
MOST_ALIKE = 3
"""The same with the same arguments: twice may be meant, more is a loop."""
TURN_SECONDS = 4.0
"""How long a function that changes the order waits for the turn's end."""

STILL_SPEAKING = "The customer is still speaking. Wait for the end, then do what is wanted."
NO_JSON = "The arguments were not JSON. Call the function again with JSON."
ENOUGH = "This has been done already. Answer the customer now."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """One function that a model wants called."""

    id: str
    name: str
    arguments: object
    """As it came: a string of JSON from a good server."""
    thought_signature: str = ""
    """To be given back where it came."""


@dataclass(slots=True)
class _Change:
    """A change of which the model may not know yet."""

    id: str
    before: object


class FunctionCalls:
    """The functions of one call. `run` does the work, one after the other."""

    def __init__(
        self,
        tools: Toolset,
        *,
        answer: Callable[[FunctionCall, str], None],
        settled: Callable[[], Awaitable[object]],
    ) -> None:
        self._tools = tools
        self._answer = answer
        self._settled = settled
        self._changing = {spec.name for spec in tools.specs() if spec.changes_order}
        self._wanted: asyncio.Queue[FunctionCall] = asyncio.Queue()
        self._seen: set[str] = set()
        self._cancelled: set[str] = set()
        self._changes: deque[_Change] = deque(maxlen=MOST_IN_A_TURN)
        self._alike: Counter[tuple[str, str]] = Counter()
        self._turn_is_over = asyncio.Event()
        self._turn_is_over.set()
        self.busy = 0
        """Functions that have no answer yet."""

    def want(self, calls: Sequence[FunctionCall]) -> None:
        """The model wants these called. One that it asks for twice by id is called once."""
        for call in calls:
            if call.id not in self._seen:
                self._seen.add(call.id)
                self.busy += 1
                self._wanted.put_nowait(call)

    def cancel(self, ids: Sequence[str]) -> None:
        """The model no longer wants these: not answered, and their changes taken back."""
        self._cancelled.update(ids)
        if not self._changes or self._changes[-1].id not in ids:
            return
        first = self._changes[-1]
        while self._changes and self._changes[-1].id in ids:
            first = self._changes.pop()
        log.info("order_change_taken_back call=%s", self._tools.call_sid)
        self._tools.put_back(first.before)

    def keep(self, ids: Sequence[str]) -> None:
        """The model knows the answers of these: they hold, cancelled or not."""
        for change in [each for each in self._changes if each.id in ids]:
            self._changes.remove(change)

    def turn_began(self) -> None:
        """The customer speaks."""
        self._turn_is_over.clear()

    def turn_ended(self) -> None:
        """The customer has said all."""
        self._turn_is_over.set()

    def new_turn(self) -> None:
        """The customer said something new: what was asked before may be asked again."""
        self._alike.clear()

    async def run(self) -> None:
        """Call what is wanted until cancelled."""
        while True:
            call = await self._wanted.get()
            try:
                await self._do(call)
            finally:
                self.busy -= 1

    async def _do(self, call: FunctionCall) -> None:
        if call.name in self._changing and not await self._wait_for_turn():
            result: Result = {"ok": False, "error": STILL_SPEAKING}
        elif call.id in self._cancelled:
            return
        else:
            result = await self._result(call)
        if call.id not in self._cancelled:
            self._answer(call, json.dumps(result, ensure_ascii=False))

    async def _wait_for_turn(self) -> bool:
        try:
            async with asyncio.timeout(TURN_SECONDS):
                await self._turn_is_over.wait()
        except TimeoutError:
            return False
        return True

    async def _result(self, call: FunctionCall) -> Result:
        arguments = _arguments(call.arguments)
        if arguments is None:
            return {"ok": False, "error": NO_JSON}
        alike = (call.name, json.dumps(arguments, sort_keys=True))
        self._alike[alike] += 1
        if self._alike[alike] > MOST_ALIKE or self._alike.total() > MOST_IN_A_TURN:
            return {"ok": False, "error": ENOUGH}
        # What the tools do to the call must come after the words that caused it.
        await self._settled()
        if call.id in self._cancelled:
            return {"ok": False}
        if call.name in self._changing and call.name not in self._tools.lasting:
            self._changes.append(_Change(call.id, self._tools.state_now()))
        try:
            result = await self._tools.call(call.name, arguments)
        except Exception:
            # A function without an answer leaves the agent mute for ever.
            log.exception("tool_crashed call=%s tool=%s", self._tools.call_sid, call.name)
            return {"ok": False, "error": "I'm sorry, that did not work."}
        if call.name in self._tools.lasting:
            # Nothing before it can be taken back any more.
            self._changes.clear()
        return result


def _arguments(given: object) -> dict[str, object] | None:
    """A function's arguments: a string of JSON, sometimes the object itself, or nothing."""
    if isinstance(given, str):
        if not given.strip():
            return {}
        try:
            given = json.loads(given)
            # Some models write the JSON of the JSON.
            given = json.loads(given) if isinstance(given, str) else given
        except (ValueError, RecursionError):
            return None
    if given is None:
        return {}
    return given if isinstance(given, dict) else None

"""The tools of a call for a table: the only way in which any agent tells what came of it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Protocol

from servizio.agents.concierge.prompt import concierge_prompt, concierge_terms
from servizio.agents.concierge.schemas import concierge_specs
from servizio.agents.concierge.wording import opening_words
from servizio.agents.tool_checks import ToolChecks
from servizio.agents.tool_schemas import ToolSpec
from servizio.agents.toolset import Arguments, Result
from servizio.shop.reservation import BookingOutcome, BookingResult, ReservationRequest
from servizio.shop.reservation_texts import outcome, time_text

SILENCES = {
    2: "Hello? Are you still there?",
    6: "Hello, can you hear me?",
    10: "I'll try again another time. Goodbye.",
}
"""What is said to silences of so many in a row."""
HELLO_WITHIN = 2.5
"""Seconds of silence after which whoever rings speaks first."""
_NOT_IN_A_NUMBER = re.compile(r"[^A-Za-z0-9-]")


@dataclass(frozen=True, slots=True)
class Caller:
    """For whom a table is reserved."""

    on_behalf_of: str
    """Whose assistant this is, as it is spoken."""
    phone: str | None = None
    """E.164, where the restaurant can reach them; `None`: no number is given."""
    region: str = "US"
    leaves_message: bool = False
    """Whether a machine is spoken to, or only hung up on."""
    voice: str = ""
    """For such calls, by Deepgram's or OpenAI's name for it; empty: the voice of all calls."""


class LineControl(Protocol):
    """What an agent can do to the call itself."""

    def close_after_speech(self, outcome: str) -> None:
        """Hang up once the agent's last words have been heard."""
        ...

    def tool_used(self, name: str, *, ok: bool) -> None:
        """A tool was used: for the transcript."""
        ...


class ConciergeTools:
    """The catalogue, bound to one request (`servizio.agents.toolset.Toolset`)."""

    speaks_first_after: float | None = HELLO_WITHIN
    can_transfer = False
    lasting = frozenset({"report_outcome", "end_call"})

    def __init__(
        self,
        *,
        request: ReservationRequest,
        control: LineControl,
        call_sid: str,
        caller: Caller,
        now: Callable[[], datetime],
    ) -> None:
        """`now` where the restaurant is."""
        self.request = request
        self.caller = caller
        self.call_sid = call_sid
        self.now = now
        self.outcome: BookingOutcome | None = None
        """What came of it, as far as it was told."""
        self._control = control
        self._agreed: time | None = None
        self._checks = ToolChecks(concierge_specs())
        self._tools: dict[str, Callable[[Arguments], Awaitable[Result]]] = {
            "accept_offer": self._accept_offer,
            "report_outcome": self._report_outcome,
            "end_call": self._end_call,
        }

    @property
    def region(self) -> str:
        """Country in which a phone number without its country code is."""
        return self.caller.region

    @property
    def voice(self) -> str:
        """The provider's voice for this call."""
        return self.caller.voice

    @property
    def opening(self) -> str:
        """Who calls, and for what."""
        return opening_words(self.request, self.caller.on_behalf_of, self.now().date())

    def specs(self) -> tuple[ToolSpec, ...]:
        """Every tool, as a model is told of it."""
        return concierge_specs()

    async def call(self, name: str, arguments: Arguments) -> Result:
        """Do it. Always answers `{"ok": true, ...}` or `{"ok": false, "error": sentence, ...}`."""
        tool = self._tools.get(name)
        if tool is None:
            return {"ok": False, "error": "I can't do that.", "detail": "no such tool"}
        fault = self._checks.fault(name, dict(arguments))
        if fault is not None:
            return {"ok": False, "error": "Call it again as its schema says.", "detail": fault}
        result = await tool(arguments)
        self._control.tool_used(name, ok=bool(result["ok"]))
        return result

    def state_now(self) -> time | None:
        """The time that was agreed to."""
        return self._agreed

    def put_back(self, state: time | None) -> None:
        """Take up what was agreed before."""
        self._agreed = state

    def at_silence(self, times: int) -> str:
        """Next to nothing: people look things up, and want to be left alone meanwhile."""
        return SILENCES.get(times, "")

    def prompt(self, *, now: datetime, extra: str, takes_over: bool) -> str:
        """The request and how to go about it. The owner's lines are about the shop: not here."""
        del now, extra
        return concierge_prompt(
            self.request,
            on_behalf_of=self.caller.on_behalf_of,
            phone=self.caller.phone,
            leaves_message=self.caller.leaves_message,
            today=self.now().date(),
            takes_over=takes_over,
        )

    def key_terms(self) -> tuple[str, ...] | None:
        """Names and words of this call."""
        return concierge_terms(self.request)

    def view(self) -> dict[str, Any]:
        """The table that is wanted, and what came of it."""
        request, told = self.request, self.outcome
        return {
            "cart": None,
            "order_number": None,
            "booking": {
                "place": request.place,
                "party": request.party,
                "day": request.day.isoformat(),
                "time": f"{request.at:%H:%M}",
                "name": request.name,
                "result": None if told is None else told.result.value,
                "confirmation": "" if told is None else told.confirmation,
            },
        }

    def outcome_at_end(self, hung_up: bool) -> BookingOutcome:
        """What came of it, now that the call is over. `hung_up`: by the other side."""
        if self.outcome is not None:
            return self.outcome
        seen = "they hung up" if hung_up else "the call broke off"
        return outcome(self.request, BookingResult.FAILED, seen=seen)

    async def _accept_offer(self, arguments: Arguments) -> Result:
        offered = _clock(arguments["time"])
        request = self.request
        if not request.has_room_for(offered):
            room = f"{time_text(request.earliest)} to {time_text(request.latest)}"
            return {"ok": False, "error": f"{time_text(offered)} is outside {room}: decline it."}
        self._agreed = offered
        return {"ok": True, "time": f"{offered:%H:%M}"}

    async def _report_outcome(self, arguments: Arguments) -> Result:
        result = BookingResult(arguments["result"])
        told = arguments.get("time")
        at = _clock(told) if told else (self._agreed or self.request.at)
        if result is BookingResult.CONFIRMED and not self.request.has_room_for(at):
            return {"ok": False, "error": f"{time_text(at)} may not be taken: decline it."}
        before = self.outcome
        number = _NOT_IN_A_NUMBER.sub("", arguments.get("confirmation", ""))
        if not number and before is not None and result is before.result:
            number = before.confirmation
        self.outcome = outcome(
            self.request,
            result,
            at=at,
            confirmation=number,
            offered=[_clock(each) for each in arguments.get("offered", ())],
            seen=" ".join(str(arguments.get("reason", "")).split()),
        )
        return {"ok": True, "result": result.value}

    async def _end_call(self, _arguments: Arguments) -> Result:
        self._control.close_after_speech("completed")
        return {"ok": True}


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))

"""Makes the calls of a server: new ones, and those that come back from the staff's telephone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from servizio.agents.desk import Desk
from servizio.agents.failover import Succession
from servizio.agents.roster import Roster
from servizio.agents.tools import Catalogue, Tools
from servizio.agents.toolset import Toolset
from servizio.calls.admission import CallTexts
from servizio.calls.call import Call
from servizio.calls.control import Control
from servizio.calls.errand import Errand
from servizio.calls.expected import Expected
from servizio.calls.history import CallHistory, Partial
from servizio.calls.line import Line
from servizio.calls.state import Patience
from servizio.shop.availability import Availability
from servizio.shop.order import Source
from servizio.shop.profile import ShopProfile
from servizio.shop.today import Today
from servizio.store.interface import Store

NOBODY_THERE = "They can't come to the phone right now, so let me go on."
"""The first words of the agent to which a customer comes back."""


@dataclass(frozen=True, slots=True)
class CallEvents:
    """Whom every call tells what."""

    partial: Callable[[Partial], None]
    """Words are being spoken."""
    answered: Callable[[float], None]
    """The agent took so many seconds to answer."""
    handover: Callable[[str, str], None]
    """This agent failed, that one took over."""
    over: Callable[[Call], None]
    """A stream is over and all of it is written."""


class CallMaker:
    """Knows everything that a call is made of."""

    def __init__(
        self,
        *,
        shop: ShopProfile,
        store: Store,
        roster: Roster,
        texts: CallTexts,
        patience: Patience,
        now: Callable[[], datetime],
        events: CallEvents,
    ) -> None:
        self._shop = shop
        self._store = store
        self._roster = roster
        self._texts = texts
        self._patience = patience
        self._now = now
        self._events = events
        self._catalogue: Catalogue | None = None

    def begin(
        self, expected: Expected, line: Line, *, today: Today, availability: Availability
    ) -> Call:
        """A call whose stream has come."""
        incoming = expected.incoming
        history = CallHistory(
            self._store,
            call_sid=incoming.call_sid,
            phone=incoming.from_number,
            now=self._now,
            tell_partial=self._events.partial,
            started_at=expected.started_at,
            direction=incoming.direction,
            source=incoming.source,
        )
        control = Control(history)
        if incoming.errand is not None:
            return self._run_errand(incoming.errand, line, history, control)
        desk = Desk(
            shop=self._shop,
            orders=self._store,
            control=control,
            call_sid=incoming.call_sid,
            calling_number=incoming.from_number,
            source=incoming.source,
            availability=availability,
            today=today,
            now=self._now,
        )
        tools = Tools(desk, self._tool_catalogue())
        patience = self._patience.while_typing() if incoming.is_typed else self._patience
        control.call = self._call(line, tools, history, source=incoming.source, patience=patience)
        return control.call

    def _run_errand(
        self, errand: Errand, line: Line, history: CallHistory, control: Control
    ) -> Call:
        def over(call: Call) -> None:
            self._events.over(call)
            errand.over()

        control.call = Call(
            line=line,
            agents=self._roster.for_a_call(),
            tools=errand.make_tools(control),
            history=history,
            greeting=errand.greeting,
            apology=self._texts.apology,
            patience=errand.patience,
            on_answer=self._events.answered,
            on_over=over,
            on_closing=errand.closing,
            succession=Succession(self._roster.failed, self._events.handover, self._roster.hired),
        )
        return control.call

    def go_on(self, before: Call, line: Line, *, today: Today, availability: Availability) -> Call:
        """The same call on a new stream, as nobody took it: the same cart and transcript."""
        history = before.history
        history.come_back()
        control = Control(history)
        if isinstance(before.tools, Tools):
            desk = before.tools.desk
            desk.control = control
            desk.today, desk.cart.availability = today, availability
        control.call = self._call(line, before.tools, history, NOBODY_THERE)
        return control.call

    def _call(
        self,
        line: Line,
        tools: Toolset,
        history: CallHistory,
        first_words: str = "",
        *,
        source: Source = Source.PHONE,
        patience: Patience | None = None,
    ) -> Call:
        return Call(
            line=line,
            agents=self._roster.for_a_call(),
            tools=tools,
            history=history,
            first_words=first_words,
            greeting=self._texts.greeting_for(source),
            apology=self._texts.apology,
            patience=patience or self._patience,
            on_answer=self._events.answered,
            on_over=self._events.over,
            succession=Succession(self._roster.failed, self._events.handover, self._roster.hired),
        )

    def _tool_catalogue(self) -> Catalogue:
        """Made for the first call, as the server must answer before it is."""
        if self._catalogue is None:
            self._catalogue = Catalogue(self._shop.menu)
        return self._catalogue

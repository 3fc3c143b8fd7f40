"""A call of ours: its agent waits for a hello, has its own tools, and its end has its own word."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta

from servizio.agents.concierge.tools import Caller, ConciergeTools
from servizio.agents.desk import CallControl
from servizio.calls.admission import Answer, IncomingCall
from servizio.calls.errand import Errand
from servizio.calls.history import CallHistory
from servizio.calls.outbound import PATIENCE
from servizio.calls.state import CallState
from servizio.shop.hours_text import parse_hours
from servizio.shop.reservation import BookingResult, ReservationRequest
from servizio.shop.today import Pause, Today
from tests.calls.paper_store import PaperStore
from tests.calls.scene import ScriptedAgent, StoryLine, member, open_switchboard
from tests.virtual_time import run_virtually

NOW = datetime(2026, 9, 7, 18, tzinfo=UTC)
WANTED = ReservationRequest(
    "Demo Restaurant", 4, date(2026, 9, 8), time(19), "Rossi", time(18), time(20)
)
PHONE = "+14155550160"


class OurCall:
    """A call for a table, whose stream is open."""

    def __init__(self) -> None:
        self.store = PaperStore()
        self.agent = ScriptedAgent(speaks_first=False)
        self.tools: ConciergeTools | None = None
        self.over = asyncio.Event()
        self.hung_up: bool | None = None

    def make_tools(self, control: CallControl) -> ConciergeTools:
        self.tools = ConciergeTools(
            request=WANTED,
            control=control,
            call_sid="CA9",
            caller=Caller("Rossi"),
            now=lambda: NOW,
        )
        return self.tools

    def closing(self, history: CallHistory) -> None:
        assert self.tools is not None
        self.hung_up = not history.outcome
        history.outcome = self.tools.outcome_at_end(hung_up=self.hung_up).result.value

    @asynccontextmanager
    async def open(self) -> AsyncIterator[StoryLine]:
        async with open_switchboard(self.store, member(self.agent)) as switchboard:
            errand = Errand(self.make_tools, self.closing, self.over.set, PATIENCE)
            admission = await switchboard.ring(IncomingCall("CA9", PHONE, "", errand=errand))
            assert admission.answer is Answer.TALK
            line = StoryLine()
            call = await switchboard.connect("CA9", admission.token, line)
            line.to(call.marked)
            line.story_call = call
            yield line
            await call.line_closed("stop")
            await self.over.wait()


def test_an_agent_that_waits_for_a_hello_is_not_dismissed_for_its_silence() -> None:
    async def story() -> None:
        ours = OurCall()
        async with ours.open() as line:
            assert line.story_call is not None
            await asyncio.sleep(PATIENCE.listening - 1)
            assert line.story_call.state is CallState.LISTENING
            assert ours.agent.closed == 0
            assert ours.agent.brief is not None
            assert ours.agent.brief.tools is ours.tools

    run_virtually(story())


def test_what_the_agent_reports_is_the_word_for_the_end_of_the_call() -> None:
    async def story() -> None:
        ours = OurCall()
        async with ours.open():
            await asyncio.sleep(0.5)
            assert ours.tools is not None
            await ours.tools.call("accept_offer", {"time": "19:00"})
            told = await ours.tools.call(
                "report_outcome", {"result": "confirmed", "confirmation": "4821"}
            )
            assert told["ok"], told
        assert ours.store.ends == [("CA9", "confirmed")]
        assert ours.hung_up

    run_virtually(story())


def test_a_call_that_breaks_off_before_an_answer_has_failed() -> None:
    async def story() -> None:
        ours = OurCall()
        async with ours.open():
            await asyncio.sleep(0.5)
        assert ours.store.ends == [("CA9", BookingResult.FAILED.value)]

    run_virtually(story())


def test_we_ring_while_the_shop_is_closed_or_takes_no_orders() -> None:
    async def story() -> None:
        store = PaperStore()
        store.as_set = Today(pause=Pause(NOW - timedelta(hours=1), None, "Back soon."))
        agent = ScriptedAgent()
        ours = OurCall()
        errand = Errand(ours.make_tools, ours.closing, ours.over.set, PATIENCE)
        hours = parse_hours({"monday": "03:00-04:00"}, UTC)
        async with open_switchboard(store, member(agent), hours=hours) as switchboard:
            admission = await switchboard.ring(IncomingCall("CA9", PHONE, "", errand=errand))
            assert admission.answer is Answer.TALK
            customer = await switchboard.ring(IncomingCall("CA8", "+14155550101", ""))
            assert customer.answer is not Answer.TALK

    run_virtually(story())

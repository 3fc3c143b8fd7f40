"""The tools of a call for a table: what may be told, and what is refused."""

from __future__ import annotations

from datetime import time

import pytest

from servizio.agents.concierge.tools import Caller, ConciergeTools
from servizio.shop.reservation import BookingResult
from tests.agents.concierge.desk import Concierge, request_for


def tools() -> ConciergeTools:
    return Concierge().tools


async def test_an_offer_within_the_room_may_be_accepted_and_one_outside_may_not() -> None:
    one = tools()
    assert await one.call("accept_offer", {"time": "20:00"}) == {"ok": True, "time": "20:00"}
    refused = await one.call("accept_offer", {"time": "20:15"})
    assert not refused["ok"]
    assert "6 pm to 8 pm" in refused["error"]


async def test_an_accepted_offer_is_the_time_that_is_confirmed() -> None:
    one = tools()
    await one.call("accept_offer", {"time": "19:30"})
    await one.call("report_outcome", {"result": "confirmed"})
    assert one.outcome is not None
    assert one.outcome.at == time(19, 30)


async def test_what_was_not_agreed_to_cannot_be_confirmed() -> None:
    one = tools()
    told = await one.call("report_outcome", {"result": "confirmed", "time": "22:00"})
    assert not told["ok"]
    assert one.outcome is None


async def test_a_number_that_comes_later_is_added_and_none_is_lost() -> None:
    one = tools()
    await one.call("report_outcome", {"result": "confirmed"})
    await one.call("report_outcome", {"result": "confirmed", "confirmation": "48 21"})
    await one.call("report_outcome", {"result": "confirmed"})
    assert one.outcome is not None
    assert one.outcome.confirmation == "4821"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("accept_offer", {"time": "eight"}),
        ("accept_offer", {}),
        ("report_outcome", {"result": "no_answer"}),
        ("report_outcome", {"result": "confirmed", "confirmation": "x" * 40}),
        ("add_to_cart", {"item": "taro-milk-tea"}),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(name: str, arguments: dict[str, str]) -> None:
    one = tools()
    result = await one.call(name, arguments)
    assert not result["ok"]
    assert result["error"]
    assert one.outcome is None


async def test_what_was_agreed_can_be_taken_back() -> None:
    one = tools()
    before = one.state_now()
    await one.call("accept_offer", {"time": "20:00"})
    one.put_back(before)
    await one.call("report_outcome", {"result": "confirmed"})
    assert one.outcome is not None
    assert one.outcome.at == time(19)


async def test_screens_see_the_table_and_what_came_of_it() -> None:
    one = tools()
    assert one.view()["booking"]["result"] is None
    await one.call("report_outcome", {"result": "closed"})
    assert one.view()["booking"]["result"] == "closed"


async def test_end_call_hangs_up_behind_the_goodbye() -> None:
    concierge = Concierge()
    await concierge.tools.call("end_call", {})
    assert concierge.line.closed


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (BookingResult.FULL, "has no table"),
        (BookingResult.CLOSED, "is closed"),
        (BookingResult.DECLINED, "could not give you"),
        (BookingResult.VOICEMAIL, "nothing is reserved"),
        (BookingResult.FAILED, "no result"),
    ],
)
async def test_each_end_is_told_in_one_sentence(result: BookingResult, words: str) -> None:
    one = tools()
    await one.call("report_outcome", {"result": result.value, "offered": ["21:00"]})
    sentence = one.outcome_at_end(hung_up=False).sentence
    assert words in sentence
    assert sentence.startswith(("Demo Restaurant", "A machine", "The call to Demo Restaurant"))
    assert "\n" not in sentence


def test_a_model_is_told_the_table_its_room_and_what_to_keep_to_itself() -> None:
    request = request_for(needs=("a high chair",))
    one = Concierge(request, Caller("Rossi", None, leaves_message=True)).tools
    prompt = one.prompt(now=one.now(), extra="Push the tiramisu.", takes_over=False)
    assert "from 6 pm to 8 pm" in prompt
    assert "a high chair" in prompt
    assert "none; say that you have none to give" in prompt
    assert "tiramisu" not in prompt
    assert "no card" in prompt
    assert "Wait until they have said hello" in prompt
    assert "take over in the middle" in one.prompt(now=one.now(), extra="", takes_over=True)

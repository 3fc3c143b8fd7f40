"""One answer at a time: what is wanted waits for its moment, or is let go."""

from __future__ import annotations

from typing import Any

from servizio.agents.openai_realtime.guard import Making, ResponseGuard, Wish

GREETING = Wish("Say hello.")
STAFF = Wish("Say that the taxi is here.", lasts=True)
ANSWER = Wish()


class Far:
    """What was asked of the provider."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.guard = ResponseGuard(self._create, self.cancelled.append)

    def _create(self, response: dict[str, Any]) -> str:
        self.asked.append(response.get("instructions", ""))
        return f"create-{len(self.asked)}"


def test_a_second_wish_waits_for_the_end_of_the_first_answer() -> None:
    far = Far()
    far.guard.ask(GREETING)
    far.guard.ask(STAFF)
    assert far.asked == [GREETING.instructions]
    far.guard.created("resp_1", "create-1")
    far.guard.done("resp_of_somebody_else")
    assert far.asked == [GREETING.instructions]
    far.guard.done("resp_1")
    assert far.asked == [GREETING.instructions, STAFF.instructions]


def test_the_same_plain_wish_is_one_wish() -> None:
    far = Far()
    far.guard.created("resp_1", "")
    far.guard.ask(ANSWER)
    far.guard.ask(ANSWER)
    far.guard.done("resp_1")
    far.guard.created("resp_2", "create-1")
    far.guard.done("resp_2")
    assert far.asked == [""]
    assert far.guard.is_idle


def test_the_customers_turn_is_answered_without_being_asked_for() -> None:
    far = Far()
    far.guard.customer_began()
    far.guard.ask(ANSWER)
    far.guard.ask(STAFF)
    assert far.asked == []
    far.guard.created("resp_1", "")
    far.guard.done("resp_1")
    assert far.asked == [STAFF.instructions]


def test_an_answer_given_up_that_is_made_all_the_same_is_cancelled() -> None:
    far = Far()
    far.guard.ask(GREETING)
    far.guard.customer_began()
    assert not far.guard.created("resp_1", "create-1")
    assert far.cancelled == ["resp_1"]
    far.guard.done("resp_1")
    assert far.asked == [GREETING.instructions]
    assert far.guard.created("resp_2", "")


def test_what_is_refused_for_another_answer_is_asked_for_again_after_it() -> None:
    far = Far()
    far.guard.ask(ANSWER)
    far.guard.created("resp_of_its_own", "")
    assert far.guard.refused("create-1", is_active=True) is None
    assert far.asked == [""]
    far.guard.done("resp_of_its_own")
    assert far.asked == ["", ""]


def test_an_answer_whose_beginning_was_not_told_ends_all_the_same() -> None:
    far = Far()
    far.guard.ask(ANSWER)
    far.guard.refused("create-1", is_active=True)
    assert far.guard.making is Making.ACTIVE
    far.guard.done("resp_never_seen")
    assert far.asked == ["", ""]


def test_what_is_refused_for_another_reason_is_given_back() -> None:
    far = Far()
    far.guard.ask(STAFF)
    assert far.guard.refused("create-1", is_active=False) == STAFF
    assert far.guard.refused("create-1", is_active=False) is None
    assert far.guard.is_idle

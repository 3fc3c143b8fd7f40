"""Whether the database holds what the customer wanted, and what makes a wrong order dangerous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.customers.goals import Goal, lines_of_row, tally
from bench.customers.reading import Reading
from servizio.agents.local.wording import line_words
from servizio.shop.line import Line
from servizio.shop.menu import Menu

LONG_SECONDS = 240.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said in a call."""

    role: str
    """`agent`; `customer`: what was heard; `said`: what the customer really said."""
    text: str


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call, as it was."""

    name: str
    persona: str
    voice: str
    goal: Goal
    orders: Sequence[Mapping[str, Any]]
    """Rows of the database, as `order_json` shapes them."""
    turns: Sequence[Turn]
    problem: str = ""
    """Why the customer hung up without an order number."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a call."""

    record: CallRecord
    faults: tuple[str, ...] = ()
    """Empty: everything is right."""
    dangers: tuple[str, ...] = field(default=())

    @property
    def right(self) -> bool:
        """Whether the database holds exactly what was wanted."""
        return not self.faults


def judge(menu: Menu, reading: Reading, record: CallRecord) -> Verdict:
    """Compare rows and goal."""
    faults: list[str] = []
    dangers: list[str] = []
    if record.problem:
        dangers.append(f"hang-up: {record.problem}")
    if record.seconds > LONG_SECONDS:
        dangers.append(f"{record.seconds:.0f} s long")
    live = [order for order in record.orders if order["status"] != "cancelled"]
    if not live:
        faults.append("no order" + (f" ({record.problem})" if record.problem else ""))
    if len(live) > 1:
        faults.append(f"{len(live)} orders")
        dangers.append("doubled order")
    if len(live) == 1:
        faults += _compare(menu, reading, record, live[0], dangers)
    return Verdict(record, tuple(faults), tuple(dangers))


def _compare(
    menu: Menu, reading: Reading, record: CallRecord, order: Mapping[str, Any], dangers: list[str]
) -> list[str]:
    faults = []
    lines = lines_of_row(order["items"])
    if tally(lines, menu) != tally(record.goal.lines, menu):
        faults.append(f"ordered {shown(menu, lines)}")
        if not _was_read(menu, reading, record, lines):
            dangers.append("wrong order that was not read back")
    if order["phone"] != record.goal.phone:
        faults.append(f"phone {order['phone']}")
        read = {reading.hear(turn.text).digits for turn in record.turns if turn.role == "agent"}
        told = " ".join(turn.text for turn in record.turns if turn.role == "agent").lower()
        if str(order["phone"])[-10:] not in read and "you're calling from" not in told:
            dangers.append("wrong number that was not read back")
    return faults


def _was_read(menu: Menu, reading: Reading, record: CallRecord, lines: Sequence[Line]) -> bool:
    read = [
        line
        for turn in record.turns
        if turn.role == "agent"
        for line in tally(reading.lines(turn.text), menu)
    ]
    return all(line in read for line in tally(lines, menu))


def shown(menu: Menu, lines: Sequence[Line]) -> str:
    """Lines as the agent would say them."""
    return "; ".join(line_words(menu, line) for line in lines) or "nothing"

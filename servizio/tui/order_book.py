"""The orders as a screen holds them: which lane each is in, and what the barista must notice.

Pure and synchronous. A ticket is never changed silently: what the server changes after a
ticket was first shown stays marked until the barista touches the ticket.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from servizio.shop.order import OrderStatus
from servizio.tui.views import LineView, OrderView


class Lane(StrEnum):
    """The columns of the queue."""

    RECEIVED = "received"
    MAKING = "making"
    READY = "ready"


class Mark(StrEnum):
    """What is remarkable about a ticket until somebody touches it."""

    NONE = ""
    NEW = "new"
    CHANGED = "changed"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


_LANES = {
    OrderStatus.RECEIVED: Lane.RECEIVED,
    OrderStatus.MAKING: Lane.MAKING,
    OrderStatus.READY: Lane.READY,
}
_STAGE = {
    OrderStatus.RECEIVED: 0,
    OrderStatus.MAKING: 1,
    OrderStatus.READY: 2,
    OrderStatus.PICKED_UP: 3,
    OrderStatus.CANCELLED: 4,
}


_DONE = frozenset({OrderStatus.READY, OrderStatus.PICKED_UP, OrderStatus.CANCELLED})


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order and how it stands out."""

    order: OrderView
    lane: Lane | None
    """`None` once it has left the queue."""
    before: OrderStatus | None = None
    """The status before its present one, where this screen saw it."""
    mark: Mark = Mark.NONE
    added: frozenset[int] = frozenset()
    """Positions of lines that came or changed after the ticket was first shown."""
    removed: tuple[LineView, ...] = ()
    """Lines that went after the ticket was first shown."""
    ticked: frozenset[int] = frozenset()
    """Positions of lines that are done already."""
    is_sending: bool = False
    """True while a change of this screen is on its way to the server."""

    @property
    def key(self) -> str:
        """The order's key."""
        return self.order.key


MOST_DONE = 1000
"""How many orders that have left the queue are remembered; the server keeps them all."""


class OrderBook:
    """Every order that this screen knows, by key."""

    def __init__(self) -> None:
        self._tickets: dict[str, Ticket] = {}
        self._was_loaded = False
        self._finished: list[str] = []
        self._own: set[str] = set()
        self._wanted_ticks: dict[str, dict[int, bool]] = {}
        """Ticks on their way to the server: position to ticked or not, by key."""
        self._lanes: dict[Lane, tuple[Ticket, ...]] | None = None

    def __len__(self) -> int:
        return len(self._tickets)

    def get(self, key: str | None) -> Ticket | None:
        """The ticket with that key, if it is known."""
        return self._tickets.get(key) if key else None

    def by_number(self, number: str) -> Ticket | None:
        """The newest ticket with that number."""
        found = [each for each in self._tickets.values() if each.order.number == number]
        return max(found, key=lambda each: each.order.created_at, default=None)

    def load(self, orders: Iterable[OrderView], *, complete: bool) -> tuple[str, ...]:
        """Take over a list from the server; the keys of orders that were not known.

        `complete` says that the server has no others: what is not in the list is forgotten.
        The first list marks nothing as new, a later one does: those came during a break.
        """
        first, self._was_loaded = not self._was_loaded, True
        listed = sorted(orders, key=lambda order: order.updated_at)
        if complete:
            known = {order.key for order in listed}
            for key in [key for key in self._tickets if key not in known]:
                self._forget(key)
        fresh = [key for key in map(self.put, listed) if key is not None]
        if first:
            for key in fresh:
                self.touch(key)
            return ()
        return tuple(fresh)

    def _hold(self, key: str, ticket: Ticket) -> None:
        self._tickets[key] = ticket
        self._lanes = None

    def _forget_oldest(self) -> None:
        """Let go of half of the orders that have left the queue, where they are too many."""
        done = [each for each in self._tickets.values() if each.lane is None]
        if len(done) > MOST_DONE:
            done.sort(key=lambda each: each.order.updated_at)
            for ticket in done[: MOST_DONE // 2]:
                self._forget(ticket.key)

    def _forget(self, key: str) -> None:
        self._tickets.pop(key)
        self._lanes = None
        if key in self._finished:
            self._finished.remove(key)

    def put(self, order: OrderView) -> str | None:
        """Take over what the server says of one order; its key where it is new and open."""
        known = self._tickets.get(order.key)
        if known is None:
            is_open = order.status in _LANES
            is_new = order.status is OrderStatus.RECEIVED
            mark = Mark.NEW if is_new else Mark.NONE
            ticked = order.ticked or frozenset()
            lane = _LANES.get(order.status)
            self._hold(order.key, Ticket(order, lane, mark=mark, ticked=ticked))
            self._note_finish(order)
            return order.key if is_open and is_new else None
        if order.updated_at < known.order.updated_at or order.revision < known.order.revision:
            return None
        ticket = self._with_lines(known, order)
        if order.ticked is not None:
            ticket = replace(ticket, ticked=order.ticked)
        if order.status is not known.order.status:
            ticket = self._with_status(ticket, known.order.status)
            self._note_finish(order)
        self._hold(order.key, ticket)
        if ticket.lane is None and len(self._tickets) > MOST_DONE:
            self._forget_oldest()
        return None

    def _with_lines(self, known: Ticket, order: OrderView) -> Ticket:
        if order.lines == known.order.lines:
            same = order.revision == known.order.revision
            return replace(known, order=order, ticked=known.ticked if same else frozenset())
        left = Counter(known.order.lines)
        added = set()
        for position, line in enumerate(order.lines):
            if left[line] > 0:
                left[line] -= 1
            else:
                added.add(position)
        removed = (*known.removed, *left.elements())
        return replace(
            known,
            order=order,
            mark=known.mark if known.mark is Mark.NEW else Mark.CHANGED,
            added=frozenset(added),
            removed=removed,
            ticked=frozenset(),
        )

    def _with_status(self, ticket: Ticket, before: OrderStatus) -> Ticket:
        status = ticket.order.status
        lane, mark = _LANES.get(status), ticket.mark
        if status is OrderStatus.CANCELLED and ticket.key not in self._own:
            lane, mark = ticket.lane, Mark.CANCELLED
        elif _STAGE[status] < _STAGE[before]:
            mark = Mark.RECALLED
        elif mark in {Mark.NEW, Mark.RECALLED} or ticket.key in self._own:
            mark = Mark.NONE
        self._own.discard(ticket.key)
        return replace(ticket, lane=lane, mark=mark, before=before)

    def _note_finish(self, order: OrderView) -> None:
        if order.key in self._finished:
            self._finished.remove(order.key)
        if order.status in {OrderStatus.READY, OrderStatus.PICKED_UP}:
            self._finished.append(order.key)

    def touch(self, key: str) -> None:
        """Take it that the barista has seen what changed; a cancelled ticket goes."""
        ticket = self._tickets.get(key)
        if ticket is None:
            return
        lane = None if ticket.mark is Mark.CANCELLED else ticket.lane
        seen = replace(ticket, lane=lane, mark=Mark.NONE, added=frozenset(), removed=())
        if seen != ticket:
            self._hold(key, seen)

    def show_ticks(self, key: str, revision: int, ticked: frozenset[int]) -> None:
        """Take over which lines are ticked off, where the order is still the same.

        What was pressed here and is on its way to the server stands until it is there.
        """
        ticket = self._tickets.get(key)
        if ticket is not None and ticket.order.revision == revision:
            for position, done in self._wanted_ticks.get(key, {}).items():
                ticked = ticked | {position} if done else ticked - {position}
            if ticket.ticked != ticked:
                self._hold(key, replace(ticket, ticked=ticked))

    def want_tick(self, key: str, position: int, *, done: bool) -> None:
        """Show a tick that is on its way to the server."""
        ticket = self._tickets[key]
        self._wanted_ticks.setdefault(key, {})[position] = done
        self.show_ticks(key, ticket.order.revision, ticket.ticked)

    def drop_tick(self, key: str, position: int, *, done: bool) -> None:
        """A tick has arrived, or was refused: from now on the server's word counts."""
        wanted = self._wanted_ticks.get(key, {})
        if wanted.get(position) is done:
            del wanted[position]
            if not wanted:
                del self._wanted_ticks[key]
            ticket = self._tickets.get(key)
            if ticket is not None and (position in ticket.ticked) is done:
                self.show_ticks(key, ticket.order.revision, ticket.ticked ^ {position})

    def sending(self, key: str, *, is_sending: bool, is_cancel: bool = False) -> None:
        """Note that a change of this screen is on its way, or has arrived or failed."""
        ticket = self._tickets.get(key)
        if ticket is not None:
            self._hold(key, replace(ticket, is_sending=is_sending))
        if is_sending and is_cancel:
            self._own.add(key)
        elif not is_sending:
            self._own.discard(key)

    def lanes(self) -> dict[Lane, tuple[Ticket, ...]]:
        """The queue: oldest first; the ready ones in the order in which they became ready.

        The same value until a ticket changes: screens ask at every press of a key.
        """
        if self._lanes is None:
            self._lanes = self._sorted_lanes()
        return self._lanes

    def unseen(self) -> int:
        """How many orders are new and nobody has touched."""
        return sum(ticket.mark is Mark.NEW for ticket in self.lanes()[Lane.RECEIVED])

    def _sorted_lanes(self) -> dict[Lane, tuple[Ticket, ...]]:
        held: dict[Lane, list[Ticket]] = {lane: [] for lane in Lane}
        for ticket in self._tickets.values():
            if ticket.lane is not None:
                held[ticket.lane].append(ticket)
        for lane in (Lane.RECEIVED, Lane.MAKING):
            held[lane].sort(key=lambda each: (each.order.created_at, each.order.number))
        held[Lane.READY].sort(key=lambda each: (each.order.updated_at, each.order.number))
        return {lane: tuple(tickets) for lane, tickets in held.items()}

    def all_day(self) -> tuple[tuple[str, int], ...]:
        """How many of each item are still to make, most first."""
        waiting: Counter[str] = Counter()
        for ticket in self._tickets.values():
            if ticket.lane in {Lane.RECEIVED, Lane.MAKING} and ticket.mark is not Mark.CANCELLED:
                for position, line in enumerate(ticket.order.lines):
                    if position not in ticket.ticked:
                        waiting[line.name] += line.quantity
        return tuple(sorted(waiting.items(), key=lambda each: (-each[1], each[0])))

    def last_finished(self) -> Ticket | None:
        """The order that was made ready or handed over last."""
        return self._tickets.get(self._finished[-1]) if self._finished else None

    def finished(self) -> tuple[Ticket, ...]:
        """Orders that can be brought back: made ready, handed over or cancelled; last first."""
        done = [each for each in self._tickets.values() if each.order.status in _DONE]
        return tuple(sorted(done, key=lambda each: each.order.updated_at, reverse=True))

    def newest_first(self) -> tuple[Ticket, ...]:
        """Every order known, for the history."""
        everything = self._tickets.values()
        return tuple(sorted(everything, key=lambda each: each.order.created_at, reverse=True))


def steps_back(ticket: Ticket) -> tuple[OrderStatus, ...]:
    """Where undoing may lead, likeliest first: the server knows, a screen may only guess."""
    guesses = {
        OrderStatus.RECEIVED: (),
        OrderStatus.MAKING: (OrderStatus.RECEIVED,),
        OrderStatus.READY: (OrderStatus.MAKING, OrderStatus.RECEIVED),
        OrderStatus.PICKED_UP: (OrderStatus.READY,),
        OrderStatus.CANCELLED: (OrderStatus.RECEIVED, OrderStatus.MAKING, OrderStatus.READY),
    }[ticket.order.status]
    if ticket.before is None or ticket.before not in guesses:
        return guesses
    return (ticket.before, *(each for each in guesses if each is not ticket.before))

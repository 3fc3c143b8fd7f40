"""Which numbers stand on the board, and since when. Pure and synchronous."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from servizio.shop.order import OrderStatus
from servizio.tui.views import BoardOrder

FLASH = timedelta(seconds=12)
"""How long a number that has just become ready draws the eye."""

READY_FOR = timedelta(minutes=30)
"""How long a ready number stays by default: who comes later asks at the counter."""

_PREPARING = frozenset({OrderStatus.RECEIVED, OrderStatus.MAKING})
_GONE = frozenset({OrderStatus.PICKED_UP, OrderStatus.CANCELLED})


class Board:
    """The orders in progress, as the public may know them."""

    def __init__(self, ready_for: timedelta = READY_FOR) -> None:
        self._ready_for = ready_for
        self._orders: dict[tuple[str, datetime], BoardOrder] = {}
        self._became_ready: dict[str, datetime] = {}
        self._is_loaded = False

    def load(self, orders: Iterable[BoardOrder], now: datetime) -> None:
        """Take over the server's list; what it does not have is gone."""
        before, was_loaded = self._orders, self._is_loaded
        self._orders = {}
        for order in orders:
            key = (order.number, order.created_at)
            known = before.get(key)
            was_ready = known is not None and known.status is OrderStatus.READY
            if order.status is OrderStatus.READY and was_loaded and not was_ready:
                self._became_ready[order.number] = now
            if order.status not in _GONE:
                self._orders[key] = order
        self._is_loaded = True

    def put(self, order: BoardOrder, now: datetime) -> None:
        """Take over what has become of one order; news that is older than what we know is not."""
        key = (order.number, order.created_at)
        known = self._orders.get(key)
        if known is not None and order.updated_at < known.updated_at:
            return
        if order.status in _GONE:
            self._orders.pop(key, None)
            self._became_ready.pop(order.number, None)
            return
        if order.status is OrderStatus.READY and (
            known is None or known.status is not order.status
        ):
            self._became_ready[order.number] = now
        self._orders[key] = order

    def preparing(self) -> tuple[str, ...]:
        """Numbers that are being made, oldest first."""
        waiting = [each for each in self._orders.values() if each.status in _PREPARING]
        return tuple(each.number for each in sorted(waiting, key=lambda each: each.created_at))

    def ready(self, now: datetime) -> tuple[str, ...]:
        """Numbers that wait for their customer, the newest first."""
        ready = [
            each
            for each in self._orders.values()
            if each.status is OrderStatus.READY and now - each.updated_at < self._ready_for
        ]
        ready.sort(key=lambda each: each.updated_at, reverse=True)
        return tuple(each.number for each in ready)

    def fresh(self, now: datetime) -> frozenset[str]:
        """Numbers that have just become ready."""
        for number in [each for each, at in self._became_ready.items() if now - at >= FLASH]:
            del self._became_ready[number]
        return frozenset(self._became_ready)

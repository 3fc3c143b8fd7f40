"""Everything the console knows of the shop at this moment, and how events change it.

Pure and synchronous: the console's worker feeds it, its screens read it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from enum import Flag, StrEnum, auto
from typing import assert_never

from servizio.tui.api import ORDERS_AT_ONCE
from servizio.tui.call_book import CallBook
from servizio.tui.mailbox import Mailbox
from servizio.tui.order_book import OrderBook
from servizio.tui.shop_views import ShopChanged, ShopView
from servizio.tui.views import (
    CallChanged,
    CallView,
    CartChanged,
    HealthChanged,
    HealthView,
    LinesTicked,
    MenuView,
    MessageLeft,
    OrderChanged,
    OrderView,
    OutboxChanged,
    SoldOutChanged,
    Spoken,
    StaffEvent,
    TextReceived,
)

_SKEW_THAT_MATTERS = timedelta(seconds=3)


class Topic(Flag):
    """What has changed; a screen draws what it shows of it."""

    NOTHING = 0
    ORDERS = auto()
    CALLS = auto()
    MENU = auto()
    HEALTH = auto()
    LINK = auto()
    CLOCK = auto()
    SHOP = auto()
    OUTBOX = auto()
    ALL = ORDERS | CALLS | MENU | HEALTH | LINK | CLOCK | SHOP | OUTBOX


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to the floor."""

    topic: Topic
    new_orders: tuple[str, ...] = ()
    """Keys of orders that nobody has seen yet."""


class LinkStatus(StrEnum):
    """How the connection to the server is."""

    CONNECTING = "connecting"
    LIVE = "live"
    UNREACHED = "not reached yet"
    LOST = "lost"
    REFUSED = "refused"


BAD_LINKS = frozenset({LinkStatus.UNREACHED, LinkStatus.LOST, LinkStatus.REFUSED})
"""With these nothing comes from the server."""


@dataclass(frozen=True, slots=True)
class Link:
    """The connection, since when it is so and why."""

    status: LinkStatus
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the server says when it is asked about everything."""

    orders: tuple[OrderView, ...]
    calls: tuple[CallView, ...]
    menu: MenuView | None = None
    health: HealthView | None = None
    shop: ShopView | None = None


def skew_of(health: HealthView, now: datetime) -> timedelta:
    """How far the server's clock is ahead of the one that says `now`; little counts as nothing."""
    if health.timestamp is None:
        return timedelta(0)
    ahead = health.timestamp - now
    return ahead if abs(ahead) > _SKEW_THAT_MATTERS else timedelta(0)


class Floor:
    """The state behind the console's screens. `now` is when it was made."""

    def __init__(self, now: datetime) -> None:
        self.orders = OrderBook()
        self.calls = CallBook()
        self.menu: MenuView | None = None
        self.health: HealthView | None = None
        self.shop: ShopView | None = None
        self.mailbox = Mailbox()
        self.link = Link(LinkStatus.CONNECTING, now)
        self._was_reached = False
        self.skew = timedelta(0)
        """How far the server's clock is ahead of this screen's; ages are told by the server's."""

    @property
    def zone(self) -> tzinfo | None:
        """The shop's time zone; `None` while it is not known: then this machine's holds."""
        return self.shop.zone if self.shop else None

    def load(self, snapshot: Snapshot, now: datetime) -> Change:
        """Take over what the server says after a connection was made."""
        complete = len(snapshot.orders) < ORDERS_AT_ONCE
        new_orders = self.orders.load(snapshot.orders, complete=complete)
        self.calls.load(snapshot.calls)
        self.menu = snapshot.menu or self.menu
        self.health = snapshot.health or self.health
        self.shop = snapshot.shop or self.shop
        if snapshot.health is not None and snapshot.health.timestamp is not None:
            self.skew = skew_of(snapshot.health, now)
        return Change(Topic.ALL, new_orders)

    def apply(self, event: StaffEvent) -> Change:
        """Take over one event."""
        match event:
            case OrderChanged(order):
                key = self.orders.put(order)
                return Change(Topic.ORDERS, (key,) if key else ())
            case LinesTicked(key, revision, ticked):
                self.orders.show_ticks(key, revision, ticked)
                topic = Topic.ORDERS
            case CallChanged(call):
                self.calls.put(call)
                topic = Topic.CALLS
            case Spoken(sid, line, final):
                self.calls.speak(sid, line, final=final)
                topic = Topic.CALLS
            case CartChanged(sid, cart):
                self.calls.fill_cart(sid, cart)
                topic = Topic.CALLS
            case SoldOutChanged(sold_out):
                if self.menu is not None:
                    self.menu = replace(self.menu, sold_out=sold_out)
                topic = Topic.MENU
            case HealthChanged(health):
                self.health = health
                topic = Topic.HEALTH
            case ShopChanged(shop):
                self.shop = shop
                topic = Topic.SHOP
            case OutboxChanged() | TextReceived() | MessageLeft():
                self.mailbox.apply(event)
                topic = Topic.OUTBOX
            case _:
                assert_never(event)
        return Change(topic)

    def relink(self, status: LinkStatus, now: datetime, reason: str = "") -> Change:
        """Note how the connection is; `since` stays where it was bad before."""
        self._was_reached |= status is LinkStatus.LIVE
        if status is LinkStatus.LOST and not self._was_reached:
            status = LinkStatus.UNREACHED
        since = self.link.since if {self.link.status, status} <= BAD_LINKS else now
        self.link = Link(status, since, reason)
        return Change(Topic.LINK)

"""What the screens know of the shop: frozen values, made once from the server's JSON.

`wire` makes them; every text in them is clean already (`words.clean`). Times are aware
and in UTC. The names of fields are those of the API's JSON wherever they mean the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from servizio.shop.line import Amount
from servizio.shop.order import Fulfilment, OrderStatus, Source
from servizio.tui.shop_views import ShopChanged


@dataclass(frozen=True, slots=True)
class ModifierView:
    """A modifier on a line of an order or a cart."""

    group: str
    name: str
    amount: Amount = Amount.REGULAR
    count: int = 1


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of an order or a cart."""

    name: str
    quantity: int
    modifiers: tuple[ModifierView, ...]
    price: Decimal
    """For the whole line."""


def key_of(number: str, created_at: datetime) -> str:
    """Name an order for good."""
    return f"{number}/{created_at:%Y%m%dT%H%M%S}"


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as the staff sees it."""

    number: str
    status: OrderStatus
    phone: str
    """E.164, or empty."""
    name: str
    source: Source
    call_sid: str
    """Empty where no call made the order."""
    lines: tuple[LineView, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    fulfilment: Fulfilment
    address: str
    created_at: datetime
    updated_at: datetime
    revision: int
    ticked: frozenset[int] | None = None
    """Positions of the lines that are ticked off; `None` where that is not told."""
    key: str = field(init=False)
    """Names this order for good: a number comes round again, on another day.

    Worked out once: with hundreds of orders it is asked for thousands of times a second.
    """

    def __post_init__(self) -> None:
        """Work the key out."""
        object.__setattr__(self, "key", key_of(self.number, self.created_at))


@dataclass(frozen=True, slots=True)
class CartView:
    """What a customer has ordered so far in a call."""

    lines: tuple[LineView, ...] = ()
    total: Decimal = Decimal(0)


class Speaker(StrEnum):
    """Whose words a line of a transcript holds."""

    CUSTOMER = "customer"
    AGENT = "agent"
    TOOL = "tool"


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One turn of a conversation, or the part of it that is spoken so far."""

    role: Speaker
    text: str
    at: datetime
    heard: bool = True
    """False for words of the agent that the customer talked over."""


@dataclass(frozen=True, slots=True)
class CallView:
    """A call, live or past."""

    sid: str
    direction: str
    status: str
    agent: str
    started_at: datetime
    ended_at: datetime | None
    """`None` while the call is live."""
    phone: str
    """Who is at the other end; empty where it is withheld."""
    order_number: str
    transcript: tuple[TranscriptLine, ...] = ()
    cart: CartView = CartView()
    latency_ms: tuple[tuple[str, float], ...] = ()
    """Named measurements, in milliseconds, in the server's order."""
    outcome: str = ""
    """What came of it, in a word of the server's; empty while it is live."""
    errand: str = ""
    """Why the shop rang, and what came of that; empty where it did not."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An item or a modifier that can be sold out."""

    id: str
    name: str
    section: str
    """The item's category or the modifier's group, as a heading."""
    price: Decimal
    aliases: tuple[str, ...] = ()
    group: str = ""
    """Id of the group where it is a modifier; empty for an item."""
    groups: tuple[str, ...] = ()
    """Ids of the groups whose modifiers go with it, where it is an item."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Modifiers of one kind."""

    id: str
    name: str
    fewest: int = 0
    """How many of them an item must have."""
    most: int | None = None
    default: str = ""
    """Id of the one that goes without saying."""


@dataclass(frozen=True, slots=True)
class MenuView:
    """The menu as far as the counter needs it."""

    name: str
    entries: tuple[MenuEntry, ...]
    sold_out: frozenset[str]
    """Ids of entries."""
    groups: tuple[GroupView, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One part of the server and how it is."""

    name: str
    status: str
    """`ok`, or a word of the server's for what it is instead."""
    detail: str
    reasons: tuple[tuple[str, str], ...] = ()
    """Of the agents: the names of those that are broken, and why."""


@dataclass(frozen=True, slots=True)
class HealthView:
    """How the server is."""

    status: str
    version: str
    uptime_seconds: float
    timestamp: datetime | None
    """The server's clock when it answered."""
    checks: tuple[HealthCheck, ...]


@dataclass(frozen=True, slots=True)
class BoardOrder:
    """What the public may know of an order."""

    number: str
    status: OrderStatus
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class BoardView:
    """What the public may know of the shop."""

    shop: str
    """Its name; empty where the server does not say."""
    timezone: str
    """Where it is, as in `America/New_York`; empty where the server does not say."""
    orders: tuple[BoardOrder, ...]


@dataclass(frozen=True, slots=True)
class LinesTicked:
    """Event `order_ticked`."""

    key: str
    revision: int
    ticked: frozenset[int]


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """Events `order_created`, `order_updated` and `order_status_changed`."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class CallChanged:
    """Events `call_started` and `call_ended`."""

    call: CallView


@dataclass(frozen=True, slots=True)
class Spoken:
    """Event `transcript`."""

    call_sid: str
    line: TranscriptLine
    final: bool
    """False for words that may still change while they are spoken."""


@dataclass(frozen=True, slots=True)
class CartChanged:
    """Event `cart_changed`."""

    call_sid: str
    cart: CartView


@dataclass(frozen=True, slots=True)
class SoldOutChanged:
    """Event `menu_changed`."""

    sold_out: frozenset[str]


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """Event `health_changed`."""

    health: HealthView


@dataclass(frozen=True, slots=True)
class OutboxChanged:
    """Event `outbox_changed`: a message failed for good, or staff did something about one."""

    state: str
    order_number: str


@dataclass(frozen=True, slots=True)
class TextReceived:
    """Event `text_received`: a customer wrote to the shop's number."""

    phone: str
    body: str
    order_number: str


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """Event `voice_message`: a customer spoke after the tone, or staff are done with that."""

    id: str
    phone: str
    seconds: int
    is_done: bool


StaffEvent = (
    OrderChanged
    | LinesTicked
    | CallChanged
    | Spoken
    | CartChanged
    | SoldOutChanged
    | HealthChanged
    | ShopChanged
    | OutboxChanged
    | TextReceived
    | MessageLeft
)
"""What the staff's event stream tells."""

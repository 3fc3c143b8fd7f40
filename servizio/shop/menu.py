"""What the shop sells, in the point-of-sale trade's terms.

These are values only. Files are read by `servizio.shop.menu_file`, what is sold out today
is kept apart in `servizio.shop.availability`, because it changes while the menu does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Modifier:
    """One way to change an item: a topping, a size, an ice level."""

    id: str
    name: str
    """As the agent says it."""
    aliases: tuple[str, ...] = ()
    """Other names that customers use. Mishearings need not be listed."""
    price: Decimal = Decimal(0)
    """Added to the item's price, once for each count."""


@dataclass(frozen=True, slots=True)
class ModifierGroup:
    """Modifiers of one kind, shared by any number of items."""

    id: str
    name: str
    modifiers: tuple[Modifier, ...]
    prompt: str | None = None
    """Asked when the customer named none of the group; `None`: never asked."""
    min: int = 0
    """How many of the group an item must have; 1 makes a choice compulsory."""
    max: int | None = None
    """How many different ones an item can have; `None`: any number."""
    amounts: bool = False
    """Whether light, extra and counts ("two shots") make sense here."""
    default: str | None = None
    """Id of the modifier that goes without saying; `None`: there is none."""

    def modifier(self, modifier_id: str) -> Modifier:
        """The modifier with this id; `KeyError` where the group has none."""
        for modifier in self.modifiers:
            if modifier.id == modifier_id:
                return modifier
        raise KeyError(modifier_id)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be ordered."""

    id: str
    name: str
    price: Decimal
    aliases: tuple[str, ...] = ()
    category: str = ""
    modifier_groups: tuple[str, ...] = ()
    """Ids of the groups that apply, in the order in which they are asked and read back."""
    description: str = ""
    """One sentence the agent can say when asked what it is; allergens belong here."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A modifier that only goes together with another one."""

    modifier: str
    requires: str


@dataclass(frozen=True, slots=True)
class Menu:
    """A whole menu. Every id that it mentions exists: the loader has seen to that."""

    name: str
    items: tuple[Item, ...]
    modifier_groups: tuple[ModifierGroup, ...] = ()
    rules: tuple[Rule, ...] = ()
    currency: str = "USD"
    """ISO 4217 code."""
    tax_rate: Decimal = Decimal(0)
    """Share of the subtotal: `0.0875` is 8.75 %."""
    fulfilments: tuple[str, ...] = ("pickup",)
    """How an order reaches the customer: `pickup`, `delivery`, or both."""
    _items: dict[str, Item] = field(init=False, repr=False, compare=False)
    _groups: dict[str, ModifierGroup] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_items", {item.id: item for item in self.items})
        object.__setattr__(self, "_groups", {group.id: group for group in self.modifier_groups})

    def item(self, item_id: str) -> Item:
        """The item with this id; `KeyError` where the menu has none."""
        return self._items[item_id]

    def has_item(self, item_id: str) -> bool:
        """Whether the menu has an item with this id."""
        return item_id in self._items

    def group(self, group_id: str) -> ModifierGroup:
        """The modifier group with this id; `KeyError` where the menu has none."""
        return self._groups[group_id]

    def groups_of(self, item: Item) -> tuple[ModifierGroup, ...]:
        """The modifier groups of an item, in its order."""
        return tuple(self._groups[group_id] for group_id in item.modifier_groups)

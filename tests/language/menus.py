"""Small menus for stories about language, and short ways to write what is expected."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache

from servizio.language.meaning import Expecting, Meaning
from servizio.language.understand import Understander
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup


def modifier(name: str, *aliases: str) -> Modifier:
    """A modifier whose id is its name with hyphens."""
    return Modifier(name.replace(" ", "-"), name, aliases)


def group(
    name: str,
    *modifiers: Modifier,
    most: int | None = None,
    amounts: bool = False,
    default: str | None = None,
) -> ModifierGroup:
    """A modifier group whose id is its name."""
    return ModifierGroup(name, name, modifiers, max=most, amounts=amounts, default=default)


def item(name: str, *aliases: str, groups: Sequence[str] = (), category: str = "") -> Item:
    """An item whose id is its name with hyphens."""
    return Item(name.replace(" ", "-"), name, Decimal(5), aliases, category, tuple(groups))


@cache
def tea_shop() -> Menu:
    """A bubble-tea shop with two drinks."""
    groups = ("topping", "sweetness", "ice", "addon")
    return Menu(
        "Teas",
        (
            item("taro milk tea", "taro", groups=groups, category="drinks"),
            item("black milk tea", "black", groups=groups, category="drinks"),
        ),
        (
            group(
                "topping",
                modifier("boba", "tapioca", "pearls"),
                modifier("egg pudding"),
                modifier("crystal agar boba"),
                modifier("vanilla cream"),
                amounts=True,
            ),
            group(
                "sweetness",
                *(Modifier(f"{share}%", f"{share}%") for share in (0, 25, 50, 75, 100)),
                most=1,
                default="50%",
            ),
            group(
                "ice",
                modifier("no ice"),
                modifier("less ice"),
                modifier("regular ice"),
                modifier("extra ice"),
                most=1,
            ),
            group("addon", modifier("matcha stencil")),
        ),
        fulfilments=("pickup", "delivery"),
    )


@cache
def diner() -> Menu:
    """A diner: toppings that are sides as well, sizes, names that contain other names."""
    burger = ("topping", "size")
    return Menu(
        "Diner",
        (
            item("hamburger", "burger", groups=burger, category="burgers"),
            item("cheeseburger", groups=burger, category="burgers"),
            item("ham sandwich", groups=("topping",), category="sandwiches"),
            item("salad", groups=("topping", "filling"), category="salads"),
            item("french fries", "fries", groups=("size", "sauce"), category="sides"),
            item("guacamole", category="sides"),
            item("coca cola", "coke", groups=("size",), category="drinks"),
            item("orange juice", groups=("size",), category="drinks"),
            item("latte", groups=("size", "milk", "shot"), category="coffees"),
        ),
        (
            group("size", modifier("small"), modifier("medium"), modifier("large"), most=1),
            group(
                "topping",
                modifier("onions"),
                modifier("pickles"),
                modifier("jalapeno peppers"),
                modifier("american cheese"),
                modifier("swiss cheese"),
                modifier("cheddar"),
                modifier("guacamole", "guac"),
                modifier("mustard"),
                modifier("jam"),
                amounts=True,
            ),
            group("filling", modifier("chicken"), modifier("steak")),
            group("sauce", modifier("ranch"), modifier("ketchup"), amounts=True),
            group("milk", modifier("whole milk"), modifier("oat milk")),
            group("shot", modifier("espresso shot", "shot"), modifier("vanilla"), amounts=True),
        ),
    )


@cache
def _understander(name: str) -> Understander:
    return Understander({"tea": tea_shop, "diner": diner}[name]())


def heard_at(
    shop: str,
    text: str | Sequence[str],
    expecting: Expecting = Expecting.ANYTHING,
    groups: Sequence[str] = (),
    lines: Sequence[Line] = (),
) -> Meaning:
    """What a shop (`tea` or `diner`) understands of an utterance."""
    understander = _understander(shop)
    return understander.understand(text, expecting=expecting, groups=groups, lines=lines)


def ordered(meaning: Meaning) -> list[str]:
    """Lines in a short form: `2 taro-milk-tea: boba/extra, no-ice`."""
    return [_short(line) for line in meaning.lines]


def chosen(choices: Sequence[Choice]) -> list[str]:
    """Choices in a short form: `boba/extra`, `sugar x2`."""
    return [_short_choice(choice) for choice in choices]


def _short(line: Line) -> str:
    parts = ", ".join(sorted(chosen(line.choices)))
    return f"{line.quantity} {line.item}" + (f": {parts}" if parts else "")


def _short_choice(choice: Choice) -> str:
    amount = "" if choice.amount is Amount.REGULAR else f"/{choice.amount}"
    return choice.modifier + amount + (f" x{choice.count}" if choice.count > 1 else "")

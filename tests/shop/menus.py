"""Small menus for tests, and values drawn from any menu."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup, Rule


def small_menu() -> Menu:
    """A compulsory size, counted syrups, a milk that goes without saying, a rule."""
    return Menu(
        name="Corner",
        items=(
            Item("latte", "latte", Decimal("4.00"), ("cafe latte",), "coffee",
                 ("size", "milk", "syrup")),
            Item("flat-white", "flat white", Decimal("4.20"), (), "coffee", ("size", "milk")),
            Item("cookie", "cookie", Decimal("2.35"), (), "food"),
        ),
        modifier_groups=(
            ModifierGroup("size", "size", (
                Modifier("small", "small"), Modifier("large", "large", (), Decimal("0.50")),
            ), prompt="Small or large?", min=1, max=1),
            ModifierGroup("milk", "milk", (
                Modifier("whole", "whole milk"), Modifier("oat", "oat milk", (), Decimal("0.65")),
            ), max=1, default="whole"),
            ModifierGroup("syrup", "syrup", (
                Modifier("vanilla", "vanilla", (), Decimal("0.45")),
                Modifier("caramel", "caramel", (), Decimal("0.45")),
                Modifier("sprinkles", "sprinkles", (), Decimal("0.20")),
            ), prompt="Any syrup?", max=2, amounts=True),
        ),
        rules=(Rule("sprinkles", "vanilla"),),
        tax_rate=Decimal("0.0875"),
        fulfilments=("pickup", "delivery"),
    )  # fmt: skip


def choices_of(menu: Menu) -> st.SearchStrategy[Choice]:
    """Any choice, sensible or not, among the menu's groups and modifiers."""
    pairs = [(group.id, each.id) for group in menu.modifier_groups for each in group.modifiers]
    return st.builds(
        lambda pair, amount, count: Choice(pair[0], pair[1], amount, count),
        st.sampled_from(pairs),
        st.sampled_from(list(Amount)),
        st.integers(-1, 11),
    )


def lines_of(menu: Menu) -> st.SearchStrategy[Line]:
    """Any line, sensible or not."""
    return st.builds(
        Line,
        st.sampled_from([*(item.id for item in menu.items), "unicorn"]),
        st.integers(-1, 12),
        st.lists(choices_of(menu), max_size=4).map(tuple),
    )

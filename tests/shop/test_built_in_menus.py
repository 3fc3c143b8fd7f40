"""What the shops that come along sell, and that all of it can be ordered."""

from __future__ import annotations

from decimal import Decimal

import pytest

from servizio.shop.cart import Cart
from servizio.shop.line import Choice, Line
from servizio.shop.line_rules import effective_choices, groups_to_ask, missing_groups
from servizio.shop.menu import Item, Menu
from servizio.shop.menu_file import built_in_menus, load_menu
from servizio.shop.prices import line_price


def with_compulsory(menu: Menu, item: Item) -> Line:
    line = Line(item.id)
    chosen = [
        Choice(group.id, modifier.id)
        for group in missing_groups(menu, line)
        for modifier in group.modifiers[: group.min]
    ]
    return Line(item.id, 1, tuple(chosen))


@pytest.mark.parametrize("name", built_in_menus())
def test_every_item_can_be_ordered(name: str) -> None:
    menu = load_menu(name)
    for item in menu.items:
        cart = Cart(menu)
        cart.stage(with_compulsory(menu, item))
        cart.confirm()
        assert line_price(menu, cart.lines[0]) > 0


@pytest.mark.parametrize("name", built_in_menus())
def test_every_modifier_can_be_ordered_with_every_item_that_has_it(name: str) -> None:
    menu = load_menu(name)
    needs = {rule.modifier: rule.requires for rule in menu.rules}
    owner = {each.id: group.id for group in menu.modifier_groups for each in group.modifiers}
    for item in menu.items:
        for group in menu.groups_of(item):
            for modifier in group.modifiers:
                choices = [Choice(group.id, modifier.id)]
                if modifier.id in needs:
                    required = needs[modifier.id]
                    choices.append(Choice(owner[required], required))
                Cart(menu).stage(Line(item.id, 1, tuple(choices)))


def test_the_boba_menu_is_the_one_that_was_promised() -> None:
    menu = load_menu("boba")
    assert [(item.id, item.price) for item in menu.items] == [
        ("taro-milk-tea", Decimal("5.50")),
        ("black-milk-tea", Decimal("5.50")),
    ]
    prices = {
        group.id: {each.id: each.price for each in group.modifiers}
        for group in menu.modifier_groups
    }
    topping = Decimal("0.75")
    assert prices["topping"] == {
        "boba": topping,
        "egg-pudding": topping,
        "crystal-agar-boba": topping,
        "vanilla-cream": topping,
    }
    assert prices["addon"] == {"matcha-stencil": Decimal("0.50")}
    assert list(prices["sweetness"]) == ["0%", "25%", "50%", "75%", "100%"]
    assert list(prices["ice"]) == ["no-ice", "less-ice", "regular-ice", "extra-ice"]
    assert menu.tax_rate == 0


def test_a_boba_drink_has_half_sweetness_and_regular_ice_unless_said() -> None:
    menu = load_menu("boba")
    assert effective_choices(menu, Line("taro-milk-tea")) == (
        Choice("sweetness", "50%"),
        Choice("ice", "regular-ice"),
    )


def test_for_a_boba_drink_only_the_toppings_are_asked() -> None:
    menu = load_menu("boba")
    asked = groups_to_ask(menu, Line("taro-milk-tea"))
    assert [group.prompt for group in asked] == ["Any toppings?"]


def test_the_teahouse_has_a_whole_board() -> None:
    menu = load_menu("teahouse")
    drinks = [item for item in menu.items if item.category != "snacks"]
    assert len(drinks) >= 25
    assert {"size", "milk", "temperature"} <= {group.id for group in menu.modifier_groups}


def test_the_pizzeria_delivers_and_asks_for_the_size() -> None:
    menu = load_menu("pizza")
    assert menu.fulfilments == ("pickup", "delivery")
    assert menu.group("size").min == 1
    assert menu.tax_rate > 0

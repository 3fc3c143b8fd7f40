"""What is sold out, and what to offer instead."""

from __future__ import annotations

import pytest

from servizio.errors import OrderError
from servizio.shop.availability import (
    EVERYTHING,
    Availability,
    availability_from_json,
    find_ids,
    item_instead,
    items_there,
    modifier_instead,
)
from servizio.shop.menu_file import load_menu
from tests.shop.menus import small_menu


def test_each_change_makes_a_value_of_its_own() -> None:
    gone = EVERYTHING.without("boba")
    assert EVERYTHING.has("boba")
    assert not gone.has("boba")


def test_what_an_event_does_not_tell_is_there() -> None:
    assert availability_from_json({"sold_out": ["boba"]}) == Availability(frozenset({"boba"}))
    assert availability_from_json({"sold_out": None}) == EVERYTHING


def test_the_nearest_thing_shares_words_before_price() -> None:
    menu = load_menu("teahouse")
    instead = item_instead(menu, EVERYTHING, menu.item("oolong-milk-tea"))
    assert instead is not None
    assert instead.name.endswith("milk tea")
    group = menu.group("topping")
    boba = modifier_instead(group, EVERYTHING, group.modifier("mango-popping-boba"))
    assert boba is not None
    assert boba.id == "strawberry-popping-boba"


def test_nothing_is_offered_instead_where_nothing_is_left() -> None:
    menu = small_menu()
    assert item_instead(menu, EVERYTHING, menu.item("cookie")) is None
    gone = Availability(frozenset({"latte", "flat-white"}))
    assert [item.id for item in items_there(menu, gone)] == ["cookie"]


def test_staff_name_a_thing_by_id_name_or_alias() -> None:
    menu = load_menu("boba")
    assert find_ids(menu, "egg-pudding") == ("egg-pudding",)
    assert find_ids(menu, "Egg  Pudding") == ("egg-pudding",)
    assert find_ids(menu, "pearls") == ("boba",)
    with pytest.raises(OrderError) as refused:
        find_ids(menu, "perls")
    assert refused.value.hint == 'Did you mean "pearls"?'

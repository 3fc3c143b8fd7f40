"""Every tool of the catalogue, when it succeeds and when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from servizio.agents.tool_schemas import tool_specs
from servizio.agents.tools import CANNOT_WRITE
from servizio.shop.order import OrderStatus
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import menu_named
from tests.agents.shop_call import BrokenOrders, ShopCall, is_speakable

Begin = Callable[..., ShopCall]

CATALOGUE = {
    "menu_summary", "get_business_info", "add_to_cart", "update_pending_item",
    "confirm_pending_to_cart", "clear_pending_item", "get_cart", "remove_from_cart",
    "modify_cart_item", "set_sweetness_ice", "set_fulfilment", "save_phone_number",
    "checkout_order", "order_is_placed", "order_status", "cancel_order", "transfer_to_staff",
    "end_call",
}  # fmt: skip


def modifiers_of(line: dict[str, Any]) -> set[str]:
    return {each["modifier"] for each in line["modifiers"]}


@pytest.mark.parametrize("menu", ["boba", "teahouse", "pizza", "cafe"])
def test_the_catalogue_has_every_tool_and_its_schemas_are_valid(menu: str) -> None:
    specs = tool_specs(menu_named(menu))
    assert {spec.name for spec in specs} == CATALOGUE
    assert len(specs) == len(CATALOGUE)
    for spec in specs:
        Draft202012Validator.check_schema(spec.parameters)
        assert spec.parameters["additionalProperties"] is False
        assert spec.description


async def test_every_tool_that_is_offered_can_be_called(shop_call: Begin) -> None:
    call = shop_call()
    for name in CATALOGUE:
        result = await call.tools.call(name, {})
        assert result.get("detail") != "no such tool"
        assert result["ok"] or is_speakable(result["error"])


async def test_a_tool_that_does_not_exist_is_refused_in_a_sentence(shop_call: Begin) -> None:
    assert await shop_call().refused("give_discount") == "I can't do that."


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("add_to_cart", {}),
        ("add_to_cart", {"item": "coffee"}),
        ("add_to_cart", {"item": 7}),
        ("add_to_cart", {"item": None}),
        ("add_to_cart", {"item": "taro-milk-tea", "quantity": 0}),
        ("add_to_cart", {"item": "taro-milk-tea", "quantity": "two"}),
        ("add_to_cart", {"item": "taro-milk-tea", "quantity": 1.5}),
        ("add_to_cart", {"item": "taro-milk-tea", "quantity": True}),
        ("add_to_cart", {"item": "taro-milk-tea", "quantity": 10**9}),
        ("add_to_cart", {"item": "taro-milk-tea", "modifiers": "boba"}),
        ("add_to_cart", {"item": "taro-milk-tea", "modifiers": [{"modifier": "gold"}]}),
        ("add_to_cart", {"item": "taro-milk-tea", "modifiers": [{}]}),
        ("add_to_cart", {"item": "taro-milk-tea", "modifiers": [None]}),
        ("add_to_cart", {"item": "taro-milk-tea", "price": "0.01"}),
        ("remove_from_cart", {}),
        ("remove_from_cart", {"index": -1}),
        ("remove_from_cart", {"index": "first"}),
        ("modify_cart_item", {"quantity": 2}),
        ("set_fulfilment", {"fulfilment": "teleport"}),
        ("set_fulfilment", {"fulfilment": "pickup", "address": "x" * 5000}),
        ("get_business_info", {"topic": "weather"}),
        ("transfer_to_staff", {}),
        ("save_phone_number", {"phone": 5551234567}),
        ("checkout_order", {"name": ["Ann"]}),
        ("checkout_order", {"name": "x" * 5000}),
        ("get_cart", None),
        ("get_cart", []),
        ("get_cart", "{}"),
    ],
)
async def test_what_a_model_gets_wrong_is_refused_and_changes_nothing(
    shop_call: Begin, name: str, arguments: Any
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    before = await call.do("get_cart")
    assert "say it again" in await call.refused(name, arguments)
    result = await call.tools.call(name, arguments)
    assert len(result["detail"]) <= 300
    assert await call.do("get_cart") == before


async def test_numbers_that_a_model_sends_with_a_point_are_whole_numbers(shop_call: Begin) -> None:
    call = shop_call()
    await call.do("add_to_cart", item="taro-milk-tea", quantity=3.0)
    await call.do("confirm_pending_to_cart")
    result = await call.do("remove_from_cart", index=1.0, quantity=1.0)
    assert result["items"][0]["quantity"] == 2
    order = await call.do("checkout_order")
    assert order["total"] == "11.00"


# The menu and the shop


async def test_the_menu_is_summed_up_with_prices_and_without_what_is_sold_out(
    shop_call: Begin,
) -> None:
    summary = await shop_call(sold_out=["taro-milk-tea", "boba"]).do("menu_summary")
    assert [(item["name"], item["price"]) for item in summary["items"]] == [
        ("black milk tea", "5.50")
    ]
    assert "boba" not in {each["id"] for each in summary["modifiers"]["topping"]}
    assert summary["sold_out"] == ["boba", "taro-milk-tea"]


async def test_the_menu_of_a_category_and_of_one_that_does_not_exist(shop_call: Begin) -> None:
    call = shop_call(menu="cafe")
    whole = (await call.do("menu_summary"))["items"]
    category = whole[0]["category"]
    some = (await call.do("menu_summary", category=category))["items"]
    assert {item["category"] for item in some} == {category}
    assert len(some) < len(whole)
    assert (await call.do("menu_summary", category="spaceships"))["items"] == whole


# Staging


async def test_nothing_is_in_the_cart_before_it_is_confirmed(shop_call: Begin) -> None:
    call = shop_call()
    staged = await call.do("add_to_cart", item="taro-milk-tea", modifiers=[{"modifier": "boba"}])
    assert [line["item"] for line in staged["pending"]] == ["taro-milk-tea"]
    assert (await call.do("get_cart"))["items"] == []
    assert "haven't added" in await call.refused("checkout_order")
    confirmed = await call.do("confirm_pending_to_cart")
    assert confirmed["pending"] == []
    assert confirmed["items"][0]["price"] == "6.25"
    assert confirmed["total"] == "6.25"


async def test_a_group_with_a_question_is_missing_until_it_is_answered(shop_call: Begin) -> None:
    call = shop_call()
    staged = await call.do("add_to_cart", item="taro-milk-tea")
    assert staged["missing"] == [{"index": 1, "group": "topping", "prompt": "Any toppings?"}]
    staged = await call.do("update_pending_item", modifiers=[{"modifier": "boba"}])
    assert staged["missing"] == []


async def test_modifiers_can_be_named_by_id_or_by_name_with_or_without_their_group(
    shop_call: Begin,
) -> None:
    call = shop_call()
    staged = await call.do(
        "add_to_cart",
        item="black-milk-tea",
        modifiers=[
            {"group": "sweetness", "modifier": "25%"},
            {"modifier": "egg-pudding", "amount": "extra"},
        ],
    )
    (line,) = staged["pending"]
    assert {"25%", "egg-pudding"} <= modifiers_of(line)


async def test_a_modifier_in_the_wrong_group_is_refused(shop_call: Begin) -> None:
    wrong = {"item": "taro-milk-tea", "modifiers": [{"group": "ice", "modifier": "boba"}]}
    assert "taro milk tea" in await shop_call().refused("add_to_cart", wrong)


async def test_a_matcha_stencil_needs_vanilla_cream(shop_call: Begin) -> None:
    call = shop_call()
    alone = {"item": "taro-milk-tea", "modifiers": [{"modifier": "matcha-stencil"}]}
    assert "vanilla cream" in await call.refused("add_to_cart", alone)
    await call.order_tea("matcha-stencil", "vanilla-cream")
    assert (await call.do("get_cart"))["total"] == "6.75"


async def test_a_staged_line_can_be_changed_by_place_and_keeps_what_is_not_named(
    shop_call: Begin,
) -> None:
    call = shop_call()
    await call.do("add_to_cart", item="taro-milk-tea", modifiers=[{"modifier": "boba"}])
    await call.do("add_to_cart", item="black-milk-tea")
    staged = await call.do("update_pending_item", index=1, quantity=2)
    first, second = staged["pending"]
    assert (first["quantity"], "boba" in modifiers_of(first)) == (2, True)
    assert second["quantity"] == 1
    assert "I have 2" in await call.refused("update_pending_item", {"index": 5, "quantity": 1})


async def test_staged_lines_can_be_dropped_one_or_all(shop_call: Begin) -> None:
    call = shop_call()
    for item in ("taro-milk-tea", "black-milk-tea", "taro-milk-tea"):
        await call.do("add_to_cart", item=item)
    staged = await call.do("clear_pending_item", index=2)
    assert [line["item"] for line in staged["pending"]] == ["taro-milk-tea"] * 2
    assert (await call.do("clear_pending_item"))["pending"] == []
    await call.refused("confirm_pending_to_cart")
    await call.refused("update_pending_item", {"quantity": 2})


async def test_more_items_than_the_shop_takes_are_refused_and_the_rest_stays(
    shop_call: Begin,
) -> None:
    call = shop_call()
    await call.order_tea(quantity=9)
    too_many = {"item": "black-milk-tea", "quantity": 2}
    assert "up to 10" in await call.refused("add_to_cart", too_many)
    await call.do("add_to_cart", item="black-milk-tea")


async def test_what_is_sold_out_is_refused_with_something_else_to_offer(shop_call: Begin) -> None:
    call = shop_call(sold_out=["taro-milk-tea"])
    result = await call.tools.call("add_to_cart", {"item": "taro-milk-tea"})
    assert not result["ok"]
    assert "sold out" in result["error"]
    assert result["alternatives"] == ["black-milk-tea"]


# The cart


async def test_a_line_can_be_taken_out_in_part_and_whole(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba", quantity=3)
    assert (await call.do("remove_from_cart", index=1, quantity=1))["items"][0]["quantity"] == 2
    assert (await call.do("remove_from_cart", index=1))["items"] == []
    await call.refused("remove_from_cart", {"index": 1})


async def test_a_line_of_the_cart_can_be_changed(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba")
    cart = await call.do(
        "modify_cart_item", index=1, item="black-milk-tea", modifiers=[{"modifier": "egg-pudding"}]
    )
    (line,) = cart["items"]
    assert (line["item"], "egg-pudding" in modifiers_of(line)) == ("black-milk-tea", True)
    assert "boba" not in modifiers_of(line)
    await call.refused("modify_cart_item", {"index": 2, "quantity": 2})


async def test_sweetness_and_ice_are_set_on_what_is_staged_or_else_in_the_cart(
    shop_call: Begin,
) -> None:
    call = shop_call()
    await call.refused("set_sweetness_ice", {"sweetness": "25%"})
    await call.do("add_to_cart", item="taro-milk-tea", modifiers=[{"modifier": "boba"}])
    staged = await call.do("set_sweetness_ice", sweetness="0%", ice="no ice")
    assert {"0%", "no-ice", "boba"} <= modifiers_of(staged["pending"][0])
    await call.do("confirm_pending_to_cart")
    cart = await call.do("set_sweetness_ice", index=1, sweetness="100%")
    assert {"100%", "no-ice", "boba"} <= modifiers_of(cart["items"][0])
    await call.refused("set_sweetness_ice", {"ice": "lukewarm"})


async def test_every_change_of_the_cart_is_shown(shop_call: Begin) -> None:
    call = shop_call()
    await call.do("add_to_cart", item="taro-milk-tea", modifiers=[{"modifier": "boba"}])
    await call.do("confirm_pending_to_cart")
    await call.do("save_phone_number", phone="555-123-4567")
    shown = call.control.carts
    assert [len(cart["pending"]) for cart in shown[:2]] == [1, 0]
    assert shown[-1]["total"] == "6.25"
    assert "5551234567" not in str(shown)


async def test_tools_that_were_used_are_noted_and_refusals_with_them(shop_call: Begin) -> None:
    call = shop_call()
    await call.do("get_cart")
    await call.refused("confirm_pending_to_cart")
    assert call.control.tools == [("get_cart", True), ("confirm_pending_to_cart", False)]


# The customer


async def test_a_phone_number_is_kept_as_said_or_as_seen(shop_call: Begin) -> None:
    call = shop_call()
    assert (await call.do("save_phone_number"))["phone"] == "+14155550123"
    assert (await call.do("save_phone_number", phone="555 123 4567"))["phone"] == "+15551234567"
    assert (await call.do("get_cart"))["phone_ends"] == "4567"


async def test_a_number_that_cannot_be_one_is_asked_for_again(shop_call: Begin) -> None:
    call = shop_call()
    await call.refused("save_phone_number", {"phone": "555 12"})
    await call.refused("save_phone_number", {"phone": "my usual number"})
    assert (await call.do("get_cart"))["phone"] is None


async def test_a_customer_who_withholds_the_number_is_asked_for_one(shop_call: Begin) -> None:
    call = shop_call(calling=None)
    assert "What is it" in await call.refused("save_phone_number")


async def test_a_delivery_needs_an_address_where_the_shop_delivers(shop_call: Begin) -> None:
    call = shop_call(menu="pizza")
    summary = await call.do("menu_summary")
    pizza = summary["items"][0]["id"]
    staged = await call.do("add_to_cart", item=pizza)
    for missing in staged["missing"]:
        group = call.desk.menu.group(missing["group"])
        staged = await call.do(
            "update_pending_item",
            modifiers=[
                *({"modifier": each} for each in modifiers_of(staged["pending"][0])),
                {"group": group.id, "modifier": group.modifiers[0].id},
            ],
        )
    await call.do("confirm_pending_to_cart")
    assert "pickup or delivery" in await call.refused("checkout_order")
    await call.do("set_fulfilment", fulfilment="delivery")
    assert "address" in await call.refused("checkout_order")
    await call.do("set_fulfilment", fulfilment="delivery", address="1 Main Street")
    order = await call.do("checkout_order")
    kept = await call.desk.orders.order(order["order_number"])
    assert (kept.draft.fulfilment, kept.draft.address) == ("delivery", "1 Main Street")


async def test_a_shop_that_does_not_deliver_does_not_offer_it(shop_call: Begin) -> None:
    await shop_call().refused("set_fulfilment", {"fulfilment": "delivery"})


# The order


async def test_an_order_is_committed_before_its_number_is_told(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba")
    result = await call.do("checkout_order", phone="555-123-4567", name="Ann")
    assert result["order_number"] == "4782"
    assert (result["total"], result["revision"], result["wait_minutes"]) == ("6.25", 1, 5)
    order = await call.desk.orders.order("4782")
    assert (order.draft.phone, order.draft.name) == ("+15551234567", "Ann")
    assert await call.do("order_is_placed") == {"ok": True, "placed": True, "order_number": "4782"}


async def test_checking_out_again_gives_the_same_order(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba")
    first = await call.do("checkout_order", phone="555-123-4567")
    assert await call.do("checkout_order", phone="(555) 123 4567") == first
    assert len(await call.desk.orders.orders()) == 1


async def test_a_change_after_checkout_changes_the_same_order(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba")
    first = await call.do("checkout_order")
    await call.order_tea(item="black-milk-tea")
    second = await call.do("checkout_order")
    assert second["order_number"] == first["order_number"]
    assert (second["revision"], second["total"]) == (2, "11.75")
    (order,) = await call.desk.orders.orders()
    assert len(order.draft.lines) == 2


async def test_an_empty_cart_cannot_be_placed(shop_call: Begin) -> None:
    call = shop_call()
    await call.refused("checkout_order")
    assert (await call.do("order_is_placed"))["placed"] is False


async def test_what_was_promised_stays_promised_when_it_sells_out_afterwards(
    shop_call: Begin,
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    await call.do("checkout_order")
    call.desk.cart.availability = call.desk.cart.availability.without("boba")
    await call.do("save_phone_number", phone="555-123-4567")
    assert (await call.do("checkout_order"))["revision"] == 2


async def test_an_order_that_is_not_placed_is_dropped_by_cancelling(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba")
    await call.do("add_to_cart", item="black-milk-tea")
    assert (await call.do("cancel_order"))["order_number"] is None
    cart = await call.do("get_cart")
    assert (cart["items"], cart["pending"]) == ([], [])


async def test_a_placed_order_can_be_cancelled_and_taken_up_again(shop_call: Begin) -> None:
    call = shop_call()
    await call.order_tea("boba")
    number = (await call.do("checkout_order"))["order_number"]
    assert (await call.do("cancel_order"))["order_number"] == number
    assert (await call.desk.orders.order(number)).status == "cancelled"
    assert (await call.do("order_is_placed"))["placed"] is False
    assert (await call.do("cancel_order"))["order_number"] is None
    await call.order_tea(item="black-milk-tea")
    again = await call.do("checkout_order")
    assert again["order_number"] == number
    assert (await call.desk.orders.order(number)).status == "received"


async def test_an_order_that_is_being_made_is_not_cancelled_by_phone(
    shop_call: Begin, store: SqliteStore
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    number = (await call.do("checkout_order"))["order_number"]
    await store.set_status(number, OrderStatus.MAKING, actor="staff")
    await call.refused("cancel_order")
    assert (await call.do("order_is_placed"))["order_number"] == number
    assert (await call.do("get_cart"))["items"]


# The call


async def test_a_person_is_fetched_only_where_there_is_one(shop_call: Begin) -> None:
    alone = shop_call()
    assert "nobody" in await alone.refused("transfer_to_staff", {"reason": "asked"})
    assert alone.control.handed_over is None
    staffed = shop_call(staff_phone="+14155550111")
    await staffed.do("transfer_to_staff", reason="asked for a person")
    assert staffed.control.handed_over == "asked for a person"


async def test_the_call_is_ended_after_the_last_words(shop_call: Begin) -> None:
    call = shop_call()
    await call.do("end_call")
    assert call.control.closed == "completed"


# A store that cannot write


@pytest.mark.parametrize("name", ["checkout_order", "cancel_order"])
async def test_a_full_disk_is_said_and_the_cart_is_kept_for_another_try(
    shop_call: Begin, name: str
) -> None:
    call = shop_call()
    await call.order_tea("boba")
    await call.do("checkout_order")
    whole = call.desk.orders
    await call.order_tea()
    call.desk.orders = BrokenOrders()
    assert await call.refused(name) == CANNOT_WRITE
    assert len((await call.do("get_cart"))["items"]) == 2
    call.desk.orders = whole
    assert (await call.do("checkout_order"))["revision"] == 2


async def test_a_status_that_cannot_be_read_is_refused_in_a_sentence() -> None:
    call = ShopCall(BrokenOrders())
    await call.refused("order_status", {"order_number": "4782"})
    await call.refused("get_business_info", {"topic": "wait"})

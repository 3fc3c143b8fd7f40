"""What a cloud agent is told is made from the shop, and is worth its tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from servizio.agents.prompt import LONGEST, call_prompt, call_so_far, key_terms, prompt
from servizio.agents.tool_schemas import tool_specs
from servizio.cli import app
from servizio.shop.availability import Availability
from servizio.shop.hours_text import parse_hours
from servizio.shop.profile import ShopProfile
from servizio.store.sqlite import SqliteStore
from tests.agents.local.conversation import menu_named
from tests.agents.shop_call import ShopCall

NOON = datetime(2026, 9, 7, 12, 0, tzinfo=UTC)
MENUS = ("boba", "teahouse", "pizza", "cafe")


def shop(menu: str = "boba") -> ShopProfile:
    return ShopProfile(name="Corner Tea", menu=menu_named(menu))


@pytest.mark.parametrize("menu", MENUS)
def test_everything_that_can_be_ordered_is_told_with_its_price(menu: str) -> None:
    profile = shop(menu)
    told = prompt(profile, now=NOON)
    for item in profile.menu.items:
        assert item.name in told
        assert str(item.price) in told
    for group in profile.menu.modifier_groups:
        assert all(each.name in told for each in group.modifiers)


@pytest.mark.parametrize("menu", MENUS)
def test_the_prompt_is_short_enough_for_a_provider_and_a_purse(menu: str) -> None:
    assert len(prompt(shop(menu), now=NOON)) < LONGEST / 2


def test_the_shops_own_facts_are_told() -> None:
    profile = replace(
        shop(),
        hours=parse_hours({"mon-fri": "09:00-18:00"}, UTC),
        address="12 Main Street",
        staff_phone="+14155550111",
        max_items=7,
    )
    told = prompt(profile, now=NOON)
    assert "It is Monday, 12:00; we are open." in told
    assert "12 Main Street" in told
    assert "transfer_to_staff" in told
    assert "At most 7 items" in told
    assert "transfer_to_staff" not in prompt(shop(), now=NOON)


def test_what_is_sold_out_is_told() -> None:
    assert "Sold out" not in prompt(shop(), now=NOON)
    told = prompt(shop(), now=NOON, availability=Availability(frozenset({"boba"})))
    assert "Sold out today: boba." in told


def test_the_owners_lines_come_last_and_whole() -> None:
    lines = "Say aloha. {braces} and $signs stay."
    assert prompt(shop(), now=NOON, extra=lines).endswith(f"# From the owner\n{lines}\n")


def test_every_tool_that_is_named_exists() -> None:
    names = {spec.name for spec in tool_specs(shop().menu)}
    told = prompt(replace(shop("pizza"), staff_phone="+14155550111"), now=NOON)
    named = {word.strip(".,:;`?!()") for word in told.split() if "_" in word}
    assert named <= names


async def test_who_takes_over_knows_what_is_in_the_cart(store: SqliteStore) -> None:
    call = ShopCall(store)
    await call.order_tea("boba", quantity=2)
    told = call_so_far(call.desk)
    assert "In the cart: 2 taro milk tea." in told
    assert "number is not known yet" in told
    assert "No order is placed yet" in told
    await call.do("save_phone_number", phone="415 555 0123")
    placed = await call.do("checkout_order")
    assert f"number {placed['order_number']}" in call_so_far(call.desk)
    assert "5550123" not in call_so_far(call.desk)


async def test_a_call_is_told_what_holds_today(store: SqliteStore) -> None:
    call = ShopCall(store, sold_out=["boba"])
    begins = call_prompt(call.desk, now=NOON, extra="Say aloha.", takes_over=False)
    assert "Sold out today: boba." in begins
    assert "Say aloha." in begins
    assert "# This call" not in begins
    assert "# This call" in call_prompt(call.desk, now=NOON, extra="", takes_over=True)


@pytest.mark.parametrize("menu", MENUS)
def test_key_terms_are_names_of_the_menu_within_the_recognisers_limits(menu: str) -> None:
    terms = key_terms(shop(menu).menu)
    assert terms[0] == shop(menu).menu.items[0].name
    assert len(terms) <= 100
    assert sum(len(term.split()) for term in terms) <= 300
    assert len({term.lower() for term in terms}) == len(terms)
    assert "50%" not in terms


def test_the_command_prints_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path))
    monkeypatch.setenv("SERVIZIO_SHOP__NAME", "Corner Tea")
    monkeypatch.setenv("SERVIZIO_AGENT__PROMPT_EXTRA", "Mention the mango week.")
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(app, ["config", "show", "--prompt"])
    assert shown.exit_code == 0, shown.output
    assert "telephone of Corner Tea" in shown.output
    assert "Mention the mango week." in shown.output

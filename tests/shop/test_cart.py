"""What goes into a cart, what is refused and with which words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from servizio.errors import OrderError
from servizio.shop.availability import Availability
from servizio.shop.cart import Cart
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.line_rules import checked_line, groups_to_ask, missing_groups
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup
from servizio.shop.menu_file import load_menu
from servizio.shop.order import Fulfilment
from tests.shop.menus import lines_of, small_menu

SMALL = Choice("size", "small")
LARGE = Choice("size", "large")
OAT = Choice("milk", "oat")
VANILLA = Choice("syrup", "vanilla")
CARAMEL = Choice("syrup", "caramel")
SPRINKLES = Choice("syrup", "sprinkles")


def cart_with(*lines: Line, max_items: int = 10) -> Cart:
    cart = Cart(small_menu(), max_items=max_items)
    for line in lines:
        cart.stage(line)
    if lines:
        cart.confirm()
    return cart


def test_a_staged_line_is_not_in_the_cart_before_it_is_confirmed() -> None:
    cart = Cart(small_menu())
    cart.stage(Line("latte", 2, (LARGE,)))
    assert (cart.lines, len(cart.pending)) == ((), 1)
    cart.confirm()
    assert cart.lines == (Line("latte", 2, (LARGE,)),)
    assert cart.pending == ()


def test_equal_lines_become_one() -> None:
    cart = cart_with(Line("latte", 1, (OAT, SMALL)), Line("latte", 2, (SMALL, OAT)))
    assert cart.lines == (Line("latte", 3, (SMALL, OAT)),)


def test_the_last_staged_line_is_the_one_that_changes() -> None:
    cart = Cart(small_menu())
    cart.stage(Line("cookie"))
    cart.stage(Line("latte"))
    cart.update_pending(Line("latte", 1, (SMALL,)))
    cart.update_pending(Line("cookie", 3), 1)
    assert cart.pending == (Line("cookie", 3), Line("latte", 1, (SMALL,)))


def test_staged_lines_are_dropped_one_by_one_or_all() -> None:
    cart = Cart(small_menu())
    cart.stage(Line("cookie"))
    cart.stage(Line("cookie", 2))
    assert cart.clear_pending(1) == (Line("cookie"),)
    assert cart.clear_pending() == (Line("cookie", 2),)
    assert cart.clear_pending() == ()


def test_a_line_without_its_compulsory_choice_waits_for_the_answer() -> None:
    cart = Cart(small_menu())
    line = cart.stage(Line("latte"))
    assert [group.id for group in cart.missing_groups(line)] == ["size"]
    with pytest.raises(OrderError, match="For the latte: small or large"):
        cart.confirm()
    assert cart.pending == (line,)


def test_some_of_a_line_or_all_of_it_is_taken_out() -> None:
    cart = cart_with(Line("cookie", 3), Line("latte", 1, (SMALL,)))
    assert cart.remove(1, 2) == Line("cookie", 2)
    assert cart.lines[0].quantity == 1
    assert cart.remove(1, 5) == Line("cookie", 1)
    assert cart.remove(1).item == "latte"
    with pytest.raises(OrderError, match="nothing in the order yet"):
        cart.remove(1)


@pytest.mark.parametrize("index", [0, -1, 2])
def test_a_line_that_is_not_there_cannot_be_changed(index: int) -> None:
    cart = cart_with(Line("cookie"))
    with pytest.raises(OrderError, match=f"can't find number {index}; I have 1 line here"):
        cart.remove(index)


def test_a_confirmed_line_is_replaced_in_its_place() -> None:
    cart = cart_with(Line("cookie"), Line("latte", 1, (SMALL,)))
    cart.modify(1, Line("latte", 2, (LARGE, VANILLA)))
    assert [line.item for line in cart.lines] == ["latte", "latte"]
    with pytest.raises(OrderError, match="small or large"):
        cart.modify(2, Line("latte"))


def test_quantities_count_towards_the_most_that_one_order_takes() -> None:
    cart = cart_with(Line("cookie", 6))
    cart.stage(Line("cookie", 4))
    with pytest.raises(OrderError, match="up to 10 items in one order, and that would make 11"):
        cart.stage(Line("latte"))
    with pytest.raises(OrderError, match="make 12"):
        cart.modify(1, Line("cookie", 8))


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (Line("unicorn"), "I'm sorry, we don't have that."),
        (Line("latte", 0), "How many of the latte would you like?"),
        (Line("cookie", 1, (OAT,)), "I'm sorry, we can't do oat milk with the cookie."),
        (Line("latte", 1, (Choice("milk", "goat"),)), "I'm sorry, we don't have that milk."),
        (Line("latte", 1, (Choice("hat", "red"),)), "I'm sorry, we don't have that."),
        (Line("latte", 1, (SMALL, LARGE)), "I can do only one size. Would you like small or large"),
        (Line("latte", 1, (VANILLA, CARAMEL, SPRINKLES)), "I can do up to 2 syrups."),
        (Line("latte", 1, (SPRINKLES,)), "Would you like to add vanilla?"),
        (Line("latte", 1, (Choice("size", "large", Amount.EXTRA),)), "I can't do extra large."),
        (Line("latte", 1, (Choice("size", "large", count=2),)), "I can do large only once."),
        (Line("latte", 1, (Choice("syrup", "vanilla", count=10),)), "from 1 to 9 portions of van"),
        (Line("latte", 1, (Choice("syrup", "vanilla", count=0),)), "from 1 to 9 portions of van"),
        (Line("latte", 1, (Choice("size", "large", Amount.NONE),)), "Which size would you like in"),
    ],
)
def test_each_refusal_is_a_sentence_to_say(line: Line, sentence: str) -> None:
    with pytest.raises(OrderError) as refused:
        checked_line(small_menu(), line)
    assert sentence in refused.value.message


def test_the_matcha_stencil_needs_vanilla_cream() -> None:
    menu = load_menu("boba")
    stencil = Choice("addon", "matcha-stencil")
    cream = Choice("topping", "vanilla-cream")
    with pytest.raises(OrderError, match="only together with vanilla cream"):
        checked_line(menu, Line("taro-milk-tea", 1, (stencil,)))
    line = checked_line(menu, Line("taro-milk-tea", 1, (stencil, cream)))
    assert line.choices == (cream, stencil)
    left_out = Choice("topping", "vanilla-cream", Amount.NONE)
    with pytest.raises(OrderError, match="Would you like to add vanilla cream"):
        checked_line(menu, Line("taro-milk-tea", 1, (stencil, left_out)))
    with pytest.raises(OrderError, match="Shall I leave it out"):
        checked_line(
            menu, Line("taro-milk-tea", 1, (stencil,)), Availability().without("vanilla-cream")
        )


def test_the_last_word_on_a_modifier_counts() -> None:
    changed = Choice("syrup", "vanilla", Amount.LIGHT)
    line = checked_line(small_menu(), Line("latte", 1, (VANILLA, SMALL, changed)))
    assert line.choices == (SMALL, changed)


def test_what_is_left_out_takes_no_room() -> None:
    no_sprinkles = Choice("syrup", "sprinkles", Amount.NONE)
    line = Line("latte", 1, (VANILLA, CARAMEL, no_sprinkles))
    assert checked_line(small_menu(), line).choices == line.choices


def test_sold_out_things_are_refused_with_something_instead() -> None:
    cart = Cart(small_menu(), Availability().without("latte").without("vanilla"))
    with pytest.raises(OrderError, match="How about the flat white"):
        cart.stage(Line("latte"))
    cart.availability = Availability().without("vanilla")
    with pytest.raises(OrderError, match="How about caramel"):
        cart.stage(Line("latte", 1, (VANILLA,)))
    cart.stage(Line("latte", 1, (SMALL, Choice("syrup", "vanilla", Amount.NONE))))


def test_a_line_that_sells_out_before_the_yes_is_not_confirmed() -> None:
    cart = Cart(small_menu())
    cart.stage(Line("cookie"))
    cart.availability = cart.availability.without("cookie")
    with pytest.raises(OrderError, match="the cookie is sold out"):
        cart.confirm()
    assert (cart.lines, cart.pending) == ((), (Line("cookie"),))


def test_a_line_that_was_placed_is_kept_though_it_sold_out_since() -> None:
    cart = cart_with(Line("cookie"))
    cart.set_fulfilment("pickup")
    placed = cart.lines
    cart.availability = cart.availability.without("cookie")
    with pytest.raises(OrderError, match="sold out"):
        cart.check_placeable()
    cart.check_placeable(placed)


def test_a_compulsory_group_with_a_default_is_asked_about_only_where_it_has_a_prompt() -> None:
    for prompt, asked in ((None, []), ("Which milk?", ["milk"])):
        milks = (Modifier("whole", "whole milk"), Modifier("oat", "oat milk"))
        milk = ModifierGroup("milk", "milk", milks, prompt, min=1, max=1, default="whole")
        tea = Item("tea", "tea", Decimal(3), modifier_groups=("milk",))
        menu = Menu("Corner", (tea,), (milk,))
        assert missing_groups(menu, Line("tea")) == ()
        assert [group.id for group in groups_to_ask(menu, Line("tea"))] == asked


def test_a_default_that_sold_out_has_to_be_asked_for() -> None:
    menu = small_menu()
    line = Line("flat-white", 1, (SMALL,))
    assert missing_groups(menu, line) == ()
    gone = Availability().without("whole")
    assert [group.id for group in missing_groups(menu, line, gone)] == ["milk"]
    answered = Line("flat-white", 1, (SMALL, OAT))
    assert missing_groups(menu, answered, gone) == ()


def test_an_item_whose_compulsory_choices_are_gone_is_sold_out_too() -> None:
    cart = Cart(small_menu(), Availability(frozenset({"small", "large"})))
    with pytest.raises(OrderError, match="the latte is sold out"):
        cart.stage(Line("latte"))


def test_a_delivery_gets_its_address_now_or_later() -> None:
    cart = cart_with(Line("cookie"))
    with pytest.raises(OrderError, match="pickup or delivery"):
        cart.check_placeable()
    cart.set_fulfilment("delivery")
    with pytest.raises(OrderError, match="address"):
        cart.check_placeable()
    cart.set_fulfilment(Fulfilment.DELIVERY, " 12 Main\nStreet\x1b ")
    cart.check_placeable()
    assert cart.address == "12 Main Street"
    cart.set_fulfilment("pickup")
    assert cart.address is None


def test_a_shop_that_does_not_deliver_says_so() -> None:
    cart = Cart(load_menu("boba"))
    assert cart.fulfilment_is_chosen
    with pytest.raises(OrderError, match="we only do pickup"):
        cart.set_fulfilment("delivery", "12 Main Street")
    assert cart.fulfilment is Fulfilment.PICKUP


def test_nothing_is_placed_while_a_line_is_staged_or_the_cart_is_empty() -> None:
    cart = Cart(load_menu("boba"))
    with pytest.raises(OrderError, match="nothing in the order yet"):
        cart.check_placeable()
    cart.stage(Line("taro-milk-tea"))
    with pytest.raises(OrderError, match="haven't added the taro milk tea yet"):
        cart.check_placeable()
    with pytest.raises(OrderError, match="nothing to confirm"):
        Cart(load_menu("boba")).confirm()


def test_a_name_is_kept_in_one_line_and_a_number_as_e164() -> None:
    cart = Cart(small_menu())
    cart.set_name("  Ana\tMaria\r\n ")
    assert cart.name == "Ana Maria"
    assert cart.set_phone("555-123-4567") == cart.phone == "+15551234567"
    with pytest.raises(OrderError):
        cart.set_phone("555")
    assert cart.phone == "+15551234567"
    with pytest.raises(OrderError, match="name is too long"):
        cart.set_name("x" * 81)
    cart.set_name(" ")
    assert cart.name is None


MENU = small_menu()
INDEXES = st.one_of(st.none(), st.integers(-1, 4))


class CartMachine(RuleBasedStateMachine):
    """Whatever is done to a cart, in any order, it stays one that can be made."""

    def __init__(self) -> None:
        super().__init__()
        self.cart = Cart(MENU, max_items=8)

    def attempt(self, action: str, *arguments: object) -> None:
        before = (self.cart.lines, self.cart.pending, self.cart.fulfilment, self.cart.address)
        try:
            getattr(self.cart, action)(*arguments)
        except OrderError as refused:
            after = (self.cart.lines, self.cart.pending, self.cart.fulfilment, self.cart.address)
            assert after == before
            assert refused.message[0].isupper()
            assert refused.message[-1] in ".?"

    @rule(line=lines_of(MENU))
    def stage(self, line: Line) -> None:
        self.attempt("stage", line)

    @rule(line=lines_of(MENU), index=INDEXES)
    def update(self, line: Line, index: int | None) -> None:
        self.attempt("update_pending", line, index)

    @rule()
    def confirm(self) -> None:
        self.attempt("confirm")

    @rule(index=INDEXES)
    def clear(self, index: int | None) -> None:
        self.attempt("clear_pending", index)

    @rule(index=st.integers(-1, 4), quantity=st.one_of(st.none(), st.integers(-1, 5)))
    def remove(self, index: int, quantity: int | None) -> None:
        self.attempt("remove", index, quantity)

    @rule(index=st.integers(-1, 4), line=lines_of(MENU))
    def modify(self, index: int, line: Line) -> None:
        self.attempt("modify", index, line)

    @rule(gone=st.sets(st.sampled_from(["latte", "cookie", "vanilla", "whole", "small"])))
    def sell_out(self, gone: set[str]) -> None:
        self.cart.availability = Availability(frozenset(gone))

    @rule(
        way=st.sampled_from(["pickup", "delivery", "drone"]),
        address=st.one_of(st.none(), st.text(max_size=220)),
    )
    def fulfil(self, way: str, address: str | None) -> None:
        self.attempt("set_fulfilment", way, address)

    @invariant()
    def holds_only_what_can_be_made(self) -> None:
        assert sum(line.quantity for line in (*self.cart.lines, *self.cart.pending)) <= 8
        for line in (*self.cart.lines, *self.cart.pending):
            assert checked_line(MENU, line) == line
        assert all(not missing_groups(MENU, line) for line in self.cart.lines)


TestCartMachine = CartMachine.TestCase
TestCartMachine.settings = settings(deadline=None, max_examples=30, stateful_step_count=20)

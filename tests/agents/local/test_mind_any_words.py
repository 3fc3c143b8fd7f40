"""Whatever is said in whatever order: no exception, no dead end, nothing ordered unheard.

Hypothesis picks seeds; what is said is made from a seed, which is much faster than building
each act from strategies, and a failing conversation prints itself.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from servizio.agents.local.wording import line_words
from servizio.language import meaning as m
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu
from tests.agents.local.conversation import CALLING, Conversation, PaperOrders, menu_named

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SEEDS = st.integers(0, 10_000_000)
MENUS = ("boba", "pizza", "cafe")

SIMPLE: tuple[m.Act, ...] = (
    m.Affirm(), m.Affirm(), m.Affirm(), m.Deny(), m.Deny(), m.Done(), m.Done(), m.StartOver(),
    m.CancelOrder(), m.UseCallingNumber(), m.Pickup(), m.AskPerson(), m.Repeat(), m.Hello(),
    m.Wait(), m.Thanks(), m.Goodbye(), m.Frustration(), m.Name("Zoe"), m.Delivery(),
    m.Delivery("12 Main Street"),
)  # fmt: skip


class Babble:
    """Acts without rhyme or reason over a menu."""

    def __init__(self, menu: Menu, rng: random.Random) -> None:
        self._menu = menu
        self._rng = rng
        self._modifiers = [one.id for group in menu.modifier_groups for one in group.modifiers]

    def utterances(self) -> list[tuple[m.Act, ...]]:
        count = self._rng.randint(0, 20)
        return [
            tuple(self._act() for _ in range(self._rng.choice((0, 1, 1, 1, 2, 3))))
            for _ in range(count)
        ]

    def _act(self) -> m.Act:
        rng = self._rng
        others = (
            lambda: m.Add(tuple(self._line() for _ in range(rng.choice((1, 1, 2, 3))))),
            lambda: m.Add((self._line(),)),
            lambda: m.Change(
                self._target(), self._line().choices, rng.choice((None, None, 0, 1, 2, 11)),
                rng.choice((None, None, self._item())),
            ),
            lambda: m.Remove(self._target(), rng.choice((None, 1, 2))),
            lambda: m.Question(
                rng.choice(list(m.Topic)), rng.choice((None, self._item())),
                rng.choice((None, rng.choice(self._modifiers))),
                rng.choice(("", "topping", "monday", "drinks")),
            ),
            lambda: m.PhoneNumber(self._digits(rng.randint(1, 16)), rng.random() < 0.5),
            lambda: m.PhoneNumber("5551234567", complete=True),
            lambda: m.OrderNumber(self._digits(4)),
            lambda: m.NotOnMenu("flurble", rng.choice((None, self._thing()))),
            lambda: m.Unclear(
                "flurble", tuple({self._thing() for _ in range(rng.randint(1, 4))}),
                rng.choice((None, self._line())),
            ),
        )  # fmt: skip
        return rng.choice(SIMPLE) if rng.random() < 0.5 else rng.choice(others)()

    def _item(self) -> str:
        return self._rng.choice(self._menu.items).id

    def _thing(self) -> str:
        return self._rng.choice((self._item(), self._rng.choice(self._modifiers)))

    def _digits(self, count: int) -> str:
        return "".join(self._rng.choice("0123456789") for _ in range(count))

    def _target(self) -> m.Target:
        rng = self._rng
        index = rng.choice((None, None, -1, 0, 1, 2, 5))
        return m.Target(index, rng.choice((None, None, self._item())), rng.random() < 0.1)

    def _line(self) -> Line:
        rng = self._rng
        item = self._menu.item(self._item())
        choices = [
            Choice(group.id, rng.choice(group.modifiers).id, rng.choice(list(Amount)),
                   rng.choice((1, 1, 1, 2, 3)))
            for group in self._menu.groups_of(item)
            if rng.random() < 0.5
        ]  # fmt: skip
        return Line(item.id, rng.choice((1, 1, 1, 2, 3, 12)), tuple(choices))


async def something_else(talk: Conversation, rng: random.Random) -> None:
    """What happens on a line besides words: cut-offs, keys, silence."""
    match rng.randint(0, 11):
        case 0:
            words = " ".join(talk.reply.sentences).split()
            talk.mind.spoken(" ".join(words[: rng.randint(0, len(words))]), whole=False)
        case 1 | 2 | 3:
            talk.mind.spoken("", whole=True)
        case 4:
            await talk.press(rng.choice(("5551234567", "555", "4567", "#", "*1", "9999")))
        case 5:
            await talk.be_silent(rng.randint(1, 2))
        case _:
            pass


async def converse(
    talk: Conversation, said: Sequence[tuple[m.Act, ...]], rng: random.Random
) -> None:
    """Say it all, watching what the customer heard before each line went into the cart."""
    for acts in said:
        await something_else(talk, rng)
        if talk.ended:
            return
        read_back = talk.mind._talk.state.read
        before = talk.desk.cart.lines
        await talk.mean(*acts)
        heard = {(one.item, one.choices) for one in read_back or ()}
        for line in set(talk.desk.cart.lines) - set(before):
            said_now = line_words(talk.menu, line) in talk.answer
            assert said_now or (line.item, line.choices) in heard, "\n".join(talk.transcript)
        assert "flurble" not in talk.answer
        assert "zoe" not in talk.answer
        assert not any(sign.isdigit() for sign in talk.answer), talk.answer
        assert "{" not in talk.answer


async def leave(talk: Conversation) -> None:
    """From anywhere, goodbyes end the call."""
    for _ in range(4):
        if talk.ended:
            return
        await talk.mean(m.Goodbye())
    raise AssertionError("no way out:\n" + "\n".join(talk.transcript))


async def order_from_here(talk: Conversation) -> None:
    """From anywhere, a patient customer gets an order placed."""
    if talk.ended:
        return
    menu = talk.menu
    await talk.mean(m.Deny())
    for _ in range(40):
        if talk.ended:
            return
        state = talk.mind._talk.state
        cart = talk.desk.cart
        if talk.desk.order_number is not None and not cart.pending and not state.doubts:
            return
        expecting = talk.reply.expecting
        if state.doubts:
            await talk.mean(m.Deny())
        elif cart.pending and talk.reply.groups:
            group = menu.group(talk.reply.groups[0])
            await talk.mean(m.Change(m.Target(), (Choice(group.id, group.modifiers[0].id),)))
        elif not cart.lines and not cart.pending:
            await talk.mean(m.Add((Line(menu.items[0].id),)))
        elif expecting is m.Expecting.PHONE_NUMBER and not state.number:
            await talk.mean(m.PhoneNumber("5551234567", complete=True))
        elif expecting is m.Expecting.FULFILMENT or expecting is m.Expecting.ADDRESS:
            await talk.mean(m.Pickup())
        else:
            await talk.mean(m.Affirm(), m.Done())
    raise AssertionError("no order possible:\n" + "\n".join(talk.transcript[-40:]))


def run(
    menu: str,
    said: Sequence[tuple[m.Act, ...]],
    *,
    calling: str | None,
    staff: str,
    sold_out: Sequence[str] = (),
    patient: bool,
) -> None:
    async def story() -> None:
        talk = Conversation(
            PaperOrders(), menu=menu, calling=calling, staff_phone=staff, sold_out=sold_out
        )
        await converse(talk, said, random.Random(repr(said)))
        if patient:
            await order_from_here(talk)
        await leave(talk)

    asyncio.run(story())


@pytest.mark.parametrize("menu", MENUS)
@QUICK
@given(seed=SEEDS)
def test_no_sequence_of_acts_is_a_dead_end(menu: str, seed: int) -> None:
    rng = random.Random(seed)
    said = Babble(menu_named(menu), rng).utterances()
    calling, staff = rng.choice((None, CALLING)), rng.choice(("", CALLING))
    run(menu, said, calling=calling, staff=staff, patient=False)


@pytest.mark.parametrize("menu", MENUS)
@QUICK
@given(seed=SEEDS)
def test_an_order_is_possible_after_any_sequence_of_acts(menu: str, seed: int) -> None:
    said = Babble(menu_named(menu), random.Random(seed)).utterances()
    run(menu, said, calling=None, staff="", patient=True)


@QUICK
@given(seed=SEEDS)
def test_sold_out_things_never_stop_the_conversation(seed: int) -> None:
    rng = random.Random(seed)
    menu = menu_named("boba")
    things = [item.id for item in menu.items]
    things += [one.id for group in menu.modifier_groups for one in group.modifiers]
    sold_out = rng.sample(things, rng.randint(0, len(things)))
    said = Babble(menu, rng).utterances()
    run("boba", said, calling=None, staff="", sold_out=sold_out, patient=False)


WORDS = (
    "yes", "no", "that's all", "taro milk tea", "black", "with boba", "no ice", "two", "cancel",
    "555", "5551234567", "thanks", "the second one", "actually", "and", "how much is it", "um",
    "make that three", "take off", "start over", "bye now", "flurble", "what", "hold on",
)  # fmt: skip


@QUICK
@given(said=st.lists(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), max_size=15))
@example(said=["taro milk tea", "no", "no", "no", "no", "no"])
@example(said=["", " ", "um", ""])
def test_no_sequence_of_words_is_a_dead_end(said: list[str]) -> None:
    async def story() -> None:
        talk = Conversation(PaperOrders(), calling=CALLING)
        for text in said:
            if talk.ended:
                return
            await talk.say(text)
            assert "flurble" not in talk.answer
        await leave(talk)

    asyncio.run(story())


ANYTHING = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join),
    st.sampled_from((
        "quiero un té con leche", "bonjour madame", "我要一杯珍珠奶茶", "\u202e\x00<say>&amp;",
        "one two three four five six seven eight nine oh " * 12, "a taro milk tea and " * 30,
    )),
)  # fmt: skip


@QUICK
@given(
    heard=st.lists(st.lists(ANYTHING, max_size=4), max_size=8),
    seed=SEEDS,
)
def test_no_hypotheses_keys_silences_or_monologues_in_any_order_stop_the_mind(
    heard: list[list[str]], seed: int
) -> None:
    async def story() -> None:
        talk, rng = Conversation(PaperOrders(), calling=CALLING), random.Random(seed)
        for hypotheses in heard:
            if not talk.ended:
                await something_else(talk, rng)
            if talk.ended:
                return
            before, read = talk.desk.cart.lines, talk.mind._talk.state.read
            talk.mind.only_listens(hypotheses, talk.mind.understand(hypotheses))
            talk.reply = await talk.mind.answer(hypotheses)
            if len(talk.desk.cart.lines) > len(before):
                assert read is not None
            assert not any(sign in talk.answer for sign in "{}<>&")
        await leave(talk)

    asyncio.run(story())

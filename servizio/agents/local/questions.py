"""What the customer wants to know, answered from the menu, the order and the shop's facts."""

from __future__ import annotations

from servizio.agents.local.dialogue import OfferedLine
from servizio.agents.local.doubts import offer_person
from servizio.agents.local.spoken_figures import (
    money_words,
    order_number_words,
    price_words,
    speakable,
)
from servizio.agents.local.talk import Result, Talk
from servizio.agents.local.wording import (
    choices_words,
    item_words,
    lines_words,
    listed,
    modifier_words,
    plural,
    sentence,
    thing_words,
    with_article,
)
from servizio.language.meaning import OrderNumber, Question, Topic
from servizio.shop.availability import items_there
from servizio.shop.line import Line
from servizio.shop.menu import Item, Modifier, ModifierGroup
from servizio.shop.prices import totals

MOST_ITEMS = 8
"""Items read out at once; of a longer menu the kinds of things are named."""

SHOP_FACTS = {
    Topic.HOURS: "hours",
    Topic.LOCATION: "location",
    Topic.PARKING: "parking",
    Topic.DELIVERY: "delivery",
    Topic.PAYMENT: "payment",
    Topic.WAIT: "wait",
}
"""Questions that the shop's settings answer, and the tool's name for them."""

_IN_FOOD = frozenset({
    "dairy", "gluten", "nuts", "eggs", "soy", "shellfish", "sesame", "vegan", "vegetarian",
    "halal", "kosher", "caffeine", "calories", "allergens",
})  # fmt: skip
"""What a question about ingredients can be about (`Question.detail`)."""
_TOLD_BY = {
    "dairy": ("milk", "cream", "cheese", "butter", "yogurt", "dairy"),
    "gluten": ("gluten", "wheat", "flour", "bread"),
    "nuts": ("nut", "almond", "pecan", "pistachio", "cashew"),
}
"""Words of a description that tell of it, where the word itself is not there."""
_HOW_MUCH = frozenset({Topic.PRICE, Topic.TOTAL})
STATUS_SENTENCES = {
    "received": "status_received",
    "making": "status_making",
    "ready": "status_ready",
    "picked_up": "status_picked_up",
    "cancelled": "status_cancelled",
}
"""How the status of an order is said."""


async def answer(talk: Talk, question: Question) -> None:
    """Say the answer; the open question is asked again afterwards by the mind."""
    state = talk.state
    if question.item is not None:
        state.spoken_of = question.item
        state.asked_about = tuple(one for one in (question.item, question.modifier) if one)
    elif question.modifier is not None and state.asked_about:
        state.asked_about = (*state.asked_about, question.modifier)
    elif question.modifier is None and question.topic in _HOW_MUCH and not talk.lines:
        # "How much is it?", after "is there milk in the taro?".
        question = Question(Topic.PRICE, item=state.spoken_of)
    match question.topic:
        case Topic.ORDER_STATUS:
            await order_status(talk, None)
        case Topic.INGREDIENTS:
            await _ingredients(talk, question)
        case Topic.AVAILABILITY if question.detail in _IN_FOOD and question.item is None:
            await _ingredients(talk, question)
        case topic if topic in SHOP_FACTS:
            await _shop_fact(talk, SHOP_FACTS[topic], question.detail)
        case _:
            _answer_at_once(talk, question)


def _answer_at_once(talk: Talk, question: Question) -> None:
    """What the menu and this call alone can tell."""
    match question.topic:
        case Topic.TOTAL:
            _total(talk)
        case Topic.PRICE:
            _price(talk, question)
        case Topic.MENU:
            _menu(talk, question)
        case Topic.AVAILABILITY:
            _availability(talk, question)
        case Topic.CART:
            _cart(talk)
        case Topic.RECOMMENDATION:
            _recommend(talk, question)
        case Topic.ORDER_NUMBER:
            _own_number(talk)
        case _:
            talk.note("dont_know")


async def order_status(talk: Talk, asked: OrderNumber | None) -> None:
    """Where an order is: the one named, else this call's, else those of the calling number."""
    number = asked.digits if asked else talk.desk.order_number
    if number is not None:
        result = await talk.do("order_status", order_number=number)
    elif talk.calling_number is not None:
        result = await talk.do("order_status", phone=talk.calling_number)
    else:
        talk.state.status_wanted = True
        return
    orders = result.get("orders") or []
    talk.state.status_told = True
    if not talk.lines:
        talk.state.turned_back = 1
    if result["ok"] and orders:
        for order in orders[-2:]:
            key = STATUS_SENTENCES.get(str(order["status"]), "status_received")
            talk.note(key, number=order_number_words(str(order["order_number"])))
    elif number is None:
        talk.state.status_wanted = True
    else:
        talk.note("no_such_order", number=order_number_words(number))


def example(talk: Talk) -> str:
    """A line that could be ordered, to show how it can be said."""
    items = items_there(talk.menu, talk.there)
    if not items:
        return ""
    item = items[0]
    name = with_article(speakable(item.name))
    for group in talk.menu.groups_of(item):
        if group.prompt is not None and group.min == 0:
            for modifier in group.modifiers:
                if talk.there.has(modifier.id):
                    return f"{name} with {modifier_words(group, modifier)}"
    return name


async def _shop_fact(talk: Talk, topic: str, detail: str) -> None:
    day = {"day": detail} if topic == "hours" and detail else {}
    result = await talk.do("get_business_info", topic=topic, **day)
    _tell(talk, result)


def _tell(talk: Talk, result: Result) -> None:
    """Say what a tool knows; where it does not know, a person may."""
    if result["ok"] and str(result.get("text", "")).strip():
        talk.note_result(result, "text")
    else:
        talk.note("dont_know")
    if not result.get("known", False):
        offer_person(talk)


def _total(talk: Talk) -> None:
    if not talk.lines:
        talk.note("nothing_ordered")
        return
    total = totals(talk.menu, talk.lines).total
    talk.note("total", total=money_words(total, talk.menu.currency))


def _menu(talk: Talk, question: Question) -> None:
    wanted = question.detail or question.modifier or ""
    group = _group(talk, wanted)
    if group is not None:
        talk.note("we_have", things=choices_words(group, talk.there, joint="and"))
        return
    if question.item is not None:
        item = talk.menu.item(question.item)
        prompted = [one for one in talk.menu.groups_of(item) if one.prompt is not None]
        if prompted:
            things = choices_words(prompted[0], talk.there, joint="and")
            talk.note("comes_with", item=speakable(item.name), things=things)
            return
    items = items_there(talk.menu, talk.there)
    categories = list(dict.fromkeys(item.category for item in items if item.category))
    if wanted in categories:
        items = tuple(item for item in items if item.category == wanted)
    elif len(items) > MOST_ITEMS and len(categories) > 1:
        talk.note("we_have", things=listed([speakable(name) for name in categories[:MOST_ITEMS]]))
        talk.note("ask_for_kind")
        talk.state.kinds_told = True
        return
    if not items:
        talk.note("all_sold_out")
        return
    talk.state.told_items = tuple(item.id for item in items[:MOST_ITEMS])
    names = [speakable(item.name) for item in items[:MOST_ITEMS]]
    key = "we_have" if len(items) <= MOST_ITEMS else "we_have_among_others"
    talk.note(key, things=listed(names))


def _price(talk: Talk, question: Question) -> None:
    currency = talk.menu.currency
    if question.item is not None:
        item = talk.menu.item(question.item)
        price = price_words(item.price, currency)
        talk.note("item_price", item=with_article(speakable(item.name)), price=price)
    modifier = _modifier(talk, question.modifier)
    if modifier is not None:
        name = modifier_words(*modifier)
        if modifier[1].price:
            talk.note("modifier_price", name=name, price=price_words(modifier[1].price, currency))
        else:
            talk.note("modifier_free", name=name)
    if question.item is not None or modifier is not None:
        return
    if talk.lines:
        _total(talk)
        return
    items = items_there(talk.menu, talk.there)
    prices = sorted({item.price for item in items})
    if len(items) > 3 and len(prices) > 1:
        low, high = price_words(prices[0], currency), price_words(prices[-1], currency)
        talk.note("price_range", low=low, high=high)
        return
    for item in items[:3]:
        price = price_words(item.price, currency)
        talk.note("item_price", item=with_article(speakable(item.name)), price=price)


async def _ingredients(talk: Talk, question: Question) -> None:
    if question.modifier is not None and not question.detail:
        _price(talk, Question(Topic.PRICE, modifier=question.modifier))
        return
    if question.modifier is not None and question.item is None:
        # What is in a topping, no menu tells.
        _tell(talk, await talk.do("get_business_info", topic="allergens"))
        return
    ordered = talk.lines[-1].item if talk.lines else None
    item_id = question.item or ordered or talk.state.spoken_of
    item = talk.menu.item(item_id) if item_id is not None else None
    if item is not None and item.description:
        text = speakable(item.description)
        talk.notes.append(sentence(text if text[-1] in ".!?" else f"{text}."))
        if question.detail and not _tells_of(text, question.detail):
            # "Contains milk" tells nothing of nuts: never sound as if it did.
            talk.note("all_i_know")
            offer_person(talk)
        return
    result = await talk.do("get_business_info", topic="allergens")
    _tell(talk, result)


def _tells_of(text: str, detail: str) -> bool:
    """Whether a description tells of what was asked about: "contains milk" does of dairy."""
    words = _TOLD_BY.get(detail, (detail.rstrip("s"),))
    return any(word in text.lower() for word in words)


def _availability(talk: Talk, question: Question) -> None:
    thing = question.item or question.modifier
    if thing is None:
        _menu(talk, question)
        return
    _thing_there(talk, thing)


def _thing_there(talk: Talk, thing: str) -> None:
    name = thing_words(talk.menu, thing) or "that"
    if talk.is_sold_out(thing):
        talk.note("sold_out", item=name)
        return
    talk.note("we_do_have", thing=plural(name) if talk.menu.has_item(thing) else name)
    ordered = any(line.item == thing for line in talk.lines)
    if talk.menu.has_item(thing) and not ordered and not talk.state.doubts and talk.room > 0:
        talk.doubt(OfferedLine(Line(thing), "offer_one"))


def _cart(talk: Talk) -> None:
    if not talk.lines:
        talk.note("nothing_ordered")
        return
    if talk.confirmed:
        talk.note("you_have", lines=lines_words(talk.menu, talk.confirmed))
    if talk.staged:
        talk.state.read = None
    else:
        talk.state.summed_up = talk.confirmed


def _recommend(talk: Talk, question: Question) -> None:
    ordered = {line.item for line in talk.lines}
    items = [item for item in items_there(talk.menu, talk.there) if item.id not in ordered]
    if talk.state.suggested or not items or talk.room < 1:
        _menu(talk, question)
        return
    talk.state.suggested = True
    talk.doubt(OfferedLine(Line(_suggestion(items).id), "suggest"))


def _suggestion(items: list[Item]) -> Item:
    """The first on the board: a shop puts first what it is known for."""
    return items[0]


def _own_number(talk: Talk) -> None:
    number = talk.desk.order_number
    if number is None:
        talk.note("not_placed_yet")
    else:
        talk.note("your_number", number=order_number_words(number))


def _group(talk: Talk, wanted: str) -> ModifierGroup | None:
    for group in talk.menu.modifier_groups:
        if group.id == wanted or any(one.id == wanted for one in group.modifiers):
            return group
    return None


def _modifier(talk: Talk, modifier_id: str | None) -> tuple[ModifierGroup, Modifier] | None:
    for group in talk.menu.modifier_groups:
        for modifier in group.modifiers:
            if modifier.id == modifier_id:
                return group, modifier
    return None


def kind_named(talk: Talk, text: str) -> Question | None:
    """ "Coffee", after the kinds of things were told, asks for those and orders none."""
    said = text.lower().removeprefix("the ").removesuffix(" please").strip(" .!?")
    for kind in {item.category for item in items_there(talk.menu, talk.there)}:
        if kind and plural(said) == plural(speakable(kind).lower()):
            return Question(Topic.MENU, detail=kind)
    return None


def item_names(talk: Talk) -> tuple[str, ...]:
    """The names of what can be ordered now, as they are spoken."""
    return tuple(item_words(talk.menu, item.id) for item in items_there(talk.menu, talk.there))

"""Stories of everything that is said around an order."""

from __future__ import annotations

import pytest

from servizio.language.meaning import (
    Act,
    Add,
    Affirm,
    AskPerson,
    Delivery,
    Deny,
    Done,
    Expecting,
    Frustration,
    Goodbye,
    Hello,
    Name,
    NotOnMenu,
    OrderNumber,
    PhoneNumber,
    Pickup,
    Question,
    Repeat,
    Thanks,
    Topic,
    UseCallingNumber,
    Wait,
)
from tests.language.menus import heard_at, ordered


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("yes", Affirm()),
        ("yeah sounds good", Affirm()),
        ("uh huh", Affirm()),
        ("nope", Deny()),
        ("that's wrong", Deny()),
        ("nothing else", Done()),
        ("that'll be all", Done()),
        ("hello? are you there?", Hello()),
        ("hold on a second", Wait()),
        ("sorry, what was that?", Repeat()),
        ("thanks a lot", Thanks()),
        ("have a good one, bye", Goodbye()),
        ("can I talk to a real person", AskPerson()),
        ("this is ridiculous", Frustration()),
        ("I'll pick it up", Pickup()),
        ("the number I'm calling from", UseCallingNumber()),
    ],
)
def test_courtesies_and_commands(said: str, act: Act) -> None:
    assert heard_at("tea", said, Expecting.YES_NO).acts == (act,)


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("how much is a taro?", Question(Topic.PRICE, "taro-milk-tea")),
        ("what's in the taro milk tea", Question(Topic.INGREDIENTS, "taro-milk-tea")),
        ("do you have egg pudding", Question(Topic.AVAILABILITY, None, "egg-pudding")),
        ("what toppings do you have", Question(Topic.MENU, detail="topping")),
        ("what drinks do you have", Question(Topic.MENU, detail="drinks")),
        ("are you open on sunday", Question(Topic.HOURS, detail="sunday")),
        ("what time do you close today", Question(Topic.HOURS, detail="today")),
        ("where are you located", Question(Topic.LOCATION)),
        ("is there parking", Question(Topic.PARKING)),
        ("do you deliver", Question(Topic.DELIVERY)),
        ("can I pay with cash", Question(Topic.PAYMENT)),
        ("how long will it take", Question(Topic.WAIT)),
        ("is my order ready", Question(Topic.ORDER_STATUS)),
        ("what do I have so far", Question(Topic.CART)),
        ("how much is that", Question(Topic.TOTAL)),
        ("what do you recommend", Question(Topic.RECOMMENDATION)),
        ("what was my order number again", Question(Topic.ORDER_NUMBER)),
    ],
)
def test_questions_of_every_topic(said: str, question: Question) -> None:
    assert heard_at("tea", said).acts == (question,)


def test_a_question_may_follow_an_order() -> None:
    meaning = heard_at("tea", "a taro please, and how long will it take?")
    assert ordered(meaning) == ["1 taro-milk-tea"]
    assert meaning.acts[-1] == Question(Topic.WAIT)


@pytest.mark.parametrize(
    ("said", "digits", "complete"),
    [
        ("five five five one two three four five six seven", "5551234567", True),
        ("415 555 0123", "4155550123", True),
        ("four one five, five five five, oh one double two", "4155550122", True),
        ("it's area code four one five triple five twenty one eleven", "4155552111", True),
        ("plus one 415-555-0123", "14155550123", True),
        ("eight hundred five five five nought one two three", "8005550123", True),
        ("four one five um five five five", "415555", False),
        (
            "four one five, no wait, five one zero five five five oh one two three",
            "5105550123",
            True,
        ),
    ],
)
def test_telephone_numbers_as_people_say_them(said: str, digits: str, complete: bool) -> None:
    meaning = heard_at("tea", said, Expecting.PHONE_NUMBER)
    assert meaning.acts == (PhoneNumber(digits, complete),)
    assert meaning.unfinished is not complete


def test_order_numbers() -> None:
    asked = heard_at("tea", "it's forty seven eighty two", Expecting.ORDER_NUMBER)
    assert asked.acts == (OrderNumber("4782"),)
    told = heard_at("tea", "is order 4782 ready")
    assert OrderNumber("4782") in told.acts


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Marco", "Marco"),
        ("it's for Sarah", "Sarah"),
        ("my name is John Smith please", "John Smith"),
        ("um, under Lee", "Lee"),
        ("m i k e", "Mike"),
    ],
)
def test_names(said: str, name: str) -> None:
    assert heard_at("tea", said, Expecting.NAME).acts[0] == Name(name)


@pytest.mark.parametrize("said", ["what?", "no", "I don't want to say"])
def test_not_every_answer_is_a_name(said: str) -> None:
    acts = heard_at("tea", said, Expecting.NAME).acts
    assert not any(isinstance(act, Name) for act in acts)


def test_delivery_with_and_without_an_address() -> None:
    asked = heard_at("tea", "delivery please", Expecting.FULFILMENT)
    assert asked.acts == (Delivery(),)
    told = heard_at("tea", "delivery to twelve main street apartment four", Expecting.FULFILMENT)
    assert told.acts == (Delivery("12 Main Street Apartment 4"),)
    answered = heard_at("tea", "it's 7 oak avenue", Expecting.ADDRESS)
    assert answered.acts == (Delivery("7 Oak Avenue"),)


def test_everything_in_one_breath() -> None:
    meaning = heard_at(
        "tea",
        "two taros with boba delivered to 12 main street, my name is Bob and my number is "
        "415 555 0123",
    )
    assert ordered(meaning) == ["2 taro-milk-tea: boba"]
    assert [act for act in meaning.acts if not isinstance(act, Add)] == [
        Delivery("12 Main Street"),
        Name("Bob"),
        PhoneNumber("4155550123", True),
    ]


@pytest.mark.parametrize(
    "said",
    [
        "I was here in two thousand ten",
        "my kids love this place",
        "it's raining cats and dogs",
        "there are two of us in the car",
        "I'll call you back in five minutes",
        "",
        "...",
    ],
)
def test_chatter_orders_nothing(said: str) -> None:
    meaning = heard_at("diner", said)
    assert ordered(meaning) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("I'd like a cappuccino please", "cappuccino"),
        ("do you have any coffee", "coffee"),
        ("a taro with jelly", "jelly"),
    ],
)
def test_what_is_not_on_the_menu_is_told_apart(said: str, words: str) -> None:
    meaning = heard_at("tea", said)
    assert [act.words for act in meaning.acts if isinstance(act, NotOnMenu)] == [words]


def test_something_near_is_offered_for_what_is_not_on_the_menu() -> None:
    meaning = heard_at("diner", "I'd like a glass of apple juice")
    (stranger,) = [act for act in meaning.acts if isinstance(act, NotOnMenu)]
    assert stranger.nearest == "orange-juice"


@pytest.mark.parametrize(
    ("said", "unfinished"),
    [
        ("a taro and", True),
        ("I'd like a black milk tea with um", True),
        ("can I get a", True),
        ("a taro with boba", False),
        ("that's all", False),
    ],
)
def test_the_customer_will_go_on_or_not(said: str, unfinished: bool) -> None:
    assert heard_at("tea", said).unfinished is unfinished

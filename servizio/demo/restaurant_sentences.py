"""The sentences of the simulated restaurant, as somebody at its telephone would say them."""

from __future__ import annotations

from datetime import date, time, timedelta
from random import Random

from servizio.language.calendar_words import MONTHS, WEEKDAYS

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)  # fmt: skip
_TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty"}
_EVENING = 17


def number_said(number: int) -> str:
    """Up to fifty-nine."""
    if number < len(_SMALL):
        return _SMALL[number]
    unit = number % 10
    return _TENS.get(number - unit, str(number)) + (f" {_SMALL[unit]}" if unit else "")


def digits_said(number: str) -> str:
    """ "four, eight, two, one"."""
    return ", ".join(_SMALL[int(digit)] for digit in number if digit.isdecimal())


def time_said(at: time) -> str:
    """ "seven", "seven thirty", "noon"."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    hour = number_said((at.hour - 1) % 12 + 1)
    if not at.minute:
        return hour
    return f"{hour} {'oh ' if at.minute < 10 else ''}{number_said(at.minute)}"


def day_said(day: date, today: date) -> str:
    """ "tonight", "tomorrow", "Friday", "Saturday the fifth of December"."""
    ahead = day - today
    if ahead <= timedelta():
        return "tonight"
    if ahead == timedelta(days=1):
        return "tomorrow"
    weekday = WEEKDAYS[day.weekday()].capitalize()
    if ahead < timedelta(days=7):
        return weekday
    return f"{weekday}, {MONTHS[day.month - 1].capitalize()} {number_said(day.day)}"


def when_said(day: date, at: time, today: date) -> str:
    """ "tomorrow at seven"."""
    opening = day_said(day, today)
    if opening == "tonight" and at.hour < _EVENING:
        opening = "today"
    return f"{opening} at {time_said(at)}"


class Words:
    """Picks among several ways to say a thing."""

    def __init__(self, name: str, rng: Random) -> None:
        self._name = name
        self._rng = rng

    def hello(self) -> tuple[str, ...]:
        """It picks up."""
        return self._one(
            (f"{self._name}, good evening, how can I help?",),
            (f"Thanks for calling {self._name}, what can I do for you?",),
            (f"Hello, {self._name}.",),
            (f"Good evening, {self._name}, this is Anna.",),
        )

    def machine(self) -> tuple[str, ...]:
        """A machine picks up."""
        return (
            f"Hi, you've reached {self._name}.",
            "We can't come to the phone right now.",
            "Please leave your name and number after the tone and we'll get back to you.",
        )

    def how_help(self) -> tuple[str, ...]:
        """Nothing was said of a table yet."""
        return self._one(("Hi there, how can I help you?",), ("Sure, what can I do for you?",))

    def ask(self, what: str) -> tuple[str, ...]:
        """A question about the table."""
        return {
            "party": self._one(
                ("And for how many?",), ("How many of you will there be?",), ("What size party?",)
            ),
            "day": self._one(("What day were you thinking of?",), ("Which day would that be?",)),
            "time": self._one(
                ("And around what time?",), ("What time would you like to come in?",)
            ),
            "name": self._one(
                ("What name should I put it under?",),
                ("Can I take a name for that?",),
                ("And the name, please?",),
            ),
            "phone": self._one(
                ("And is there a number we can reach you on?",),
                ("Could I get a phone number, just in case?",),
            ),
        }[what]

    def hold(self) -> tuple[str, ...]:
        """It looks into the book."""
        return self._one(
            ("One second, I need to check the book, can you hold?",),
            ("Bear with me a moment, I'll just have a look.",),
        )

    def thanks_for_waiting(self) -> tuple[str, ...]:
        """It is back, and there is a table."""
        return self._one(
            ("Thanks for waiting, yes, we can do that.",), ("Right, so, that's no problem.",)
        )

    def free(self) -> tuple[str, ...]:
        """There is a table."""
        return self._one(
            ("Yep, we've got space then.",),
            ("Sure, that's no problem.",),
            ("Let's see, yes, I can fit you in.",),
        )

    def full(self) -> tuple[str, ...]:
        """There is none."""
        return self._one(
            ("Oh, I'm sorry, we're completely booked that night.",),
            ("I'm afraid we're all full then, it's a really busy evening.",),
        )

    def nothing(self) -> tuple[str, ...]:
        """There is none at any other time either."""
        return self._one(
            ("No, sorry, I really don't have anything.",),
            ("I'm so sorry, there's nothing left at all.",),
        )

    def closed(self, day: date) -> tuple[str, ...]:
        """It is closed that day."""
        weekday = WEEKDAYS[day.weekday()].capitalize()
        return self._one(
            (f"Oh, sorry, we're closed on {weekday}s.",),
            ("I'm afraid that's our day off, we're closed.",),
        )

    def offer(self, wanted: time | None, offered: time) -> tuple[str, ...]:
        """Another time."""
        asked = "then" if wanted is None else f"at {time_said(wanted)}"
        other = time_said(offered)
        return self._one(
            (f"Hmm, we're full {asked}, but I could do {other}, would that work?",),
            (f"Sorry, nothing left {asked}. How about {other}?",),
            (f"We're booked up {asked} I'm afraid, the closest I've got is {other}.",),
        )

    def read_back(self, party: int, when: str, name: str) -> tuple[str, ...]:
        """What it has written so far."""
        people = number_said(party)
        under = f" under {name}" if name else ""
        return self._one(
            (f"So that's {people} people, {when},{under}, is that right?",),
            (f"Okay, so I have a table for {people} {when}{under}, correct?",),
            (f"Just to read that back, {when}, party of {people},{under}, yes?",),
        )

    def done(self, when: str) -> tuple[str, ...]:
        """It is in the book."""
        return self._one(
            ("Lovely, you're all set.",),
            ("Great, I've put you down.",),
            (f"Perfect, that's booked for {when}.",),
        )

    def number(self, digits: str) -> tuple[str, ...]:
        """The number of the reservation."""
        return self._one(
            (f"Your confirmation number is {digits}.",),
            (f"The reservation number is {digits}.",),
        )

    def no(self) -> tuple[str, ...]:
        """What was read back to it is wrong."""
        return self._one(("No, sorry, once more.",), ("Not quite.",))

    def see_you(self, day: date | None, today: date) -> tuple[str, ...]:
        """All is said."""
        when = "then" if day is None else day_said(day, today)
        return self._one(
            (f"Perfect, see you {when}!",), ("Great, we look forward to it, bye now.",)
        )

    def anything_else(self) -> tuple[str, ...]:
        """Whether there is more."""
        return self._one(("Anything else I can do for you?",), ("Was there anything else?",))

    def goodbye(self) -> tuple[str, ...]:
        """It hangs up."""
        return self._one(("Thanks, bye bye.",), ("All right, bye.",), ("Have a good one!",))

    def pardon(self) -> tuple[str, ...]:
        """It did not understand."""
        return self._one(
            ("Sorry, I didn't catch that.",), ("Sorry, it's loud in here, say that again?",)
        )

    def _one(self, *ways: tuple[str, ...]) -> tuple[str, ...]:
        return self._rng.choice(ways)

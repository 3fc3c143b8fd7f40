"""What the stand-in hears, thinks and says: a small file a person can read.

    [[turn]]
    hears = "A taro milk tea, please."
    does = [
      { call = "add_to_cart", with = { item = "taro-milk-tea" } },
      { say = "One taro milk tea. Is that right?" },
    ]

A sentence may hold the answer of the last function: `Your number is {order_number}.`
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the agent does: it says something, or wants a function called."""

    say: str = ""
    call: str = ""
    arguments: Any = field(default_factory=dict)
    """As they are sent, where they are no table."""
    text: bool = True
    """Whether the words of what is said are sent."""
    sound: bool = True
    done: int = 1
    """How often its end is told."""
    share: float = 1.0
    """Of the sound that is sent."""
    waits: float = 0.0
    """Seconds before it begins."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the customer is understood to say, and what comes of it."""

    hears: str
    does: tuple[Step, ...]
    early: str = ""
    """A function that is asked for before the turn is confirmed, and then cancelled."""
    early_arguments: Any = field(default_factory=dict)


class Stage(StrEnum):
    """Where in a call something may break."""

    CONNECT = "connect"
    WELCOME = "before Welcome"
    SETTINGS = "before SettingsApplied"
    GREETING = "before the greeting"
    SENTENCE = "in mid-sentence"
    HEARD = "after the customer has spoken"
    FUNCTION = "between a function call and its answer"
    CHECKED_OUT = "after checkout"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """What breaks, and where."""

    stage: Stage
    how: str
    """`close`, `abort`, `stall`, `freeze`, `error CODE`, or at `CONNECT` a status or `hang`."""
    times: int = 1000
    """In so many sessions; later ones are well."""
    is_gone: bool = False
    """Whether nobody can connect any more once it has broken."""


def scenario(name: str) -> tuple[Turn, ...]:
    """The turns of a file."""
    content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return tuple(_turn(each) for each in content["turn"])


def _turn(body: dict[str, Any]) -> Turn:
    early = body.get("early", {})
    return Turn(
        body["hears"],
        tuple(_step(each) for each in body["does"]),
        early.get("call", ""),
        early.get("with", {}),
    )


def _step(body: dict[str, Any]) -> Step:
    given = dict(body)
    if "with" in given:
        given["arguments"] = given.pop("with")
    return Step(**given)

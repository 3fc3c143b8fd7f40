"""The words in which things of the menu are talked about, made into patterns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Talk:
    """The patterns of such talk, made of the tables."""

    telling: re.Pattern[str]
    wont: re.Pattern[str]
    praising: re.Pattern[str]
    marks: re.Pattern[str]
    """Finds out quickly that there is none."""


def load_talk(table: Mapping[str, Sequence[str]]) -> Talk:
    """Make the patterns of the words in `data/talk.toml`."""
    telling, wont, having, small, praising = (
        "|".join(table[name]) for name in ("telling", "wont", "having", "small", "praising")
    )
    between = rf"(?: (?:{small}))*"
    return Talk(
        telling=re.compile(rf"\b(?<!\bid )(?:{telling}){between} (?:a |an |some )?$"),
        wont=re.compile(rf"\b(?:{wont})(?: (?:{having}))?{between} (?:a |an |some |one )?$"),
        praising=re.compile(rf"^ (?:{praising})(?= |$)"),
        marks=re.compile(rf"\b(?:{telling}|{wont})\b| (?:{praising})(?: |$)"),
    )

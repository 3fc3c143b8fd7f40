"""This machine's hearing and speaking, set up for a shop's menu."""

from __future__ import annotations

import os

from servizio.agents.local.member import MENU_PHRASES
from servizio.agents.local.speech_engine import SpeechEngine
from servizio.shop.menu import Menu

MOST_WORKERS = 4


def speech_engine(menu: Menu) -> SpeechEngine:
    """An engine that leans towards the words of this menu. Not started yet."""
    workers = min(MOST_WORKERS, max(2, os.cpu_count() or 2))
    return SpeechEngine(workers=workers, phrases={MENU_PHRASES: menu_words(menu)})


def menu_words(menu: Menu) -> tuple[str, ...]:
    """Everything a customer may call something on the menu."""
    modifiers = [each for group in menu.modifier_groups for each in group.modifiers]
    names = [name for item in menu.items for name in (item.name, *item.aliases)]
    names += [name for each in modifiers for name in (each.name, *each.aliases)]
    return tuple(dict.fromkeys(names))

"""The parts of the console, each loaded when it is first opened: the queue opens at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module

from textual.screen import Screen

SCREENS = {
    "queue": ("queue", "QueueScreen"),
    "calls": ("calls", "CallsScreen"),
    "history": ("history", "HistoryScreen"),
    "menu": ("menu_board", "MenuBoardScreen"),
    "health": ("health", "HealthScreen"),
    "report": ("report", "ReportScreen"),
    "counter": ("counter", "CounterScreen"),
}
"""Mode to the module beside this one, and the screen in it."""


def screen_class(mode: str) -> type[Screen[None]]:
    """The screen of a mode."""
    module, name = SCREENS[mode]
    found: type[Screen[None]] = getattr(import_module(f"{__package__}.{module}"), name)
    return found


def _open(mode: str) -> Screen[None]:
    return screen_class(mode)()


def modes() -> Mapping[str, Callable[[], Screen[None]]]:
    """What makes the screen of each mode."""
    return {mode: partial(_open, mode) for mode in SCREENS}

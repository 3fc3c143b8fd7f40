"""What every key does where one is: the screen's own first, then those that work everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from servizio.tui.console.question import QUIT
from servizio.tui.key_map import spoken_key
from servizio.tui.key_names import KeyNames
from servizio.tui.widgets.key_bar import KeyBar

_KEYS_WIDTH = 16
_DIGITS = "123456789"


def title_of(binding: Binding) -> str:
    """Say in full what a key does: what stands in the bottom line and what it leaves out."""
    more = binding.tooltip
    return f"{binding.description}{': ' if more[:1].isupper() else ' '}{more}".strip()


def rows_of(bindings: Iterable[Binding]) -> list[tuple[str, str]]:
    """Keys and what they do, a row for each action; ticking lines is one row."""
    keys: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for binding in bindings:
        if not binding.description:
            continue
        action = "tick" if binding.action.startswith("tick(") else binding.action
        keys.setdefault(action, []).append(spoken_key(binding.key))
        titles[action] = "Tick a line off" if action == "tick" else title_of(binding)
    return [(_joined(held), titles[action]) for action, held in keys.items()]


def _joined(keys: list[str]) -> str:
    is_row = len(keys) > 2 and "".join(keys) in _DIGITS
    return f"{keys[0]} to {keys[-1]}" if is_row else ", ".join(dict.fromkeys(keys))


class HelpScreen(ModalScreen[None]):
    """All keys of a screen. Any of the keys that open it closes it."""

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > Vertical {
            width: 76; max-width: 100%; height: auto; max-height: 100%;
            background: $surface; border: round $primary;
        }
        VerticalScroll { height: auto; padding: 0 1; scrollbar-size-vertical: 1; }
        Static { height: auto; }
        KeyBar { dock: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,question_mark,q,enter", "dismiss", "Close", key_display="Esc"),
        Binding("down,j", "down", "Down", show=False),
        Binding("up,k", "up", "Up", show=False),
        Binding("ctrl+p", "app.command_palette", "Find any of them", key_display="^p"),
        QUIT,
    ]
    AUTO_FOCUS = "VerticalScroll"

    def __init__(self, screen: Screen[Any], key_names: KeyNames) -> None:
        super().__init__()
        active = list(screen.active_bindings.values())
        self._words = describe_keys(active, screen, key_names)
        # What opened this closes it, whatever the shop has made of that key.
        for each in active:
            if (each.binding.id or "").endswith(".help"):
                self._bindings.bind(each.binding.key, "dismiss", show=False)

    def compose(self) -> ComposeResult:
        """The keys, and how to get back."""
        with Vertical():
            with VerticalScroll():
                yield Static(self._words)
            yield KeyBar()

    def on_mount(self) -> None:
        """Leave the last row to the way back."""
        self.query_one(VerticalScroll).styles.max_height = max(3, self.app.size.height - 3)

    def action_down(self) -> None:
        """Show what stands below."""
        self.query_one(VerticalScroll).scroll_down(animate=False)

    def action_up(self) -> None:
        """Show what stands above."""
        self.query_one(VerticalScroll).scroll_up(animate=False)


def describe_keys(
    active: Iterable[ActiveBinding], screen: Screen[Any], key_names: KeyNames
) -> Content:
    """The keys of that screen and of the application, with what the screen says of itself."""
    own: list[Binding] = []
    everywhere: list[Binding] = []
    for each in active:
        place = (each.binding.id or "").partition(".")[0]
        if not each.enabled or not place:
            continue
        (everywhere if place == "app" else own).append(each.binding)
    title = screen.BINDING_GROUP_TITLE or ""
    rows = [Content(title.upper()).stylize("bold")]
    rows += [Content(key_names.fill(screen.HELP)), Content("")] if screen.HELP else []
    rows += _rows(own)
    rows += [Content(""), Content("ON EVERY SCREEN").stylize("bold"), *_rows(everywhere)]
    rows.append(_row("^p", "Find any action, order or theme by its name"))
    return Content("\n").join(rows)


def _rows(bindings: list[Binding]) -> list[Content]:
    return [_row(keys, title) for keys, title in rows_of(bindings)]


def _row(keys: str, title: str) -> Content:
    return Content.assemble((f"{keys:<{_KEYS_WIDTH}}", "bold $accent"), " ", title)

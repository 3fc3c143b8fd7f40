"""The bottom line: the keys of a screen, as many as fit whole; help and the way out always.

One line of words instead of a widget for each key: it is drawn anew in a fraction of the
time, and never ends in the middle of a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.events import Resize
from textual.screen import Screen
from textual.widgets import Static

WIDE = 108
"""Columns from which the keys stand further apart."""
_ALWAYS = ("help", "quit")
"""Last parts of the ids of what is shown however little room there is, at the end."""


@dataclass(frozen=True, slots=True)
class KeyName:
    """A key as it is shown."""

    key: str
    """As Textual calls it."""
    shown: str
    does: str
    is_kept: bool = False
    """Shown however little room there is."""

    @property
    def width(self) -> int:
        """Columns without what stands between it and the next."""
        return cell_len(f"{self.shown} {self.does}".strip())


def fitting(keys: Sequence[KeyName], width: int, gap: int) -> list[KeyName]:
    """The keys that fit, first ones first; those that are kept stand at the end."""
    first = [key for key in keys if not key.is_kept]
    kept = [key for key in keys if key.is_kept]
    while kept and _width(kept, gap) > width:
        kept = kept[1:]
    while first and _width([*first, *kept], gap) > width:
        first.pop()
    return [*first, *kept]


def _width(keys: Sequence[KeyName], gap: int) -> int:
    return sum(key.width + gap for key in keys) - gap if keys else 0


class KeyBar(Static):
    """Follows the keys of its screen. A click does what the key does."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom; height: 1; padding: 0 1; background: $panel; color: $foreground;
        text-wrap: nowrap; text-overflow: clip; link-style: none; link-color: $foreground;
        link-style-hover: bold; link-color-hover: $background; link-background-hover: $primary;
    }
    """

    _shown = ""

    def __init__(self, words: Callable[[Binding], str] = attrgetter("description")) -> None:
        """`words` says what a key does as things are; see `follow`."""
        super().__init__()
        self._words = words

    def follow(self) -> None:
        """What a key does may be another thing now."""
        self._draw()

    def on_mount(self) -> None:
        """Follow the keys."""
        self.screen.bindings_updated_signal.subscribe(self, self._keys_changed)
        self._draw()

    def _keys_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen and self.is_attached:
            self._draw()

    def on_resize(self, event: Resize) -> None:
        """Show what fits now."""
        del event
        self._draw()

    def _draw(self) -> None:
        width = self.content_size.width
        if not width:
            return
        gap = 2 if self.app.size.width >= WIDE else 1
        parts = [
            Content.assemble((key.shown, "bold $accent"), f" {key.does}").stylize(
                f"@click=app.simulate_key('{key.key}')"
            )
            for key in fitting(self._keys(), width, gap)
        ]
        words = Content(" " * gap).join(parts)
        if words.plain != self._shown:
            self._shown = words.plain
            self.update(words, layout=False)

    def _keys(self) -> list[KeyName]:
        found: dict[tuple[str, str], KeyName] = {}
        for _, binding, is_on, _ in self.screen.active_bindings.values():
            what = (binding.action, binding.description)
            if binding.show and is_on and what not in found:
                found[what] = self._named(binding)
        return list(found.values())

    def _named(self, binding: Binding) -> KeyName:
        is_kept = (binding.id or "").rpartition(".")[2] in _ALWAYS
        shown = self.app.get_key_display(binding)
        if shown[:1] == "f" and shown[1:].isdigit():
            shown = shown.upper()
        return KeyName(binding.key, shown, self._words(binding), is_kept)

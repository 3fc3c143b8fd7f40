"""What the keys of the console's actions are called in sentences, however a shop has set them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from textual.binding import BindingType

from servizio.tui.key_map import actions_of, spoken_key

_NAMED = re.compile(r"\{(\w+\.\w+)\}")


class KeyNames:
    """The first key of each action, as it is printed on a keyboard.

    `chosen` are the shop's own keys by the id of their binding. `bindings_of` gives the
    bindings of a place, the first part of an id; it is asked once for a place, and only when a
    key of it is named.
    """

    def __init__(
        self,
        chosen: Mapping[str, str],
        bindings_of: Callable[[str], Iterable[BindingType]],
    ) -> None:
        self._chosen = chosen
        self._bindings_of = bindings_of
        self._own: dict[str, dict[str, tuple[str, ...]]] = {}

    def __call__(self, action: str) -> str:
        """The key of `queue.ready`: `Enter`. Raises `KeyError` where there is no such action."""
        place = action.partition(".")[0]
        if action in self._chosen:
            return spoken_key(self._chosen[action].partition(",")[0])
        if place not in self._own:
            self._own[place] = dict(actions_of(self._bindings_of(place)))
        return spoken_key(self._own[place][action][0])

    def fill(self, words: str) -> str:
        """Put the keys into words of our own: `{app.calls} shows the call`."""
        return _NAMED.sub(lambda found: self(found[1]), words)

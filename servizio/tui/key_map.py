"""Other keys for the console's actions, as a shop has set them.

An action is called by the id of its binding, `queue.ready`, or by its last part where that
is clear: `ready` means the queue's. What is unknown or would clash is an error that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from textual.binding import Binding, BindingsMap, BindingType
from textual.keys import Keys, _character_to_key

from servizio.errors import SettingsError

Actions = Mapping[str, tuple[str, ...]]
"""Id of a binding to the keys that it has."""

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super"})
_OTHER_NAMES = {"esc": "escape", "return": "enter", "del": "delete", "ins": "insert"}
_FIRST = ("queue", "app")
"""Where a short name is looked for first."""
_SPOKEN = {
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "equal": "=",
    "escape": "Esc",
    "enter": "Enter",
    "space": "Space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def actions_of(bindings: Iterable[BindingType]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Ids and keys of the bindings that may be given other keys."""
    for binding in bindings:
        if isinstance(binding, Binding) and binding.id:
            yield binding.id, tuple(key.strip() for key in binding.key.split(","))


def checked_keys(wanted: Mapping[str, str], actions: Actions) -> dict[str, str]:
    """The wanted keys by the id of their binding, as Textual takes them.

    Raises `SettingsError` for an action or key that is unknown, naming the nearest, and for
    a key that would mean two things in one place.
    """
    chosen = {
        _action(name, actions): tuple(_key(each, name) for each in _parts(keys, name))
        for name, keys in wanted.items()
    }
    held = {**actions, **chosen}
    for action, keys in chosen.items():
        for other, others in held.items():
            both = set(keys) & set(others)
            if other != action and both and _meet(action, other):
                raise SettingsError(
                    f"console.keys: {min(both)} would be both {action} and {other}.",
                    f"Give {other} another key too, or choose another for {action}.",
                )
    return {action: ",".join(keys) for action, keys in chosen.items()}


def remap(bindings: BindingsMap, keys: Mapping[str, str]) -> BindingsMap:
    """Give bindings other keys, each in its old place: what is important stays in the footer."""
    found: dict[str, list[Binding]] = {}
    done: set[str] = set()
    for key, binding in bindings:
        wanted = keys.get(binding.id or "")
        if wanted is None:
            found.setdefault(key, []).append(binding)
        elif binding.id not in done:
            done.add(binding.id or "")
            for other in wanted.split(","):
                found.setdefault(other, []).append(binding.with_key(other))
    return BindingsMap.from_keys(found)


def _meet(one: str, other: str) -> bool:
    """Claim that two actions can be open to the same press. The same twice is no clash."""
    (place, action), (elsewhere, another) = _split(one), _split(other)
    if action == another:
        return False
    return place == elsewhere or "app" in {place, elsewhere}


def _split(action: str) -> tuple[str, str]:
    place, _, name = action.partition(".")
    return place, name


def _action(name: str, actions: Actions) -> str:
    wanted = name.strip().lower().replace("-", "_")
    if wanted in actions:
        return wanted
    places = [_split(each)[0] for each in actions if _split(each)[1] == wanted]
    for place in _FIRST:
        if place in places:
            return f"{place}.{wanted}"
    if len(places) == 1:
        return f"{places[0]}.{wanted}"
    if places:
        names = ", ".join(f'"{place}.{wanted}"' for place in places)
        raise SettingsError(f'console.keys: "{name}" is in several places.', f"Say one of {names}.")
    short = {_split(each)[1] for each in actions}
    close = get_close_matches(wanted, [*actions, *short], n=1, cutoff=0.5)
    hint = "docs/console.md has the names of all actions."
    if close:
        meant = [each for each in actions if close[0] in {each, _split(each)[1]}]
        near = min(meant, key=lambda each: _split(each)[0] not in _FIRST)
        hint = f'Did you mean "{near}"?'
    raise SettingsError(f'console.keys: there is no action "{name}".', hint)


def _parts(keys: str, name: str) -> list[str]:
    if keys.strip() == ",":
        return [","]
    parts = [part.strip() or part for part in keys.split(",") if part]
    if not parts:
        raise SettingsError(
            f'console.keys: "{name}" has no key.', f'Write it like this: {name} = "f9"'
        )
    return parts


def _key(key: str, name: str) -> str:
    if len(key) == 1 and key.isprintable():
        return _character_to_key(key)
    *modifiers, last = key.lower().replace("page_", "page").split("+")
    last = _OTHER_NAMES.get(last, last)
    known = {each.value for each in Keys if each.value.isalnum()} | {"space", "tab"}
    if len(last) == 1:
        last = _character_to_key(last)
        known.add(last)
    known |= {_character_to_key(chr(code)) for code in range(0x21, 0x7F)}
    if last in known and set(modifiers) <= _MODIFIERS:
        return "+".join([*modifiers, last])
    close = get_close_matches(last, known, n=1)
    hint = f'Did you mean "{close[0]}"?' if close else "Keys are called m, F9, ctrl+r, enter."
    raise SettingsError(f'console.keys: {name} = "{key}" is no key.', hint)


def spoken_key(key: str) -> str:
    """A key as it is printed on a keyboard: `F1`, `Ctrl+Q`, `/`."""
    *modifiers, last = key.split("+")
    said = _SPOKEN.get(last, last if len(last) == 1 else last.capitalize())
    if modifiers and len(said) == 1:
        said = said.upper()
    return "+".join([*(each.capitalize() for each in modifiers), said])

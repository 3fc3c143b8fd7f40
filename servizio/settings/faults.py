"""Pydantic's errors in words that help: which setting, from where, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import ErrorDetails

from servizio.errors import SettingsError
from servizio.settings.layers import Key, Layer
from servizio.settings.tree import Settings

SECRETS = ("key", "token", "secret")
"""How names end whose values are never repeated."""


def known_keys() -> tuple[str, ...]:
    """Every setting there is: `shop.name`, `shop.menu`, ..."""
    return tuple(
        f"{section}.{key}"
        for section, field in Settings.model_fields.items()
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        for key in field.annotation.model_fields
    )


def settings_error(error: ValidationError, layers: Sequence[Layer]) -> SettingsError:
    """One clear error for all that pydantic found. The first fault gives the hint."""
    faults = [_fault(details, layers) for details in error.errors(include_url=False)]
    message = "; ".join(dict.fromkeys(fault for fault, _ in faults))
    return SettingsError(message + ".", faults[0][1])


def _fault(details: ErrorDetails, layers: Sequence[Layer]) -> tuple[str, str]:
    key: Key = tuple(str(part) for part in details["loc"])
    place = _place(key, layers)
    name = ".".join(key[:2])
    if details["type"] == "extra_forbidden":
        return _unknown(key, place)
    if details["type"] == "missing":
        return f"{place}: {'.'.join(key)} is missing", f"Add {key[-1]}."
    problem = _problem(details)
    shown = "" if _is_secret(key) else f" = {_short(_value(key, layers))}"
    hint = f"Correct {_meant(key, problem)} or leave it out."
    if name == _meant(key, problem) or len(key) > 1:
        return f"{place}: {name}{shown} {problem}", hint
    return f"{place}: {name}.{problem}", hint


def _meant(key: Key, problem: str) -> str:
    """The setting to correct: of a fault of a whole section the one that its words begin with."""
    name = ".".join((*key[:2], problem.partition(" ")[0])) if len(key) == 1 else ""
    return name if name in known_keys() else ".".join(key[:2])


def _is_secret(key: Key) -> bool:
    """Whether what was set must not be repeated; the address of a webhook is a secret too."""
    return key[:2] == ("webhooks", "urls") or any(part.endswith(SECRETS) for part in key)


def _unknown(key: Key, place: str) -> tuple[str, str]:
    name = ".".join(key)
    nearest = _nearest(key)
    if nearest:
        return f'{place}: unknown setting "{name}"', f'Did you mean "{nearest}"?'
    return f'{place}: unknown setting "{name}"', "`servizio config show` lists every setting."


def _nearest(key: Key) -> str | None:
    if len(key) == 1:
        sections = get_close_matches(key[0], list(Settings.model_fields), n=1)
        if sections:
            return sections[0]
    names = known_keys()
    if close := get_close_matches(".".join(key[:2]), names, n=1, cutoff=0.75):
        return close[0]
    ends = {name.partition(".")[2]: name for name in reversed(names)}
    close = get_close_matches(key[-1], list(ends), n=1, cutoff=0.75)
    return ends[close[0]] if close else None


def _layer(key: Key, layers: Sequence[Layer]) -> Layer | None:
    for layer in layers:
        section = layer.values.get(key[0])
        if len(key) == 1 and section is not None:
            return layer
        if len(key) > 1 and (
            (isinstance(section, dict) and key[1] in section)
            or (section is not None and not isinstance(section, dict))
        ):
            return layer
    return None


def _place(key: Key, layers: Sequence[Layer]) -> str:
    layer = _layer(key, layers)
    return layer.place(key) if layer else "settings"


def _value(key: Key, layers: Sequence[Layer]) -> object:
    layer = _layer(key, layers)
    value: object = layer.values if layer else None
    for part in key[:2]:
        if isinstance(value, dict):
            value = value.get(part)
    return value


def _short(value: object) -> str:
    text = value.get_secret_value() if isinstance(value, SecretStr) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _problem(details: ErrorDetails) -> str:
    text = details["msg"].removeprefix("Value error, ").replace("Input should", "should")
    plain = {
        "string_pattern_mismatch": "is not such an id: it begins with other letters",
        "model_type": "should be a table: [section] and keys below it",
        "model_attributes_type": "should be a table: [section] and keys below it",
        "int_parsing": "should be a whole number",
        "float_parsing": "should be a number",
        "decimal_parsing": "should be a decimal number",
    }.get(details["type"])
    return plain or text[:1].lower() + text[1:]

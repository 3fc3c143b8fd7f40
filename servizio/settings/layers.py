"""The places settings come from. Each gives a layer: values, and where each one stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from servizio.errors import SettingsError
from servizio.shop.toml_lines import has_curly_quotes

Key = tuple[str, ...]
"""A section and a key in it; a section alone where it is no table."""

PREFIX = "SERVIZIO_"

ECOSYSTEM: dict[str, Key] = {
    "VOICE_HOST": ("server", "public_url"),
    "PUBLIC_DOMAIN": ("server", "public_url"),
    "DEEPGRAM_API_KEY": ("deepgram", "api_key"),
    "OPENAI_API_KEY": ("openai", "api_key"),
    "GROQ_API_KEY": ("llm", "api_key"),
    "TWILIO_ACCOUNT_SID": ("twilio", "account_sid"),
    "TWILIO_AUTH_TOKEN": ("twilio", "auth_token"),
    "TWILIO_PHONE_NUMBER": ("twilio", "phone_number"),
    "ZAPIER_WEBHOOK_URL": ("webhooks", "urls"),
    "BUSINESS_NAME": ("shop", "name"),
    "TAX_RATE": ("shop", "tax_rate"),
    "LOG_LEVEL": ("log", "level"),
}
"""Names that other software uses for the same things. A later one wins over an earlier one."""

LEVELS = {"trace": "debug", "warn": "warning", "critical": "error", "fatal": "error"}
"""Log levels of other software, in our words."""


@dataclass(slots=True)
class Layer:
    """What one place says."""

    name: str
    """As a person calls it: `environment`, `.env`, a file's path."""
    values: dict[str, object] = field(default_factory=dict)
    """Section to a table of keys, as `Settings` takes it."""
    places: dict[Key, str] = field(default_factory=dict)
    """Where a value stands: `SERVIZIO_SHOP__NAME`, `line 12`."""
    blanked: set[Key] = field(default_factory=set)
    """Keys that are set to nothing here: the default counts, whatever stands further down."""

    def put(self, key: Key, value: object, place: str) -> None:
        """Set one key."""
        section = self.values.setdefault(key[0], {})
        if isinstance(section, dict):
            section[key[1]] = value
            self.places[key] = place

    def blank(self, key: Key) -> None:
        """Set one key to nothing."""
        self.drop(key)
        self.blanked.add(key)

    def drop(self, key: Key) -> None:
        """Forget what is said of one key."""
        section = self.values.get(key[0])
        if isinstance(section, dict):
            section.pop(key[1], None)

    def place(self, key: Key) -> str:
        """Where this key, or its section, was set."""
        return self.places.get(key[:2]) or self.places.get(key[:1]) or self.name


def command_line_layer(values: Mapping[str, object]) -> Layer:
    """What was typed, `{"server.port": 8080}`; `None` means that it was not."""
    layer = Layer("command line")
    for name, value in values.items():
        if value is not None:
            section, _, key = name.partition(".")
            layer.put((section, key), value, f"--{key.replace('_', '-')}")
    return layer


def environment_layer(environment: Mapping[str, str], name: str) -> Layer:
    """`SERVIZIO_<SECTION>__<KEY>`, and below it the names that other software uses.

    Of the common names an empty value is as good as none. One of ours that is empty asks for
    the default, so that what stands further down can be taken back.
    """
    layer = Layer(name)
    for variable, key in ECOSYSTEM.items():
        value = environment.get(variable, "").strip()
        if value:
            if key == ("log", "level"):
                value = LEVELS.get(value.lower(), value.lower())
            layer.put(key, value, variable)
    for variable, text in environment.items():
        upper = variable.upper()
        if not upper.startswith(PREFIX) or "__" not in upper:
            continue
        section, _, rest = upper[len(PREFIX) :].lower().partition("__")
        if text.strip():
            layer.put((section, rest), text.strip(), variable)
        else:
            layer.blank((section, rest))
    return layer


def dotenv_values(folder: Path) -> dict[str, str]:
    """What `.env` in this folder says; empty where there is none."""
    file = folder / ".env"
    if not file.is_file():
        return {}
    from dotenv import dotenv_values as read  # noqa: PLC0415 - rarely needed

    try:
        return {name: value or "" for name, value in read(file).items()}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}.", "Correct or remove it.") from error


def toml_layer(file: Path) -> Layer:
    """What `servizio.toml` says; empty where there is none."""
    layer = Layer(str(file))
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return layer
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file} cannot be read: {error}.",
            "It should be a text file in UTF-8 that you may read.",
        ) from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            f"{file} is not TOML: {error}.",
            _toml_hint(error, text),
        ) from error
    layer.values = dict(values)
    layer.places = {key: f"{file} line {line}" for key, line in _lines(text).items()}
    return layer


def _toml_hint(error: ValueError, text: str) -> str:
    found = re.search(r"at line (\d+)", str(error))
    if found and has_curly_quotes(text, int(found[1])):
        return (
            f'In line {found[1]} these are curly quotes. Type straight ones: name = "Corner Shop"'
        )
    return 'A line looks like: name = "Corner Shop"'


_HEADER = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?")
_ASSIGNMENT = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[^=\s]+)*)\s*=""")


def _lines(text: str) -> dict[Key, int]:
    """The line of each section and of each key in it. The parser does not tell."""
    found: dict[Key, int] = {}
    section: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = _parts(header[1])
            found.setdefault(section[:1], number)
            found.setdefault(section[:2], number)
        elif assignment := _ASSIGNMENT.match(line):
            key = (*section, *_parts(assignment[1]))
            found.setdefault(key[:1], number)
            found.setdefault(key[:2], number)
    return found


def _parts(dotted: str) -> Key:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))

"""Writing a settings file for somebody, with what they chose and a remark at everything else."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from servizio.errors import SettingsError
from servizio.settings.showing import template

Value = str | Mapping[str, str]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def filled_template(values: Mapping[str, Value]) -> str:
    """The settings file with these values in their places: `{"shop.name": "Corner Tea"}`.

    A table, such as `shop.hours`, goes under its own header. Raises `SettingsError` for a
    setting that the file has no line for.
    """
    left = dict(values)
    lines: list[str] = []
    section = ""
    for line in template().splitlines():
        if header := re.match(r"\[([\w.]+)\]", line):
            section = header[1]
            lines.append(line)
            table = left.pop(section, None)
            if isinstance(table, Mapping):
                lines += [f"{_key(key)} = {_text(value)}" for key, value in table.items()]
            continue
        known = re.match(r"# (\w+) = ", line)
        chosen = left.get(f"{section}.{known[1]}") if known else None
        if known and isinstance(chosen, str):
            del left[f"{section}.{known[1]}"]
            lines.append(f"{known[1]} = {_text(chosen)}")
        else:
            lines.append(line)
    if left:
        raise SettingsError(f"There is no setting {min(left)}.")
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _text(value: str) -> str:
    # A TOML basic string is a JSON one, but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def write_settings(file: Path, values: Mapping[str, Value]) -> None:
    """Make the settings file, for its owner alone: it may hold keys.

    Raises `SettingsError` where there is one already, or it cannot be written.
    """
    text = filled_template(values)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise SettingsError(f"{file} is there already.", "It was left as it is.") from error
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)

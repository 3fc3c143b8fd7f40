"""Settings to read: every key with its value, secrets masked; and a file to start from."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

from servizio.errors import SettingsError
from servizio.paths import write_private
from servizio.settings.tree import Settings


def shown(settings: Settings) -> dict[str, dict[str, object]]:
    """All settings as plain values. Secrets that are set are `********`, others empty."""
    plain: dict[str, dict[str, object]] = {}
    for section, values in settings.model_dump(mode="json").items():
        plain[section] = {
            key: "********" if isinstance(value, str) and value.startswith("****") else value
            for key, value in values.items()
        }
    return plain


def as_lines(settings: Settings) -> list[str]:
    """`section.key = value`, one a line."""
    return [
        f"{section}.{key} = {json.dumps(value, ensure_ascii=False)}"
        for section, values in shown(settings).items()
        for key, value in values.items()
    ]


def template() -> str:
    """A settings file with every key, its default and what it is for."""
    return resources.files(__package__).joinpath("template.toml").read_text(encoding="utf-8")


def write_template(file: Path) -> None:
    """Start a settings file. Raises `SettingsError` where there is one already."""
    if file.exists():
        raise SettingsError(f"{file} is there already.", "Edit it, or move it away first.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, template())
    except OSError as error:
        raise SettingsError(f"{file} cannot be written: {error.strerror}.") from error

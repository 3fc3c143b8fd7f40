"""Settings to read: every key with its value, secrets masked; and a file to start from."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from urllib.parse import urlsplit

from servizio.errors import SettingsError
from servizio.paths import write_private
from servizio.settings.tree import Settings

MASK = "********"


def shown(settings: Settings) -> dict[str, dict[str, object]]:
    """All settings as plain values. Secrets that are set are `********`, others empty."""
    return {
        section: {key: _masked(section, key, value) for key, value in values.items()}
        for section, values in settings.model_dump(mode="json").items()
    }


def _masked(section: str, key: str, value: object) -> object:
    if isinstance(value, str) and value.startswith("****"):
        return MASK
    if (section, key) == ("webhooks", "urls") and isinstance(value, list):
        # Whoever knows such an address may post to it: most of it is a secret.
        return [_without_path(str(url)) for url in value]
    if isinstance(value, str) and "@" in value and "://" in value:
        parts = urlsplit(value)
        return parts._replace(netloc=f"{MASK}@{parts.netloc.rpartition('@')[2]}").geturl()
    return value


def _without_path(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return (
        f"{parts.scheme}://{host}/{MASK}" if parts.path.strip("/") else f"{parts.scheme}://{host}"
    )


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

"""Gathering the settings: command line > environment > `.env` > `servizio.toml` > defaults."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from servizio.errors import SettingsError
from servizio.paths import HOME, Folders, find_folders
from servizio.settings.faults import settings_error
from servizio.settings.layers import (
    Layer,
    command_line_layer,
    dotenv_values,
    environment_layer,
    toml_layer,
)
from servizio.settings.tree import Settings


class _LayerSource(PydanticBaseSettingsSource):
    """A layer as pydantic-settings takes it; it merges the layers key by key."""

    def __init__(self, settings_cls: type[BaseSettings], layer: Layer) -> None:
        super().__init__(settings_cls)
        self._layer = layer

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        return self._layer.values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        return dict(self._layer.values)


def read_environment(
    environment: Mapping[str, str] | None = None, working_folder: Path | None = None
) -> tuple[dict[str, str], dict[str, str]]:
    """The environment and what `.env` in the working folder adds to it."""
    outside = dict(os.environ if environment is None else environment)
    return outside, dotenv_values(working_folder or Path.cwd())


def locate(
    environment: Mapping[str, str] | None = None, working_folder: Path | None = None
) -> Folders:
    """The folders of this shop. `.env` may name `SERVIZIO_HOME` too."""
    outside, inside = read_environment(environment, working_folder)
    return find_folders({HOME: inside.get(HOME, ""), **outside})


def load_settings(
    command_line: Mapping[str, object] | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    working_folder: Path | None = None,
) -> Settings:
    """All settings of this shop, checked.

    `command_line` maps `section.key` to what was typed. Without `environment` it is this
    process's own. Raises `SettingsError` for anything unknown or wrong, with its place.
    """
    outside, inside = read_environment(environment, working_folder)
    folders = find_folders({HOME: inside.get(HOME, ""), **outside})
    layers = [
        command_line_layer(command_line or {}),
        environment_layer(outside, "environment"),
        environment_layer(inside, ".env"),
        toml_layer(folders.settings_file),
    ]
    for upper, lower in combinations(layers, 2):
        for key in upper.blanked:
            lower.drop(key)

    class Layered(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *_: Any, **__: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return tuple(_LayerSource(settings_cls, layer) for layer in layers)

    try:
        return Layered()
    except ValidationError as error:
        raise settings_error(error, layers) from None


def staff_token(settings: Settings, folders: Folders) -> SecretStr:
    """The staff token: the one that is set, else the shop's own, made where there is none.

    Raises `SettingsError` where the file cannot be read or made.
    """
    if settings.staff.token.get_secret_value():
        return settings.staff.token
    file = folders.staff_token
    try:
        folders.make()
        _make_token(file)
        token = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The staff token {file} cannot be read or made: {error}.",
            "See that the folder is yours, or set staff.token.",
        ) from error
    if not token:
        raise SettingsError(
            f"The staff token {file} is empty.", "Remove the file: it is made anew."
        )
    return SecretStr(token)


def _make_token(file: Path) -> None:
    """Write a token where there is none; of two processes at once, one wins and both read it."""
    if file.exists():
        return
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(24) + "\n")
    try:
        file.hardlink_to(beside)
    except FileExistsError:
        pass
    finally:
        beside.unlink()

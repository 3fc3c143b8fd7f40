"""Gathering the settings: command line > environment > `.env` > `servizio.toml` > defaults."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

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

"""The time zone of this machine, by the name that other machines know it by."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError

ETC = Path("/etc")
AREAS = (
    "America", "Europe", "Asia", "Australia", "Africa", "Pacific", "Atlantic", "Indian",
    "Antarctica", "Etc",
)  # fmt: skip
"""Folders of zones by city. Of the others' names some are only kept for old programs."""


def own_zone(
    environment: Mapping[str, str] = os.environ,
    etc: Path = ETC,
    zones: tuple[str, ...] = TZPATH,
) -> tzinfo:
    """The zone; without a name only where this machine's is none of those it knows."""
    for name in _names(environment.get("TZ", ""), etc, [Path(each) for each in zones]):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(name)
    with suppress(ValueError, OSError), (etc / "localtime").open("rb") as file:
        return ZoneInfo.from_file(file, key="localtime")
    return datetime.now().astimezone().tzinfo or UTC


def _names(variable: str, etc: Path, folders: list[Path]) -> Iterator[str]:
    """What it may be called, the surest first."""
    if variable.strip(":"):
        yield variable.strip(":")
    here = etc / "localtime"
    if not here.is_file():
        return
    if name := here.resolve().as_posix().partition("/zoneinfo/")[2]:
        yield name
    # A copy, as in some containers: its twin has the name.
    rules = here.read_bytes()
    noted = etc / "timezone"
    said = noted.read_text().strip() if noted.is_file() else ""
    for folder in folders:
        if said and _is_twin(folder / said, rules):
            yield said
        for area in AREAS:
            for file in sorted((folder / area).rglob("*")):
                if _is_twin(file, rules):
                    yield file.relative_to(folder).as_posix()


def _is_twin(file: Path, rules: bytes) -> bool:
    return file.is_file() and file.stat().st_size == len(rules) and file.read_bytes() == rules

"""Commands whose help is written for people: no types of the program, no signs of formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

Command = TypeVar("Command", bound=Callable[..., Any])

_TYPED = re.compile(r"^ {2}(\S+)( <[^>]+>)? {2,}\S")
"""A row of the arguments: the name, and what the program makes of it."""
_RANGES = (
    (re.compile(r"(\d+)<=x<=(\d+)"), r"\1 to \2"),
    (re.compile(r"x>=(\d+)"), r"\1 or more"),
    (re.compile(r"x<=(\d+)"), r"up to \1"),
)


def plain_help(words: str) -> str:
    """Help without types, with ranges and usage in words; in the columns as they were."""
    lines = words.split("\n")
    lines[0] = re.sub(r"\{([A-Z_]+)\}", r"\1", lines[0])
    for pattern, said in _RANGES:
        lines = [pattern.sub(said, line) for line in lines]
    if "Arguments:" in lines:
        first = lines.index("Arguments:") + 1
        end = lines.index("", first) if "" in lines[first:] else len(lines)
        lines[first:end] = _untyped(lines[first:end])
    return "\n".join(lines)


def _untyped(rows: list[str]) -> list[str]:
    """Rows of arguments without their types, what is said of them nearer by as much."""
    found = [_TYPED.match(row) for row in rows]
    names = [match[1] for match in found if match is not None]
    if not names:
        return rows
    column = max(match.end() for match in found if match is not None) - 1
    nearer = 2 + max(map(len, names)) + 2
    return [
        f"  {match[1]}".ljust(nearer) + row[column:].lstrip()
        if match is not None
        else " " * nearer + row.lstrip()
        for row, match in zip(rows, found, strict=True)
    ]


class _PlainCommand(TyperCommand):
    def get_help(self, ctx: Any) -> str:
        return plain_help(super().get_help(ctx))


class _PlainGroup(TyperGroup):
    def get_help(self, ctx: Any) -> str:
        return plain_help(super().get_help(ctx))


class PlainTyper(typer.Typer):
    """A group of commands with plain help."""

    def __init__(self, **more: Any) -> None:
        super().__init__(cls=_PlainGroup, **more)

    def command(self, name: str | None = None, **more: Any) -> Callable[[Command], Command]:
        """Add a command, as `typer.Typer.command` does."""
        return super().command(name, cls=_PlainCommand, **more)

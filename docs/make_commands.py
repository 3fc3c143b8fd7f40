"""Writes `commands.md`, the page of every command, from the commands themselves.

python docs/make_commands.py
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import typer  # noqa: E402

from servizio.cli import app  # noqa: E402

TARGET = HERE / "commands.md"

HEAD = """\
# Commands

<!-- Made by docs/make_commands.py from the code: change it there. -->

`python -m servizio` is the same as `servizio`. Every command has `--help`.
Exit codes: 0 done, 1 failed, 2 wrong usage.
A failure is a line `error: what happened` and a line `hint: what to do`, on stderr.
"""


def page() -> str:
    """The whole page, Markdown."""
    root = typer.main.get_command(app)
    return "\n".join([HEAD, *(_command(name, each) for name, each in commands("servizio", root))])


def commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its full name. Of whatever class Typer makes."""
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield name, command
    for short, each in inner.items():
        if getattr(each, "hidden", False):
            continue
        yield from commands(f"{name} {short}", each)


def _command(name: str, command: Any) -> str:
    arguments = [_argument(each) for each in command.params if not _is_option(each)]
    usage = " ".join([name, *arguments])
    about, _, example = inspect.cleandoc(command.help or "").partition("\b\n")
    parts = [f"## `{usage}`\n", about.strip(), ""]
    rows = [_row(each) for each in command.params if _is_ours(each)]
    if rows:
        parts += ["| option | meaning |", "| --- | --- |", *rows, ""]
    if example:
        lines = inspect.cleandoc(example.partition("\n")[2])
        parts += ["```sh", lines, "```", ""]
    return "\n".join(parts)


def _row(parameter: Any) -> str:
    names = ", ".join(f"`{each}`" for each in parameter.opts)
    if not _is_option(parameter):
        names = f"`{_argument(parameter)}`"
    elif not parameter.is_flag:
        names += f" {parameter.metavar or parameter.name.upper()}"
    return f"| {names} | {getattr(parameter, 'help', '') or ''} |"


def _argument(parameter: Any) -> str:
    name = str(parameter.metavar or parameter.name.upper())
    whole = name if parameter.required else f"[{name}]"
    return whole if parameter.nargs == 1 else f"{whole}..."


def _is_ours(parameter: Any) -> bool:
    """Whether it is for people, and not one of those that Typer adds to every program."""
    return not getattr(parameter, "hidden", False) and "completion" not in parameter.name


def _is_option(parameter: Any) -> bool:
    return hasattr(parameter, "is_flag")


if __name__ == "__main__":
    TARGET.write_text(page(), encoding="utf-8")

"""What `docs/api.md` tells people to type, and what it says comes back."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Documented:
    """A command, and the block behind it."""

    command: str
    shown: str
    """What comes back, maybe not all of it; empty: nothing is shown."""
    kind: str
    """Of what is shown: `json`, `text`."""


@dataclass(frozen=True, slots=True)
class CurlRequest:
    """What a curl command would send."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str | None
    seconds: float | None
    """After which no more is waited for; `None`: until it is over."""


def documented() -> list[Documented]:
    """Every curl command of the page, in order."""
    text = PAGE.read_text(encoding="utf-8")
    commands = []
    for found in _BLOCK.finditer(text):
        if found[1] != "sh" or not found[2].startswith("curl "):
            continue
        behind = _BLOCK.match(text, found.end() + 2)
        is_answer = behind is not None and behind[1] != "sh"
        shown, kind = (behind[2], behind[1]) if behind and is_answer else ("", "")
        commands.append(Documented(found[2].strip(), shown.strip(), kind))
    return commands


def curl_request(command: str, variables: Mapping[str, str]) -> CurlRequest:
    """Read a command as curl does; only what the page uses is known. Raises `ValueError`."""
    words = shlex.split(Template(command.replace("\\\n", " ")).substitute(variables))[1:]
    method, url, body, seconds = "", "", None, None
    headers: dict[str, str] = {}
    while words:
        word = words.pop(0)
        match word:
            case "-s" | "-sN":
                continue
            case "-X":
                method = words.pop(0)
            case "-H":
                name, _, value = words.pop(0).partition(":")
                headers[name] = value.strip()
            case "-d":
                body = words.pop(0)
            case "-o":
                words.pop(0)
            case "--max-time":
                seconds = float(words.pop(0))
            case _ if word.startswith("-") or url:
                raise ValueError(f"what is {word}?")
            case _:
                url = word
    return CurlRequest(method or ("GET" if body is None else "POST"), url, headers, body, seconds)


def differs(shown: Any, came: Any, where: str = "$") -> str:
    """Where what came is not like what is shown; empty: nowhere.

    Text, numbers and lists of what came may be others; `shown` may leave names out.
    """
    if isinstance(shown, dict) and isinstance(came, dict):
        for name, value in shown.items():
            if name not in came:
                return f"{where}.{name} did not come"
            if fault := differs(value, came[name], f"{where}.{name}"):
                return fault
        return ""
    if isinstance(shown, list) and isinstance(came, list):
        if bool(shown) != bool(came):
            return f"{where}: {came}"
        return differs(shown[0], came[0], f"{where}[0]") if shown else ""
    return "" if type(shown) is type(came) else f"{where}: {came!r} is not like {shown!r}"


def amounts(text: str) -> set[str]:
    """Order numbers and amounts of money in a block of JSON: these must be the same."""
    found = json.loads(text)
    fixed = {"order_number", "total", "subtotal", "price", "phone", "code", "status", "sold_out"}
    said: set[str] = set()

    def walk(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                walk(each, key)
        elif isinstance(value, list):
            for each in value:
                walk(each, name)
        elif name in fixed:
            said.add(f"{name}={value}")

    walk(found)
    return said

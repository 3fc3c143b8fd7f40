"""Function calls put together from what a model streams, however its server cuts them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from servizio.agents.cloud.functions import FunctionCall
from servizio.agents.pipeline.chat_pieces import CallPiece

_OWN_TONGUE = re.compile(
    r"<function[=(]\s*[\"']?(?P<name>\w+)[\"']?\)?[^{<]*(?P<arguments>\{.*?\})?\s*[)>]*\s*(?:</function>|$)",
    re.DOTALL,
)
"""How Llama models write a call where they should make one."""


@dataclass(slots=True)
class _Parts:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class Assembly:
    """The calls of one answer."""

    _calls: list[_Parts] = field(default_factory=list)
    _at: dict[int, _Parts] = field(default_factory=dict)

    def take(self, piece: CallPiece) -> None:
        """Take a part of a call."""
        parts = self._at.get(piece.index)
        if parts is None or _is_another(parts, piece):
            parts = self._at[piece.index] = _Parts()
            self._calls.append(parts)
        parts.id = parts.id or piece.id
        parts.name = parts.name or piece.name
        parts.arguments += piece.arguments

    def calls(self, taken: Collection[str], *, cut: bool = False) -> list[FunctionCall]:
        """All of them, each with an id that is not among `taken` nor used twice.

        `cut`: the answer was too long, so that a call whose arguments are no JSON is not whole.
        """
        found: list[FunctionCall] = []
        used = set(taken)
        for parts in self._calls:
            if not parts.name or (cut and not _is_whole(parts.arguments)):
                continue
            call_id = parts.id
            if not call_id or call_id in used:
                call_id = next(each for each in map(_invented, range(10_000)) if each not in used)
            used.add(call_id)
            found.append(FunctionCall(call_id, parts.name, parts.arguments))
        return found


def own_tongue(generation: str, known: Collection[str]) -> list[CallPiece]:
    """The calls in text such as `<function=add_to_cart{"item": "x"}</function>`; known ones."""
    found = _OWN_TONGUE.finditer(generation)
    return [
        CallPiece(place, "", each["name"], each["arguments"] or "{}")
        for place, each in enumerate(found)
        if each["name"] in known and _is_whole(each["arguments"] or "{}")
    ]


def arguments_for_history(arguments: object) -> str:
    """Arguments as a server takes them back: a JSON object, whatever the model made of it."""
    text = arguments if isinstance(arguments, str) else ""
    return text if text.strip() and _is_whole(text) else "{}"


def _is_another(parts: _Parts, piece: CallPiece) -> bool:
    """Whether a call begins where another was: servers that send whole calls repeat an index."""
    if piece.id and parts.id:
        return piece.id != parts.id
    return bool(piece.name and parts.name and _is_whole(parts.arguments))


def _is_whole(arguments: str) -> bool:
    if not arguments.strip():
        return True
    try:
        return isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False


def _invented(number: int) -> str:
    return f"call_{number}"

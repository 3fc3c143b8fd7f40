"""Whether a tool's arguments are what its schema says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from servizio.agents.tool_schemas import ToolSpec


class ToolChecks:
    """The compiled schemas of a catalogue.

    The first one made loads `jsonschema`, a tenth of a second: a server loads it beforehand,
    once it answers.
    """

    def __init__(self, specs: Sequence[ToolSpec]) -> None:
        from jsonschema import Draft202012Validator  # noqa: PLC0415 - see above

        self._checks = {spec.name: Draft202012Validator(spec.parameters) for spec in specs}

    def fault(self, tool: str, arguments: dict[str, Any]) -> str | None:
        """What is wrong with the arguments, for a model to read; `None` where nothing is."""
        from jsonschema.exceptions import best_match  # noqa: PLC0415

        wrong = best_match(self._checks[tool].iter_errors(arguments))
        return None if wrong is None else f"{wrong.json_path}: {wrong.message}"[:300]

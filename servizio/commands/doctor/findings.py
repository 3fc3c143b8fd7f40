"""What the doctor finds: a name, a verdict, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from servizio.errors import ServizioError

LOOK_AGAIN = "Mend it, and look again."
"""What to do where an error does not say it."""


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """The shop works, but not all of it, or not for long."""
    ERROR = "error"
    """Customers will notice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """Of what was looked at, one word: `database`."""
    verdict: Verdict
    detail: str
    """What was found, a sentence."""
    hint: str = ""
    """What to do, a sentence; empty: nothing."""

    def __str__(self) -> str:
        line = f"{self.verdict:<7}  {self.name:<9}  {self.detail} {self.hint}"
        return " ".join(line.splitlines()).rstrip()

    def as_json(self) -> dict[str, str]:
        """The finding as plain values."""
        return {
            "name": self.name,
            "status": self.verdict.value,
            "detail": self.detail,
            "hint": self.hint,
        }


def ok(name: str, detail: str, hint: str = "") -> Finding:
    """All is well."""
    return Finding(name, Verdict.OK, detail, hint)


def warning(name: str, detail: str, hint: str) -> Finding:
    """Something should be done."""
    return Finding(name, Verdict.WARNING, detail, hint)


def error(name: str, detail: str, hint: str) -> Finding:
    """Something must be done."""
    return Finding(name, Verdict.ERROR, detail, hint)


def from_error(name: str, raised: ServizioError, verdict: Verdict = Verdict.ERROR) -> Finding:
    """What an error says, as a finding."""
    detail = raised.message if raised.message.endswith(".") else f"{raised.message}."
    return Finding(name, verdict, _sentence(detail), _sentence(raised.hint) or LOOK_AGAIN)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]

"""The ways in which the stand-in for Twilio's REST API can fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error instead of carrying it out."""

    status: int
    code: int | None = None
    """Twilio's number; without one the body is no JSON."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AcceptSilently:
    """Carry it out and never answer."""


@dataclass(frozen=True, slots=True)
class AcceptThenFail:
    """Carry it out and answer with an error."""

    status: int = 503


@dataclass(frozen=True, slots=True)
class AcceptThenDrop:
    """Carry it out and drop the connection."""


@dataclass(frozen=True, slots=True)
class AcceptWithNonsense:
    """Carry it out and answer 201 with something that is no answer."""

    body: str = "<html>ok</html>"


Fault = Refuse | AcceptSilently | AcceptThenFail | AcceptThenDrop | AcceptWithNonsense

TOO_MANY = Refuse(429, 20429, {"Retry-After": "7"})
UNAVAILABLE = Refuse(503)

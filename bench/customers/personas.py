"""Kinds of customers: how they talk, and what they make difficult."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """Shares are of turns, or of customers where a thing happens once."""

    name: str
    manner: str = "plain"
    """How an order is put: `plain`, `terse`, `chatty` or `hesitant`."""
    one_by_one: float = 0.5
    """Customers who order line by line."""
    holds_back: float = 0.15
    """Lines of which something is only said when it is asked about."""
    asks: float = 0.1
    """Customers who ask a question on the way."""
    changes: float = 0.0
    """Customers who change their mind."""
    strange: float = 0.0
    """Customers who first ask for what does not exist."""
    again: float = 0.0
    """Turns in which the agent has to repeat itself."""
    barges: float = 0.0
    """Turns in which the customer does not wait for the end."""
    coughs: float = 0.0
    """Turns in which something is to be heard that is no speech."""
    keys: float = 0.03
    """Customers who press their number instead of saying it."""


PERSONAS = (
    Persona("plain"),
    Persona("terse", manner="terse", one_by_one=0.2, holds_back=0.4, asks=0.0),
    Persona("chatty", manner="chatty", asks=0.6),
    Persona("hesitant", manner="hesitant", one_by_one=0.7, holds_back=0.3),
    Persona("changing", changes=1.0),
    Persona("wrong-menu", strange=1.0),
    Persona("hard-of-hearing", again=0.35, one_by_one=0.6),
    Persona("impatient", manner="terse", barges=0.5, asks=0.0, one_by_one=0.2),
    Persona("coughing", coughs=0.5),
)

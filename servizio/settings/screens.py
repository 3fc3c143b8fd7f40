"""The sections of the settings that say how the screens look."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from servizio.settings.kinds import table_from_line
from servizio.settings.sections import Section

Light = Literal["dark", "light", "contrast"]


def _keys(value: object) -> object:
    """Take `[console.keys]`: names of actions, also as `[console.keys.calls]`, to keys."""
    table = table_from_line(value)
    if not isinstance(table, dict):
        return table
    flat: dict[str, object] = {}
    for name, keys in table.items():
        if isinstance(keys, dict):
            flat |= {f"{name}.{inner}": each for inner, each in keys.items()}
        else:
            flat[name] = ",".join(map(str, keys)) if isinstance(keys, list) else keys
    return flat


class ConsoleSettings(Section):
    """How the barista console looks and which keys it has."""

    theme: Light = "dark"
    warn_minutes: float = Field(default=4.0, gt=0)
    """An order that has waited so long is marked WAITING, on the staff page too."""
    late_minutes: float = Field(default=8.0, gt=0)
    """An order that has waited so long is marked LATE, on the staff page too."""
    print_command: str = ""
    """Program that prints a ticket from its standard input, such as `lp`; empty: into a file."""
    keys: Annotated[dict[str, str], BeforeValidator(_keys)] = Field(default_factory=dict)
    """Action to key, or keys with commas between: `"queue.ready" = "m,f9"`. `console.md` has all
    names."""

    @model_validator(mode="after")
    def _late_after_warning(self) -> Self:
        if self.late_minutes < self.warn_minutes:
            raise ValueError("late_minutes should not be less than warn_minutes")
        return self


class TvSettings(Section):
    """What stands on the order board beside the numbers."""

    theme: Light = "dark"
    ticker: str = Field(default="", max_length=500)
    """Words along the bottom; longer ones than fit run through."""
    ready_minutes: float = Field(default=30.0, gt=0)
    """How long a ready number stays, if nobody hands it over."""
    order_at: str = Field(default="", max_length=200)
    """Where customers can order, with a QR code: a phone number or an address; empty: the
    shop's number, where it has one; `none`: nothing."""

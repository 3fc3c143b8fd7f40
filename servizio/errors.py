"""Every error that Servizio raises on purpose.

    ServizioError
    ├── SettingsError        a setting, environment name or settings file is wrong
    ├── MenuError            a menu file is wrong; carries every fault with its place
    ├── OrderError           the trade forbids it (sold out, too many, not that way)
    │   ├── TransitionError  an order cannot go from this status to that one
    │   └── UnknownOrderError
    ├── MessageError         a text or webhook cannot be sent again or let go
    ├── StoreError           the database cannot be read or written
    ├── SpeechError          hearing or speaking on this machine failed
    ├── AgentError           an agent cannot take or go on with a call
    │   ├── AgentUnreachableError  its provider cannot be reached, or is overloaded
    │   └── AgentRefusedError      its provider refuses every call: the key, the credit
    ├── TelephonyError       the telephone company refused or said nonsense
    │   └── StreamError      a media stream message breaks the protocol
    ├── BookingError         a table elsewhere cannot be asked for like that
    ├── ApiError             a running server refused or could not be reached
    └── DemoError            a simulated customer did not get what was ordered

`message` is for the person in front of the screen, `hint` says what to do next,
`code` is for logs, tests and API answers and never changes. A third-party error is
translated where it enters and chained, so the log keeps the cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class ServizioError(Exception):
    """Base of all errors below."""

    code: ClassVar[str] = "servizio"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __rich__(self) -> str:
        """Plain text instead of a traceback with local values: those may be personal data."""
        return f"error: {self.message}" + (f"\nhint: {self.hint}" if self.hint else "")


class SettingsError(ServizioError):
    """A setting, an environment name or a settings file is wrong."""

    code = "settings"


@dataclass(frozen=True, slots=True)
class MenuFault:
    """One thing wrong in a menu file."""

    place: str
    """Where, as a person finds it: `line 12, items[3].price`."""
    problem: str
    """What is wrong and, where it is known, what would be right."""

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


class MenuError(ServizioError):
    """A menu file is wrong. `faults` has every fault found, in file order."""

    code = "menu"

    def __init__(self, message: str, faults: tuple[MenuFault, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.faults = faults


class OrderError(ServizioError):
    """The rules of the trade forbid it; `message` is a sentence an agent can say."""

    code = "order"


class TransitionError(OrderError):
    """An order cannot go from its present status to the wanted one."""

    code = "transition"


class UnknownOrderError(OrderError):
    """There is no such order."""

    code = "unknown_order"


class MessageError(ServizioError):
    """A text or webhook cannot be sent again or let go, as it stands."""

    code = "message"


class StoreError(ServizioError):
    """The database cannot be opened, read or written."""

    code = "store"


class SpeechError(ServizioError):
    """Hearing or speaking on this machine failed, or its models are not installed."""

    code = "speech"


class AgentError(ServizioError):
    """An agent cannot take a call or go on with it."""

    code = "agent"


class AgentLostError(AgentError):
    """An agent's connection broke off in the call; a new one may well go on with it."""

    code = "agent_lost"


class AgentUnreachableError(AgentError):
    """An agent's provider cannot be reached now: the next call would not reach it either."""

    code = "agent_unreachable"


class AgentRefusedError(AgentError):
    """An agent's provider refuses every call until somebody changes a key, model or account."""

    code = "agent_refused"


class TelephonyError(ServizioError):
    """The telephone company refused, was unreachable or answered nonsense."""

    code = "telephony"


class StreamError(TelephonyError):
    """A media stream message breaks the protocol."""

    code = "stream"


class BookingError(ServizioError):
    """A table cannot be asked for like that: an unknown place, a time that is past."""

    code = "booking"


class ApiError(ServizioError):
    """A running Servizio server refused a request or could not be reached."""

    code = "api"

    def __init__(self, message: str, hint: str = "", *, status: int = 0) -> None:
        super().__init__(message, hint)
        self.status = status
        """HTTP status of the answer; 0 where there was none."""


class DemoError(ServizioError):
    """A simulated customer did not get what was ordered."""

    code = "demo"

"""What Deepgram's two recognisers tell, in one form.

Sources: Deepgram, "Flux" (`/v2/listen`, `TurnInfo`) and "Live audio" (`/v1/listen`, `Results`).
Flux tells all of a turn each time; Nova tells pieces, and the turn is put together here.
"""

from __future__ import annotations

from dataclasses import dataclass

from servizio.agents.cloud.provider_json import Json, body_of, text_of


@dataclass(frozen=True, slots=True)
class Ready:
    """The recogniser listens."""


@dataclass(frozen=True, slots=True)
class SpeechBegan:
    """The customer speaks. `certain`: there are words already."""

    certain: bool


@dataclass(frozen=True, slots=True)
class WordsSoFar:
    """The whole turn as far as it is known."""

    text: str


@dataclass(frozen=True, slots=True)
class TurnPauses:
    """The turn is probably over. Its end, or `TurnGoesOn`, comes next."""

    text: str


@dataclass(frozen=True, slots=True)
class TurnGoesOn:
    """It was not over."""


@dataclass(frozen=True, slots=True)
class TurnOver:
    """The whole turn; empty where there were no words."""

    text: str


@dataclass(frozen=True, slots=True)
class ListenFault:
    """The session is over, or was refused."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    """Nothing new, but it lives."""


ListenMessage = (
    Ready | SpeechBegan | WordsSoFar | TurnPauses | TurnGoesOn | TurnOver | ListenFault | Sign
)


class FluxReader:
    """Reads `/v2/listen`."""

    def __init__(self) -> None:
        self._is_open = False

    def read(self, frame: str) -> list[ListenMessage]:
        """What one frame tells."""
        body = body_of(frame)
        match body.get("type"):
            case "Connected":
                return [Ready()]
            case "TurnInfo":
                return self._turn(text_of(body, "event"), text_of(body, "transcript").strip())
            case "Error":
                return [ListenFault(text_of(body, "code"), text_of(body, "description"))]
            case _:
                return [Sign()]

    def _turn(self, event: str, text: str) -> list[ListenMessage]:
        found: list[ListenMessage] = []
        if text and not self._is_open and event != "EndOfTurn":
            self._is_open = True
            found.append(SpeechBegan(certain=True))
        match event:
            case "EndOfTurn":
                if not self._is_open:
                    found.append(SpeechBegan(certain=bool(text)))
                self._is_open = False
                return [*found, TurnOver(text)]
            case "EagerEndOfTurn" if text:
                return [*found, WordsSoFar(text), TurnPauses(text)]
            case "TurnResumed":
                return [*found, TurnGoesOn(), *([WordsSoFar(text)] if text else [])]
            case "StartOfTurn" | "Update" if text:
                return [*found, WordsSoFar(text)]
            case _:
                return found or [Sign()]


class NovaReader:
    """Reads `/v1/listen`."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._is_open = False

    def read(self, frame: str) -> list[ListenMessage]:
        """What one frame tells."""
        body = body_of(frame)
        match body.get("type"):
            case "Results":
                return self._results(body)
            case "SpeechStarted":
                return self._began(certain=False)
            case "UtteranceEnd":
                return [self._over()] if self._is_open else [Sign()]
            case "Error":
                return [ListenFault(text_of(body, "variant"), text_of(body, "description"))]
            case _:
                return [Sign()]

    def _results(self, body: Json) -> list[ListenMessage]:
        text = _transcript(body)
        found: list[ListenMessage] = self._began(certain=True) if text else []
        if text:
            found.append(WordsSoFar(" ".join([*self._parts, text])))
        if text and body.get("is_final") is True:
            self._parts.append(text)
        if body.get("speech_final") is True and self._is_open:
            found.append(self._over())
        return found or [Sign()]

    def _began(self, *, certain: bool) -> list[ListenMessage]:
        if self._is_open:
            return []
        self._is_open = True
        return [SpeechBegan(certain)]

    def _over(self) -> ListenMessage:
        text = " ".join(self._parts)
        self._parts.clear()
        self._is_open = False
        return TurnOver(text)


def _transcript(body: Json) -> str:
    channel = body.get("channel")
    alternatives = channel.get("alternatives") if isinstance(channel, dict) else None
    first = alternatives[0] if isinstance(alternatives, list) and alternatives else None
    return text_of(first, "transcript").strip() if isinstance(first, dict) else ""

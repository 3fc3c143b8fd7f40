"""What Flux tells of a turn: that it is probably over, that it was not, that it is."""

from __future__ import annotations

import json

from servizio.agents.pipeline.listen_messages import (
    FluxReader,
    ListenMessage,
    SpeechBegan,
    TurnGoesOn,
    TurnOver,
    TurnPauses,
    WordsSoFar,
)


def told(*events: tuple[str, str]) -> list[ListenMessage]:
    reader = FluxReader()
    return [
        message
        for event, text in events
        for message in reader.read(
            json.dumps({"type": "TurnInfo", "event": event, "transcript": text})
        )
    ]


def test_an_early_end_is_a_pause_until_the_end_comes() -> None:
    assert told(("StartOfTurn", "A"), ("EagerEndOfTurn", "A taro"), ("EndOfTurn", "A taro")) == [
        SpeechBegan(certain=True),
        WordsSoFar("A"),
        WordsSoFar("A taro"),
        TurnPauses("A taro"),
        TurnOver("A taro"),
    ]


def test_a_turn_that_is_resumed_goes_on() -> None:
    assert told(("EagerEndOfTurn", "A taro"), ("TurnResumed", ""), ("Update", "A taro tea"))[
        -2:
    ] == [
        TurnGoesOn(),
        WordsSoFar("A taro tea"),
    ]


def test_an_early_end_without_words_means_nothing() -> None:
    assert not any(isinstance(each, TurnPauses) for each in told(("EagerEndOfTurn", "")))

"""How quick and how polite the agent was, from when each side was heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.demo.phone_playback import Span


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one call; all times in seconds, as they reach the customer's ear."""

    first_audio: float | None
    """From the stream's `start` to the first audible sample; `None` where there was none."""
    replies: tuple[float, ...]
    """From each end of the customer's speech to the agent's next audible sample. Speech that
    the agent talked over, or after which the customer spoke again first, is left out."""
    barge_ins: tuple[float, ...]
    """From the customer's first sample during the agent's speech to the last sample of that
    speech."""
    overlap: float
    """How long both were heard at once."""
    deepest_queue: float
    """The most sound that ever waited to be played."""
    worst_lateness: float
    """How late this telephone sent its latest frame: the measure of these measures."""


def reply_times(agent: Sequence[Span], customer: Sequence[Span]) -> tuple[float, ...]:
    """How long the customer waited for an answer, each time."""
    waits: list[float] = []
    for place, speech in enumerate(customer):
        next_speech = customer[place + 1].start if place + 1 < len(customer) else float("inf")
        if any(span.holds(speech.end) for span in agent):
            continue
        answer = next((span.start for span in agent if span.start > speech.end), None)
        if answer is not None and answer <= next_speech:
            waits.append(answer - speech.end)
    return tuple(waits)


def barge_in_times(agent: Sequence[Span], customer: Sequence[Span]) -> tuple[float, ...]:
    """How long the agent went on speaking, each time the customer broke in."""
    return tuple(
        span.end - speech.start
        for speech in customer
        for span in agent
        if span.start < speech.start < span.end
    )


def overlap_time(agent: Sequence[Span], customer: Sequence[Span]) -> float:
    """How long both spoke at once."""
    return sum(
        max(0.0, min(span.end, speech.end) - max(span.start, speech.start))
        for span in agent
        for speech in customer
    )

"""Calls for a table, every sentence spoken and recognised, without a telephone and its clock.

    PYTHONPATH=. python bench/booking_voices.py --times 5 --moods normal,offers --name Rossi

What one side says is rendered, taken down to the telephone's sound and recognised by the other,
with what that side leans towards at that moment. Nothing has to be in time, so a busy machine
only makes it slower: it shows what is misheard, and what comes of that.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from random import Random

from bench.bookings import AT, WANTED
from servizio.agents.concierge.mind import ConciergeMind
from servizio.agents.concierge.tools import Caller, ConciergeTools
from servizio.agents.local.ears import BEFORE_MS
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.speech_engine import SpeechEngine
from servizio.audio.frames import silence
from servizio.demo.restaurant import Reply, Restaurant
from servizio.demo.restaurant_book import RestaurantBook
from servizio.demo.restaurant_mood import Mood
from servizio.demo.restaurant_process import SPEED
from servizio.demo.restaurant_telephone import TURN_MS, names_leant_to
from servizio.shop.reservation import ReservationRequest

MOODS = [mood for mood in WANTED if mood not in {"no_answer", "busy"}]
MOST_TURNS = 40
LOAD_SECONDS = 120.0
PATIENCE = 300.0
"""Seconds for one sentence: nothing has to be in time here."""


class Line:
    """The call, as the concierge's tools see it."""

    closed = False

    def close_after_speech(self, outcome: str) -> None:
        """Hang up."""
        self.closed = bool(outcome)

    def tool_used(self, name: str, *, ok: bool) -> None:
        """Nothing depends on it."""


@dataclass(frozen=True, slots=True)
class Voices:
    """Both sides' mouths and ears."""

    concierge: SpeechEngine
    restaurant: SpeechEngine

    async def heard_by_concierge(
        self, said: Sequence[str], mind: ConciergeMind
    ) -> tuple[list[str], str]:
        """What the concierge makes of it, and what the words were."""
        context = RecognitionContext(expecting=mind.expecting, phrases=tuple(mind.phrases))
        return await _heard(self.restaurant, self.concierge, said, context), " ".join(said)

    async def heard_by_restaurant(
        self, said: Sequence[str], mind: Restaurant, name: str
    ) -> tuple[list[str], str]:
        """What the restaurant makes of it."""
        context = RecognitionContext(phrases=(*mind.phrases, *names_leant_to(name)))
        return await _heard(self.concierge, self.restaurant, said, context), " ".join(said)


async def _heard(
    mouth: SpeechEngine, ears: SpeechEngine, said: Sequence[str], context: RecognitionContext
) -> list[str]:
    pieces = [piece for text in said async for piece in mouth.synthesise(text)]
    # As the ears of a call give it: some quiet before, and the pause after which it is heard.
    sound = silence(BEFORE_MS) + b"".join(pieces) + silence(TURN_MS)
    return [each.text for each in await ears.transcribe(sound, context=context)]


async def call(voices: Voices, mood: str, seed: int, name: str, *, show: bool) -> bool:
    """One call; whether it ended as it should, in the restaurant's book too."""
    now = datetime.now().astimezone()
    day = now.date() + timedelta(days=1)
    request = ReservationRequest("Demo Restaurant", 4, day, time(19), name, time(18), time(20))
    line = Line()
    caller = Caller(on_behalf_of=name, phone="+15551234567")
    tools = ConciergeTools(
        request=request, control=line, call_sid=f"CA{seed}", caller=caller, now=lambda: now
    )
    with tempfile.TemporaryDirectory() as folder:
        book = RestaurantBook(Path(folder) / "book.db")
        restaurant = Restaurant(book, Mood(mood), now, request.place, Random(seed))
        mind = ConciergeMind(tools, Random(seed))
        lines = await _talk(voices, mind, restaurant, line, name)
        outcome = tools.outcome_at_end(hung_up=not line.closed)
        told = [(each.day, each.at, each.party) for each in book.reservations()
                if each.number == outcome.confirmation]  # fmt: skip
    at = time.fromisoformat(AT.get(mood, "19:00"))
    right = outcome.result.value == WANTED[mood]
    if right and WANTED[mood] == "confirmed":
        right = told == [(day, at, 4)] and outcome.at == at
    print(f"{mood} {seed}: {outcome.sentence}{'' if right else '  WRONG'}", flush=True)
    if show or not right:
        print("\n".join(lines), flush=True)
    return right


async def _talk(
    voices: Voices, mind: ConciergeMind, restaurant: Restaurant, line: Line, name: str
) -> list[str]:
    """Let them talk until somebody hangs up; what was said and heard."""
    lines: list[str] = []
    said, silences = restaurant.pick_up(), 0
    for _ in range(MOST_TURNS):
        if said.sentences:
            silences = 0
            texts, words = await voices.heard_by_concierge(said.sentences, mind)
            lines.append(f"    restaurant: {words}  [{texts[0] if texts else ''}]")
            reply = await mind.answer(texts or [""])
        else:
            silences += 1
            reply = await mind.silent(silences)
        if reply.sentences:
            mind.spoken(" ".join(reply.sentences), whole=True)
        if line.closed or said.hang_up:
            lines.extend(f"    concierge: {each}" for each in reply.sentences)
            break
        if reply.sentences:
            texts, words = await voices.heard_by_restaurant(reply.sentences, restaurant, name)
            lines.append(f"    concierge: {words}  [{texts[0] if texts else ''}]")
            said = restaurant.hear(texts or [""])
        else:
            silences += 1
            said = restaurant.silent(silences) if silences > 1 else Reply(())
    return lines


async def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--moods", default=",".join(MOODS))
    parser.add_argument("--name", default="Rossi")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    async with (
        SpeechEngine(workers=1, patience=PATIENCE, deadline=PATIENCE) as concierge,
        SpeechEngine(workers=1, speed=SPEED, patience=PATIENCE, deadline=PATIENCE) as restaurant,
    ):
        for engine in (concierge, restaurant):
            await engine.wait_ready(LOAD_SECONDS)
        voices = Voices(concierge, restaurant)
        for mood in given.moods.split(","):
            right = 0
            for seed in range(given.seed, given.seed + given.times):
                right += await call(voices, mood, seed, given.name, show=given.show)
            print(f"{mood}: {right} of {given.times}; load {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    asyncio.run(main())

"""Breaking in on the agent over the real wire: how soon it is silent, and how soon it goes on.

    python bench/barge_in.py [--rounds 6]

In each call a customer speaks into the greeting: an order, a nod ("uh-huh"), or makes a sound:
coughs, clears a throat, laughs, says "ahem", lets a door fall shut. Times are those of the
customer's ear. `silent` runs from the first sound of the customer to the last one of the agent,
`on again` from the customer's last sound to the agent's next one: its answer after an order, the
rest of the greeting after a nod or a noise; a sound for which the agent does not even stop has no
such time. `right` counts the calls in which the order was a turn, or the nod and the noises were
none. The baseline is a telephone's own: what is on its way when a `clear` is sent (0.2 s of
speech, `calls/playout.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import median

from bench.calls import Shop, open_shop
from bench.customers.body_sounds import door, laugh, voiced_cough
from bench.customers.voices import (
    Voice,
    cough,
    draw_manner,
    installed_voices,
    speech,
    throat_clearing,
)
from servizio.commands.shop_client import ShopClient
from servizio.demo.phone import Phone
from servizio.demo.phone_line import LineError

INTO_SPEECH = (0.5, 1.6)
"""Seconds of the greeting after which the customer speaks."""
SHOP_NUMBER = "+14155550199"
SAID = {
    "order": (
        "I'd like a taro milk tea with boba",
        "can I get a black milk tea",
        "hello I want a tea",
    ),
    "nod": ("uh-huh", "okay", "right", "aha", "yeah"),
    "ahem": ("ahem", "ah choo"),
    "cough": ("",),
    "voiced cough": ("",),
    "throat": ("",),
    "laugh": ("",),
    "door": ("",),
}
SOUNDS = {
    "cough": cough,
    "voiced cough": voiced_cough,
    "throat": throat_clearing,
    "laugh": laugh,
    "door": door,
}


@dataclass(frozen=True, slots=True)
class Trial:
    """One call."""

    kind: str
    words: str
    silent: float
    """Seconds; not a number where the agent was not speaking."""
    again: float
    """Seconds; not a number where it never spoke again."""
    turns: tuple[str, ...]
    """What the customer was heard to say."""

    @property
    def right(self) -> bool:
        """Whether it was taken for what it was."""
        return bool(self.turns) == (self.kind == "order")


async def one_call(shop: Shop, kind: str, words: str, sound: bytes, rng: Random) -> Trial:
    """Ring, wait into the greeting, make this sound, and listen."""
    phone = Phone(shop.url, "+14155550100", SHOP_NUMBER)
    silent = again = math.nan
    async with phone.call() as line:
        try:
            await line.streaming(10.0)
            await line.agent_speaks(10.0)
            await asyncio.sleep(rng.uniform(*INTO_SPEECH))
            await line.speak(sound)
            await asyncio.sleep(4.0)
        except (LineError, TimeoutError):
            pass
        mine, theirs = line.customer_spans, line.agent_spans
        await line.hang_up()
        sid = line.call_sid
    if mine:
        silent = next((s.end - mine[0].start for s in theirs if s.holds(mine[0].start)), math.nan)
        again = next((s.start - mine[-1].end for s in theirs if s.start > mine[0].start), math.nan)
    await asyncio.sleep(0.5)
    call = await asyncio.to_thread(ShopClient(shop.url, shop.token).get, f"/calls/{sid}")
    turns = call["transcript"] if isinstance(call, dict) else []
    heard = tuple(turn["text"] for turn in turns if turn["role"] == "customer")
    return Trial(kind, words, silent, again, heard)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; not a number where there is none."""
    known = sorted(value for value in values if not math.isnan(value))
    return known[min(len(known) - 1, math.ceil(share * len(known)) - 1)] if known else math.nan


def row(kind: str, trials: Sequence[Trial]) -> str:
    """A kind as a line of the table."""
    silent = [each.silent for each in trials]
    again = [each.again for each in trials]
    known = [each for each in silent if not math.isnan(each)]
    cells = (
        f"{kind:>12}",
        f"{sum(each.right for each in trials)}/{len(trials)}".rjust(8),
        *(
            f"{figure:8.2f} s"
            for figure in (
                median(known) if known else math.nan,
                percentile(silent, 0.95),
                percentile(again, 0.5),
                percentile(again, 0.95),
            )
        ),
    )
    return " | ".join(cells)


async def bench(shop: Shop, rounds: int, voices: Sequence[Voice]) -> None:
    """Print the table, and what was taken wrongly."""
    rng = Random(1)
    print("        kind |    right | silent p50 |        p95 | on again 50 |       95")
    for kind, said in SAID.items():
        trials = []
        for number in range(rounds):
            words = said[number % len(said)]
            voice = voices[number % len(voices)]
            sound = speech(voice, words, draw_manner(rng), rng) if words else SOUNDS[kind](rng)
            trials.append(await one_call(shop, kind, words, sound, rng))
        print(row(kind, trials), flush=True)
        for each in trials:
            if not each.right:
                print(f"      {each.words or kind!r} was heard as {list(each.turns)}")


def main() -> None:
    """Start the server, and break in."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=6, help="calls of each kind")
    parser.add_argument("--voices", default="awb,rms,slt")
    given = parser.parse_args()
    voices = installed_voices(given.voices)
    if not voices:
        raise SystemExit("no voice is installed: see bench/README.md")
    with open_shop() as shop:
        asyncio.run(bench(shop, given.rounds, voices))


if __name__ == "__main__":
    main()

"""Speech with holes in it, and what is no order, as sound over the real wire.

    python bench/odd_sounds.py [--rounds 8]

First customers who hesitate for 0.5 to 0.8 s in the middle of an order: `whole` counts the calls
in which all of it was one turn. The baseline is the same order without a pause. Then one call
each with a monologue of a minute, silence, noise, music and other languages, after which the
customer orders: `goes on` says whether the call still stood, and took that order.
"""

from __future__ import annotations

import argparse
import asyncio
from random import Random

import numpy as np

from bench.calls import Shop, open_shop
from bench.customers.voices import (
    Voice,
    draw_manner,
    installed_voices,
    line_sound,
    speech,
)
from servizio.audio.frames import SAMPLE_RATE, silence
from servizio.commands.shop_client import ShopClient
from servizio.demo.phone import Phone
from servizio.demo.phone_line import LineError

SHOP_NUMBER = "+14155550199"
HESITATING = (
    ("I'd like a", "taro milk tea with boba"),
    ("can I get", "two black milk teas please"),
    ("a taro milk tea with", "boba and egg pudding"),
    ("I want um", "a black milk tea with less ice"),
)
FOREIGN = (
    "bonjour je voudrais un the au lait sil vous plait et un gateau au chocolat",
    "guten tag ich haette gerne einen tee mit milch und ohne zucker bitte",
)
STORY = "well you know the other day my sister and I went to the park and it rained all morning "
ORDER = "I'd like a black milk tea with boba"


async def say(shop: Shop, *sounds: bytes, rest: float = 5.0) -> tuple[list[str], str]:
    """Ring, hear the greeting out, make these sounds with rests between; the turns that were
    heard, and how the line ended, empty where it did not."""
    phone = Phone(shop.url, "+14155550100", SHOP_NUMBER)
    problem = ""
    async with phone.call() as line:
        try:
            await line.streaming(10.0)
            await line.hear_reply(1.0, 20.0)
            for sound in sounds:
                await line.speak(sound)
                await asyncio.sleep(rest)
        except (LineError, TimeoutError) as error:
            problem = str(error)
        await line.hang_up()
        sid = line.call_sid
    await asyncio.sleep(0.5)
    call = await asyncio.to_thread(ShopClient(shop.url, shop.token).get, f"/calls/{sid}")
    turns = call["transcript"] if isinstance(call, dict) else []
    return [turn["text"] for turn in turns if turn["role"] == "customer"], problem


async def hesitating(shop: Shop, rounds: int, voices: list[Voice], rng: Random) -> None:
    """Print how many hesitating orders were one turn."""

    async def one(number: int, *, pause: bool) -> tuple[bool, str]:
        voice, parts = voices[number % len(voices)], HESITATING[number % len(HESITATING)]
        manner = draw_manner(rng)
        if pause:
            first, last = (speech(voice, part, manner, rng).strip(b"\xff\x7f") for part in parts)
            sound = first + silence(rng.randrange(500, 800, 20)) + last
        else:
            sound = speech(voice, " ".join(parts), manner, rng)
        turns, problem = await say(shop, sound, rest=5.0)
        return len(turns) == 1, f"{' ... '.join(parts)!r} was heard as {turns} {problem}"

    for name, pause in (("without a pause", False), ("with a pause", True)):
        results = [await one(number, pause=pause) for number in range(rounds)]
        print(f"{name}: {sum(whole for whole, _ in results)}/{rounds} whole", flush=True)
        for whole, heard in results:
            if not whole:
                print(f"    {heard}")


def odd_sounds(voice: Voice, rng: Random) -> dict[str, bytes]:
    """What is no order, by name."""
    source = np.random.default_rng(rng.randrange(2**32))
    time = np.arange(12 * SAMPLE_RATE) / SAMPLE_RATE
    tones = np.array([262, 330, 392, 523, 392, 330])[(time * 3).astype(int) % 6]
    music = 0.2 * (np.sin(2 * np.pi * tones * time) + 0.5 * np.sin(4 * np.pi * tones * time))
    noise = 0.1 * source.standard_normal(12 * SAMPLE_RATE)
    manner = draw_manner(rng)
    talk = speech(voice, STORY * 14, manner, rng)
    return {
        "monologue": (talk * 2)[: 60 * SAMPLE_RATE],
        "silence": silence(12_000),
        "noise": line_sound(noise.astype(np.float32)),
        "music": line_sound(music.astype(np.float32)),
        "French": speech(voice, FOREIGN[0], manner, rng),
        "German": speech(voice, FOREIGN[1], manner, rng),
    }


async def odd(shop: Shop, voice: Voice, rng: Random) -> None:
    """Print what became of the calls with odd sounds."""
    order = speech(voice, ORDER, draw_manner(rng), rng)

    async def one(name: str, sound: bytes) -> str:
        turns, problem = await say(shop, sound, order, rest=9.0)
        goes_on = not problem and any("black milk tea" in turn for turn in turns[-1:])
        return f"{name:>10}: {'goes on' if goes_on else problem or turns}, {len(turns)} turns"

    for line in await asyncio.gather(*(one(*each) for each in odd_sounds(voice, rng).items())):
        print(line, flush=True)


def main() -> None:
    """Start the server, and make sounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=8, help="hesitating orders")
    parser.add_argument("--voices", default="awb,rms,slt")
    given = parser.parse_args()
    voices = installed_voices(given.voices)
    if not voices:
        raise SystemExit("no voice is installed: see bench/README.md")
    rng = Random(3)

    async def measure(shop: Shop) -> None:
        await hesitating(shop, given.rounds, voices, rng)
        await odd(shop, voices[-1], rng)

    with open_shop() as shop:
        asyncio.run(measure(shop))


if __name__ == "__main__":
    main()

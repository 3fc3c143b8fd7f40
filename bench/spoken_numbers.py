"""Telephone numbers said through a telephone line: how many are heard to the last digit.

    PYTHONPATH=. python bench/spoken_numbers.py [--numbers 60] [--voices awb,rms] [--show]

Numbers are drawn at random and said in one of the ways in which people group theirs, in the
voices of `customers/voices.py`, slowly or fast. Compared with the same sound heard at one pace.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bench.commands import Listener
from bench.customers.phrasing import phone_said
from bench.customers.voices import VOICES, Voice, draw_manner, installed_voices, speech
from servizio.agents.local import recogniser as listening
from servizio.agents.local.recogniser import Recogniser
from servizio.language.meaning import Expecting, Meaning, PhoneNumber
from servizio.shop.menu_file import load_menu


@dataclass(frozen=True, slots=True)
class Spoken:
    """One number, as it was said."""

    digits: str
    said: str
    voice: str
    mulaw: bytes


def main() -> None:
    """Say them, listen, and print what was right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--voices", default="", help=f"of {', '.join(VOICES)}; default: all")
    parser.add_argument("--show", action="store_true", help="print what was heard wrong")
    given = parser.parse_args()
    spoken = numbers_said(given.numbers, installed_voices(given.voices), given.seed)
    listener = Listener(Recogniser.load(), load_menu("boba"))
    right = count_right(listener, spoken, show=given.show)
    print(f"both paces  {right}/{len(spoken)} = {right / len(spoken):.1%}")
    listening.wants_more_time = lambda *_: False
    once = count_right(listener, spoken, show=False)
    print(f"one pace    {once}/{len(spoken)} = {once / len(spoken):.1%}")


def numbers_said(count: int, voices: Sequence[Voice], seed: int) -> list[Spoken]:
    """So many numbers, by each voice in turn."""
    spoken = []
    for number in range(count):
        rng = Random(f"{seed} {number}")
        digits = f"{rng.randint(201, 989)}{rng.randint(201, 989)}{rng.randint(0, 9999):04}"
        said = ", ".join(phone_said(digits, rng))
        voice = voices[number % len(voices)]
        sound = speech(voice, said, draw_manner(rng), rng)
        spoken.append(Spoken(digits, said, voice.name, sound))
    return spoken


def count_right(listener: Listener, spoken: Sequence[Spoken], *, show: bool) -> int:
    """How many are heard as they were said."""
    right = 0
    for one in spoken:
        found, meaning = listener.hear(one.mulaw, Expecting.PHONE_NUMBER)
        heard = _digits(meaning)
        right += heard == one.digits
        if show and heard != one.digits:
            text = found[0].text if found else ""
            print(f"  {one.voice}: {one.said} -> {heard} ({text})")
    return right


def _digits(meaning: Meaning) -> str:
    said = "".join(act.digits for act in meaning.acts if isinstance(act, PhoneNumber))
    return said[1:] if len(said) == 11 and said.startswith("1") else said


if __name__ == "__main__":
    main()

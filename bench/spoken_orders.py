"""How exactly spoken orders are understood, through a telephone line.

    python bench/spoken_orders.py DIRECTORY [--venue NAME] [--cases 60] [--voices awb,fest-ked]

DIRECTORY holds `NAME.menu.toml` and `NAME.cases.jsonl`, as for `bench/language.py`. Voices of
this machine say the orders at random speed (8000 Hz, mu-law); they are recognised with the
menu's words in mind and understood as `servizio parse --audio` does it. The same orders typed,
and recognised without any menu in mind, are the baselines, in the same run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.customers.phrasing import typed
from bench.customers.voices import VOICES, Manner, Voice, installed_voices, speech
from bench.language import expected, is_right, shown, understood
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.member import MENU_PHRASES
from servizio.agents.local.recogniser import Recogniser
from servizio.agents.local.second_look import (
    CLOSELY_BEST,
    is_clearer,
    is_doubtful,
    listening_closely,
    together,
)
from servizio.agents.local.spoken_figures import speakable
from servizio.audio.frames import silence
from servizio.language.meaning import Expecting
from servizio.language.phrases import ordering_phrases
from servizio.language.understand import Understander
from servizio.shop.line import Line
from servizio.shop.menu_file import load_menu

PAUSE = silence(300)
"""Before and behind the words, as the ears leave it."""

Case = Mapping[str, Any]
Counts = Counter[str]


@dataclass(slots=True)
class Tally:
    """Right ones of the cases with one line, and of all."""

    single: int = 0
    single_right: int = 0
    total: int = 0
    total_right: int = 0
    by_voice: dict[str, list[bool]] = field(default_factory=dict)
    kinds: Counts = field(default_factory=Counter)

    def add(self, case: Case, voice: str, *, right: bool) -> None:
        """Count one case."""
        self.total += 1
        self.total_right += right
        if len(case["items"]) == 1:
            self.single += 1
            self.single_right += right
        self.by_voice.setdefault(voice, []).append(right)

    def line(self, name: str) -> str:
        """Both shares."""
        return (
            f"{name:<22} one line {_share(self.single_right, self.single)}   "
            f"all {_share(self.total_right, self.total)}"
        )


def _share(right: int, of: int) -> str:
    return f"{right}/{of} = {100 * right / max(of, 1):.1f} %"


def kinds_of_fault(case: Case, lines: Sequence[Line]) -> list[str]:
    """What is wrong with what was understood, roughly."""
    wanted, got = expected(case), understood(lines)
    if not got:
        return ["nothing understood"]
    kinds: list[str] = []
    if sum(wanted.values()) != sum(got.values()):
        kinds.append("quantity" if len(wanted) == len(got) else "number of lines")
    items = [Counter(one[1] for key in side for one in key if not one[0]) for side in (wanted, got)]
    if items[0] != items[1]:
        kinds.append("item")
    modifiers = [Counter(one for key in side for one in key if one[0]) for side in (wanted, got)]
    if modifiers[0] - modifiers[1]:
        kinds.append("modifier lost or misheard")
    if modifiers[1] - modifiers[0] and not modifiers[0] - modifiers[1]:
        kinds.append("modifier invented")
    return kinds or ["modifier at the wrong line"]


def listened(
    recogniser: Recogniser, understander: Understander, mulaw: bytes, context: RecognitionContext
) -> list[str]:
    """What was heard, with a second look where the first leaves a doubt, as in a call."""
    found = recogniser.transcribe(mulaw, context)
    texts = [one.text for one in found]
    meaning = understander.understand(texts, expecting=context.expecting)
    if not found or not is_doubtful(meaning, context.expecting):
        return texts
    closely = recogniser.transcribe(mulaw, listening_closely(context), n_best=CLOSELY_BEST)
    both = together(found, closely)
    words = [one.text for one in both]
    clearer = understander.understand(words, expecting=context.expecting)
    return words if is_clearer(clearer, meaning) else texts


def run_venue(
    recogniser: Recogniser, menu_path: Path, count: int, voices: Sequence[Voice], *, seed: int
) -> None:
    """Measure one venue and print it."""
    menu = load_menu(menu_path)
    understander = Understander(menu)
    recogniser.register(MENU_PHRASES, ordering_phrases(menu))
    leaning = RecognitionContext(menu=MENU_PHRASES, expecting=Expecting.ORDER)
    cases_path = menu_path.with_name(menu_path.name.replace(".menu.toml", ".cases.jsonl"))
    cases = [json.loads(line) for line in cases_path.read_text(encoding="utf-8").splitlines()]
    rng = Random(seed)
    heard, plain, written = Tally(), Tally(), Tally()
    venue = menu_path.name.removesuffix(".menu.toml")
    for number, case in enumerate(rng.sample(cases, min(count, len(cases)))):
        voice = voices[number % len(voices)]
        manner = Manner(round(rng.uniform(0.92, 1.08), 2), rng.uniform(-6, 2), None)
        said = speakable(case["text"])
        mulaw = PAUSE + speech(voice, said, manner, rng) + PAUSE
        texts = listened(recogniser, understander, mulaw, leaning)
        bare = [one.text for one in recogniser.transcribe(mulaw, None)]
        results = []
        for tally, words in ((heard, texts), (plain, bare), (written, [typed(case["text"])])):
            meaning = understander.understand(words, expecting=Expecting.ORDER)
            results.append(is_right(case, meaning.lines))
            tally.add(case, voice.name, right=results[-1])
        if not results[0]:
            meaning = understander.understand(texts, expecting=Expecting.ORDER)
            kinds = kinds_of_fault(case, meaning.lines)
            heard.kinds.update(kinds)
            typed_too = "" if results[2] else " (typed is wrong too)"
            print(f"[{voice.name}] {case['text']}   {', '.join(kinds)}{typed_too}")
            print(f"     heard {texts}")
            print(f"     want  {shown(expected(case))}")
            print(f"     got   {shown(understood(meaning.lines))}", flush=True)
    print(f"{venue}:")
    print(f"  {heard.line('spoken, leaning')}")
    print(f"  {plain.line('spoken, no menu')}")
    print(f"  {written.line('typed')}")
    print(f"  spoken / typed: {heard.total_right / max(written.total_right, 1):.2f}")
    for voice_name, rights in sorted(heard.by_voice.items()):
        print(f"  {voice_name:<10} {_share(sum(rights), len(rights))}")
    print(f"  faults: {', '.join(f'{n} x {kind}' for kind, n in heard.kinds.most_common())}")


def main() -> int:
    """Measure every venue of a directory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--venue", help="only this one")
    parser.add_argument("--cases", type=int, default=60, help="of each venue, default 60")
    parser.add_argument("--voices", default="", help=f"of {', '.join(VOICES)}")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    voices = installed_voices(arguments.voices)
    recogniser = Recogniser.load()
    for path in sorted(arguments.directory.glob("*.menu.toml")):
        if arguments.venue in {None, path.name.removesuffix(".menu.toml")}:
            run_venue(recogniser, path, arguments.cases, voices, seed=arguments.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

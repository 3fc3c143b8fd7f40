"""How well and how fast the local recogniser hears.

    python bench/hearing.py DIR [--noise babble|car|white --snr 10] [--loss 5] [--errors]
    python bench/hearing.py DIR --commands [--menu boba]
    python bench/hearing.py DIR --table [--every 3]
    python bench/hearing.py DIR --speed

DIR holds `speech.jsonl`, one {"file": "x.wav", "text": "what was said"} a line, and the WAV
files. Prints the share of words and of sentences that are wrong, once greedy and without any
bias, once as the local agent listens, and what each costs as a ratio of real time on one core.
With --table: words and meaning, clean and amid babble and car noise, without and with lost frames.
With --speed: what an order and a phone number cost, with our decoder and with the packaged one.
With --commands: whether what was heard means what was said (`commands`). There a row may hold
a "kind", the question asked before (`Expecting`); without it the text itself says.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.commands import Command, Listener, edits, measure_commands, report_commands
from servizio.agents.local.decoder import DECODER_FILE, LeanDecoder, PackagedDecoder
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.recogniser import Recogniser
from servizio.agents.local.speech_network import SpeechNetwork, model_folder
from servizio.agents.local.tokenizer import Tokenizer
from servizio.audio.frames import FRAME_BYTES, SAMPLE_RATE, silence
from servizio.audio.g711 import mulaw_to_pcm16, pcm16_to_mulaw
from servizio.audio.resample import Samples, float_to_pcm16, pcm16_to_float
from servizio.audio.wav import read_mulaw
from servizio.language.meaning import Expecting
from servizio.shop.menu_file import load_menu

MENU = (
    "taro milk tea", "taro milk teas", "taro", "black milk tea", "black milk teas", "black",
    "milk tea", "boba", "tapioca", "tapioca pearls", "pearls", "egg pudding", "pudding",
    "crystal agar boba", "crystal boba", "crystal agar", "agar", "agar boba", "vanilla cream",
    "cream", "matcha stencil", "matcha stencil on top", "stencil",
)  # fmt: skip
LINES = (
    (None, 0.0),
    ("babble", 20.0), ("babble", 10.0), ("babble", 5.0),
    ("car", 20.0), ("car", 10.0), ("car", 5.0),
)  # fmt: skip
"""Noise and how many decibels it is below the voice, for the table."""
DIGITS = frozenset({
    "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
})  # fmt: skip
MOST_DIGITS = 7
"""So many are a phone number."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One recording and what is said in it."""

    name: str
    text: str
    mulaw: bytes
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What one way of listening came to."""

    words: int
    wrong_words: int
    best_of_four_wrong: int
    wrong_sentences: int
    sentences: int
    cpu_seconds: float
    sound_seconds: float


def make_noise(kind: str, size: int, others: Sequence[Utterance], rng: random.Random) -> Samples:
    """Noise of about constant loudness: other people, a car, or a bad line."""
    source = np.random.default_rng(rng.randrange(2**32))
    if kind == "babble":
        mixed = np.zeros(size, np.float32)
        for other in rng.sample(list(others), min(6, len(others))):
            voice = pcm16_to_float(mulaw_to_pcm16(other.mulaw))
            mixed += np.resize(np.roll(voice, rng.randrange(voice.size)), size)
        return mixed
    white = source.standard_normal(size).astype(np.float32)
    if kind == "white":
        return white
    rumble = np.fft.rfft(white)
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    return np.fft.irfft(rumble / np.maximum(hertz, 60) ** 1.2, size).astype(np.float32)


def spoil(
    utterance: Utterance,
    others: Sequence[Utterance],
    *,
    noise: str | None,
    snr_db: float,
    loss_percent: float,
    rng: random.Random,
) -> Utterance:
    """The utterance with noise mixed in and frames lost, as a telephone would bring it."""
    mulaw = utterance.mulaw
    if noise is not None:
        voice = pcm16_to_float(mulaw_to_pcm16(mulaw))
        sound = make_noise(noise, voice.size, others, rng)
        ratio = np.sqrt(np.mean(voice**2) / (np.mean(sound**2) + 1e-12))
        mulaw = pcm16_to_mulaw(float_to_pcm16(voice + sound * ratio * 10 ** (-snr_db / 20)))
    frames = [mulaw[at : at + FRAME_BYTES] for at in range(0, len(mulaw), FRAME_BYTES)]
    kept = (silence(20) if rng.random() * 100 < loss_percent else frame for frame in frames)
    return replace(utterance, mulaw=b"".join(kept))


def measure(
    recogniser: Recogniser,
    utterances: Sequence[Utterance],
    *,
    context: RecognitionContext | None,
    beams: int,
    show_errors: bool,
) -> Result:
    """Recognise all and count."""
    words = wrong = best_wrong = wrong_sentences = 0
    began = time.process_time()
    for utterance in utterances:
        found = recogniser.transcribe(utterance.mulaw, context, beams=beams)
        said = utterance.text.split()
        counts = [edits(said, one.text.split()) for one in found or [Hypothesis("", 0.0)]]
        words += len(said)
        wrong += counts[0]
        best_wrong += min(counts)
        wrong_sentences += counts[0] > 0
        if show_errors and counts[0]:
            print(f"  {utterance.name}: {utterance.text!r} heard as {[h.text for h in found]}")
    return Result(
        words,
        wrong,
        best_wrong,
        wrong_sentences,
        len(utterances),
        time.process_time() - began,
        sum(len(utterance.mulaw) for utterance in utterances) / SAMPLE_RATE,
    )


def report(name: str, result: Result) -> None:
    """One line of figures."""
    print(
        f"{name:<16} words wrong {result.wrong_words / result.words:6.1%}   "
        f"best of 4 {result.best_of_four_wrong / result.words:6.1%}   "
        f"sentences wrong {result.wrong_sentences / result.sentences:6.1%}   "
        f"cost {result.cpu_seconds / result.sound_seconds:.3f} x real time"
    )


def as_commands(listener: Listener, utterances: Sequence[Utterance]) -> list[Command]:
    """The recordings, each with the question asked before it."""
    return [
        Command(
            one.name,
            one.text,
            one.mulaw,
            Expecting(one.kind) if one.kind else listener.asked_before(one.text),
        )
        for one in utterances
    ]


def command_report(
    recogniser: Recogniser, utterances: Sequence[Utterance], menu: str, *, show_errors: bool
) -> None:
    """Measure and print how many of the recordings are taken for what they mean."""
    listener = Listener(recogniser, load_menu(menu))
    commands = as_commands(listener, utterances)
    report_commands(measure_commands(listener, commands, show_errors=show_errors))


def table_report(recogniser: Recogniser, utterances: Sequence[Utterance], menu: str) -> None:
    """Measure and print words and meaning on lines of every kind."""
    listener = Listener(recogniser, load_menu(menu))
    print(f"{'':<14}{'all frames':>26}{'2 % lost':>26}")
    print(f"{'':<14}" + f"{'words wrong':>14}{'meant right':>12}" * 2)
    for noise, snr_db in LINES:
        cells = ""
        for loss_percent in (0.0, 2.0):
            rng = random.Random(7)
            spoiled = [
                spoil(
                    one, utterances, noise=noise, snr_db=snr_db,
                    loss_percent=loss_percent, rng=rng,
                )
                for one in utterances
            ]  # fmt: skip
            tally = measure_commands(listener, as_commands(listener, spoiled), show_errors=False)
            right = 1 - tally.wrong.total() / tally.asked.total()
            cells += f"{tally.wrong_words / tally.words:>14.1%}{right:>12.1%}"
        name = f"{noise} {snr_db:.0f} dB" if noise else "clean"
        print(f"{name:<14}{cells}", flush=True)


def speed_report(utterances: Sequence[Utterance], menu: Sequence[str]) -> None:
    """Measure both decoders on the same sound in turn, and print what an utterance costs."""
    folder = model_folder()
    tokenizer = Tokenizer.load(folder / "tokenizer.bin")
    decoders = (
        PackagedDecoder(folder / DECODER_FILE, threads=1),
        LeanDecoder(folder / DECODER_FILE, threads=1),
    )
    both = [Recogniser(SpeechNetwork(folder, decoder=one), tokenizer) for one in decoders]
    for recogniser in both:
        recogniser.register("menu", menu)
    kinds = (
        ("order of 3 to 4 s", Expecting.ORDER, 3.0, 4.0, False),
        ("phone number", Expecting.PHONE_NUMBER, 3.0, 6.0, True),
    )
    for name, expecting, shortest, longest, is_number in kinds:
        context = RecognitionContext("menu", expecting)
        chosen = [
            one
            for one in utterances
            if shortest <= len(one.mulaw) / SAMPLE_RATE <= longest
            and (sum(word in DIGITS for word in one.text.split()) >= MOST_DIGITS) == is_number
        ]
        if not chosen:
            continue
        costs: tuple[list[float], list[float]] = ([], [])
        for one in chosen:
            for cost, recogniser in zip(costs, both, strict=True):
                cost.append(cpu_seconds(recogniser, one.mulaw, context))
        packaged, ours = (1000 * statistics.median(cost) for cost in costs)
        print(
            f"{name:<18} {len(chosen):>3} recordings   packaged {packaged:4.0f} ms   "
            f"ours {ours:4.0f} ms   {packaged / ours:.2f} times faster"
        )


def cpu_seconds(recogniser: Recogniser, mulaw: bytes, context: RecognitionContext) -> float:
    """Processor time of one recognition, with a context that is known already: the lesser of
    two, since other work on the machine only ever adds."""
    times = []
    for _ in range(2):
        # Other sound between, or the encoder would be spared the second time.
        recogniser.transcribe(mulaw[: SAMPLE_RATE // 2], context)
        began = time.process_time()
        recogniser.transcribe(mulaw, context)
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--noise", choices=["babble", "car", "white"])
    parser.add_argument("--snr", type=float, default=10.0, help="decibels, default 10")
    parser.add_argument("--loss", type=float, default=0.0, help="percent of frames lost")
    parser.add_argument("--phrases", type=Path, help="menu phrases, one a line")
    parser.add_argument("--commands", action="store_true", help="measure meaning, not words")
    parser.add_argument("--speed", action="store_true", help="what an utterance costs")
    parser.add_argument("--table", action="store_true", help="both, on lines of every kind")
    parser.add_argument(
        "--menu", default="boba", help="for --commands and --table: a menu, default boba"
    )
    parser.add_argument("--errors", action="store_true", help="print what was misheard")
    parser.add_argument("--limit", type=int, help="only so many recordings")
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth recording")
    arguments = parser.parse_args()
    rows = (arguments.folder / "speech.jsonl").read_text(encoding="utf-8").splitlines()
    utterances = [
        Utterance(
            row["file"],
            row["text"],
            read_mulaw(arguments.folder / row["file"]),
            row.get("kind", ""),
        )
        for row in map(json.loads, rows[: arguments.limit : arguments.every])
    ]
    rng = random.Random(7)
    spoiled = [
        spoil(
            one, utterances, noise=arguments.noise, snr_db=arguments.snr,
            loss_percent=arguments.loss, rng=rng,
        )
        for one in utterances
    ]  # fmt: skip
    phrases = arguments.phrases.read_text("utf-8").splitlines() if arguments.phrases else MENU
    if arguments.speed:
        speed_report(spoiled, phrases)
        return
    began = time.perf_counter()
    recogniser = Recogniser.load()
    print(f"loaded in {time.perf_counter() - began:.2f} s, {len(spoiled)} recordings")
    if arguments.table:
        table_report(recogniser, utterances, arguments.menu)
        return
    if arguments.commands:
        command_report(recogniser, spoiled, arguments.menu, show_errors=arguments.errors)
        return
    recogniser.register("menu", phrases)
    biased = RecognitionContext("menu", Expecting.ORDER)
    for name, context, beams in (("greedy", None, 1), ("4 beams", None, 4), ("biased", biased, 4)):
        show = arguments.errors and context is not None
        report(
            name,
            measure(recogniser, spoiled, context=context, beams=beams, show_errors=show),
        )


if __name__ == "__main__":
    main()

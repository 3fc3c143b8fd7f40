"""How soon and how fast the local voice speaks.

    python bench/speaking.py [--voice VOICE.onnx]

Renders what an agent says, each sentence three times, and prints the milliseconds until its
first sound could be on the wire, and the cost as a ratio of real time on one core.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from servizio.agents.local.mouth import Mouth
from servizio.agents.local.sentences import clauses, split_sentences
from servizio.audio.frames import SAMPLE_RATE

SAID = (
    "Okay.",
    "Any toppings?",
    "Hi, thanks for calling. What can I get for you today?",
    "That's one taro milk tea with boba and egg pudding, fifty percent sweet, regular ice.",
    "Your order number is four seven eight two, and it will be ready in ten minutes.",
)


def main() -> None:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--voice", type=Path)
    arguments = parser.parse_args()
    began = time.perf_counter()
    mouth = Mouth.load(arguments.voice)
    print(f"loaded in {time.perf_counter() - began:.2f} s")
    for text in SAID:
        pieces = [piece for whole in split_sentences(text) for piece in clauses(whole)]
        first_seconds, cpu_seconds, sound_ms = [], 0.0, 0.0
        for _ in range(3):
            began, cpu_began = time.perf_counter(), time.process_time()
            speech = [mouth.speak(pieces[0])]
            first_seconds.append(time.perf_counter() - began)
            speech += [mouth.speak(piece) for piece in pieces[1:]]
            cpu_seconds += time.process_time() - cpu_began
            sound_ms += sum(map(len, speech)) * 1000 / SAMPLE_RATE
        print(
            f"first sound {min(first_seconds) * 1000:4.0f} ms   "
            f"cost {cpu_seconds * 1000 / sound_ms:.3f} x real time   {text}"
        )


if __name__ == "__main__":
    main()

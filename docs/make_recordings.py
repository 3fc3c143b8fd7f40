"""Makes the recordings of the simulated customers, with flite and sox.

    python docs/make_recordings.py

Needs Debian's packages `flite` (its voices `slt` and `rms` are free, from CMU's ARCTIC data)
and `sox`. Run it after a change of servizio/demo/customers.toml. What is spoken is stored as
a telephone carries it: mu-law at 8000 Hz, in WAV files.
"""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "servizio" / "demo"


def main() -> None:
    """Make every recording anew."""
    recordings = DEMO / "recordings"
    recordings.mkdir(exist_ok=True)
    for old in recordings.glob("*.wav"):
        old.unlink()
    table = tomllib.loads((DEMO / "customers.toml").read_text(encoding="utf-8"))
    for customer in table["customers"]:
        for number, step in enumerate(customer["steps"], start=1):
            if "say" in step:
                record(
                    step["say"], customer["voice"], recordings / f"{customer['id']}-{number}.wav"
                )


def record(text: str, voice: str, file: Path) -> None:
    """Speak `text` and keep it as a telephone would carry it."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = Path(folder) / "spoken.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", spoken], check=True)
        as_telephone = ["-r", "8000", "-c", "1", "-e", "mu-law", "-b", "8"]
        band = ["sinc", "200-3400", "gain", "-n", "-4", "silence", "1", "0.01", "0.5%"]
        subprocess.run(["sox", "-q", spoken, *as_telephone, file, *band], check=True)


if __name__ == "__main__":
    main()

"""Makes the recordings of the simulated customers, with festival, flite and sox.

    python docs/make_recordings.py

Needs Debian's packages `festival`, `festvox-us-slt-hts`, `flite` and `sox`; the voices are
free, made from CMU's ARCTIC recordings. Run it after a change of servizio/demo/customers.toml, or
of tests/end_to_end/customers.toml, who ring in stories alone.
What is spoken is stored as a telephone carries it: mu-law at 8000 Hz, in WAV files.
"""

from __future__ import annotations

import subprocess
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "servizio" / "demo", ROOT / "tests" / "end_to_end")


def main() -> None:
    """Make every recording anew."""
    for folder in FOLDERS:
        make(folder)


def make(folder: Path) -> None:
    """Make those of the customers in one folder."""
    recordings = folder / "recordings"
    recordings.mkdir(exist_ok=True)
    for old in recordings.glob("*.wav"):
        old.unlink()
    table = tomllib.loads((folder / "customers.toml").read_text(encoding="utf-8"))
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
        speak(text, voice, spoken)
        as_telephone = ["-r", "8000", "-c", "1", "-e", "mu-law", "-b", "8"]
        band = ["sinc", "200-3400", "gain", "-n", "-4"]
        subprocess.run(["sox", "-q", spoken, *as_telephone, file, *band], check=True)


def speak(text: str, voice: str, file: Path) -> None:
    """Synthesise `text` with festival's voice `slt`, or with a voice of flite."""
    if voice != "slt":
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", file], check=True)
        return
    choose = "(voice_cmu_us_slt_arctic_hts)"
    command = ["text2wave", "-eval", choose, "-o", file]
    subprocess.run(command, input=text, text=True, check=True)


if __name__ == "__main__":
    main()

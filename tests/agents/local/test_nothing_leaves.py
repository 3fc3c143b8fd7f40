"""The runtime of the networks writes to its makers where it is let: here it is not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import servizio

_LOADED = """
from servizio.agents.local.runtime import load_network
from servizio.errors import SpeechError
try:
    load_network(b"", threads=1, name="nothing")
except SpeechError:
    pass
"""
_AT_WORK = """
import time
from servizio.agents.local.mouth import Mouth
from servizio.agents.local.speech_network import SpeechNetwork, model_folder
Mouth.load().speak("Any toppings?")
SpeechNetwork(model_folder())
time.sleep(3)
"""
_NAMES = re.compile(
    r"""(?:^\s*(?:from|import) |import_module\(["'])(?:onnxruntime|piper)\b""", re.MULTILINE
)


def run_in(home: Path, *command: str) -> None:
    """Run a program whose owner has an empty home and has not asked for silence."""
    named = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH")
    kept = {name: os.environ[name] for name in named if name in os.environ}
    subprocess.run(
        command, env={**kept, "HOME": str(home), "ORT_DISABLE_TELEMETRY": "0"}, check=True
    )


@pytest.mark.voice
def test_loading_the_runtime_leaves_no_trace_in_the_home_folder(tmp_path: Path) -> None:
    run_in(tmp_path, sys.executable, "-c", _LOADED)

    assert list(tmp_path.rglob("*")) == []


def test_only_the_package_that_silences_the_runtime_loads_it() -> None:
    root = Path(servizio.__file__).parent
    loads = [path for path in root.rglob("*.py") if _NAMES.search(path.read_text("utf-8"))]

    assert loads
    assert {path.parent for path in loads} == {root / "agents" / "local"}


@pytest.mark.slow
@pytest.mark.voice
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_hearing_and_speaking_ask_nobody_outside_this_machine(tmp_path: Path) -> None:
    home, seen = tmp_path / "home", tmp_path / "sockets"
    home.mkdir()

    trace = ("strace", "-f", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", str(seen))
    run_in(home, *trace, sys.executable, "-c", _AT_WORK)

    assert list(home.rglob("*")) == []
    asked = [line for line in seen.read_text().splitlines() if "AF_INET" in line]
    assert [line for line in asked if '"127.0.0.1"' not in line and '"::1"' not in line] == []

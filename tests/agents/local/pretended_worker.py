"""A speech worker without models, for tests of what stands before it.

It does as it is told by the sound or the text it is given: die, hang, refuse, or answer with
what it has seen.
"""

from __future__ import annotations

import os
import time
from multiprocessing.connection import Connection

from servizio.agents.local.hypothesis import Hypothesis
from servizio.agents.local.speech_worker import (
    Heard,
    LearnPhrases,
    Loaded,
    Refused,
    Reply,
    Request,
    Speak,
    Spoken,
    Transcribe,
    WorkerSettings,
)


def work(pipe: Connection, settings: WorkerSettings) -> None:
    """Answer until the pipe closes."""
    del settings
    learned: dict[str, int] = {}
    order: list[str] = []
    pipe.send(Loaded(0.0))
    while True:
        try:
            request = pipe.recv()
            pipe.send(_answer(request, learned, order))
        except (EOFError, OSError):
            return


def refuse(pipe: Connection, settings: WorkerSettings) -> None:
    """A worker whose models are missing."""
    del settings
    pipe.send(Refused("no voice is installed", "install one"))


def die(pipe: Connection, settings: WorkerSettings) -> None:
    """A worker that cannot even load."""
    del pipe, settings


def _answer(request: Request, learned: dict[str, int], order: list[str]) -> Reply:
    match request:
        case LearnPhrases():
            learned[request.menu] = len(request.phrases)
            return Heard()
        case Speak():
            order.append(request.text)
            return Spoken(request.text.encode())
        case Transcribe():
            return _hear(request, learned, order)


def _hear(request: Transcribe, learned: dict[str, int], order: list[str]) -> Reply:
    what = request.mulaw.decode()
    order.append(what)
    match what.split(":"):
        case ["die"]:
            os._exit(3)
        case ["hang"]:
            time.sleep(60)
        case ["die once", path]:
            if not os.path.exists(path):  # noqa: PTH110 - as plain as can be in a dying process
                os.close(os.open(path, os.O_CREAT))
                os._exit(3)
        case ["refuse"]:
            return Refused("cannot hear that")
        case ["menus"]:
            return Heard((Hypothesis(repr(sorted(learned.items())), 0.0),))
        case ["order"]:
            return Heard((Hypothesis(",".join(order[:-1]), 0.0),))
        case ["wait", path]:
            while not os.path.exists(path):  # noqa: PTH110
                time.sleep(0.005)
        case _:
            pass
    return Heard((Hypothesis(what, -1.0),))

"""The process that recognises and speaks, apart from the server's event loop and its lock.

It takes one request at a time from a pipe and answers each with one reply. It ends by itself
when the pipe closes, which is also what the death of the server looks like from here.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.mouth import Mouth
from servizio.agents.local.recogniser import Recogniser
from servizio.errors import SpeechError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker must know before it loads its models."""

    voice: Path | None = None
    """A Piper voice; `None` is the packaged one."""
    speed: float = 1.0
    """Of speech: 1.1 is a tenth faster."""
    threads: int = 1
    """Threads for each network."""
    niceness: int = 5
    """How far the worker stands back from the event loop, where the system knows that."""


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Recognise an utterance. Answered by `Heard`."""

    mulaw: bytes
    context: RecognitionContext | None
    n_best: int


@dataclass(frozen=True, slots=True)
class Speak:
    """Render a sentence. Answered by `Spoken`."""

    text: str


@dataclass(frozen=True, slots=True)
class LearnPhrases:
    """Register a menu's phrases. Answered by `Heard`."""

    menu: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised; empty: no words."""

    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class Spoken:
    """The speech: mu-law, 8000 Hz."""

    mulaw: bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """The first thing a worker says, if all went well."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """This request, or the loading of the models, failed."""

    message: str
    hint: str = ""


Request = Transcribe | Speak | LearnPhrases
Reply = Heard | Spoken | Loaded | Refused


def work(pipe: Connection, settings: WorkerSettings) -> None:
    """Be a worker until the pipe closes. The target of the process."""
    _stand_back(settings.niceness)
    began = time.monotonic()
    try:
        recogniser = Recogniser.load(threads=settings.threads)
        mouth = Mouth.load(settings.voice, threads=settings.threads, speed=settings.speed)
    except SpeechError as error:
        _send(pipe, Refused(error.message, error.hint))
        return
    if not _send(pipe, Loaded(time.monotonic() - began)):
        return
    while True:
        try:
            request: Request = pipe.recv()
        except (EOFError, OSError):
            return
        if not _send(pipe, _answer(request, recogniser, mouth)):
            return


def _answer(request: Request, recogniser: Recogniser, mouth: Mouth) -> Reply:
    try:
        match request:
            case Transcribe():
                found = recogniser.transcribe(request.mulaw, request.context, n_best=request.n_best)
                return Heard(tuple(found))
            case Speak():
                return Spoken(mouth.speak(request.text))
            case LearnPhrases():
                recogniser.register(request.menu, request.phrases)
                return Heard()
    except SpeechError as error:
        return Refused(error.message, error.hint)
    except Exception:
        log.exception("speech_request_failed kind=%s", type(request).__name__)
        return Refused(f"{type(request).__name__.lower()} failed in the speech worker")


def _send(pipe: Connection, reply: Reply) -> bool:
    try:
        pipe.send(reply)
    except OSError:
        return False
    return True


def _stand_back(niceness: int) -> None:
    """Leave interrupts to the server, which ends this process when it is ready to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(niceness)

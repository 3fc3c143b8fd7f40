"""Hearing and speaking for all calls of a server: a queue before a few worker processes.

All methods are for the event loop's thread and none of them blocks it.
"""

from __future__ import annotations

import asyncio
import atexit
import math
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from servizio.agents.local.availability import require_packages
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.rendering import Renderer
from servizio.agents.local.speech_queue import Job, Priority, SpeechQueue
from servizio.agents.local.speech_worker import (
    Heard,
    LearnPhrases,
    Refused,
    Reply,
    Request,
    Transcribe,
    WorkerSettings,
    work,
)
from servizio.agents.local.worker_link import LinkEvents, Work, WorkerLink
from servizio.audio.speech_model import installed_weights
from servizio.errors import SpeechError

_TRIES: Final = 2
_LEARNING_REST: Final = 0.25
"""Seconds between two sentences that are learned by heart, and between two looks at the lines
while calls are up: it must not be felt."""
_BREATH: Final = 1.0
"""Seconds without a request after which nothing seems to be wanted."""
_SPEAKS_HERE: Final = 10.0
"""Seconds without a request after which no call that is up seems to be spoken here."""


@dataclass(slots=True)
class _Worker:
    """What one worker is doing."""

    ready: bool = False
    job: Job | None = None
    to_learn: list[LearnPhrases] = field(default_factory=list)
    """Phrases this worker has not been told yet."""


class SpeechEngine:
    """Recognition and synthesis on this machine. One for a server; `start` before use.

    `workers` processes with one thread each. `voice` is a Piper voice file, `None` the
    packaged one. `phrases` are those of menus, under names for `RecognitionContext.menu`.
    `speed` is of speech: 1.1 is a tenth faster. `patience` is for one request, in seconds, once
    begun; `deadline` from asking to answer. `work` runs in the processes and is another only in
    tests.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        voice: Path | None = None,
        phrases: Mapping[str, Iterable[str]] | None = None,
        speed: float = 1.0,
        patience: float = 20.0,
        deadline: float = 30.0,
        work: Work = work,
    ) -> None:
        if workers < 1:
            raise ValueError("speech needs at least one worker")
        self._worker_count = workers
        self._settings = WorkerSettings(voice=voice, speed=speed)
        self._patience = patience
        self._deadline = deadline
        self._work = work
        self._lessons = tuple(
            LearnPhrases(menu, tuple(known)) for menu, known in (phrases or {}).items()
        )
        self._waiting = SpeechQueue()
        self._workers: dict[WorkerLink, _Worker] = {}
        self._given_up: list[WorkerLink] = []
        self._renderer = Renderer(self._ask)
        self._asked_at = -math.inf
        self._learning: asyncio.Task[None] | None = None
        self._broken: SpeechError | None = None
        self._closed = False
        self.ready = asyncio.Event()
        """Set while at least one worker is ready, and when none ever will be."""

    async def start(self) -> None:
        """Begin to load, in the background. Raises `SpeechError` where packages are missing."""
        if self._workers or self._closed:
            return
        require_packages(own_voice=self._settings.voice is not None)
        # Read here and not by the first call: the event loop must not wait for the disk.
        with ThreadPoolExecutor(1, thread_name_prefix="speech-weights") as reader:
            await asyncio.get_running_loop().run_in_executor(reader, installed_weights)
        events = LinkEvents(self._on_ready, self._on_answered, self._on_died, self._on_broken)
        for number in range(self._worker_count):
            link = WorkerLink(
                f"speech-{number}", self._settings, events, patience=self._patience, work=self._work
            )
            self._workers[link] = _Worker()
        atexit.register(self._abandon)

    async def wait_ready(self, seconds: float) -> None:
        """Wait until a worker is ready. Raises `SpeechError` after that time, or as soon as it
        is known that none will be."""
        try:
            async with asyncio.timeout(seconds):
                await self.ready.wait()
        except TimeoutError as error:
            raise SpeechError("the speech models are still loading") from error
        if self._broken is not None:
            raise self._broken

    async def close(self) -> None:
        """End all workers and wait until they are gone. Open requests raise `SpeechError`."""
        self._closed = True
        atexit.unregister(self._abandon)
        if self._learning is not None:
            self._learning.cancel()
            await asyncio.gather(self._learning, return_exceptions=True)
        self._fail_all(SpeechError("speech has been shut down"))
        links = [*self._workers, *self._given_up]
        for link in links:
            link.abandon()
        await asyncio.gather(*(link.close() for link in links))
        self._workers.clear()
        self._given_up.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def state(self) -> str:
        """`loading`, `ready` or `broken`, for the health page."""
        if self._broken is not None or self._closed:
            return "broken"
        return "ready" if self.ready.is_set() else "loading"

    def learn_by_heart(self, sentences: Iterable[str], calls_up: Callable[[], int]) -> None:
        """Render these while no call is up and nothing else is wanted, so that they are there at
        once when they are to be spoken. First come those that only begin a sentence ("OK,"): most
        answers of a call that is spoken here begin with them, so that they are learned in its
        breaths too. `calls_up` counts all calls, also those that need no speech of this machine:
        the processor is theirs. Not to be called twice."""
        self._learning = asyncio.create_task(self._learn(sentences, calls_up), name="by heart")

    async def _learn(self, sentences: Iterable[str], calls_up: Callable[[], int]) -> None:
        await self.ready.wait()
        for sentence in sorted(sentences, key=_only_begins, reverse=True):
            while not self._may_learn(sentence, calls_up()):  # noqa: ASYNC110 - asked, not told
                await asyncio.sleep(_LEARNING_REST)
            await self._renderer.learn(sentence)
            await asyncio.sleep(_LEARNING_REST)

    def _may_learn(self, sentence: str, calls: int) -> bool:
        quiet = asyncio.get_running_loop().time() - self._asked_at
        if calls:
            return _only_begins(sentence) and _BREATH <= quiet < _SPEAKS_HERE
        return quiet >= _BREATH

    async def transcribe(
        self,
        mulaw: bytes,
        *,
        context: RecognitionContext | None,
        n_best: int = 4,
        speculative: bool = False,
    ) -> list[Hypothesis]:
        """Recognise one utterance: mu-law, 8000 Hz, any length. Best first; empty where there
        are no words. `context` of `None` leans towards nothing. Cancel it when the answer is
        not wanted any more. Raises `SpeechError`."""
        priority = Priority.SPECULATIVE if speculative else Priority.FINAL
        reply = await self._ask(Transcribe(bytes(mulaw), context, n_best), priority)
        if not isinstance(reply, Heard):
            raise SpeechError("the speech worker gave no hypotheses")
        return list(reply.hypotheses)

    async def synthesise(self, text: str) -> AsyncIterator[bytes]:
        """Speak a text: mu-law, 8000 Hz, a piece for each sentence as soon as it is rendered,
        a short pause at the end of each. Close the iterator to stop. Raises `SpeechError`."""
        async with aclosing(self._renderer.speak(text)) as pieces:
            async for piece in pieces:
                yield piece

    async def prepare(self, text: str) -> None:
        """Render a sentence that will probably be spoken soon, when there is nothing to do."""
        await self._renderer.learn(text)

    async def _ask(self, request: Request, priority: Priority) -> Reply:
        if self._broken is not None:
            raise self._broken
        if self._closed or not self._workers:
            raise SpeechError("speech is not running")
        if priority is not Priority.SPECULATIVE:
            self._asked_at = asyncio.get_running_loop().time()
        job = self._waiting.make(request, priority)
        self._waiting.put(job)
        self._dispatch()
        try:
            async with asyncio.timeout(self._deadline):
                reply = await job.answer
        except TimeoutError as error:
            raise SpeechError("speech took too long") from error
        if isinstance(reply, Refused):
            raise SpeechError(reply.message, reply.hint)
        return reply

    def _dispatch(self) -> None:
        """Give waiting jobs to free workers, the most urgent first."""
        for link, worker in self._workers.items():
            if not worker.ready or worker.job is not None:
                continue
            if worker.to_learn:
                self._give(link, worker, self._lesson(worker.to_learn.pop(0)))
                continue
            job = self._waiting.take(speculative=self._may_speculate())
            if job is None:
                return
            self._give(link, worker, job)

    def _may_speculate(self) -> bool:
        """One worker is always kept free of guesses, where there is more than one."""
        ready = [worker for worker in self._workers.values() if worker.ready]
        guessing = sum(
            worker.job is not None and worker.job.priority is Priority.SPECULATIVE
            for worker in ready
        )
        return guessing < max(1, len(ready) - 1)

    def _give(self, link: WorkerLink, worker: _Worker, job: Job) -> None:
        job.tries += 1
        worker.job = job
        link.submit(job.number, job.request)

    def _lesson(self, lesson: LearnPhrases) -> Job:
        job = self._waiting.make(lesson, Priority.FINAL)
        job.tries = _TRIES
        return job

    def _on_ready(self, link: WorkerLink) -> None:
        worker = self._workers.get(link)
        if worker is None or self._closed:
            return
        worker.ready = True
        worker.to_learn = list(self._lessons)
        self.ready.set()
        self._dispatch()

    def _on_answered(self, link: WorkerLink, number: int, reply: Reply) -> None:
        worker = self._workers.get(link)
        if worker is None or worker.job is None or worker.job.number != number:
            return
        job, worker.job = worker.job, None
        if not job.answer.done():
            job.answer.set_result(reply)
        self._dispatch()

    def _on_died(self, link: WorkerLink) -> None:
        worker = self._workers.get(link)
        if worker is None:
            return
        job, worker.job = worker.job, None
        worker.ready = False
        if not any(other.ready for other in self._workers.values()):
            self.ready.clear()
        if job is None or job.answer.done():
            return
        if job.tries < _TRIES:
            self._waiting.put(job)
            self._dispatch()
        else:
            job.answer.set_exception(SpeechError("the speech worker died over a request"))

    def _on_broken(self, link: WorkerLink, reason: Refused) -> None:
        if link not in self._workers or self._closed:
            return
        del self._workers[link]
        self._given_up.append(link)
        if not self._workers:
            self._broken = SpeechError(reason.message, reason.hint)
            self._fail_all(self._broken)
            self.ready.set()

    def _fail_all(self, error: SpeechError) -> None:
        jobs = [
            *self._waiting.empty(),
            *(worker.job for worker in self._workers.values() if worker.job),
        ]
        for job in jobs:
            if not job.answer.done():
                job.answer.set_exception(error)

    def _abandon(self) -> None:
        for link in [*self._workers, *self._given_up]:
            link.abandon()


def _only_begins(sentence: str) -> bool:
    """Whether these are the first few words of many sentences."""
    return sentence.endswith(",")

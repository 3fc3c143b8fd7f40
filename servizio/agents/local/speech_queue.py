"""The requests that wait for a speech worker, the most urgent first.

What keeps a customer waiting comes first: the final recognition of a turn, then the first
sentence of an answer, its other sentences, and last recognition on speculation.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from dataclasses import dataclass, field
from enum import Enum

from servizio.agents.local.speech_worker import Reply, Request


class Priority(Enum):
    """How urgent a request is: how many seconds it may stand behind others.

    What has waited for longer goes first, so that with many calls at once the later sentences
    of one are not for ever behind the first ones of the others.
    """

    FINAL = 0.0
    FIRST_SENTENCE = 0.1
    OTHER_SENTENCE = 0.8
    SPECULATIVE = math.inf
    """Only where nothing else waits."""


@dataclass(order=True, slots=True)
class Job:
    """One request, and whom its reply is for."""

    due: float
    """On the loop's clock."""
    number: int
    """No other job's, which makes the order certain."""
    priority: Priority = field(compare=False)
    request: Request = field(compare=False)
    answer: asyncio.Future[Reply] = field(compare=False)
    tries: int = field(default=0, compare=False)
    """How many workers have been given it."""


class SpeechQueue:
    """The jobs that wait. For the event loop's thread."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._waiting: list[Job] = []

    def make(self, request: Request, priority: Priority) -> Job:
        """A job that does not wait here yet."""
        loop = asyncio.get_running_loop()
        due = loop.time() + priority.value
        return Job(due, next(self._numbers), priority, request, loop.create_future())

    def put(self, job: Job) -> None:
        """Let it wait for its turn."""
        heapq.heappush(self._waiting, job)

    def take(self, *, speculative: bool) -> Job | None:
        """The most urgent job that somebody still waits for, without guesses where those are
        not wanted; `None` where there is none."""
        while self._waiting:
            job = self._waiting[0]
            if job.answer.done():
                heapq.heappop(self._waiting)
            elif job.priority is Priority.SPECULATIVE and not speculative:
                # It is the least urgent, so nothing behind it can go either.
                return None
            else:
                return heapq.heappop(self._waiting)
        return None

    def empty(self) -> list[Job]:
        """All that wait, in no order; none is left."""
        jobs, self._waiting = self._waiting, []
        return jobs

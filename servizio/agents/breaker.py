"""A circuit breaker: while a provider is broken, calls do not wait for it in vain.

One stands before each provider. A provider that cannot be reached is left alone at once,
one that fails in mid-call after the second time in a minute. While the breaker is open
somebody tries the provider behind the calls' back (`servizio.agents.failover`), after rests
that grow from failure to failure.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from random import Random

from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

FAILURES = 2
"""So many calls that fail in mid-call, within `WINDOW`, open the breaker."""
WINDOW = 60.0
"""Seconds for which a failure counts. For as long after a recovery one more is enough."""
SHORTEST_REST = 2.0
"""Seconds until the first probe."""
REFUSED_REST = 60.0
"""The same where a key or an account has to be changed first: nothing mends itself there."""
LONGEST_REST = 120.0
"""Seconds between probes, at most."""
FORGIVEN = 300.0
"""Seconds without a failure after which rests are short again."""


class Breaker:
    """Whether a provider is worth a call. Lives on the event loop."""

    def __init__(self, clock: Callable[[], float], rng: Random) -> None:
        self._clock = clock
        self._rng = rng
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._openings = 0
        self._rest = SHORTEST_REST
        self._failed_at = float("-inf")
        self._opened = asyncio.Event()
        self._is_refused = False
        self.reason = ""
        """Why it is open, for staff; empty while it is closed."""

    @property
    def is_open(self) -> bool:
        """Whether calls should leave the provider alone."""
        return self._opened.is_set()

    @property
    def may_work(self) -> bool:
        """Whether a call may try the provider where nobody else is there: it was late or lost,
        which passes. A refusal of our key stays one until somebody changes it.
        """
        return not self._is_refused

    async def wait_open(self) -> None:
        """Wait until there is something to recover from."""
        await self._opened.wait()

    def failed(self, error: AgentError) -> None:
        """A call has lost its agent. Failures of calls begun before it opened add nothing."""
        if self.is_open:
            return
        now = self._clock()
        if now - self._failed_at > FORGIVEN:
            self._openings = 0
        self._failed_at = now
        self._failures.append(now)
        at_once = isinstance(error, AgentUnreachableError | AgentRefusedError)
        recent = [at for at in self._failures if now - at <= WINDOW]
        if at_once or len(recent) >= FAILURES:
            self._open(error)

    def still_broken(self, error: AgentError) -> None:
        """A probe has failed: rest longer."""
        self._failed_at = self._clock()
        self._open(error)

    def recovered(self) -> None:
        """A probe or a call has been taken. The next failure, if it comes soon, opens it again."""
        self.reason = ""
        self._failures.clear()
        self._failures.append(self._clock())
        self._opened.clear()

    def next_rest(self) -> float:
        """Seconds to wait before the next probe, spread so that servers do not march in step."""
        return self._rest * self._rng.uniform(0.8, 1.2)

    def _open(self, error: AgentError) -> None:
        self._is_refused = isinstance(error, AgentRefusedError)
        floor = REFUSED_REST if self._is_refused else SHORTEST_REST
        self._rest = min(LONGEST_REST, max(floor, SHORTEST_REST * 2**self._openings))
        self._openings = min(self._openings + 1, 10)
        self.reason = error.message
        self._opened.set()

"""How long customers wait for an answer, measured where it is heard: at the wire."""

from __future__ import annotations

from statistics import quantiles


class Latency:
    """Answer times of one call: from the customer's last sound to the first of the agent."""

    def __init__(self) -> None:
        self._due_since: float | None = None
        self._seconds: list[float] = []

    def customer_stopped(self, at: float) -> None:
        """The customer's last word ended then, on the loop's clock."""
        self._due_since = at

    def agent_began(self, at: float) -> float | None:
        """The first sound of an answer was written. Returns the wait in seconds, if one was due."""
        if self._due_since is None:
            return None
        waited = max(0.0, at - self._due_since)
        self._due_since = None
        self._seconds.append(waited)
        return waited

    def customer_went_on(self) -> None:
        """What looked like the end was none: no answer is due."""
        self._due_since = None

    def summary(self) -> dict[str, int]:
        """Milliseconds: `last`, `median`, `p95`; empty before the first answer."""
        if not self._seconds:
            return {}
        cuts = quantiles(self._seconds, n=20, method="inclusive") if len(self._seconds) > 1 else []
        last = self._seconds[-1]
        return {
            "last": round(last * 1000),
            "median": round((cuts[9] if cuts else last) * 1000),
            "p95": round((cuts[18] if cuts else last) * 1000),
        }

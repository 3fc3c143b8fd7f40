"""Counters for Prometheus, in a registry of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from servizio.server.keys import METRICS, STORE
from servizio.server.loop_watch import LoopWatch
from servizio.store.records import MessageKind


class Metrics:
    """What the server counts. Labels never hold anything personal."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls_active = Gauge(
            "servizio_calls_active", "Calls in progress.", registry=self.registry
        )
        self.calls = Counter(
            "servizio_calls",
            "Calls that are over.",
            ["agent", "outcome"],
            registry=self.registry,
        )
        self.turn_latency = Histogram(
            "servizio_turn_latency_seconds",
            "From the customer's last word to the first sound of the answer on the wire.",
            buckets=(0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0),
            registry=self.registry,
        )
        self.loop_lag = Histogram(
            "servizio_event_loop_lag_seconds",
            "How late the event loop runs what is due.",
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1.0),
            registry=self.registry,
        )
        self.pace = LoopWatch(self.loop_lag.observe)
        """Measures that lag, and complains of it."""
        self.tasks = Gauge(
            "servizio_tasks",
            "Tasks of the event loop: grows with calls and screens, and falls with them.",
            registry=self.registry,
        )
        self.orders = Counter(
            "servizio_orders", "Orders taken.", ["source"], registry=self.registry
        )
        self.outbox_pending = Gauge(
            "servizio_outbox_pending",
            "Messages that have yet to leave.",
            ["kind"],
            registry=self.registry,
        )
        self.texts: dict[str, int] = {}
        """Texts by what became of them, as of the last look at the store."""
        self.registry.register(_Texts(self))
        self.failovers = Counter(
            "servizio_agent_failovers",
            "Calls that one agent took over from another.",
            ["from", "to"],
            registry=self.registry,
        )


class _Texts(Collector):
    """Shows the texts as a counter: the store counts them, also across restarts."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        """The counter, as Prometheus takes it."""
        family = CounterMetricFamily(
            "servizio_sms", "Texts by what became of them.", labels=["status"]
        )
        for status, count in self._metrics.texts.items():
            family.add_metric([status], count)
        return [family]


async def watch_loop(app: web.Application) -> AsyncIterator[None]:
    """Measure the event loop's lag for as long as the server runs."""
    task = asyncio.create_task(app[METRICS].pace.watch(), name="event loop lag")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def show_metrics(request: web.Request) -> web.Response:
    """`GET /metrics`: Prometheus text."""
    metrics, store = request.app[METRICS], request.app[STORE]
    for kind, waiting in (await store.pending_messages()).items():
        metrics.outbox_pending.labels(kind=kind.value).set(waiting)
    counts = await store.message_counts()
    metrics.texts = {
        state.value: count for (kind, state), count in counts.items() if kind is MessageKind.SMS
    }
    metrics.tasks.set(len(asyncio.all_tasks()))
    text = generate_latest(metrics.registry)
    return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

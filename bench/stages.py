"""Where the time goes from a customer's last word to the first sound of the answer.

The server says it in its log at level `debug` (`turn_answered`); this reads the log.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

STAGES = {
    "needed": "silence that the words need",
    "words": "until the words are recognised",
    "turn": "until the turn is over",
    "late": "of that, waiting for the words",
    "mind": "thinking",
    "voice": "until the first sound is rendered",
    "server": "all in the server",
    "ear": "heard by the customer",
}
_STAGE = re.compile(r"(\w+)_ms=(-?\d+)")


def read_stages(log: Path, after: int = 0) -> tuple[list[Mapping[str, float]], int]:
    """The turns in a log from this byte on, each with its stages in seconds; and where the log
    ends now."""
    data = log.read_bytes() if log.exists() else b""
    found = []
    for line in data[after:].decode("utf-8", errors="replace").splitlines():
        _, answered, stages = line.partition("turn_answered ")
        if answered:
            found.append(_completed({name: int(ms) / 1000 for name, ms in _STAGE.findall(stages)}))
    return found, len(data)


def _completed(turn: dict[str, float]) -> Mapping[str, float]:
    late = max(0.0, turn["turn"] - turn["needed"])
    return turn | {"late": late, "server": turn["turn"] + turn["mind"] + turn["voice"]}


def table(turns: Sequence[Mapping[str, float]], waits: Sequence[float]) -> list[str]:
    """The stages as lines: the median and the 95th percentile. The last line is the baseline: how
    many times the silence that was needed anyway the customer waited."""
    columns = {name: [turn[name] for turn in turns if name in turn] for name in STAGES}
    columns["ear"] = list(waits)
    lines = [f"    {'p50':>7} {'p95':>7}"]
    for name, meaning in STAGES.items():
        p50, p95 = percentile(columns[name], 0.5), percentile(columns[name], 0.95)
        lines.append(f"    {p50:5.2f} s {p95:5.2f} s  {name}: {meaning}")
    if columns["needed"] and waits:
        ratio = median(waits) / median(columns["needed"])
        lines.append(f"    {ratio:5.2f} times the silence needed, at the median")
    return lines


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies; not a number where there is none."""
    known = sorted(value for value in values if not math.isnan(value))
    return known[max(0, min(len(known), math.ceil(share * len(known))) - 1)] if known else math.nan

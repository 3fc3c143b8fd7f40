"""How the stories share the processor when several processes tell them.

`pytest -n auto --dist loadgroup --no-loadscope-reorder`: calls that last as long as calls do are
spread among the stories that only compute, so that somebody always has something to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pytest

IN_REAL_TIME = frozenset({"cloud", "deepgram", "openai_realtime", "pipeline"})
"""Folders whose stories are calls that share nothing: any process may tell any of them. Of every
other file one process tells all stories, as they share models."""
PROCESSES_PER_CORE = 2
"""Whoever waits for a customer to finish needs no processor."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """What `-n auto` stands for."""
    del config
    return PROCESSES_PER_CORE * (os.cpu_count() or 1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the stories in order, and say which of them stay together."""
    calls = [item for item in items if _is_in_real_time(item)]
    others = [item for item in items if not _is_in_real_time(item)]
    for item in others:
        item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(_HERE))))
    files = [list(stories) for _, stories in groupby(others, key=lambda item: item.path)]
    items[:] = _spread(calls, files)


_HERE = Path(__file__).parent


def _is_in_real_time(item: pytest.Item) -> bool:
    return item.path.parent.name in IN_REAL_TIME


def _spread(
    calls: Sequence[pytest.Item], files: Sequence[Sequence[pytest.Item]]
) -> Iterator[pytest.Item]:
    """The calls evenly among the files, of which each stays whole."""
    told = 0
    for number, stories in enumerate(files, 1):
        yield from stories
        until = len(calls) * number // len(files)
        yield from calls[told:until]
        told = until
    yield from calls[told:]

"""Whole servers that are killed, and that are rung by whoever does everything wrong.

The smaller forms of `bench/kills.py`, `bench/soak.py` and `bench/fuzz.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench import fuzz, kills, soak

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="looks into /proc"),
]


async def test_a_server_killed_in_mid_work_loses_no_order_and_doubles_no_text(
    tmp_path: Path,
) -> None:
    assert await kills.run(8, 7, tmp_path / "home") == []


async def test_calls_that_go_wrong_leave_nothing_behind(tmp_path: Path) -> None:
    assert await soak.run(80, 20, 7, tmp_path / "home") == []


@pytest.mark.parametrize("kind", ["telephone", "browser"])
async def test_nonsense_on_a_socket_breaks_nothing_and_leaves_nothing_behind(
    tmp_path: Path, kind: str
) -> None:
    wrong = await fuzz.run(kind, 4000, 7, tmp_path / "home")
    # So few messages say nothing of memory.
    assert [each for each in wrong if not each.startswith("memory")] == []

"""How exactly typed orders are understood, and how fast.

    python bench/language.py DIRECTORY [--failures] [--venue NAME]
    python bench/language.py --long cafe,pizza,teahouse

DIRECTORY holds `NAME.menu.toml` and `NAME.cases.jsonl` files: one case a line with `text`
and `items`. A case is right when all lines, quantities and modifiers are right, in any order;
equal lines add up; a modifier written `a|b` may be either. `--long` tells the time alone, of
drawn orders of 20 to 40 words over built-in menus.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from bench.customers.goals import draw_line
from bench.customers.phrasing import line_said, order_said
from servizio.language.understand import Understander
from servizio.shop.line import Line
from servizio.shop.menu import Menu
from servizio.shop.menu_file import load_menu

Case = Mapping[str, Any]


def expected(case: Case) -> dict[frozenset[tuple[str, str, str, int]], int]:
    """Expected lines, equal ones added up."""
    lines: dict[frozenset[tuple[str, str, str, int]], int] = {}
    for item in case["items"]:
        key = frozenset(
            [(m[0], m[1], m[2], m[3]) for m in item["modifiers"]] + [("", item["item"], "", 0)]
        )
        lines[key] = lines.get(key, 0) + item["quantity"]
    return lines


def understood(lines: Iterable[Line]) -> dict[frozenset[tuple[str, str, str, int]], int]:
    """Understood lines in the same form."""
    found: dict[frozenset[tuple[str, str, str, int]], int] = {}
    for line in lines:
        key = frozenset(
            [(c.group, c.modifier, str(c.amount), c.count) for c in line.choices]
            + [("", line.item, "", 0)]
        )
        found[key] = found.get(key, 0) + line.quantity
    return found


def same_line(
    wanted: frozenset[tuple[str, str, str, int]], got: frozenset[tuple[str, str, str, int]]
) -> bool:
    """Whether two lines agree, either of `a|b` being right."""
    if len(wanted) != len(got):
        return False
    left = set(got)
    # Those with one right answer choose first, so that `a|b` does not take it from them.
    for one in sorted(wanted, key=lambda modifier: "|" in modifier[1]):
        match = next(
            (o for o in left if o[1] in one[1].split("|") and (o[0], *o[2:]) == (one[0], *one[2:])),
            None,
        )
        if match is None:
            return False
        left.remove(match)
    return True


def is_right(case: Case, lines: Iterable[Line]) -> bool:
    """Whether the understood lines are exactly the expected ones."""
    wanted, got = expected(case), understood(lines)
    if len(wanted) != len(got):
        return False
    for key, quantity in wanted.items():
        match = next((k for k, n in got.items() if n == quantity and same_line(key, k)), None)
        if match is None:
            return False
        del got[match]
    return True


def shown(lines: Mapping[frozenset[tuple[str, str, str, int]], int]) -> str:
    """Lines as one readable line."""
    parts = []
    for key, quantity in lines.items():
        item = next(one[1] for one in key if not one[0])
        mods = sorted(
            one[1]
            + ("" if one[2] == "regular" else f"/{one[2]}")
            + ("" if one[3] == 1 else f"x{one[3]}")
            for one in key
            if one[0]
        )
        parts.append(f"{quantity} {item}: {','.join(mods)}")
    return " ; ".join(sorted(parts))


def naive(names: list[str], text: str) -> list[str]:
    """The plain baseline for time: look for every name in the text."""
    return [name for name in names if f" {name} " in f" {text} "]


def run_venue(menu_path: Path, *, failures: bool) -> tuple[int, int, list[float], list[float]]:
    """Measure one venue: right, all, seconds per sentence, seconds of the baseline."""
    menu = load_menu(menu_path)
    understander = Understander(menu)
    names = [n for i in menu.items for n in (i.name, *i.aliases)]
    names += [n for g in menu.modifier_groups for m in g.modifiers for n in (m.name, *m.aliases)]
    cases_path = menu_path.with_name(menu_path.name.replace(".menu.toml", ".cases.jsonl"))
    cases = [json.loads(line) for line in cases_path.read_text(encoding="utf-8").splitlines()]
    right, times, plain_times = 0, [], []
    for index, case in enumerate(cases):
        started = time.thread_time()
        meaning = understander.understand(case["text"])
        times.append(time.thread_time() - started)
        started = time.thread_time()
        naive(names, case["text"])
        plain_times.append(time.thread_time() - started)
        if is_right(case, meaning.lines):
            right += 1
        elif failures:
            print(f"[{index}] {case['text']}")
            print(f"     want {shown(expected(case))}")
            print(f"     got  {shown(understood(meaning.lines))}  left {meaning.leftover}")
    return right, len(cases), times, plain_times


def long_orders(menu: Menu, count: int = 150) -> list[str]:
    """Orders of 20 to 40 words as customers say them; the same each time."""
    rng, orders = Random(1), []
    while len(orders) < count:
        lines = [line_said(menu, draw_line(menu, rng), rng) for _ in range(rng.randint(2, 5))]
        manner = rng.choice(("plain", "hesitant", "chatty"))
        text = order_said(lines, rng, manner=manner, first=True)
        if 20 <= len(text.split()) <= 40:
            orders.append(text)
    return orders


def run_long(name: str) -> None:
    """Print how long such orders take over a menu, each read for the first time."""
    menu = load_menu(name)
    understander, times = Understander(menu), []
    for text in long_orders(menu):
        started = time.thread_time()
        understander.understand(text)
        times.append(1000 * (time.thread_time() - started))
    times.sort()
    late = times[int(len(times) * 0.95)]
    print(f"{name:10} 20 to 40 words: p50 {statistics.median(times):.2f} ms  p95 {late:.2f} ms")


def main() -> int:
    """Measure every venue of a directory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("directory", type=Path, nargs="?")
    parser.add_argument("--long", default="", help="names of menus, separated by commas")
    parser.add_argument("--failures", action="store_true", help="list what was misunderstood")
    parser.add_argument("--venue", help="only this one")
    arguments = parser.parse_args()
    for name in filter(None, arguments.long.split(",")):
        run_long(name)
    if arguments.directory is None:
        return 0
    for path in sorted(arguments.directory.glob("*.menu.toml")):
        venue = path.name.removesuffix(".menu.toml")
        if arguments.venue and venue != arguments.venue:
            continue
        right, total, times, plain_times = run_venue(path, failures=arguments.failures)
        times.sort()
        median, late = statistics.median(times), times[int(len(times) * 0.95)]
        ratio = median / max(statistics.median(plain_times), 1e-9)
        print(
            f"{venue:10} exact {right}/{total} = {100 * right / total:.1f} %   "
            f"p50 {1000 * median:.2f} ms  p95 {1000 * late:.2f} ms  {ratio:.0f} x plain search"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

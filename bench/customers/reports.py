"""Tables of what came of many calls."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from bench.customers.grading import CallRecord, Verdict, shown
from servizio.shop.menu import Menu


def share(verdicts: Sequence[Verdict]) -> float:
    """How many are right, from 0 to 1."""
    return sum(one.right for one in verdicts) / len(verdicts) if verdicts else 0.0


def report(menu: Menu, verdicts: Sequence[Verdict], *, title: str, show: bool) -> None:
    """Print shares, dangers and what failed."""
    right = sum(one.right for one in verdicts)
    dangers = Counter(danger for one in verdicts for danger in one.dangers)
    print(f"{title}: {right}/{len(verdicts)} right = {100 * share(verdicts):.1f} %")
    for kind, kind_of in _KINDS:
        groups: dict[str, list[Verdict]] = defaultdict(list)
        for one in verdicts:
            groups[kind_of(one.record)].append(one)
        if len(groups) > 1:
            cells = (
                f"{name} {sum(one.right for one in group)}/{len(group)}"
                for name, group in sorted(groups.items())
            )
            print(f"  by {kind}: {', '.join(cells)}")
    print(f"  dangers: {', '.join(f'{n} x {what}' for what, n in dangers.most_common()) or 'none'}")
    if show:
        for one in verdicts:
            if one.faults or one.dangers:
                print_failure(menu, one)


_KINDS: tuple[tuple[str, Callable[[CallRecord], str]], ...] = (
    ("persona", lambda record: record.persona),
    ("voice", lambda record: record.voice),
)


def print_failure(menu: Menu, verdict: Verdict) -> None:
    """Print what was wanted, and all that was said and heard."""
    record = verdict.record
    voice = f", {record.voice}" if record.voice else ""
    print(f"\n  [{record.name}] {record.persona}{voice}: {'; '.join(verdict.faults) or 'right'}")
    for danger in verdict.dangers:
        print(f"    ! {danger}")
    print(f"    wanted {shown(menu, record.goal.lines)}; {record.goal.phone}")
    for turn in record.turns:
        mark = {"agent": "A:", "said": "  S:", "customer": "  heard:"}[turn.role]
        print(f"      {mark} {turn.text}")

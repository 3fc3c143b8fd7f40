"""How somebody says that an order was read wrong."""

from __future__ import annotations

from collections import Counter
from random import Random

from bench.customers.goals import Lines
from bench.customers.phrasing import choice_said, joined, line_said
from servizio.agents.local.spoken_figures import number_words, speakable
from servizio.agents.local.wording import plural, with_article
from servizio.shop.line import Line
from servizio.shop.menu import Menu


def correction(
    menu: Menu, read: Lines, wanted: Lines, rng: Random, attempt: int, *, opening: str = "no, "
) -> str:
    """What a customer says to an order that was read as `read`."""
    missing: Lines = Counter(wanted) - Counter(read)
    extra: Lines = Counter(read) - Counter(wanted)
    lines = [_line(menu, one, count, rng) for one, count in missing.items()]
    if not extra and not missing:
        return joined([_line(menu, one, count, rng) for one, count in wanted.items()])
    if not extra:
        return rng.choice(("and also {}", "you forgot {}", "and {} please")).format(joined(lines))
    if not missing:
        return _too_much(menu, extra, wanted, rng)
    (wrong, _), (right, count) = next(iter(extra.items())), next(iter(missing.items()))
    if len(extra) == len(missing) == 1 and wrong.item == right.item:
        return opening + _about_one(menu, wrong, right, wanted, rng=rng, attempt=attempt)
    if len(extra) == len(missing) == 1 and attempt > 1 and rng.random() < 0.5:
        name = speakable(menu.item(wrong.item).name)
        return f"{opening}not {with_article(name)}, {_line(menu, right, count, rng)}"
    return f"{opening}I said {joined(lines)}"


def _line(menu: Menu, line: Line, count: int, rng: Random) -> str:
    return line_said(menu, Line(line.item, count, line.choices), rng, nick=0.1)


def _too_much(menu: Menu, extra: Lines, wanted: Lines, rng: Random) -> str:
    line, _ = next(iter(extra.items()))
    name = speakable(menu.item(line.item).name)
    if line in wanted:
        count = wanted[line]
        return f"no, just {number_words(count)} {name if count == 1 else plural(name)}"
    return rng.choice(
        (f"no, I didn't order {with_article(name)}", f"no, take off the {name}", f"no {name}")
    )


def _about_one(
    menu: Menu, wrong: Line, right: Line, wanted: Lines, *, rng: Random, attempt: int
) -> str:
    lacking = [one for one in right.choices if one not in wrong.choices]
    surplus = [one for one in wrong.choices if one not in right.choices]
    whole = f"I said {_line(menu, right, wanted[right], rng)}"
    if attempt % 2 == 0 or len(wanted) > 1:
        return whole
    if lacking and not surplus:
        return f"with {joined([choice_said(menu, one, rng, nick=0) for one in lacking])}"
    if surplus and not lacking:
        return f"without {joined([choice_said(menu, one, rng, nick=0) for one in surplus])}"
    if len(lacking) == len(surplus) == 1:
        return choice_said(menu, lacking[0], rng, nick=0)
    return whole

"""The whole order said once more: "no, I said a black milk tea and a taro milk tea with boba".

It takes the place of all there was, at once, and is read back. Whoever repeats everything has
heard something wrong, and half of the one and half of the other would be wrong as well.
"""

from __future__ import annotations

import re

from servizio.agents.local.agreeing import pass_all_groups
from servizio.agents.local.dialogue import Ask
from servizio.agents.local.ordering import clear_staged, stage
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import Add, Affirm, Change, Deny, Target
from servizio.shop.line import Line

_ASKED = frozenset({Ask.GROUP, Ask.READ_BACK, Ask.CHANGE_WHAT, Ask.MORE})
_TOLD = re.compile(
    r"\bi (only |just |really )?(said|ordered|asked for|wanted|meant|want)\b(?! to\b)"
    r"|\b(it|that|order|this) (should|was supposed to|is supposed to|ought to) (be|have been)\b"
    r"|\b(my|the) (whole )?order (is|was)\b"
)
"""Words that tell what was ordered before."""
_BESIDE = frozenset({"another", "also", "plus", "too", "add", "additional"})
_FEWEST = 2
"""Lines from which it is the whole order; one line said again may be one of several."""


def read(talk: Talk, said: Said) -> None:
    """Find it, and keep it in `said` instead of its acts."""
    if talk.state.ask not in _ASKED or not talk.lines:
        return
    lines = _lines_of(said)
    if len(lines) < _FEWEST or not _BESIDE.isdisjoint(said.words.split()):
        return
    told, denied = _TOLD.search(said.words) is not None, said.has(Deny)
    placed = talk.desk.order_number is not None
    if (placed or talk.state.ask is Ask.MORE) and not (told and denied):
        return
    if told or (denied and not talk.confirmed):
        said.take_all()
        said.whole_order = lines


async def take(talk: Talk, said: Said) -> None:
    """Put it in the place of everything that was ordered, to be read back.

    What is placed already stays where it was said again, and is not ordered twice.
    """
    if not said.whole_order:
        return
    await clear_staged(talk)
    wanted = list(said.whole_order)
    placed = talk.desk.order_number is not None
    for place, line in reversed(list(enumerate(talk.confirmed, start=1))):
        if placed and line in wanted:
            wanted.remove(line)
        elif not placed:
            await talk.do("remove_from_cart", index=place)
    talk.state.closing = placed
    talk.state.wrong = False
    for line in wanted:
        await stage(talk, line)
    pass_all_groups(talk, 0)


def _lines_of(said: Said) -> tuple[Line, ...]:
    """The lines that were said, where nothing else was."""
    lines: list[Line] = []
    for act in said.acts:
        if isinstance(act, Add):
            lines += act.lines
        elif isinstance(act, Change):
            if act.item is None or act.target != Target() or act.some is not None:
                return ()
            lines.append(Line(act.item, act.quantity or 1, act.choices))
        elif not isinstance(act, Deny | Affirm):
            return ()
    return tuple(lines)

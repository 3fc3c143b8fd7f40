"""How a doubt is asked about, and what the answer may be."""

from __future__ import annotations

from servizio.agents.local.dialogue import (
    CancelWhole,
    ChangeThis,
    Doubt,
    NeedsAnother,
    OfferedChoice,
    OfferedLine,
    PlaceNow,
    SpeakToPerson,
    TheUsual,
    TooMany,
    WhichLine,
    WhichThing,
)
from servizio.agents.local.spoken_figures import number_words
from servizio.agents.local.talk import Talk, changed
from servizio.agents.local.wording import (
    choice_words,
    item_words,
    line_words,
    lines_words,
    listed,
    thing_words,
    with_article,
)
from servizio.language.meaning import Expecting
from servizio.shop.line import Line


def question(talk: Talk, doubt: Doubt) -> str:
    """The question that clears a doubt up."""
    key, gaps = _key_and_gaps(talk, doubt)
    return talk.wording.say(key, **gaps)


def expected(talk: Talk, doubt: Doubt) -> Expecting:
    """What the answer to a doubt probably is."""
    if isinstance(doubt, WhichThing):
        item = talk.menu.has_item(doubt.candidates[0])
        return Expecting.ORDER if item else Expecting.MODIFIER
    return Expecting.ORDER if isinstance(doubt, WhichLine) else Expecting.YES_NO


def names(talk: Talk, doubt: Doubt) -> tuple[str, ...]:
    """Words of the menu that the answer may hold."""
    if not isinstance(doubt, WhichThing):
        return ()
    return tuple(thing_words(talk.menu, one) or "" for one in doubt.candidates)


def _key_and_gaps(talk: Talk, doubt: Doubt) -> tuple[str, dict[str, str]]:
    key, gaps = "offer_person", dict[str, str]()
    match doubt:
        case WhichThing():
            things = [_candidate_words(talk, one, doubt) for one in doubt.candidates]
            key = "which_thing" if len(things) > 1 else "this_thing"
            gaps = {"things": listed(things, "or")}
        case OfferedLine():
            key, gaps = doubt.manner, {"item": _offered_words(talk, doubt.line)}
        case TheUsual():
            key, gaps = "the_usual", {"lines": lines_words(talk.menu, doubt.lines)}
        case OfferedChoice():
            key, gaps = "offer_modifier", {"modifier": choice_words(talk.menu, doubt.choice)}
        case NeedsAnother():
            key = "add_required"
            gaps = {
                "modifier": choice_words(talk.menu, doubt.modifier),
                "requires": choice_words(talk.menu, doubt.requires),
            }
        case TooMany():
            key = "too_many"
            gaps = {
                "limit": number_words(talk.desk.cart.max_items),
                "line": line_words(talk.menu, doubt.line),
            }
        case WhichLine():
            lines = [line_words(talk.menu, talk.lines[place - 1]) for place in doubt.places]
            key, gaps = "which_line", {"lines": listed(lines, "or")}
        case ChangeThis():
            line = changed(talk.menu, talk.lines[doubt.place - 1], doubt.act)
            key, gaps = "change_this", {"line": line_words(talk.menu, line)}
        case CancelWhole():
            key = "start_over" if doubt.start_over else "cancel_whole"
        case PlaceNow():
            key = "place_as_it_is"
        case SpeakToPerson():
            pass
    return key, gaps


def _offered_words(talk: Talk, line: Line) -> str:
    if line == Line(line.item):
        return with_article(item_words(talk.menu, line.item))
    return line_words(talk.menu, line)


def _candidate_words(talk: Talk, thing: str, doubt: WhichThing) -> str:
    if talk.menu.has_item(thing):
        name = item_words(talk.menu, thing)
        return with_article(name) if doubt.line is None or doubt.line.quantity == 1 else name
    return thing_words(talk.menu, thing) or ""

"""Words that say that there is no more to come: "just those two", "that's plenty for us"."""

from __future__ import annotations

import re

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_words import UNDER_TWENTY
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import (
    Affirm,
    Change,
    Deny,
    Done,
    Hello,
    NotOnMenu,
    Question,
    Target,
    Thanks,
    Topic,
    Unclear,
)

_ASKED = frozenset({Ask.GROUP, Ask.READ_BACK, Ask.MORE, Ask.PHONE})
"""Questions to which "that's plenty" is an answer, or comes late."""
_NUMBERS = UNDER_TWENTY[1:13]
_SO_MANY = re.compile(
    r"\b(?P<just>just|only|thats|its) (?:for )?(?P<pointing>the |those |these |that |my |our )?"
    rf"(?P<number>{'|'.join(_NUMBERS)})\b(?! of the\b)"
    rf"|\b(?P<definite>the |those |these |all )(?P<counted>{'|'.join(_NUMBERS)})\b(?! percent)"
    rf"|\b(?P<things>{'|'.join(_NUMBERS)}) (?:drinks|teas|things|items|cups|total|in total)\b"
)
"""How many there are, pointed at or counted up: no change of how many of something."""
_POINTS = frozenset({"those", "these"})

_AND_SO = (
    r"^((um+|uh|oh|okay|ok|yes|yeah|yep|no|nope|nah|well|so|and|then|hmm|alright|right|sorry|honestly"
    r"|actually|probably|i (think|guess|believe|reckon|suppose|would say)|id say|for (us|me|now)"
    r"|(he|she|they)( is| are)? says?|please|thanks|thank you) )*"
)
_COVERS = (
    r"(cover|do|wrap|conclude|complete|finish|suit|round|tick|check|suffice|settle|serve|sort)"
)
_IS_ENOUGH = re.compile(
    rf"{_AND_SO}(that|this|those|these|it|which|we|they)"
    r"(s|ll| is| are| was| will| should| would| ought to| can| may| might| must| seems| looks)?"
    r"( be| just| pretty much| about| more than| quite| really| probably| also)* "
    r"(plenty|enough|sufficient|ample|a wrap|everything|all|it|us|lovely|the end|the lot|the whole"
    rf"|{_COVERS}(es|s)?)\b"
    r"|\b(plenty|enough) (for|from|of|already|now|thanks|today|as it is)\b|^(plenty|enough)\b"
)
_WANTS_NO_MORE = re.compile(
    r"\b(dont|do not|doesnt|wont|cant|cannot|couldnt|not|didnt|isnt|aint)( \w+){0,4}? "
    r"(anything|nothing|any|something)( \w+)?( else| more| other| further)\b"
    r"|\bnothing (else|more|further|extra|other)\b|\bno(ne)? (more|others?|extras?)\b"
    r"|\bnot (right now|at the moment|at this time|this time|today|now|for now)\b"
    r"|\bnot that i can think of\b"
    r"|\b(cant|dont|couldnt) think of (anything|any|more|another)\b"
    # "Mm, no thank you": a hum is heard as whatever word sounds like it.
    r"|^(\w+ ){1,2}no (thanks|thank you)$"
)
_LEAVES_IT = re.compile(
    r"\b(leave|keep|call|stop|end|let)( it| that| things)?( right)? "
    r"(at|there|here|that|simple|a day)\b"
    r"|\b(place|send|submit|finali[sz]e|put) (it|that|this|the order|my order)( in| through)?\b"
    r"|\bgo (ahead )?with (that|those|it|this)\b|\bready to (pay|check ?out|finish|order|go)\b"
)
_IS_HAPPY = re.compile(
    r"\b(im|i am|were|we are|were all|im all|all|think|think im|think were|everyone is|everyones)"
    r"( all| pretty| just| quite| very| totally)? "
    r"(good|set|happy|fine|done|finished|sorted|satisfied|covered|content|okay|ok|ready|through)\b"
    r"|^(sorted|settled|finished|complete)\b"
)
_JUST_THAT = re.compile(
    rf"{_AND_SO}(just|only|its just|thats just|merely) "
    r"(that|this|it|those|these|them|the (drinks?|teas?|order|same))"
    r"( (one|ones|thing|order|drinks?|teas?))?"
    r"( (please|thanks|thank|you|for|now|today|me|us|then|here|really))*$"
)
_WRONG = re.compile(
    r"\b(wrong|not (right|it|what|correct|enough|all|quite)|isnt|aint|too|expensive|but|except"
    r"|wait|although|however|what|how|when|where|why|who|which|is it|is that|are you|do you"
    r"|can you|could you)\b"
)
"""With one of these, what sounds like an end is none."""
_IS_WRONG = re.compile(
    r"\b(thats|that is|thats all|its|it is|this is|something is|somethings) (still |all )?"
    r"(wrong|incorrect|not right|not correct|not what)\b"
)
_SAYS_LITTLE = (Affirm, Deny, Done, Thanks, Hello, NotOnMenu, Unclear)


def read(talk: Talk, said: Said) -> bool:
    """Hear the end of an order in it where it is one, and no change of how many.

    Returns whether what was said only counts up what there is, and means nothing else.
    """
    if talk.state.ask not in _ASKED or not talk.lines:
        return False
    if talk.state.ask is Ask.PHONE:
        if said.has(Affirm):
            _hear_the_end(talk, said)
        return False
    if talk.state.ask is Ask.MORE and said.only(Deny) and _IS_WRONG.search(said.words):
        # After all: what is in the order is said, for the customer to tell what is wrong.
        said.acts = [Question(Topic.CART)]
        return False
    if _count_up(talk, said):
        return True
    _hear_the_end(talk, said)
    return False


def _count_up(talk: Talk, said: Said) -> bool:
    """ "Yep, just those two" counts up what was read; it makes two of nothing."""
    found = _SO_MANY.search(said.words)
    if found is None or not all(_may_count(act) for act in said.acts):
        return False
    word = found["number"] or found["counted"] or found["things"]
    number = _NUMBERS.index(word) + 1
    pointing = (found["pointing"] or found["definite"] or "").strip()
    if _is_number_of(talk, number, definite=bool(pointing or found["things"]), said=said):
        closes = found["just"] in {"just", "only"} or said.has(Done)
        _agree(talk, said, closes=closes)
        return True
    if pointing in _POINTS and len(talk.lines) > 1 and number > 1:
        # Not as many as there are: something is amiss, and the last line's count is not it.
        said.drop(Change, Done)
        if not said.acts:
            said.understood, talk.state.read = True, None
        return True
    return False


def _may_count(act: object) -> bool:
    if isinstance(act, Change):
        return act == Change(Target(), quantity=act.quantity)
    return isinstance(act, Affirm | Deny | Done | Thanks | Hello)


def _is_number_of(talk: Talk, number: int, *, definite: bool, said: Said) -> bool:
    """Whether that is how many there are in the order."""
    if number == sum(line.quantity for line in talk.lines):
        return True
    if number == len(talk.lines) and definite:
        return True
    meant = talk.state.ask is Ask.MORE and said.has(Deny) and definite
    return meant and number == talk.lines[-1].quantity


def _agree(talk: Talk, said: Said, *, closes: bool) -> None:
    said.drop(Change, Deny)
    if talk.state.ask is Ask.READ_BACK and not said.has(Affirm):
        said.acts.insert(0, Affirm())
    if talk.state.ask is Ask.GROUP:
        said.drop(Affirm)
        said.put([] if closes else [Deny()])
    if closes and not said.has(Done):
        said.put([Done()])


def _hear_the_end(talk: Talk, said: Said) -> None:
    """ "That covers it": nothing of the menu, and nothing that is asked for."""
    text = said.words
    if said.has(Done) or not all(isinstance(act, _SAYS_LITTLE) for act in said.acts):
        return
    if _WRONG.search(text) or not _is_the_end(talk, text):
        return
    yes = talk.state.ask is Ask.READ_BACK
    said.acts = [Affirm(), Done()] if yes else [Done()]


def _is_the_end(talk: Talk, text: str) -> bool:
    if any(one.search(text) for one in (_IS_ENOUGH, _LEAVES_IT, _JUST_THAT)):
        return True
    if _WANTS_NO_MORE.search(text):
        return talk.state.ask is not Ask.GROUP
    return talk.state.ask in {Ask.MORE, Ask.PHONE} and _IS_HAPPY.search(text) is not None

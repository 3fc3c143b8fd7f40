"""What was said about the telephone number, by its words and by what was asked.

"That one", "ends in forty-nine", "area code two two four": put in acts that `phone_number`
deals with.
"""

from __future__ import annotations

import re

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.number_mending import (
    WHOLE_NUMBER,
    agrees,
    corrected_in_one_breath,
    group_mended,
    is_about_digits,
    mended,
)
from servizio.agents.local.phone_number import REFUSALS, national, number_heard
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language.meaning import (
    Act,
    Add,
    Affirm,
    Change,
    Deny,
    NotOnMenu,
    PhoneNumber,
    Remove,
    Repeat,
    UseCallingNumber,
    Wait,
)

_AREA_CODE = 3
"""Digits of one."""

_SAYS_AREA_CODE = re.compile(r"\barea (code|cold|coat|called|co)\b")
_BEGINS_ANEW = re.compile(r"\b(start (over|again)|from the (start|beginning|top))\b")
_PUTS_RIGHT = re.compile(r"^(no|nope|sorry|wait|i mean|actually|i said|not)\b")
_REFUSES = re.compile(
    r"\b(not giving"
    r"|(dont|do not) (want|like|need|wanna)(?! (anything|any|nothing|more|other|else)\b)"
    r"|rather not|prefer not|skip (it|that|this)"
    r"|(dont|do not) have (a|any|one|my)|no (phone|number|need)|without (a|one|my|it))\b"
)
_THIS_ONE = re.compile(
    r"\b((this|that|the same|same) (one|number|phone)|(use|text|on) (this|mine|my (own )?number)"
    r"|on file|this is my( own)? (cell|phone|mobile|number))\b"
)
_OWNS_IT = re.compile(
    r"\b(that|this|it)s?( is)? (mine|hers|his|ours"
    r"|(my|her|his|our|the) ((right|correct|own|cell|mobile|phone|home|office|work) ){0,2}"
    r"(number|cell|phone|line|one|mobile|landline))\b(?! (?:so|but|i dont|use|i need|i have)\b)"
)
_DISOWNS_IT = re.compile(r"^no\b|\bnot (my|mine|the right|right|correct|hers|his|it)\b|\bwrong\b")
_EXCLUDES = re.compile(r"^(?:yes|yeah|yep|right|correct|thats right)\b.*\bnot\b")
"""Right, and not what it could be taken for."""
_ANNOUNCES = re.compile(
    r"^((um|uh|so|ok|okay|well|and) )*"
    r"(it is|its|that would be|it would be|(my|the) (phone )?number is)$"
)
_WHY = re.compile(r"\b(why|what for|do you need|do i (have|need) to|is that necessary)\b")
_ABOUT_THE_NUMBER = re.compile(r"\b(digits?|numbers?|phone|ends (in|with)|area code)\b")
_ANOTHER_PHONE = re.compile(
    r"\b(not|dont( want to)? use|isnt|other than|rather than|instead of|different( \w+)? than)"
    r"( (to|on|for|from|with|use|the|my|using))* (this|that|the same|one im|number im|mine)\b"
    r"|\b(another|a different|other) (phone|number)\b"
)
"""Not the number of the telephone in the customer's hand."""
_GIVES_ANOTHER = re.compile(r"\bgive you (another|a different)\b")
_ANOTHER = re.compile(
    r"\b((wrong|different|another|change|other|new|correct|fix|update)\b.*\b(phone|number)"
    r"|(phone|number)\b.*\b(wrong|different|another|not right|incorrect))\b"
)


def read(talk: Talk, said: Said) -> None:
    """Mend what was understood about the number by the words and by what was asked."""
    words = said.words
    so_far = talk.state.digits if talk.asks_for_number else ""
    whole = corrected_in_one_breath(f"{so_far} {words}") if said.has(PhoneNumber) else None
    if whole is not None:
        said.drop(PhoneNumber, Deny, Change, Remove, Repeat)
        said.put([PhoneNumber(whole, complete=True)])
    if said.has(PhoneNumber) and any(act.complete for act in said.each(PhoneNumber)):
        # "Not this phone, please use ...": the digits are the number.
        said.drop(NotOnMenu, UseCallingNumber)
        return
    if talk.asks_for_number:
        _read_part(talk, said, words)
        _read_answer(talk, said, words)
    elif talk.desk.cart.phone is not None and talk.state.ask in {Ask.MORE, Ask.AFTER}:
        _read_second_thought(talk, said, words, national(talk.desk.cart.phone))


def _read_second_thought(talk: Talk, said: Said, words: str, known: str) -> None:
    """ "The number ends in seven", "that's the wrong number", once it was taken down."""
    if said.has(Add, Remove, UseCallingNumber) or not _ABOUT_THE_NUMBER.search(words):
        return
    better = mended(known, words) if is_about_digits(words) else None
    if better is not None:
        number_heard(talk, better)
    elif _ANOTHER.search(words) and not said.has(PhoneNumber):
        talk.state.number_wanted = True
    else:
        return
    said.take_all()


def _read_part(talk: Talk, said: Said, words: str) -> None:
    """A part that does not go on where the last one ended: an area code, a part said anew."""
    state = talk.state
    parts = said.each(PhoneNumber)
    if not state.digits or len(parts) != 1:
        return
    digits = parts[0].digits
    if len(digits) == _AREA_CODE + 1 and words.startswith("oh the area code"):
        digits = digits.removeprefix("0")
        said.acts = [PhoneNumber(digits, complete=False)]
    is_code = len(digits) == _AREA_CODE and _SAYS_AREA_CODE.search(words) is not None
    if is_code and len(state.digits) == WHOLE_NUMBER - _AREA_CODE:
        said.acts = [PhoneNumber(digits + state.digits, complete=True)]
    elif is_code or _BEGINS_ANEW.search(words):
        state.digits = ""
    elif _PUTS_RIGHT.match(words):
        said.drop(Deny)
        if len(digits) == len(state.part):
            state.digits = state.digits.removesuffix(state.part)
        elif len(digits) == _AREA_CODE and (better := group_mended(state.digits, digits)):
            said.drop(PhoneNumber)
            state.digits, said.understood = better, True


def _called_right_or_wrong(talk: Talk, said: Said, words: str) -> bool:
    """Whether the number was called right or wrong as a whole, or digits were told of it:
    "right, sixty-two at the end", "that is my number, has been for twenty years", "that's not my
    number", "yes, but with a two at the end"."""
    if any(map(_changes_the_order, said.acts)):
        return False
    known = talk.state.number
    told = agrees(known, words)
    wrong = said.has(Deny) or bool(_DISOWNS_IT.search(words))
    if wrong and told is None and all(isinstance(act, Deny | NotOnMenu) for act in said.acts):
        said.take_all()
        said.put([Deny()])
        return True
    if told is False and (wrong or is_about_digits(words)):
        better = mended(known, words)
        if better is not None:
            number_heard(talk, better)
            said.take_all()
            return True
    if wrong and not _EXCLUDES.search(words):
        return False
    if not (told or _OWNS_IT.search(words)):
        return False
    said.drop(PhoneNumber, Affirm, Change, Deny)
    said.put([Affirm()])
    return True


def _changes_the_order(act: Act) -> bool:
    """Whether it is about what is ordered, and no digit taken for how many: "yes, oh, and make
    the taro no ice"."""
    if isinstance(act, Change):
        return bool(act.choices or act.item)
    return isinstance(act, Add | Remove)


def _read_answer(talk: Talk, said: Said, words: str) -> None:
    digits = "".join(act.digits for act in said.each(PhoneNumber))
    if talk.state.ask is Ask.PHONE and _ANNOUNCES.search(words):
        # "It is" is no yes to what number it is: the digits were not heard yet.
        talk.note("go_ahead")
        said.take_all()
        return
    if talk.state.ask is Ask.PHONE_CHECK and _called_right_or_wrong(talk, said, words):
        return
    another = talk.state.ask is Ask.PHONE and not digits and _ANOTHER_PHONE.search(words)
    about_the_order = any(map(_changes_the_order, said.acts))
    if (another and not about_the_order) or _GIVES_ANOTHER.search(words):
        said.take_all()
        talk.state.number_wanted = True
        return
    if _THIS_ONE.search(words) and len(digits) <= 1 and not said.has(Deny):
        said.drop(PhoneNumber, Affirm)
        # Where a number has just been read back, "yes, that one" is that number.
        which = Affirm() if talk.state.ask is Ask.PHONE_CHECK else UseCallingNumber()
        said.put([] if said.has(UseCallingNumber) else [which])
    elif not digits and _REFUSES.search(words) and not said.has(UseCallingNumber, Wait):
        said.drop(Affirm, Deny)
        said.put([Deny()])
        talk.state.phone_refused = REFUSALS
    elif not digits and _WHY.search(words) and not said.has(Deny, UseCallingNumber):
        talk.note("why_number")
        said.take_all()
    elif said.only(Affirm) and said.meaning.leftover and not talk.state.number:
        # "Is it okay if I give you my sister's?" is no yes to the number of this telephone.
        talk.note("go_ahead")
        said.take_all()

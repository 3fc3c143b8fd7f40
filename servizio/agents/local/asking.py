"""The next question, worked out from the order and the memory of the talk, and its words."""

from __future__ import annotations

from servizio.agents.local import agreeing, checkout, doubt_words, doubts
from servizio.agents.local.dialogue import Ask, Dialogue, WhichLine
from servizio.agents.local.questions import example, item_names
from servizio.agents.local.spoken_address import spoken_address
from servizio.agents.local.spoken_figures import phone_words, speakable
from servizio.agents.local.talk import Talk
from servizio.agents.local.wording import (
    choices_words,
    item_words,
    line_words,
    lines_words,
    listed,
    sentence,
)
from servizio.shop.line_rules import question_for
from servizio.shop.menu import ModifierGroup

MOST_TRIES = 2
"""How often a question is repeated until it is let go, where it can be."""
MOST_LISTED = 6
"""Items named when a customer cannot be understood."""
STEPS_SUMMED_UP = 2
"""Agreements, and lines, from which the whole order is said once before it is closed."""

_CLOSING = frozenset({Ask.FULFILMENT, Ask.ADDRESS, Ask.PHONE})


async def next_ask(talk: Talk) -> Ask:
    """What to ask next. Places the order where nothing stands in its way."""
    state = talk.state
    if state.rest_lost and not talk.staged:
        # The order is not closed over what was not understood.
        state.rest_lost = state.closing = False
        talk.note("rest_lost")
    ask = open_ask(talk)
    if ask is None or ask in _CLOSING:
        _sum_up(talk)
    if ask is not None:
        return ask
    if await checkout.place(talk):
        return Ask.AFTER
    doubts.offer_person(talk)
    return Ask.DOUBT if state.doubts else Ask.MORE


def open_ask(talk: Talk) -> Ask | None:
    """The open question; `None`: there is none, and the order is to be placed."""
    state = talk.state
    doubts.prune(talk)
    if state.doubts and state.ask is Ask.DOUBT and state.tries > MOST_TRIES:
        let_go = state.doubts.pop(0)
        if isinstance(let_go, WhichLine):
            state.let_go.append(let_go.places)
        talk.note("leave_that")
        state.tries = 0
    if state.doubts:
        return Ask.DOUBT
    if state.status_wanted:
        return Ask.STATUS_NUMBER
    if talk.staged:
        return _ask_about_staged(talk)
    if not talk.confirmed:
        return Ask.ORDER
    if _settled(talk):
        return Ask.AFTER
    return checkout.next_ask(talk) if state.closing else Ask.MORE


def _sum_up(talk: Talk) -> None:
    """Say the whole order once where it came together in steps, none of which held all of it."""
    state, lines = talk.state, talk.confirmed
    in_steps = state.agreements >= STEPS_SUMMED_UP and len(lines) >= STEPS_SUMMED_UP
    unheard = state.untold and state.hearing_is_known and bool(lines)
    known = lines == state.summed_up or talk.desk.order_number is not None
    if not unheard and (known or not in_steps):
        return
    state.summed_up = lines
    state.changed_now = True
    talk.note("all_together", lines=lines_words(talk.menu, lines))


def still_open(talk: Talk) -> Ask:
    """The question that was asked, as long as there is anything for it to be about."""
    state = talk.state
    if (state.ask is Ask.DOUBT and not state.doubts) or (
        state.ask in {Ask.GROUP, Ask.READ_BACK, Ask.CHANGE_WHAT} and not talk.staged
    ):
        return open_ask(talk) or Ask.MORE
    return state.ask


def _ask_about_staged(talk: Talk) -> Ask:
    state = talk.state
    found = agreeing.open_group(talk)
    in_vain = state.ask is Ask.GROUP and state.tries >= MOST_TRIES
    if found is not None and in_vain and (found[0].id,) == state.groups:
        agreeing.pass_group(talk)
        found = agreeing.open_group(talk)
    if found is not None:
        return Ask.GROUP
    if state.wrong and state.read == talk.staged:
        return Ask.CHANGE_WHAT
    state.wrong = False
    return Ask.READ_BACK


def _settled(talk: Talk) -> bool:
    """Whether the order is placed as it is, and nothing about its phone number is open."""
    state = talk.state
    open_number = state.number or state.digits or state.number_wanted
    return checkout.is_placed(talk) and not open_number


def key_of(talk: Talk, ask: Ask) -> object:
    """What tells a question from another of its kind: while it is equal, nothing moved on."""
    state = talk.state
    about: object = None
    match ask:
        case Ask.DOUBT:
            about = state.doubts[0]
        case Ask.GROUP:
            about = agreeing.open_group(talk)
        case Ask.READ_BACK | Ask.CHANGE_WHAT:
            about = talk.staged
        case Ask.PHONE:
            about = state.digits, state.denied_times
        case Ask.PHONE_CHECK:
            about = state.number
        case Ask.ADDRESS_CHECK:
            about = state.address
        case _:
            pass
    return ask, about


def words(talk: Talk, ask: Ask, *, again: bool) -> tuple[str, ...]:
    """The sentences of a question; `again`: the customer has heard it before."""
    say = talk.wording.say
    sentences: tuple[str, ...]
    match ask:
        case Ask.DOUBT:
            sentences = (doubt_words.question(talk, talk.state.doubts[0]),)
        case Ask.GROUP:
            sentences = _group_words(talk, again=again)
        case Ask.READ_BACK:
            sentences = _read_back_words(talk, again=again)
        case Ask.PHONE:
            sentences = (_phone_words(talk, again=again),)
        case Ask.PHONE_CHECK:
            number = phone_words(talk.state.number)
            sentences = (say("read_number", number=number), say("is_that_right"))
        case Ask.ADDRESS_CHECK:
            heard = spoken_address(talk.state.address or "")
            sentences = (say("read_address", address=heard), say("is_that_right"))
        case Ask.AFTER:
            sentences = ()
        case Ask.ORDER if talk.state.turned_back:
            sentences = (say("ask_anything_else"),)
        case _:
            sentences = (say(f"ask_{ask.value}_again" if again else f"ask_{ask.value}"),)
    return sentences


def help_words(talk: Talk, ask: Ask) -> str | None:
    """What can be said to a question, for a customer who was not understood twice."""
    shown = example(talk)
    if ask in {Ask.ORDER, Ask.MORE, Ask.CHANGE_WHAT} and shown:
        return talk.wording.say("for_example", example=shown)
    if ask in {Ask.READ_BACK, Ask.PHONE_CHECK, Ask.ADDRESS_CHECK}:
        return talk.wording.say("say_yes_or_no")
    if ask is Ask.PHONE:
        return talk.wording.say("use_the_keys")
    return None


def choices_spelled_out(talk: Talk) -> str | None:
    """Everything that can be ordered, as far as that can be said in a breath."""
    names = item_names(talk)[:MOST_LISTED]
    return talk.wording.say("we_have", things=listed(names)) if names else None


def expected_names(talk: Talk) -> tuple[str, ...]:
    """Names from the menu that the answer to the open question may hold."""
    state = talk.state
    if state.ask is Ask.GROUP:
        return tuple(
            speakable(modifier.name)
            for group_id in state.groups
            for modifier in talk.menu.group(group_id).modifiers
        )
    if state.ask is Ask.DOUBT and state.doubts:
        return tuple(name for name in doubt_words.names(talk, state.doubts[0]) if name)
    if state.ask is Ask.PHONE_CHECK:
        return ("yes", "yes that's right", "that's right", "no", "no it's")
    return ()


def take_note_of(talk: Talk, ask: Ask) -> None:
    """Remember what the question is about."""
    state: Dialogue = talk.state
    state.groups, state.asked_places = (), ()
    if ask is Ask.GROUP:
        found = agreeing.open_group(talk)
        if found is not None:
            state.groups, state.asked_places = (found[0].id,), found[1]
    elif ask is Ask.READ_BACK:
        state.read = state.last_read = talk.staged
    state.ask = ask


def _group_words(talk: Talk, *, again: bool) -> tuple[str, ...]:
    found = agreeing.open_group(talk)
    if found is None:
        return ()
    group, places = found
    prompt = speakable(question_for(group, talk.there))
    lines = [talk.staged[place - 1] for place in places]
    if again and len(lines) == 1 < len(talk.lines):
        item = item_words(talk.menu, lines[0].item)
        prompt = talk.wording.say("ask_group_of", item=item, prompt=_lowered(prompt))
    if again:
        return (_prompt_with_choices(talk, group, prompt),)
    if len(talk.lines) == 1:
        first = () if talk.state.ask is Ask.GROUP else (f"{line_words(talk.menu, lines[0])}.",)
        return (*map(sentence, first), prompt)
    lower = _lowered(prompt)
    if len(lines) == 1:
        item = item_words(talk.menu, lines[0].item)
        return (talk.wording.say("ask_group_of", item=item, prompt=lower),)
    return (talk.wording.say("ask_group_of_all", prompt=lower),)


def _lowered(text: str) -> str:
    """The text as it stands in the middle of a sentence."""
    return text[:1].lower() + text[1:]


def _prompt_with_choices(talk: Talk, group: ModifierGroup, prompt: str) -> str:
    choices = choices_words(group, talk.there)
    if all(choice in prompt.lower() for choice in choices.replace(" or ", ", ").split(", ")):
        return prompt
    return talk.wording.say("ask_group_again", prompt=prompt, choices=choices)


def _read_back_words(talk: Talk, *, again: bool) -> tuple[str, ...]:
    if again:
        return (talk.wording.say("is_that_right_again"),)
    lines = lines_words(talk.menu, talk.staged)
    key = "i_think" if talk.state.unsure else "read_back"
    return talk.wording.say(key, lines=lines), talk.wording.say("is_that_right")


def _phone_words(talk: Talk, *, again: bool) -> str:
    state = talk.state
    say = talk.wording.say
    if state.digits:
        so_far = say("digits_so_far", digits=phone_words(state.digits))
        return f"{so_far} {say('and_the_rest')}" if again else say("and_the_rest")
    if state.denied or state.number_wanted:
        keys = f" {say('use_the_keys')}" if state.denied_times > 1 else ""
        return say("ask_number_anew") + keys
    if state.phone_refused:
        return say("ask_phone_firmly")
    key = "ask_phone_or_calling" if talk.calling_number is not None else "ask_phone"
    return say(f"{key}_again" if again else key)

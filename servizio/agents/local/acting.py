"""What is done about each act of an utterance."""

from __future__ import annotations

from servizio.agents.local import agreeing, checkout, doubts, ordering, phone_number, questions
from servizio.agents.local.dialogue import Ask
from servizio.agents.local.said import Said
from servizio.agents.local.talk import Talk
from servizio.language import meaning as m
from servizio.language.asking import CONTENTS

_CHANGES = (m.Add, m.Change, m.Remove, m.Unclear, m.NotOnMenu, m.StartOver, m.CancelOrder)
_TURNS_BACK = 2
"""Times that a customer wants nothing, with nothing ordered, until the call ends."""


async def settle(talk: Talk, said: Said) -> None:
    """Use up what answers the open question; the rest stays in `said`."""
    match talk.state.ask:
        case Ask.DOUBT if talk.state.doubts:
            await doubts.settle(talk, said)
        case Ask.GROUP if talk.state.groups:
            await agreeing.settle_group(talk, said)
        case Ask.READ_BACK:
            await agreeing.settle_read_back(talk, said)
        case Ask.CHANGE_WHAT:
            await agreeing.settle_change_what(talk, said)
        case Ask.MORE:
            _settle_more(talk, said)
        case Ask.STATUS_NUMBER:
            await _settle_status_number(talk, said)
        case Ask.FULFILMENT | Ask.ADDRESS:
            said.drop(m.Affirm, m.Deny)
        case Ask.ADDRESS_CHECK:
            await checkout.settle_address_check(talk, said)
        case Ask.PHONE:
            phone_number.settle_phone(talk, said)
        case Ask.PHONE_CHECK:
            await phone_number.settle_phone_check(talk, said)
        case _:
            pass


async def act_on(talk: Talk, said: Said) -> bool:
    """Do what was said, in order. Returns whether the conversation is over by that."""
    state = talk.state
    if state.ask is Ask.AFTER and said.only(m.Thanks, m.Done, m.Affirm, m.Deny):
        if said.has(m.Thanks, m.Done) or (said.has(m.Deny) and state.after_asked):
            return True
        if said.has(m.Affirm) and state.after_asked:
            talk.note("ask_order")
        return False
    if state.ask is Ask.ORDER and not talk.lines and said.has(m.Deny, m.Done):
        if _turns_back(talk, said):
            return True
    elif said.has(*_CHANGES, m.Question, m.Affirm):
        state.turned_back = 0
    if said.has(m.NotOnMenu):
        said.acts = [act for act in said.acts if not _asks_for_nothing_known(act)]
        if any(act.detail == CONTENTS for act in said.each(m.Question)):
            # "Is there gelatin in the pudding" orders none.
            said.drop(m.NotOnMenu)
    _drop_vague_questions(said)
    greeted = said.only(m.Hello)
    staged_before = len(talk.staged)
    for act in list(said.acts):
        await _do(talk, act, alone=len(said.acts) == 1)
    if said.declines_the_rest:
        agreeing.pass_all_groups(talk, staged_before)
    if greeted:
        talk.note("greet_back" if state.turns == 1 else "still_here")
    return False


async def finish_for_customer(talk: Talk) -> None:
    """The customer is leaving for good: what was agreed to is ordered with what is known."""
    state = talk.state
    state.doubts.clear()
    state.status_wanted = False
    unconfirmed = bool(talk.staged)
    await ordering.clear_staged(talk)
    if not talk.confirmed:
        if unconfirmed:
            talk.note("not_ordered")
        return
    state.closing = True
    if not talk.desk.cart.fulfilment_is_chosen and "pickup" in talk.menu.fulfilments:
        await checkout.fulfil(talk, m.Pickup())
    if state.number:
        await phone_number.keep_phone(talk, state.number)
    elif talk.desk.cart.phone is None and talk.calling_number is not None:
        await phone_number.keep_phone(talk, None)
    if talk.desk.cart.phone is None:
        state.phone_refused = phone_number.REFUSALS
    if checkout.next_ask(talk) is None and not checkout.is_placed(talk):
        await checkout.place(talk)
    if not checkout.is_placed(talk):
        talk.note("not_ordered")


def _turns_back(talk: Talk, said: Said) -> bool:
    """The customer wants nothing and has ordered nothing: said twice, the call is over."""
    if said.has(*_CHANGES, m.Question, m.PhoneNumber, m.OrderNumber):
        return False
    talk.state.turned_back += 1
    said.drop(m.Deny, m.Done, m.Affirm)
    return talk.state.turned_back >= _TURNS_BACK


def _drop_vague_questions(said: Said) -> None:
    """Of several questions leave out those that the others make clear."""
    if said.has(m.OrderNumber):
        said.acts = [act for act in said.acts if act != m.Question(m.Topic.ORDER_STATUS)]
    if len(said.acts) > 1:
        said.acts = [act for act in said.acts if act != m.Question(m.Topic.INGREDIENTS)]


def _asks_for_nothing_known(act: m.Act) -> bool:
    return (
        isinstance(act, m.Question)
        and act.item is None
        and act.modifier is None
        and (act.topic in {m.Topic.AVAILABILITY, m.Topic.PRICE, m.Topic.INGREDIENTS})
    )


def _settle_more(talk: Talk, said: Said) -> None:
    """After "anything else?"."""
    finished = said.has(m.Done, m.PhoneNumber, m.UseCallingNumber, m.Goodbye)
    if said.has(*_CHANGES):
        talk.state.closing = finished
    elif finished or (said.has(m.Deny, m.Thanks) and not said.has(m.Question)):
        talk.state.closing = True
        said.drop(m.Thanks)
    elif said.only(m.Affirm):
        talk.note("what_else")
    said.drop(m.Affirm, m.Deny, m.Done)


async def _settle_status_number(talk: Talk, said: Said) -> None:
    talk.state.status_wanted = False
    numbers = said.each(m.OrderNumber)
    if numbers:
        said.drop(m.OrderNumber, m.Question)
        await questions.order_status(talk, numbers[-1])
    said.drop(m.Affirm, m.Deny)


async def _do(talk: Talk, act: m.Act, *, alone: bool) -> None:
    match act:
        case m.Add():
            for line in act.lines:
                await ordering.stage(talk, line)
        case m.Change():
            await ordering.change(talk, act)
        case m.Remove():
            await ordering.remove(talk, act)
        case m.StartOver() | m.CancelOrder():
            await doubts.wants_cancelled(talk, act)
        case m.Unclear():
            ordering.unclear(talk, act)
        case m.NotOnMenu():
            ordering.not_on_menu(talk, act)
        case m.Question():
            await questions.answer(talk, act)
        case _:
            await _do_aside(talk, act, alone=alone)


async def _do_aside(talk: Talk, act: m.Act, *, alone: bool) -> None:
    """Acts that are not about what is ordered."""
    state = talk.state
    match act:
        case m.Done():
            state.closing = bool(talk.lines)
        case m.PhoneNumber():
            await phone_number.phone_said(talk, act)
        case m.UseCallingNumber():
            await phone_number.use_calling_number(talk)
        case m.OrderNumber():
            if act.digits != talk.desk.order_number:
                await questions.order_status(talk, act)
        case m.Name():
            state.name = act.name
        case m.Pickup() | m.Delivery():
            await checkout.fulfil(talk, act)
        case m.WantedAt() if not checkout.is_placed(talk):
            talk.note("no_set_time")
            await questions.answer(talk, m.Question(m.Topic.WAIT))
        case m.Thanks():
            if alone:
                talk.note("youre_welcome")
        case m.Frustration():
            talk.note("apologise")
            doubts.offer_person(talk)
        case _:
            pass

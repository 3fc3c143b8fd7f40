"""What a live call looks like in little space, as rows of words with roles."""

from __future__ import annotations

from datetime import datetime

from servizio.tui.rows import Role, Row, Span, fit, wrap
from servizio.tui.views import CallView, Speaker, TranscriptLine
from servizio.tui.words import money, phone_tail, spell_line, stopwatch

SPEAKERS = {
    Speaker.CUSTOMER: ("customer", Role.CUSTOMER),
    Speaker.AGENT: ("agent", Role.AGENT),
    Speaker.TOOL: ("·", Role.META),
}
"""How each speaker is called, and the role of what they say."""
_DONE = {
    "add_to_cart": "noted, to be read back",
    "update_pending_item": "changed, to be read back",
    "confirm_pending_to_cart": "confirmed: it is in the cart",
    "clear_pending_item": "not wanted after all",
    "modify_cart_item": "changed in the cart",
    "remove_from_cart": "taken out of the cart",
    "save_phone_number": "telephone number noted",
    "checkout_order": "order placed",
    "cancel_order": "order cancelled",
    "end_call": "agent hangs up",
}
"""What the agent's tools have done, as the counter says it; the others say it by their name."""
_DELAYS = {"last": "last answer after", "median": "mostly", "p95": "at worst"}


def _head(call: CallView, now: datetime) -> Row:
    who = phone_tail(call.phone) or "number withheld"
    rest = f" {who}" + (f"  order {call.order_number}" if call.order_number else "")
    return (
        Span(f"● ON THE LINE {stopwatch(now - call.started_at)}", Role.FRESH),
        Span(rest, Role.NAME),
        Span(f"  {call.agent}", Role.META),
    )


def _cart(call: CallView, width: int) -> list[Row]:
    if not call.cart.lines:
        return [(Span("cart empty", Role.META),)]
    said = "; ".join(spell_line(line) for line in call.cart.lines)
    rows: list[Row] = [(Span(text, Role.ITEM),) for text in wrap(f"cart: {said}", width)]
    if call.cart.total:
        rows.append((Span(f"total {money(call.cart.total)}", Role.META),))
    return rows


def spell_turn(line: TranscriptLine, *, is_final: bool) -> str:
    """Say a turn with its speaker; unfinished speech ends in an ellipsis."""
    if line.role is Speaker.TOOL:
        return f"· {_DONE.get(line.text) or line.text.replace('_', ' ')}"
    speaker = SPEAKERS[line.role][0]
    unheard = "" if line.heard else " (not heard)"
    return f"{speaker}: {line.text}{'' if is_final else ' …'}{unheard}"


def spell_delays(latency_ms: tuple[tuple[str, float], ...]) -> str:
    """Say in seconds how long a customer waits for the agent's answers; "" where it is not known.

    What the server measures under another name is said by that name.
    """
    return ", ".join(
        f"{_DELAYS.get(name, name)} {measured / 1000:.1f} s" for name, measured in latency_ms
    )


def _speech(call: CallView, speaking: tuple[TranscriptLine, ...], width: int) -> list[Row]:
    turns = [(line, True) for line in call.transcript[-12:]] + [(each, False) for each in speaking]
    rows: list[Row] = []
    for line, is_final in turns:
        if line.role is not Speaker.TOOL:
            role = SPEAKERS[line.role][1]
            rows += [
                (Span(text, role),) for text in wrap(spell_turn(line, is_final=is_final), width)
            ]
    return rows


def draw_call(
    call: CallView,
    speaking: tuple[TranscriptLine, ...],
    width: int,
    height: int,
    now: datetime,
) -> list[Row]:
    """Draw a call in exactly `height` rows of `width` columns: who, what was said last, cart."""
    cart = _cart(call, width)[: max(1, height // 2)]
    room = max(0, height - 1 - len(cart))
    speech = _speech(call, speaking, width)[-room:] if room else []
    blank: list[Row] = [() for _ in range(room - len(speech))]
    rows = [_head(call, now), *cart, *speech, *blank][:height]
    return [fit(row, width) for row in rows]


def draw_call_line(
    call: CallView, speaking: tuple[TranscriptLine, ...], width: int, now: datetime
) -> Row:
    """Draw a call in one row: how long, who, and the words being said."""
    said = [*call.transcript, *speaking]
    last = next((line for line in reversed(said) if line.role is not Speaker.TOOL), None)
    words = spell_turn(last, is_final=last not in speaking) if last else "ringing"
    lines = len(call.cart.lines)
    cart = f" cart {lines}" if lines else ""
    return fit(
        (
            Span(f"● {stopwatch(now - call.started_at)}", Role.FRESH),
            Span(f" {phone_tail(call.phone)}{cart}  ", Role.NAME),
            Span(words, SPEAKERS[last.role][1] if last else Role.META),
        ),
        width,
    )

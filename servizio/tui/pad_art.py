"""What an order in the making looks like: its lines, what is wrong with them, the price."""

from __future__ import annotations

from textual.content import Content

from servizio.shop.line import Amount
from servizio.tui.menu_search import PickedLine, PickedModifier
from servizio.tui.order_pad import OrderPad
from servizio.tui.views import MenuView, ModifierView
from servizio.tui.words import money, spell_modifier


def _modifier(picked: PickedModifier) -> str:
    entry = picked.entry
    return spell_modifier(ModifierView(entry.section, entry.name, picked.amount, picked.count))


def spell_picked(line: PickedLine, sold_out: frozenset[str], lead: str = "") -> Content:
    """Say a line that may be meant, what is sold out and what was not understood included."""
    head = (f"{lead}{line.quantity} {line.item.name}", "bold")
    said = "".join(f", {_modifier(each)}" for each in line.modifiers)
    wanted = [line.item, *(m.entry for m in line.modifiers if m.amount is not Amount.NONE)]
    gone = [each.name for each in wanted if each.id in sold_out]
    out = f"   ■ SOLD OUT: {', '.join(gone)}" if gone else ""
    unknown = f"   ? {' '.join(line.unknown)}" if line.unknown else ""
    return Content.assemble(head, said, (out, "bold"), (unknown, "bold"))


def spell_hint(menu: MenuView, place_key: str) -> str:
    """Say how to type an order and place it, with an example from this menu."""
    item = next((each for each in menu.entries if not each.group), None)
    groups = item.groups if item else ()
    modifier = next((each for each in menu.entries if each.group and each.group in groups), None)
    example = " ".join(["2", *(each.name for each in (item, modifier) if each)])
    rows = [f"For example:  {example}  then Enter"]
    rows += [f"“{modifier.name}” alone changes the last line"] if modifier else []
    return "\n".join([*rows, f"Tab: name, phone (optional)   {place_key}: place"])


def describe_pad(pad: OrderPad, remark: str = "") -> Content:
    """Say the order so far, with the server's prices where they are known."""
    rows = [Content("ORDER").stylize("bold")]
    if pad.is_empty:
        rows.append(Content("nothing yet"))
    for position, line in enumerate(pad.lines):
        rows += _line(pad, position, line)
    rows.append(Content(""))
    rows += _sums(pad)
    if remark:
        rows += [Content(""), Content(remark).stylize("bold")]
    return Content("\n").join(rows)


def _line(pad: OrderPad, position: int, line: PickedLine) -> list[Content]:
    priced = pad.quote.lines if pad.quote and len(pad.quote.lines) == len(pad.lines) else ()
    price = f"   {money(priced[position].price)}" if priced else ""
    rows = [Content.assemble((f"{line.quantity} {line.item.name}", "bold"), price)]
    rows += [Content(f"    {_modifier(each)}") for each in line.modifiers]
    return rows + [
        Content(f"  ■ {fault.message}").stylize("bold $age-late")
        for fault in (pad.quote.faults if pad.quote else ())
        if fault.line == position
    ]


def _sums(pad: OrderPad) -> list[Content]:
    if pad.is_empty:
        return []
    quote = pad.quote
    if quote is None:
        return [Content("price: asking the server …")]
    faults = [
        Content(f"■ {fault.message}").stylize("bold $age-late")
        for fault in quote.faults
        if fault.line is None
    ]
    taxed = f"subtotal {money(quote.subtotal)}   tax {money(quote.tax)}"
    total = Content(f"TOTAL {money(quote.total)}").stylize("bold")
    return [*faults, Content(taxed), total]

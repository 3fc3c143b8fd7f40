"""Reading one table of a menu file: typed values, and a fault for everything else.

A reader here never stops at a fault. It notes it with its place, takes a harmless value
instead and goes on, so that the owner of the menu sees all faults at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from math import isfinite

from servizio.errors import MenuFault
from servizio.shop.money import decimals
from servizio.shop.toml_lines import Path

MAX_NAME = 100
"""Characters of a name, alias or id: nobody says longer ones."""
MAX_SENTENCE = 300
"""Characters of a prompt or a description."""
MAX_PRICE = Decimal(100_000)

_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+")
# Signs that turn the direction of all text after them, on the screens too.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def id_from_name(name: str) -> str:
    """`Egg Pudding` -> `egg-pudding`, `50%` -> `50%`."""
    return name.lower().replace(" ", "-")


def same_name(name: str) -> str:
    """What two names have in common that no ear can tell apart."""
    return " ".join(name.casefold().split())


def nearest(word: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    """` Did you mean "x"?`, or nothing where no known word is near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' Did you mean "{close[0]}"?' if close else ""


def counted(count: int, thing: str) -> str:
    """`1 item`, `2 items`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def _as_written(value: float, example: str) -> str:
    """A number as it should stand in quotes; the example in the place of one that cannot be."""
    is_share = example.startswith("0.")
    if not isfinite(value) or value < 0 or (is_share and value >= 1):
        return example
    places = 0 if is_share else len(example.partition(".")[2])
    padded = f"{value:.{places}f}"
    return padded if float(padded) == value else repr(value)


@dataclass(slots=True)
class Faults:
    """All that is wrong in one file."""

    lines: Mapping[Path, int]
    found: list[tuple[int, MenuFault]] = field(default_factory=list)
    warned: list[tuple[int, MenuFault]] = field(default_factory=list)

    def add(self, path: Path, problem: str) -> None:
        """Note that the menu cannot be used because of what stands at `path`."""
        self.found.append(self._at(path, problem))

    def warn(self, path: Path, problem: str) -> None:
        """Note something doubtful that does not stop the menu from being used."""
        self.warned.append(self._at(path, problem))

    def in_order(self) -> tuple[MenuFault, ...]:
        """Faults in file order."""
        return _in_order(self.found)

    def warnings_in_order(self) -> tuple[MenuFault, ...]:
        """Warnings in file order."""
        return _in_order(self.warned)

    def _at(self, path: Path, problem: str) -> tuple[int, MenuFault]:
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        line = self.lines.get(known, 1)
        where = path_text(path)
        return line, MenuFault(
            f"line {line}" + (f", {where}" if where else ""), on_one_line(problem)
        )


def path_text(path: Path) -> str:
    """`items[3].price`; elements count from 0, as in the file's own terms."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + printable(part)
    return text


def on_one_line(text: str) -> str:
    """Text that may hold pieces of the file, safe to show on a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def printable(value: object) -> str:
    """Something out of the file, short and safe to show on a terminal."""
    text = on_one_line(str(value))
    return text if len(text) <= 40 else text[:39] + "…"


class Table:
    """One table of the file: takes values out of it and remembers which keys it knows."""

    def __init__(self, values: Mapping[str, object], path: Path, faults: Faults) -> None:
        self._values = values
        self.path = path
        self.faults = faults

    def at(self, key: str) -> Path:
        """The path of a key of this table."""
        return (*self.path, key)

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self._values

    def only(self, *known: str) -> None:
        """Fault every key that is none of `known`."""
        for key in self._values:
            if key not in known:
                hint = nearest(key, known) or f" Known here: {', '.join(known)}."
                self.faults.add(self.at(key), f'unknown key "{printable(key)}".{hint}')

    def text(self, key: str, *, required: bool = False, limit: int = MAX_NAME) -> str:
        """A text without control characters, stripped; `""` where there is none."""
        if key not in self._values:
            if required:
                self.faults.add(self.path, f'"{key}" is missing.')
            return ""
        return self._checked(self._values[key], self.at(key), limit, required=required)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(
            text
            for place, value in enumerate(self._list(key))
            if (text := self._checked(value, (*self.at(key), place), MAX_NAME, required=True))
        )

    def flag(self, key: str) -> bool:
        """`true` or `false`; `False` where it is not given."""
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            self._wrong(self.at(key), value, "true or false, without quotes")
            return False
        return value

    def number(self, key: str) -> int | None:
        """A whole number from 0, or `None` where it is not given."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self._wrong(self.at(key), value, "a whole number, without quotes")
            return None
        if not 0 <= value <= 1000:
            self.faults.add(self.at(key), f"{printable(value)} should be from 0 to 1000.")
            return None
        return value

    def decimal(self, key: str, *, example: str) -> Decimal | None:
        """A decimal in quotes, or a whole number; not negative. `None`: missing or faulty."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, float):
            self.faults.add(
                self.at(key),
                f"{printable(value)} needs quotes, so that no cent is lost: "
                f'{key} = "{_as_written(value, example)}".',
            )
            return None
        if isinstance(value, bool) or not isinstance(value, int | str):
            self._wrong(self.at(key), value, f'a decimal in quotes such as "{example}"')
            return None
        return self._decimal(str(value).strip(), self.at(key), example)

    def price(self, key: str, currency: str, *, required: bool = False) -> Decimal:
        """A price in `currency`; 0 where it is missing or faulty."""
        if key not in self._values and required:
            self.faults.add(self.path, f'"{key}" is missing; something free has the price "0".')
        price = self.decimal(key, example="5.50" if decimals(currency) else "550")
        if price is None:
            return Decimal(0)
        places = -int(price.as_tuple().exponent)
        if places > decimals(currency):
            self.faults.add(
                self.at(key),
                f"{price} has {places} decimals; {currency} has {decimals(currency)}.",
            )
        elif price > MAX_PRICE:
            self.faults.add(self.at(key), f"{price} is more than {MAX_PRICE}.")
        return price

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables: `[[key]]`."""
        found = []
        for place, value in enumerate(self._list(key)):
            path = (*self.at(key), place)
            if isinstance(value, dict):
                found.append(Table(value, path, self.faults))
            else:
                name = ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))
                self._wrong(path, value, f"a table that begins with [[{name}]]")
        return tuple(found)

    def _list(self, key: str) -> list[object]:
        value = self._values.get(key, [])
        if isinstance(value, list):
            return value
        if isinstance(value, dict):
            name = ".".join(str(part) for part in (*self.path, key) if isinstance(part, str))
            self.faults.add(
                self.at(key), f"is written with double brackets, once for each: [[{name}]]."
            )
            return []
        self._wrong(self.at(key), value, f'a list such as {key} = ["...", "..."]')
        return []

    def _decimal(self, text: str, path: Path, example: str) -> Decimal | None:
        if _DECIMAL.fullmatch(text) and len(text) <= 20:
            return Decimal(text)
        if text.startswith("-"):
            self.faults.add(path, f"{printable(text)} is negative.")
        else:
            self.faults.add(
                path,
                f'"{printable(text)}" should be a decimal such as "{example}": '
                "digits, with a point before the decimals and no currency sign.",
            )
        return None

    def _checked(self, value: object, path: Path, limit: int, *, required: bool) -> str:
        if not isinstance(value, str):
            self._wrong(path, value, "text in quotes")
            return ""
        text = value.strip()
        if not text and required:
            self.faults.add(path, "is empty.")
        if len(text) > limit:
            self.faults.add(path, f"has {len(text)} characters; {limit} is the most.")
        bad = next((sign for sign in text if _is_control(sign)), None)
        if bad is not None:
            self.faults.add(path, f"contains the control character U+{ord(bad):04X}.")
        return text

    def _wrong(self, path: Path, value: object, wanted: str) -> None:
        self.faults.add(path, f"{_kind(value)} should be {wanted}.")


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} or sign in _TURNING


def _in_order(noted: list[tuple[int, MenuFault]]) -> tuple[MenuFault, ...]:
    return tuple(fault for _, fault in sorted(noted, key=lambda each: each[0]))


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    return f'"{printable(value)}"' if isinstance(value, str) else printable(value)

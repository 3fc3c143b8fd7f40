"""On which line each value of a TOML document stands.

The standard library's reader gives values without their places, and a person who is told
`items[3].price` still has to count. This walks a document that the reader has accepted, so
it needs no error handling of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]

_SPACE = " \t"
_GAP = " \t\r\n"
_KEY_ENDS = " \t.=]\r\n#"
_VALUE_ENDS = ",]}#\r\n"


def line_numbers(text: str) -> Mapping[Path, int]:
    """Path of every table, key and list element -> its line, from 1.

    `text` must be TOML that `tomllib` accepts; of anything else a part may be missing.
    """
    walk = _Walk(text)
    walk.document()
    return walk.lines


_CURLY = frozenset(
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"
    "\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
    "\N{RIGHT SINGLE QUOTATION MARK}"
)


def has_curly_quotes(text: str, line: int) -> bool:
    """Whether a value of this line (from 1) begins with quotes that a word processor made."""
    lines = text.splitlines()
    if not 1 <= line <= len(lines):
        return False
    return any(part.strip()[:1] in _CURLY for part in lines[line - 1].split("=")[1:])


class _Walk:
    """One reading of one document."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._starts = [0] + [place + 1 for place, sign in enumerate(text) if sign == "\n"]
        self._elements: dict[Path, int] = {}
        self.lines: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        while self._skip_gaps():
            if self._sees("[["):
                table = self._header("[[", repeated=True)
            elif self._sees("["):
                table = self._header("[", repeated=False)
            else:
                self._pair(table)

    def _header(self, opening: str, *, repeated: bool) -> Path:
        line = self._line()
        self._at += len(opening)
        *parents, last = self._key()
        self._at += len(opening)
        path: Path = ()
        for part in parents:
            path = self._inside((*path, part), line)
        path = (*path, last)
        if not repeated:
            return self._inside(path, line)
        self._mark(path, line)
        element = self._elements[path] = self._elements.get(path, -1) + 1
        self._mark((*path, element), line)
        return (*path, element)

    def _inside(self, path: Path, line: int) -> Path:
        """The table at `path`: of a list of tables the last one so far."""
        self._mark(path, line)
        return (*path, self._elements[path]) if path in self._elements else path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = table
        for part in self._key():
            path = (*path, part)
            self._mark(path, line)
        self._at += 1
        self._value(path)

    def _key(self) -> list[str]:
        """A key up to its `=` or `]`, in its parts where dots divide it."""
        parts: list[str] = []
        while self._at < len(self._text):
            self._skip(_SPACE)
            parts.append(self._key_part())
            self._skip(_SPACE)
            if not self._sees("."):
                break
            self._at += 1
        return parts

    def _key_part(self) -> str:
        start = self._at
        if self._sees('"') or self._sees("'"):
            quote = self._text[start]
            self._string()
            inner = self._text[start + 1 : self._at - 1]
            return _unescaped(inner) if quote == '"' else inner
        while self._at < len(self._text) and self._text[self._at] not in _KEY_ENDS:
            self._at += 1
        return self._text[start : self._at]

    def _value(self, path: Path) -> None:
        self._skip(_GAP)
        if self._sees("["):
            self._list(path)
        elif self._sees("{"):
            self._inline_table(path)
        elif self._sees('"') or self._sees("'"):
            self._string()
        else:
            while self._at < len(self._text) and self._text[self._at] not in _VALUE_ENDS:
                self._at += 1

    def _list(self, path: Path) -> None:
        self._at += 1
        element = 0
        while self._skip_gaps() and not self._sees("]"):
            if self._sees(","):
                self._at += 1
                continue
            self._mark((*path, element), self._line())
            self._value((*path, element))
            element += 1
        self._at += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._skip_gaps() and not self._sees("}"):
            if self._sees(","):
                self._at += 1
            else:
                self._pair(path)
        self._at += 1

    def _string(self) -> None:
        quote = self._text[self._at]
        if self._sees(quote * 3):
            self._at += 3
            while self._at < len(self._text) and not self._sees(quote * 3):
                self._at += self._step(quote)
            self._at += 3
            # A quotation mark or two may stand right before the closing three.
            while self._sees(quote):
                self._at += 1
            return
        self._at += 1
        while self._at < len(self._text) and not self._sees(quote):
            self._at += self._step(quote)
        self._at += 1

    def _step(self, quote: str) -> int:
        return 2 if quote == '"' and self._text[self._at] == "\\" else 1

    def _mark(self, path: Path, line: int) -> None:
        self.lines.setdefault(path, line)

    def _sees(self, signs: str) -> bool:
        return self._text.startswith(signs, self._at)

    def _skip(self, signs: str) -> None:
        while self._at < len(self._text) and self._text[self._at] in signs:
            self._at += 1

    def _skip_gaps(self) -> bool:
        """Skip white space and comments; whether anything is left."""
        self._skip(_GAP)
        while self._sees("#"):
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
            self._skip(_GAP)
        return self._at < len(self._text)

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)


def _unescaped(inner: str) -> str:
    if "\\" not in inner:
        return inner
    plain = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}
    signs: list[str] = []
    place = 0
    while place < len(inner):
        if inner[place] != "\\":
            signs.append(inner[place])
            place += 1
            continue
        kind = inner[place + 1]
        digits = {"u": 4, "U": 8}.get(kind, 0)
        if digits:
            signs.append(chr(int(inner[place + 2 : place + 2 + digits], 16)))
        else:
            signs.append(plain.get(kind, kind))
        place += 2 + digits
    return "".join(signs)

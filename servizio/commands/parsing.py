"""`servizio parse`: what the shop would understand of an utterance, written or recorded."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

from servizio.agents.line_arguments import arguments_of
from servizio.errors import ServizioError
from servizio.language.meaning import Expecting, Meaning
from servizio.language.understand import Understander
from servizio.server.opening import shop_menu
from servizio.settings import load_settings, locate
from servizio.shop.line import Line
from servizio.shop.menu import Menu
from servizio.shop.menu_file import load_menu
from servizio.shop.menu_table import on_one_line

LOAD_SECONDS = 120.0
"""How long the models may take to load."""
_HEAD = 4096
"""Bytes of a file by which text is told from anything else."""
_ODD = 8
"""More signs than this in the head that are no UTF-8: it was never text."""
AT_ONCE = 6
"""Recordings that are recognised at the same time: enough to keep every worker busy."""


def parse_utterances(files: tuple[Path, ...], *, menu: str, as_json: bool, audio: bool) -> None:
    """Print one result for each utterance, in order, each as soon as it is there."""
    known = load_menu(menu) if menu else shop_menu(load_settings(), locate())
    understander = Understander(known)
    if not audio:
        for text in _lines(files):
            _print(known, understander, [text], said=text, as_json=as_json)
        return
    if not files:
        raise ServizioError(
            "--audio needs at least one recording.", "servizio parse --audio order.wav"
        )
    asyncio.run(_parse_recordings(files, known, understander, as_json=as_json))


async def _parse_recordings(
    files: tuple[Path, ...], menu: Menu, understander: Understander, *, as_json: bool
) -> None:
    async for hypotheses in _heard(files, menu, understander):
        _print(menu, understander, hypotheses, said=None, as_json=as_json)


async def _heard(
    files: tuple[Path, ...], menu: Menu, understander: Understander
) -> AsyncIterator[list[str]]:
    """The hypotheses of each recording, likeliest first, heard as in a call."""
    from servizio.agents.local.hypothesis import RecognitionContext
    from servizio.agents.local.listening import Listening
    from servizio.agents.local.member import MENU_PHRASES
    from servizio.agents.local.second_look import is_doubtful
    from servizio.audio.wav import read_mulaw
    from servizio.server.speech import speech_engine

    sounds = [read_mulaw(file) for file in files]
    context = RecognitionContext(menu=MENU_PHRASES, expecting=Expecting.ORDER)

    def understand(texts: Sequence[str]) -> Meaning:
        return understander.understand(texts, expecting=context.expecting)

    async with speech_engine(menu) as engine:
        await engine.wait_ready(LOAD_SECONDS)
        listening = Listening(engine, understand)

        async def hear(sound: bytes) -> list[str]:
            found, meaning = await listening.make_sense(sound, context)
            if meaning is not None and is_doubtful(meaning, context.expecting):
                found, _ = await listening.closely(sound, context, found, meaning)
            return [hypothesis.text for hypothesis in found]

        under_way: deque[asyncio.Task[list[str]]] = deque()
        try:
            for sound in sounds:
                under_way.append(asyncio.create_task(hear(sound)))
                if len(under_way) == AT_ONCE:
                    yield await under_way.popleft()
            while under_way:
                yield await under_way.popleft()
        finally:
            for task in under_way:
                task.cancel()


def _lines(files: tuple[Path, ...]) -> Iterator[str]:
    if not files:
        yield from _from_text(sys.stdin)
        return
    for file in files:
        _check_text(file)
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as opened:
            yield from _from_text(opened)


def _check_text(file: Path) -> None:
    """Raise `ServizioError` where a file is sound, or anything else that is no text."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    if head.startswith((b"RIFF", b"RIFX", b"OggS", b"fLaC", b"ID3")):
        raise ServizioError(f"{on_one_line(str(file))} is a recording.", "Add --audio.")
    if b"\0" in head or head.decode("utf-8", "replace").count("\N{REPLACEMENT CHARACTER}") > _ODD:
        raise ServizioError(
            f"{on_one_line(str(file))} is no text.",
            "Name a text file with an utterance a line, or add --audio for a recording.",
        )


def _from_text(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield _without_controls(line.rstrip("\r\n"))


def _without_controls(text: str) -> str:
    """Nothing that would move a terminal's cursor or ring its bell."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _print(
    menu: Menu,
    understander: Understander,
    hypotheses: list[str],
    *,
    said: str | None,
    as_json: bool,
) -> None:
    meaning = understander.understand(hypotheses, expecting=Expecting.ORDER)
    text = meaning.text if said is None else said
    if as_json:
        result = {"text": text, "items": [arguments_of(line) for line in meaning.lines]}
        print(json.dumps(result, ensure_ascii=False), flush=True)
        return
    order = "; ".join(_line_text(menu, line) for line in meaning.lines)
    print(f"{text} -> {order or 'nothing ordered'}", flush=True)


def _line_text(menu: Menu, line: Line) -> str:
    choices = []
    for choice in line.choices:
        name = menu.group(choice.group).modifier(choice.modifier).name
        amount = {"regular": "", "none": "no "}.get(choice.amount.value, f"{choice.amount.value} ")
        count = f"{choice.count} x " if choice.count > 1 else ""
        choices.append(f"{count}{amount}{name}")
    listed = f" ({', '.join(choices)})" if choices else ""
    return f"{line.quantity} {menu.item(line.item).name}{listed}"

"""The command line: what it prints, what it says when it cannot, and how it exits."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from servizio import cli
from servizio.cli import run_command
from servizio.cli_help import plain_help


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop of its own, away from this machine's settings."""
    # Processes that are started elsewhere than here find the package, installed or not.
    monkeypatch.setenv("PYTHONPATH", str(Path(cli.__file__).parents[1]))
    monkeypatch.setenv("SERVIZIO_HOME", str(tmp_path / "home"))
    for name in ("SERVIZIO_SHOP__MENU", "TWILIO_AUTH_TOKEN", "DEEPGRAM_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


Output = pytest.CaptureFixture[str]


def run(capsys: Output, *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command in this process."""
    code = run_command(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def failure(capsys: Output, *arguments: str) -> tuple[int, str, str]:
    """Exit code, message and hint of a command that fails."""
    code, _, err = run(capsys, *arguments)
    lines = err.strip().splitlines()
    message = next(line for line in lines if line.startswith("error: "))
    hint = next(line for line in lines if line.startswith("hint: "))
    assert "Traceback" not in err
    return code, message, hint


def names(app: object = cli.app, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [
        (*path, command.name or (command.callback.__name__ if command.callback else ""))
        for command in app.registered_commands  # type: ignore[attr-defined]
        if not command.hidden
    ]
    for group in app.registered_groups:  # type: ignore[attr-defined]
        found += names(group.typer_instance, (*path, group.name))
    return found


@pytest.mark.parametrize("path", [(), *names()], ids=" ".join)
def test_every_command_has_an_example(capsys: Output, path: tuple[str, ...]) -> None:
    code, out, _ = run(capsys, *path, "--help")
    assert code == 0
    assert "Example:" in out
    assert f"servizio {' '.join(path)}".strip() in out


def test_help_loads_nothing_heavy() -> None:
    heavy = "aiohttp pydantic textual numpy phonenumbers sqlite_utils twilio rich asyncio"
    script = (
        "import sys; from servizio.cli import run_command; run_command(['--help']); "
        f"sys.exit(', '.join(m for m in '{heavy}'.split() if m in sys.modules) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert "orders" in done.stdout


def test_the_version_is_printed(capsys: Output) -> None:
    code, out, _ = run(capsys, "--version")
    assert (code, out.split()[0]) == (0, "servizio")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ordres"],
        ["orders"],
        ["orders", "show"],
        ["orders", "list", "--limit", "none"],
        ["serve", "--port", "99999"],
        ["parse", "--nonsense"],
        ["orders", "export", "--csv", "--json"],
    ],
)
def test_wrong_usage_is_two_lines_and_exit_2(capsys: Output, arguments: list[str]) -> None:
    code, _, hint = failure(capsys, *arguments)
    assert code == 2
    assert "--help" in hint


def test_a_failure_is_two_lines_and_its_traceback_is_in_the_log(capsys: Output, home: Path) -> None:
    code, message, hint = failure(capsys, "orders", "show", "1234")
    assert code == 1
    assert "1234" in message
    assert hint
    log = home / "data" / "servizio.log"
    assert "UnknownOrderError" in log.read_text(encoding="utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_an_unknown_setting_stops_every_command(capsys: Output, home: Path) -> None:
    home.mkdir()
    (home / "servizio.toml").write_text("[shop]\nnmae = 'x'\n", encoding="utf-8")
    for command in (["config", "show"], ["serve"], ["orders", "list"], ["parse"]):
        code, message, hint = failure(capsys, *command)
        assert code == 1
        assert "servizio.toml line 2" in message
        assert "shop.name" in hint


def test_settings_are_shown_without_secrets(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPGRAM_API_KEY", "very-secret")
    code, out, _ = run(capsys, "config", "show")
    assert code == 0
    assert 'deepgram.api_key = "********"' in out
    code, out, _ = run(capsys, "config", "show", "--json")
    assert "very-secret" not in out
    assert json.loads(out)["server"]["port"] == 8000


def test_a_settings_file_is_started_once(capsys: Output, home: Path) -> None:
    assert run(capsys, "config", "init")[0] == 0
    assert (home / "servizio.toml").is_file()
    assert run(capsys, "config", "show")[0] == 0
    assert failure(capsys, "config", "init")[0] == 1
    _, out, _ = run(capsys, "config", "path", "--json")
    assert json.loads(out)["settings"] == str(home / "servizio.toml")


def test_parse_gives_one_result_a_line_in_order(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "two taro milk teas with boba\n\na black milk tea no ice\nwhat time do you close\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(said))
    code, out, _ = run(capsys, "parse", "--json")
    results = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [each["text"] for each in results] == said.splitlines()
    boba = {"group": "topping", "modifier": "boba", "amount": "regular", "count": 1}
    assert results[0]["items"] == [{"item": "taro-milk-tea", "quantity": 2, "modifiers": [boba]}]
    assert results[1]["items"] == []
    assert results[2]["items"][0]["item"] == "black-milk-tea"
    assert results[3]["items"] == []


def test_parse_of_a_recording_without_audio_says_so_and_reads_nothing(
    capsys: Output, tmp_path: Path
) -> None:
    recording, picture = tmp_path / "o1.wav", tmp_path / "menu.png"
    recording.write_bytes(b"RIFF\x24\x00\x00\x00WAVEfmt two taro milk teas\n")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(128, 256)))
    code, message, hint = failure(capsys, "parse", str(recording))
    assert code == 1
    assert message.endswith("o1.wav is a recording.")
    assert hint == "hint: Add --audio."
    assert "is no text" in failure(capsys, "parse", str(picture))[1]


def test_parse_prints_no_control_signs_of_what_it_reads(capsys: Output, tmp_path: Path) -> None:
    file = tmp_path / "orders.txt"
    file.write_text("\x1b[2Jtwo cookies\x07\n", encoding="utf-8")
    code, out, _ = run(capsys, "parse", "--menu", "cafe", str(file))
    assert code == 0
    assert out.rstrip("\n").isprintable()


def test_parse_reads_files_and_other_menus(capsys: Output, tmp_path: Path) -> None:
    file = tmp_path / "said.txt"
    file.write_text("a large pepperoni pizza\n", encoding="utf-8")
    code, out, _ = run(capsys, "parse", "--menu", "pizza", str(file))
    assert code == 0
    assert "pepperoni pizza" in out
    assert failure(capsys, "parse", "--menu", "piza", str(file))[2].count('"pizza"') == 1
    assert failure(capsys, "parse", str(tmp_path / "missing.txt"))[0] == 1
    assert failure(capsys, "parse", "--audio")[0] == 1


def test_a_menu_file_is_checked_with_every_fault(capsys: Output, tmp_path: Path) -> None:
    file = tmp_path / "menu.toml"
    file.write_text('name = "x"\n[[items]]\nname = "a"\n[[items]]\nprice = "1"\n')
    code, out, err = run(capsys, "menu", "check", str(file))
    assert code == 1
    assert out.count("menu.toml: line") == 2
    assert "error: " in err
    code, out, _ = run(capsys, "menu", "check", str(file), "--json")
    assert len(json.loads(out)["faults"]) == 2
    file.write_text('name = "x"\n[[items]]\nname = "a"\nprice = "1"\n')
    assert run(capsys, "menu", "check", str(file))[0] == 0


def test_menus_are_listed_and_printed(capsys: Output) -> None:
    code, out, _ = run(capsys, "menu", "list", "--json")
    assert code == 0
    assert [each["menu"] for each in json.loads(out)] == ["boba", "teahouse", "pizza", "cafe"]
    _, out, _ = run(capsys, "menu", "show")
    assert "taro milk tea" in out
    assert "$5.50" in out


def test_without_a_server_things_are_sold_out_in_the_database(capsys: Output) -> None:
    assert run(capsys, "menu", "sold-out", "crystal agar boba")[1] == (
        "crystal-agar-boba is sold out.\n"
    )
    assert "SOLD OUT" in run(capsys, "menu", "show")[1]
    assert run(capsys, "menu", "back", "crystal-agar-boba")[0] == 0
    assert "SOLD OUT" not in run(capsys, "menu", "show")[1]
    assert failure(capsys, "menu", "sold-out", "burger")[0] == 1


def test_without_a_server_orders_come_from_the_database(capsys: Output) -> None:
    code, out, err = run(capsys, "orders", "list")
    assert (code, out) == (0, "")
    assert "No orders." in err
    assert run(capsys, "orders", "list", "--json")[1] == "[]\n"
    assert run(capsys, "orders", "export", "--json")[1] == "[]\n"
    _, out, _ = run(capsys, "orders", "export")
    assert next(csv.reader(io.StringIO(out)))[0] == "order_number"
    assert failure(capsys, "orders", "export", "--since", "yesterday")[0] == 1


def test_a_backup_is_a_database_and_purging_is_harmless(capsys: Output, tmp_path: Path) -> None:
    assert failure(capsys, "backup", "copy.db")[0] == 1
    run(capsys, "orders", "list")
    assert run(capsys, "backup", "copy.db")[0] == 0
    assert (tmp_path / "copy.db").read_bytes().startswith(b"SQLite format 3")
    assert run(capsys, "purge")[0] == 0


@pytest.mark.parametrize("command", [["console"], ["tv"], ["call", "--text"]])
def test_an_address_that_is_none_is_refused(capsys: Output, command: list[str]) -> None:
    if command[0] == "call":
        pytest.importorskip("servizio.demo.customer_call")
    code, _, _ = failure(capsys, *command, "--url", "nowhere")
    assert code == 1


@pytest.mark.parametrize("command", ["console", "tv"])
def test_a_screen_in_a_pipe_says_that_it_needs_a_terminal(capsys: Output, command: str) -> None:
    code, message, _ = failure(capsys, command)
    assert code == 1
    assert f"`servizio {command}` needs a terminal." in message


def test_a_console_without_a_shop_says_so_at_once(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVIZIO_SERVER__PORT", "9")
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    code, message, hint = failure(capsys, "console")
    assert code == 1
    assert "No shop runs on this machine." in message
    assert "Start it with `servizio`." in hint


def test_what_is_no_phone_number_is_told_to_a_reader(capsys: Output) -> None:
    _, message, _ = failure(capsys, "customers", "export", "12")
    assert message == "error: 12 is no phone number; write it with its country: +14155550100."


@pytest.mark.parametrize("group", [[], ["menu"], ["orders"], ["config"], ["customers"]])
def test_help_cuts_no_sentence(capsys: Output, group: list[str]) -> None:
    _, out, _ = run(capsys, *group, "--help")
    assert "..." not in out.partition("Commands:")[2]


@pytest.mark.parametrize("path", names(), ids=" ".join)
def test_help_has_no_types_and_no_formulas_of_the_program(
    capsys: Output, path: tuple[str, ...]
) -> None:
    _, out, _ = run(capsys, *path, "--help")
    assert "--help" in out.partition("Options:")[2]
    assert not re.search(r"<[a-z]|<=|>=|\{[A-Z]", out)


def test_arguments_stand_in_columns_with_their_ranges_in_words(capsys: Output) -> None:
    _, out, _ = run(capsys, "pause", "--help")
    assert "\n  MINUTES  For so long; else until resumed.  [1 to 1440]\n" in out


def test_the_help_of_a_typer_that_names_types_is_read_in_the_columns_of_the_names() -> None:
    typed = (
        "Usage: servizio x {A} [FILE]\n\nArguments:\n"
        "  A <int range>      How many, in\n                     all.  [x>=1; required]\n"
        "  FILE <list[Path]>  Which.\n\nOptions:\n  --n N  It.  [0<=x<=9]"
    )
    assert plain_help(typed) == (
        "Usage: servizio x A [FILE]\n\nArguments:\n"
        "  A     How many, in\n        all.  [1 or more; required]\n"
        "  FILE  Which.\n\nOptions:\n  --n N  It.  [0 to 9]"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("pause", "soon"), "'MINUTES': it should be a whole number."),
        (("pause", "0"), "'MINUTES': it should be at least 1."),
        (("serve", "--port", "99999"), "'--port': it should be at most 65535."),
    ],
)
def test_a_bad_value_is_told_in_words(
    capsys: Output, arguments: tuple[str, ...], said: str
) -> None:
    _, message, _ = failure(capsys, *arguments)
    assert message == f"error: Invalid value for {said}"


def test_a_built_in_menu_is_printed_as_a_file_to_change(capsys: Output, tmp_path: Path) -> None:
    code, out, _ = run(capsys, "menu", "show", "cafe", "--toml")
    assert code == 0
    (tmp_path / "my-menu.toml").write_text(out, encoding="utf-8")
    assert run(capsys, "menu", "check", "my-menu.toml")[0] == 0
    assert failure(capsys, "menu", "show", "cafe", "--toml", "--json")[0] == 2


def test_one_item_is_one_item(capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(
        'name = "Corner Tea"\n[[items]]\nname = "tea"\nprice = "2.00"\n', encoding="utf-8"
    )
    assert "1 item, no faults" in run(capsys, "menu", "check", "one.toml")[1]

"""The `servizio` command: each command parses, calls one function and prints.

Nothing heavy is imported at the top, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from servizio import __version__
from servizio.cli_groups import config_app, customers_app, menu_app, orders_app
from servizio.cli_help import PlainTyper
from servizio.cli_setup import COMMANDS as SETUP_COMMANDS
from servizio.cli_shop import COMMANDS as SHOP_COMMANDS
from servizio.cli_shop import simulated_restaurant

OK, FAILED, USAGE = 0, 1, 2
"""Exit codes: done; failed; wrong usage."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

app = PlainTyper(
    name="servizio",
    # Rich help pages take twice as long to appear as plain ones.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(menu_app, name="menu")
app.add_typer(orders_app, name="orders")
app.add_typer(config_app, name="config")
app.add_typer(customers_app, name="customers")

Host = Annotated[
    str | None,
    typer.Option("--host", metavar="ADDRESS", help="Address to listen on.", show_default=False),
]
Port = Annotated[
    int | None,
    typer.Option(
        "--port", metavar="PORT", help="Port to listen on.", min=0, max=65535, show_default=False
    ),
]
Headless = Annotated[bool, typer.Option("--headless", help="No console: logs to stderr.")]
Url = Annotated[
    str,
    typer.Option(
        "--url", metavar="URL", help="Address of the server; else the one of this machine."
    ),
]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"servizio {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def servizio(
    context: typer.Context,
    *,
    host: Host = None,
    port: Port = None,
    headless: Headless = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Phone ordering for a small shop: an agent takes the call, a console serves the order.

    Without a command: `servizio run`.

    \b
    Example:
      servizio                 start the shop and open the console
      servizio demo            see a whole shop at work, without any account
    """
    del version
    if context.invoked_subcommand is None:
        run(host=host, port=port, headless=headless)


@app.command()
def run(
    *,
    host: Host = None,
    port: Port = None,
    headless: Headless = False,
    tunnel: Annotated[
        bool, typer.Option("--tunnel", help="Get a public address through ngrok meanwhile.")
    ] = False,
) -> None:
    """Start the server and open the barista console on it.

    Where a server of this shop is up already, the console opens on that one. Without a
    terminal, or with --headless, the server runs alone and logs to stderr.

    \b
    Example:
      servizio run
      servizio run --headless --host 0.0.0.0 --port 8080
      servizio run --tunnel
    """
    headless = headless or not sys.stdout.isatty()
    if tunnel:
        from servizio.commands.tunnelling import run_in_public

        run_in_public(host, port, headless=headless)
        return
    from servizio.commands.running import run_shop

    run_shop(host, port, headless=headless)


@app.command()
def serve(
    *,
    host: Host = None,
    port: Port = None,
    supervised: Annotated[bool, typer.Option("--supervised", hidden=True)] = False,
) -> None:
    """Run the server alone: for a machine without a screen.

    It is what systemd or a container starts.
    SIGTERM drains: no new calls, live ones end or reach the drain limit.

    \b
    Example:
      servizio serve --host 0.0.0.0 --port 8080
    """
    from servizio.commands.serving import serve_shop

    serve_shop(host, port, supervised=supervised)


@app.command()
def console(
    *,
    url: Url = "",
    token: Annotated[
        str, typer.Option("--token", metavar="TOKEN", help="Staff token of that server.")
    ] = "",
) -> None:
    """Open the barista console on a server that runs already.

    It is this machine's, or another one with --url and --token.

    \b
    Example:
      servizio console
      servizio console --url http://192.168.1.20:8000 --token TOKEN
    """
    from servizio.commands import screens

    screens.console(url, token)


@app.command()
def tv(*, url: Url = "") -> None:
    """Show the order board for the shop's television.

    \b
    Example:
      servizio tv --url http://192.168.1.20:8000
    """
    from servizio.commands import screens

    screens.tv(url)


@app.command()
def demo(
    *,
    headless: Annotated[
        bool, typer.Option("--headless", help="Print what happens; exit 0 only if all went well.")
    ] = False,
    calls: Annotated[
        int,
        typer.Option(
            "--calls", metavar="N", help="How many simulated customers ring.", min=1, max=100
        ),
    ] = 1,
) -> None:
    """See a whole shop at work, with simulated customers.

    They ring and speak. It runs on this machine, needs no account and no network, and
    leaves nothing behind.

    \b
    Example:
      servizio demo
      servizio demo --headless --calls 3
    """
    from servizio.commands.customers import run_the_demo

    run_the_demo(calls=calls, headless=headless)


@app.command()
def call(
    *,
    text: Annotated[bool, typer.Option("--text", help="Type instead of speaking.")] = False,
    wav: Annotated[
        list[Path] | None,
        typer.Option(
            "--wav", metavar="FILE", help="Recorded speech; may be given again.", show_default=False
        ),
    ] = None,
    url: Url = "",
) -> None:
    """Be the customer: ring the shop from this terminal.

    Typed lines are spoken by a voice; `/press 555#` presses keys, `/quit` hangs up.

    \b
    Example:
      servizio call
      echo "a taro milk tea with boba" | servizio call --text
      servizio call --wav order.wav --wav yes.wav
    """
    from servizio.commands.customers import ring_the_shop

    ring_the_shop(url, text=text, recordings=tuple(wav or ()))


@app.command()
def parse(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Text, one utterance a line; or WAVs."),
    ] = None,
    *,
    menu: Annotated[
        str,
        typer.Option("--menu", metavar="MENU", help="Built-in menu or menu file; else the shop's."),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    audio: Annotated[
        bool, typer.Option("--audio", help="Each FILE is a recording of one utterance.")
    ] = False,
) -> None:
    """Understand orders: an utterance a line in, a result a line out.

    Recordings are taken down to telephone quality first, whatever they are.

    \b
    Example:
      echo "two taro milk teas with boba, less ice" | servizio parse --json
      servizio parse --menu pizza --audio order.wav
    """
    from servizio.commands.parsing import parse_utterances

    parse_utterances(tuple(files or ()), menu=menu, as_json=as_json, audio=audio)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
) -> None:
    """Copy the database, consistent, also while the server runs.

    \b
    Example:
      servizio backup monday.db
    """
    from servizio.commands.upkeep import back_up

    typer.echo(f"Copied to {back_up(file)}.")


@app.command()
def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A copy that `servizio backup` made.")
    ],
) -> None:
    """Put a backup in the place of the database.

    Stop the server first. The database that was there is kept beside it.

    \b
    Example:
      servizio restore monday.db
    """
    from servizio.commands.upkeep import put_back

    typer.echo(put_back(file))


@app.command()
def purge() -> None:
    """Remove what has been kept for longer than store.retention_days.

    \b
    Example:
      servizio purge
    """
    from servizio.commands.upkeep import purge_old

    typer.echo(purge_old())


for _command in (*SHOP_COMMANDS, *SETUP_COMMANDS):
    app.command()(_command)


app.command("simulated-restaurant", hidden=True)(simulated_restaurant)


def main() -> None:
    """Run the command of this process, and turn every failure into two lines."""
    if getattr(sys, "frozen", False):
        # In a program of one file the speech workers are started as this very command.
        from multiprocessing import freeze_support

        freeze_support()
    sys.exit(run_command(sys.argv[1:]))


def run_command(arguments: list[str]) -> int:
    """Run a command. Returns its exit code; prints `error:` and `hint:` where it failed."""
    try:
        code = app(arguments, prog_name="servizio", standalone_mode=False)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has left: that is its right (`servizio ... | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:  # noqa: BLE001 - the command's boundary: everything is reported
        from servizio.commands.failures import report

        return report(error)
    return code if isinstance(code, int) else OK

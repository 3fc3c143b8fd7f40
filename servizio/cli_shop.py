"""The commands that run the shop from scripts: `servizio pause`, `hours`, `report`."""

from __future__ import annotations

from typing import Annotated

import typer

from servizio.cli_groups import AsJson


def pause(
    minutes: Annotated[
        int | None,
        typer.Argument(metavar="MINUTES", help="For so long; else until resumed.", min=1, max=1440),
    ] = None,
    *,
    message: Annotated[
        str, typer.Option("--message", metavar="WORDS", help="What customers who ring are told.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Take no orders by phone for a while; calls in progress go on.

    \b
    Example:
      servizio pause 20
      servizio pause --message "We are back at noon."
    """
    from servizio.commands import shop

    shop.pause(minutes, message, as_json=as_json)


def resume(*, as_json: AsJson = False) -> None:
    """Take orders by phone again.

    \b
    Example:
      servizio resume
    """
    from servizio.commands import shop

    shop.resume(as_json=as_json)


def busy(
    minutes: Annotated[
        int, typer.Argument(metavar="MINUTES", help="0: no longer busy.", min=0, max=120)
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Add so many minutes to every wait that is quoted.

    \b
    Example:
      servizio busy 15
      servizio busy 0
    """
    from servizio.commands import shop

    shop.busy(minutes, as_json=as_json)


def hours(
    today: Annotated[
        str,
        typer.Argument(metavar="HOURS", help="10:00-18:00, closed or usual; else they are shown."),
    ] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show today's opening hours, or set other ones for today only.

    \b
    Example:
      servizio hours
      servizio hours 10:00-14:00
      servizio hours closed
    """
    from servizio.commands import shop

    shop.hours(today, as_json=as_json)


def report(
    *,
    day: Annotated[
        str,
        typer.Option("--day", metavar="DAY", help="2026-01-31 or yesterday; else today."),
    ] = "",
    as_csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    as_json: AsJson = False,
) -> None:
    """Print a day in figures: orders, revenue, waits, calls.

    \b
    Example:
      servizio report
      servizio report --day yesterday --csv > yesterday.csv
    """
    from servizio.commands import shop

    if as_csv and as_json:
        raise typer.BadParameter("--csv and --json exclude each other.")
    shop.report(day, as_json=as_json, as_csv=as_csv)


def book(
    request: Annotated[
        str, typer.Argument(metavar="REQUEST", help="Whom, for how many, when; in plain words.")
    ],
    *,
    as_json: AsJson = False,
) -> None:
    """Have an agent ring a restaurant and reserve a table.

    The place is looked up in `concierge.places`; what the request lacks is asked for. The
    conversation is printed while it goes on, then what came of it. Exits with 0 where the table
    is reserved, with 1 where it is not. Without a telephone account a restaurant on this machine
    is rung, by voice all the same.

    \b
    Example:
      servizio book "Book a table at Demo Restaurant for 4 people tomorrow at 7pm"
      servizio book "Demo Restaurant, two of us, friday between 7 and 8, under Rossi" --json
    """
    from servizio.commands.booking import book_table

    book_table(request, as_json=as_json)


def simulated_restaurant() -> None:
    """Be the restaurant that a server without a telephone account rings; started by it.

    \b
    Example:
      servizio simulated-restaurant < what-the-server-tells-it.json
    """
    from servizio.demo.restaurant_process import run

    run()


COMMANDS = (pause, resume, busy, hours, report, book)
"""All of them, in the order of `servizio --help`."""

"""The commands that come in groups: `servizio menu`, `servizio orders`, `servizio config`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servizio.cli_help import PlainTyper

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Prompt = Annotated[bool, typer.Option("--prompt", help="Print what a cloud agent is told.")]
Number = Annotated[str, typer.Argument(help="The order's four digits.", metavar="NUMBER")]
Thing = Annotated[str, typer.Argument(help="Id or name of an item or modifier.", metavar="ITEM")]

menu_app = PlainTyper(help="The menu: check it, print it, mark things as sold out (86).")
orders_app = PlainTyper(help="The orders at the counter, from scripts.")
config_app = PlainTyper(help="The settings.")
customers_app = PlainTyper(help="What is kept of one customer: hand it over, or forget it.")


@menu_app.command("check")
def menu_check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A menu file.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Check a menu file: every fault, with its place in the file.

    \b
    Example:
      servizio menu check my-menu.toml
    """
    from servizio.commands.menus import check

    check(file, as_json=as_json)


@menu_app.command("show")
def menu_show(
    menu: Annotated[
        str, typer.Argument(metavar="MENU", help="Built-in menu or file; else the shop's.")
    ] = "",
    *,
    as_toml: Annotated[
        bool, typer.Option("--toml", help="Print the file itself, to copy and change it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print a menu with its prices, and what is sold out.

    \b
    Example:
      servizio menu show
      servizio menu show pizza
      servizio menu show cafe --toml > my-menu.toml
    """
    from servizio.commands.menus import show, show_file

    if as_toml and as_json:
        raise typer.BadParameter("--toml and --json exclude each other.")
    if as_toml:
        show_file(menu)
        return
    show(menu, as_json=as_json)


@menu_app.command("list")
def menu_list(*, as_json: AsJson = False) -> None:
    """List the built-in menus.

    \b
    Example:
      servizio menu list
    """
    from servizio.commands.menus import list_built_in

    list_built_in(as_json=as_json)


@menu_app.command("sold-out")
def menu_sold_out(item: Thing) -> None:
    """Mark an item or modifier as sold out ("86" it).

    The agents stop selling it at once.

    \b
    Example:
      servizio menu sold-out taro-milk-tea
    """
    from servizio.commands.menus import set_sold_out

    set_sold_out(item, sold_out=True)


@menu_app.command("back")
def menu_back(item: Thing) -> None:
    """Put what was sold out back on the menu ("un-86" it).

    \b
    Example:
      servizio menu back taro-milk-tea
    """
    from servizio.commands.menus import set_sold_out

    set_sold_out(item, sold_out=False)


@orders_app.command("list")
def orders_list(
    *,
    all_orders: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", help="At most so many.", min=1, max=1000)
    ] = 50,
    search: Annotated[
        str,
        typer.Option(
            "--search", metavar="WORDS", help="Number, name, end of the phone number, or item."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the orders in progress, newest first.

    \b
    Example:
      servizio orders list
      servizio orders list --search 0123
      servizio orders list --all --limit 200 --json
    """
    from servizio.commands.orders import list_orders

    list_orders(all_orders=all_orders, limit=limit, search=search, as_json=as_json)


@orders_app.command("show")
def orders_show(number: Number, *, as_json: AsJson = False) -> None:
    """Print one order.

    \b
    Example:
      servizio orders show 4782
    """
    from servizio.commands.orders import show_order

    show_order(number, as_json=as_json)


@orders_app.command("ready")
def orders_ready(number: Number) -> None:
    """Mark an order ready: the customer is told.

    \b
    Example:
      servizio orders ready 4782
    """
    from servizio.commands.orders import set_status

    set_status(number, "ready")


@orders_app.command("picked-up")
def orders_picked_up(number: Number) -> None:
    """Mark an order picked up.

    \b
    Example:
      servizio orders picked-up 4782
    """
    from servizio.commands.orders import set_status

    set_status(number, "picked_up")


@orders_app.command("cancel")
def orders_cancel(number: Number) -> None:
    """Cancel an order.

    \b
    Example:
      servizio orders cancel 4782
    """
    from servizio.commands.orders import set_status

    set_status(number, "cancelled")


@orders_app.command("export")
def orders_export(
    *,
    as_csv: Annotated[bool, typer.Option("--csv", help="One line an ordered item.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A list of whole orders.")] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DAY", help="From this day or time on, ISO 8601.", show_default=False
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DAY", help="Before this time, or to the end of this day."),
    ] = None,
) -> None:
    """Write orders to stdout, oldest first, as CSV (default) or JSON.

    \b
    Example:
      servizio orders export --csv --since 2026-01-01 --until 2026-01-31 > january.csv
    """
    from servizio.commands.orders import export

    if as_csv and as_json:
        raise typer.BadParameter("--csv and --json exclude each other.")
    export(as_json=as_json, since=since, until=until)


@config_app.command("show")
def config_show(*, as_json: AsJson = False, prompt: Prompt = False) -> None:
    """Print every setting in force; secrets are masked.

    \b
    Example:
      servizio config show
      servizio config show --prompt
    """
    from servizio.commands.configuring import show, show_prompt

    if prompt:
        show_prompt()
        return
    show(as_json=as_json)


@config_app.command("path")
def config_path(*, as_json: AsJson = False) -> None:
    """Print where settings, data and logs are.

    \b
    Example:
      servizio config path
    """
    from servizio.commands.configuring import print_paths

    print_paths(as_json=as_json)


@config_app.command("token")
def config_token(
    *,
    new: Annotated[
        bool, typer.Option("--new", help="Make another one: every login and stream of staff ends.")
    ] = False,
) -> None:
    """Print the staff token.

    It is for the login page, and for consoles on other machines.

    \b
    Example:
      servizio config token --new
    """
    from servizio.commands.configuring import show_token

    show_token(new=new)


@config_app.command("init")
def config_init() -> None:
    """Write a settings file to start from.

    Every setting is in it, with its default.

    \b
    Example:
      servizio config init
    """
    from servizio.commands.configuring import init

    init()


@customers_app.command("export")
def customers_export(
    phone: Annotated[
        str, typer.Argument(metavar="NUMBER", help="A phone number, with its country.")
    ],
) -> None:
    """Print all that is kept of one customer, as JSON.

    Orders, calls, transcripts, texts.

    \b
    Example:
      servizio customers export +14155550100 > ann.json
    """
    from servizio.commands.one_customer import export

    export(phone)


@customers_app.command("forget")
def customers_forget(
    phone: Annotated[
        str, typer.Argument(metavar="NUMBER", help="A phone number, with its country.")
    ],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Erase who one customer was and what they said. What was sold stays, without a name.

    \b
    Example:
      servizio customers forget +14155550100 --yes
    """
    from servizio.commands.one_customer import forget

    forget(phone, yes=yes)

"""The commands that get a shop on the telephone: `servizio link`."""

from __future__ import annotations

from typing import Annotated

import typer

from servizio.cli_groups import AsJson


def link(
    *,
    url: Annotated[
        str, typer.Option("--url", help="Public address of the shop; else server.public_url.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also clear what makes Twilio ignore the addresses.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Point the Twilio number's calls, their status and its texts at this shop.

    What will change is shown first.

    \b
    Example:
      servizio link
      servizio link --yes
      servizio link --url https://abc.ngrok.app
    """
    from servizio.commands.linking import link_number

    link_number(url, yes=yes, force=force, as_json=as_json)


COMMANDS = (link,)
"""All of them, in the order of `servizio --help`."""

"""The commands that get a shop on the telephone: `servizio doctor` and `servizio link`."""

from __future__ import annotations

from typing import Annotated

import typer

from servizio.cli_groups import AsJson


def link(
    *,
    url: Annotated[
        str,
        typer.Option(
            "--url", metavar="URL", help="Public address of the shop; else server.public_url."
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also clear what makes Twilio ignore the addresses.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Point the Twilio number's calls and texts at this shop.

    The status of its calls, too. What will change is shown first.

    \b
    Example:
      servizio link
      servizio link --yes
      servizio link --url https://abc.ngrok.app
    """
    from servizio.commands.linking import link_number

    link_number(url, yes=yes, force=force, as_json=as_json)


def doctor(*, as_json: AsJson = False) -> None:
    """Check all that a shop needs, and say what to do.

    Settings, keys, models, port, disk, clock, database and the number's webhooks. Each line
    says ok, warning or error, and what to do. Keys are tried on their providers, a few seconds
    each. Exits with 1 on any error.

    \b
    Example:
      servizio doctor
      servizio doctor --json
    """
    from servizio.commands.doctor.examination import run_doctor

    run_doctor(as_json=as_json)


COMMANDS = (doctor, link)
"""All of them, in the order of `servizio --help`."""

"""A banner that cannot be missed when what the screen shows may be old."""

from __future__ import annotations

from datetime import tzinfo

from textual.content import Content
from textual.widgets import Static

from servizio.tui.floor import BAD_LINKS, Link, LinkStatus
from servizio.tui.words import clock_time


class LinkBanner(Static):
    """Hidden while the connection is good."""

    DEFAULT_CSS = """
    LinkBanner {
        display: none; height: auto; padding: 0 1; text-style: bold;
        background: $age-late; color: $age-late-text;
        &.-shown { display: block; }
        &:nocolor { text-style: bold reverse; }
    }
    """

    def show(self, link: Link, zone: tzinfo | None) -> None:
        """Show or hide the banner, with times of this zone."""
        is_bad = link.status in BAD_LINKS
        self.set_class(is_bad, "-shown")
        since = clock_time(link.since, zone)
        if link.status is LinkStatus.REFUSED:
            self.update(Content(f"■ NOT LET IN since {since}. {link.reason}"))
        elif link.status is LinkStatus.UNREACHED:
            self.update(
                Content(
                    "■ NOT REACHED YET. The orders come as soon as the server answers; "
                    f"it is tried again and again. {link.reason}"
                )
            )
        elif is_bad:
            self.update(
                Content(
                    f"■ CONNECTION LOST since {since}. What you see may be old; "
                    f"it comes back by itself. {link.reason}"
                )
            )

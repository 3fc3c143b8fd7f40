"""A mode of the console in which `/` finds what stands there, by words."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.widgets import Input

from servizio.tui.console.floor_screen import FloorScreen
from servizio.tui.floor import Topic


class SearchScreen(FloorScreen):
    """Base of the modes with a search. Subclasses place `search_line` and bind the actions."""

    SOUGHT: ClassVar[Topic] = Topic.NOTHING
    """What is drawn anew when other words are sought."""
    SEARCH_HINT: ClassVar[str] = ""
    """What stands in the line while it is empty."""

    def __init__(self) -> None:
        super().__init__()
        self._sought = ""
        """The words as they were typed; empty where nothing is sought."""

    def search_line(self) -> Input:
        """Where the words are typed; hidden until they are asked for."""
        return Input(placeholder=self.SEARCH_HINT, id="search", select_on_focus=False)

    def action_search(self) -> None:
        """Start typing what to look for."""
        self.add_class("-searching")
        self.query_one("#search", Input).focus()

    async def action_leave(self) -> None:
        """Close the search, or go back to the queue where there is none."""
        if not self.stop_searching():
            await self.app.switch_mode("queue")

    def stop_searching(self) -> bool:
        """Show all again; whether there was a search."""
        if not self.has_class("-searching"):
            return False
        self.query_one("#search", Input).value = ""
        self.remove_class("-searching")
        self.rest_keys()
        return True

    def seek(self, words: str) -> None:
        """Show what matches these words."""
        self._sought = words
        self.draw_soon(self.SOUGHT)

    def rest_keys(self) -> None:
        """Give the keys back to the screen when the typing is over."""
        self.set_focus(None)

    @on(Input.Changed, "#search")
    def search_typed(self, message: Input.Changed) -> None:
        """Look while it is typed."""
        self.seek(message.value)

    @on(Input.Submitted, "#search")
    def search_entered(self) -> None:
        """Go to the matches."""
        self.rest_keys()

"""The set-up on the terminal: a page of questions at a time, and any of them may be skipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.suggester import SuggestFromList
from textual.widgets import Button, ContentSwitcher, Input, OptionList, Static
from textual.widgets.option_list import Option

from servizio.tui.plain_crash import show_plain_crash
from servizio.tui.setup.answers import (
    ACCOUNTS,
    HOURS,
    MENU,
    PAGES,
    READY,
    SHOP,
    Answers,
    Check,
    MenuChoice,
    Page,
    Question,
    SetupEnd,
    SetupQuestions,
    understood,
)
from servizio.tui.setup.skip import SkipScreen
from servizio.tui.task_order import begin_tasks_in_turn
from servizio.tui.theme import THEMES, WAITING_COLOURS
from servizio.tui.widgets.key_bar import KeyBar


class SetupApp(App[Answers | SetupEnd], inherit_bindings=False):
    """Asks, and gives the answers as its result, or how it ended without any."""

    CSS_PATH = "setup.tcss"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-wide")]  # noqa: RUF012 - as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-high")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Next", id="setup.next", key_display="Enter"),
        Binding("escape", "earlier", "Back", id="setup.back", key_display="Esc"),
        Binding("tab", "app.focus_next", "Next line", id="setup.next_line", show=False),
        Binding("shift+tab", "app.focus_previous", "Line before", id="setup.line_up", show=False),
        Binding("down", "app.focus_next", "Next line", id="setup.down", show=False),
        Binding("up", "app.focus_previous", "Line before", id="setup.up", show=False),
        Binding("ctrl+s", "skip", "Skip the set-up", id="setup.skip", key_display="Ctrl+S"),
        Binding("ctrl+q,ctrl+c", "leave", "Quit", id="setup.quit", key_display="Ctrl+Q"),
    ]

    def __init__(self, questions: SetupQuestions, check: Check) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self._asked = questions
        self._check = check
        self._at = 0

    def on_load(self) -> None:
        """Work alike on every Python."""
        begin_tasks_in_turn()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give Textual's own themes the colours that they lack."""
        return WAITING_COLOURS

    def compose(self) -> ComposeResult:
        """A heading, the page, what is wrong with it, and the ways on and back."""
        yield Static(id="step")
        with ContentSwitcher(initial=_id(PAGES[0]), id="pages"):
            for page in PAGES:
                with VerticalScroll(id=_id(page), classes="page", can_focus=False):
                    yield Static(Content(page.title), classes="title")
                    if page.remark:
                        yield Static(Content(page.remark), classes="remark")
                    yield from self._inside(page)
        with Horizontal(id="ways"):
            yield Button("Back", id="back", compact=True)
            yield Button("Next", id="next", variant="primary", compact=True)
            yield Button("Skip", id="skip", compact=True)
        yield KeyBar()

    def _inside(self, page: Page) -> ComposeResult:
        if page is MENU:
            with Horizontal(id="menus"):
                rows = [Option(Content(each.name), id=each.id) for each in self._asked.menus]
                yield OptionList(*rows, id="menu", compact=True)
                yield Static(id="preview")
        elif page is READY:
            yield Static(id="summary")
        for question in page.questions:
            yield Static(Content(question.label), classes="label")
            yield self._line(question)
            yield Static(id=f"{_id(question)}-fault", classes="fault")

    def _line(self, question: Question) -> Input:
        is_zone = question.setting == "shop.timezone"
        zones = SuggestFromList(self._asked.timezones, case_sensitive=False) if is_zone else None
        return Input(
            value=self._asked.timezone if is_zone else "",
            placeholder=question.placeholder,
            password=question.is_secret,
            id=_id(question),
            suggester=zones,
            compact=True,
        )

    def on_mount(self) -> None:
        """Begin at the first page."""
        self._show()

    def _show(self) -> None:
        page = PAGES[self._at]
        self.query_one(ContentSwitcher).current = _id(page)
        steps = "  ".join(
            f"{'●' if index == self._at else '○'} {each.title}" for index, each in enumerate(PAGES)
        )
        words = steps if self.size.width >= len(steps) + 2 else f"Step {self._at + 1} of 5"
        self.query_one("#step", Static).update(Content(words))
        self.query_one("#back", Button).disabled = self._at == 0
        self.query_one("#next", Button).label = "Open the shop" if page is READY else "Next"
        self._say(page, {})
        self.refresh_bindings()
        if page is READY:
            self.query_one("#summary", Static).update(self._summary())
            self.query_one("#next", Button).focus()
        elif page is MENU:
            self.query_one("#menu", OptionList).focus()
        else:
            self.query_one(f"#{_id(page.questions[0])}", Input).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing before the first page."""
        del parameters
        return not (action == "earlier" and not self._at)

    def _say(self, page: Page, faults: Mapping[str, str]) -> None:
        """Say beside each line what is wrong with it, and go to the first one."""
        first = ""
        for question in page.questions:
            fault = faults.get(question.setting, "")
            said = self.query_one(f"#{_id(question)}-fault", Static)
            said.update(Content(f"■ {fault}" if fault else ""))
            said.set_class(bool(fault), "-told")
            self.query_one(f"#{_id(question)}", Input).set_class(bool(fault), "-wrong")
            first = first or (_id(question) if fault else "")
        if first:
            line = self.query_one(f"#{first}", Input)
            line.focus()
            self.call_after_refresh(self.query_one(f"#{first}-fault").scroll_visible, animate=False)

    def _typed(self, *pages: Page) -> dict[str, str]:
        """What was typed on these pages."""
        typed = {
            question.setting: self.query_one(f"#{_id(question)}", Input).value.strip()
            for page in pages
            for question in page.questions
        }
        if MENU in pages:
            typed["shop.menu"] = self._menu().id
        return {setting: text for setting, text in typed.items() if text}

    def _menu(self) -> MenuChoice:
        return self._asked.menus[self.query_one("#menu", OptionList).highlighted or 0]

    def _summary(self) -> Content:
        typed = self._typed(*PAGES)
        rows = [f"Menu: {self._menu().name}"]
        for page in PAGES:
            for question in page.questions:
                text = typed.get(question.setting)
                if text:
                    text = understood(question.setting, text)
                    name = question.label.partition(" (")[0]
                    rows.append(f"{name}: {'set' if question.is_secret else text}")
        rows += ["", f"This will be written to {self._asked.file}.", ""]
        token = (
            f"Staff token, for tablets and other screens:\n\n  {self._asked.token}\n\n"
            "`servizio config token` prints it again at any time; "
            f"it is kept in {self._asked.token_file}."
        )
        return Content("\n".join(rows) + "\n" + token)

    @on(Input.Changed)
    def corrected(self, message: Input.Changed) -> None:
        """Take back what was said of a line as soon as it is another one."""
        line = message.input
        if line.has_class("-wrong"):
            line.remove_class("-wrong")
            self.query_one(f"#{line.id}-fault", Static).remove_class("-told")

    @on(OptionList.OptionHighlighted, "#menu")
    def preview(self) -> None:
        """Show what is on the menu that is chosen."""
        self.query_one("#preview", Static).update(Content("\n".join(self._menu().preview)))

    @on(OptionList.OptionSelected, "#menu")
    @on(Input.Submitted)
    def action_next(self) -> None:
        """Go on: to the next line, to the next page, or to the shop."""
        page = PAGES[self._at]
        lines = [_id(question) for question in page.questions]
        here = self.focused.id if self.focused else None
        if here not in lines[:-1]:
            self._turn()
            return
        at = lines.index(here)
        faults = self._faults(Page(page.title, "", (page.questions[at],)))
        self._say(page, faults)
        if not faults:
            self.query_one(f"#{lines[at + 1]}", Input).focus()

    def _turn(self) -> None:
        page = PAGES[self._at]
        faults = self._faults(page)
        if faults:
            self._say(page, faults)
        elif page is READY:
            self.exit(self._typed(*PAGES))
        else:
            self._at += 1
            self._show()

    def _faults(self, page: Page) -> dict[str, str]:
        """What is wrong with the lines of a page."""
        typed = self._typed(page)
        empty = {
            question.setting: question.needed
            for question in page.questions
            if question.needed and question.setting not in typed
        }
        return empty | dict(self._check(typed))

    def action_earlier(self) -> None:
        """Go back a page; what was typed stays."""
        if self._at:
            self._at -= 1
            self._show()

    def action_skip(self) -> None:
        """Ask what shall become of the questions, and write nothing."""

        def answered(end: SetupEnd | None) -> None:
            if end is not None:
                self.exit(end)

        if len(self.screen_stack) == 1:
            is_typed = bool(self._typed(SHOP, HOURS, ACCOUNTS))
            _ = self.push_screen(SkipScreen(is_typed=is_typed), answered)

    def action_leave(self) -> None:
        """Open nothing; the questions are asked at the next start."""
        self.exit(SetupEnd.QUIT)

    @on(Button.Pressed)
    def pressed(self, message: Button.Pressed) -> None:
        """Take the button that was pressed."""
        match message.button.id:
            case "back":
                self.action_earlier()
            case "skip":
                self.action_skip()
            case _:
                self._turn()

    def _fatal_error(self) -> None:
        show_plain_crash(self, "set-up")


def _id(asked: Page | Question) -> str:
    """A name for the stylesheet, from the title or the setting."""
    name = asked.title if isinstance(asked, Page) else asked.setting
    return "".join(each if each.isalnum() else "-" for each in name.lower())

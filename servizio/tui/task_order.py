"""One order of tasks on every Python.

From Python 3.12 on, Textual has tasks begin where they are made instead of in their turn. A mode
whose screen has a line to type in is then mounted before it is on the stack of screens, which
ends the application with `ScreenStackError` as it opens.
"""

from __future__ import annotations

import asyncio


def begin_tasks_in_turn() -> None:
    """Have the tasks of the running loop begin after what made them has waited or ended.

    To be called when Textual has chosen otherwise: from the handler of `Load`.
    """
    asyncio.get_running_loop().set_task_factory(None)

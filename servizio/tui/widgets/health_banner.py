"""A line that says on every screen that something is broken which costs the shop orders."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from servizio.tui.key_names import KeyNames
from servizio.tui.views import HealthCheck, HealthView


class HealthBanner(Static):
    """Hidden while calls are taken, orders are written and every agent is well."""

    DEFAULT_CSS = """
    HealthBanner {
        display: none; height: auto; max-height: 4; padding: 0 1; text-style: bold;
        background: $age-late; color: $age-late-text;
        &.-shown { display: block; }
        &.-mild { background: $age-warn; color: $background; }
        &:nocolor { text-style: bold reverse; }
    }
    """

    _said = ""

    def show(self, health: HealthView | None, key_names: KeyNames) -> None:
        """Show or hide the line."""
        grave = say_broken(health, key_names("app.health")) if health is not None else ""
        said = grave or (say_limping(health) if health is not None else "")
        if said != self._said:
            self._said = said
            self.set_class(bool(said), "-shown")
            self.set_class(not grave, "-mild")
            self.update(Content(said))


def say_broken(health: HealthView, health_key: str) -> str:
    """Say what keeps orders from being taken, and why; empty where nothing does.

    `health_key` opens the screen with the details.
    """
    checks = {check.name: check for check in health.checks}
    said = []
    store, disk, calls = checks.get("store"), checks.get("disk"), checks.get("calls")
    if store is not None and store.status == "failed":
        said.append(f"■ ORDERS CANNOT BE WRITTEN: {store.detail}")
    if disk is not None and disk.status == "failed":
        said.append(f"■ THE DISK IS FULL: {disk.detail}")
    if calls is not None and calls.status == "failed":
        said.append(f"■ NO CALLS ARE TAKEN: {_why(calls, checks.get('agents'), health_key)}")
    return "\n".join(said)


def say_limping(health: HealthView) -> str:
    """Say which agents are broken while others take the calls; empty where none is."""
    agents = next((check for check in health.checks if check.name == "agents"), None)
    if agents is None or not agents.reasons:
        return ""
    return f"▲ {_faults(agents)} The other agents take the calls."


def _why(calls: HealthCheck, agents: HealthCheck | None, health_key: str) -> str:
    if agents is not None and agents.status == "failed" and agents.reasons:
        return f"{_faults(agents)} {health_key} shows more."
    return calls.detail.partition(";")[0].removeprefix("no new calls are taken: ") + "."


def _faults(agents: HealthCheck) -> str:
    said = []
    for name, reason in agents.reasons:
        why = f": {reason}" if reason else ""
        said.append(f"The agent “{name}” is broken{why}".rstrip(".") + ".")
    return " ".join(said)

"""The local agent as a member of the shop's roster."""

from __future__ import annotations

from random import Random

from servizio.agents.concierge.mind import ConciergeMind
from servizio.agents.concierge.tools import ConciergeTools
from servizio.agents.local.agent import LocalAgent
from servizio.agents.local.call_mind import CallMind
from servizio.agents.local.mind import Mind
from servizio.agents.local.speech_engine import SpeechEngine
from servizio.agents.roster import Member
from servizio.agents.tools import Tools
from servizio.agents.toolset import Toolset
from servizio.errors import AgentError
from servizio.language.understand import Understander

MENU_PHRASES = "menu"
"""Name under which the engine knows the phrases of the shop's menu."""


def local_member(engine: SpeechEngine, understander: Understander) -> Member:
    """Local agents that share one running engine and one compiled menu."""

    def make_mind(tools: Toolset) -> CallMind:
        if isinstance(tools, ConciergeTools):
            return ConciergeMind(tools, Random(tools.call_sid))
        if not isinstance(tools, Tools):
            raise AgentError("There is no mind for such a call.")
        return Mind(
            tools=tools,
            understander=understander,
            rng=Random(tools.desk.call_sid),
            calling_number=tools.desk.calling_number,
        )

    return Member(
        name="local",
        make=lambda: LocalAgent(engine, make_mind, menu_phrases=MENU_PHRASES),
        state=lambda: engine.state,
    )

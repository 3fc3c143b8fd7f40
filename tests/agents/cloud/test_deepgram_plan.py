"""What a Deepgram session is told, whatever the owner has set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from servizio.agents.deepgram.plan import deepgram_plan, settings_message
from servizio.agents.prompt import prompt
from servizio.agents.protocol import Spoken
from servizio.agents.tool_schemas import tool_specs
from servizio.errors import SettingsError
from servizio.settings import Settings
from servizio.shop.profile import ShopProfile
from tests.agents.local.conversation import menu_named
from tests.standins.deepgram_rules import check_settings

GROQ = {"think_provider": "groq", "think_model": "openai/gpt-oss-20b"}


def told(
    deepgram: Mapping[str, object], *, menu: str = "boba", turns: int = 0, groq_key: str = "g"
) -> dict[str, object]:
    settings = Settings.model_validate(
        {"deepgram": {"api_key": "k", **deepgram}, "llm": {"api_key": groq_key}}
    )
    profile = ShopProfile(name="Servizio", menu=menu_named(menu))
    return settings_message(
        deepgram_plan(settings.deepgram, settings.llm, profile.menu),
        prompt=prompt(profile, now=datetime(2026, 9, 7, tzinfo=UTC)),
        tools=tool_specs(profile.menu),
        greeting="Hello.",
        history=[Spoken(("customer", "agent")[n % 2], f"turn {n} " * 50) for n in range(turns)],
    )


@pytest.mark.parametrize("menu", ["boba", "teahouse", "pizza", "cafe"])
@pytest.mark.parametrize(
    "deepgram",
    [
        {},
        {"encoding": "linear16"},
        {"listen_model": "nova-3", "language": "en-US"},
        {"speak_model": "flux-alexis-en"},
        GROQ,
    ],
    ids=["as it is", "linear", "nova", "flux voice", "groq"],
)
def test_deepgram_takes_it(menu: str, deepgram: Mapping[str, object]) -> None:
    check_settings(told(deepgram, menu=menu))


def test_of_a_long_call_the_last_turns_are_told_in_order() -> None:
    message = told({}, turns=80)
    check_settings(message)
    agent = message["agent"]
    assert isinstance(agent, dict)
    kept = agent["context"]["messages"]
    assert kept[-1]["content"].startswith("turn 79 ")
    assert [each["role"] for each in kept[-2:]] == ["user", "assistant"]
    assert sum(len(each["content"]) for each in kept) <= 10_000


def test_groq_without_its_key_is_said_before_anybody_calls() -> None:
    with pytest.raises(SettingsError) as refused:
        told(GROQ, groq_key="")
    assert "llm.api_key is not set" in refused.value.message


def test_the_key_is_in_no_message() -> None:
    assert '"k"' not in json.dumps(told({}))

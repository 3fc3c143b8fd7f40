"""The agents of the settings, and what each cannot work without."""

from __future__ import annotations

import asyncio

import pytest

from servizio.errors import SettingsError
from servizio.server.agent_table import Employer, check_agents, open_roster
from servizio.settings import Settings
from servizio.shop.menu_file import load_menu
from servizio.shop.profile import ShopProfile


def settings(**sections: dict[str, object]) -> Settings:
    return Settings.model_validate(sections)


def test_an_agent_that_is_asked_for_without_its_key_is_refused_by_name() -> None:
    with pytest.raises(SettingsError) as refused:
        check_agents(settings(agent={"order": ["deepgram"]}))
    assert "deepgram.api_key is not set" in refused.value.message
    check_agents(settings(agent={"order": ["deepgram"]}, deepgram={"api_key": "k"}))
    check_agents(settings())


async def test_agents_with_a_key_stand_before_the_local_one() -> None:
    employer = Employer(
        settings(deepgram={"api_key": "k"}),
        ShopProfile(name="Servizio", menu=load_menu("boba")),
        "Hello.",
        asyncio.Event(),
    )
    async with open_roster(employer) as roster:
        assert roster.states() == {"deepgram": "ready", "local": "loading"}
        assert [make().name for make in roster.for_a_call()] == ["deepgram", "local"]


async def test_a_pipeline_that_hears_on_this_machine_is_loading_as_long_as_that_is() -> None:
    employer = Employer(
        settings(llm={"api_key": "k"}, pipeline={"stt": "local", "tts": "local"}),
        ShopProfile(name="Servizio", menu=load_menu("boba")),
        "Hello.",
        asyncio.Event(),
    )
    async with open_roster(employer) as roster:
        assert roster.states() == {"pipeline": "loading", "local": "loading"}
        assert [make().name for make in roster.for_a_call()] == ["pipeline", "local"]

"""The agents: keys asked of their providers as a call would, and models on this machine.

No sound is sent and nothing is generated, so that looking costs nothing worth naming.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from aiohttp import ClientSession

from servizio.agents.local.availability import require_packages
from servizio.agents.prompt import prompt
from servizio.agents.tool_schemas import tool_specs
from servizio.commands.doctor.findings import Finding, Verdict, error, from_error, ok
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError, ServizioError
from servizio.server.agent_table import KINDS
from servizio.server.opening import clock
from servizio.settings import Settings
from servizio.shop.profile import ShopProfile

ASK_SECONDS = 5.0
"""How long a provider may take; a customer would not wait as long."""

Ask = Callable[[Settings, ShopProfile], Awaitable[None]]


async def look_at_agents(settings: Settings, profile: ShopProfile) -> list[Finding]:
    """Every agent that has a key, the local one, and whether any of them can take a call."""
    named = [name for name in ASK if KINDS[name].has_key(settings)]
    asked = await asyncio.gather(*(_look(name, settings, profile) for name in named))
    local = await asyncio.to_thread(_look_at_models)
    findings = {**dict(zip(named, asked, strict=True)), "local": local}
    good = {name for name, finding in findings.items() if finding.verdict is Verdict.OK}
    working = [name for name in settings.agent_order if name in good]
    if local.verdict is Verdict.ERROR and working:
        findings["local"] = replace(local, verdict=Verdict.WARNING)
    return [*findings.values(), _summary(settings, working)]


def _summary(settings: Settings, working: Sequence[str]) -> Finding:
    if not working:
        return error("agents", "No agent can take a call.", "Mend one of those above.")
    order = ", then ".join(settings.agent_order)
    return ok("agents", f"Calls are taken by {working[0]}. Their order: {order}.")


async def _look(name: str, settings: Settings, profile: ShopProfile) -> Finding:
    hint = f"Check the network, and the addresses of {name} in the settings."
    try:
        async with asyncio.timeout(ASK_SECONDS):
            await ASK[name](settings, profile)
    except TimeoutError:
        detail = f"No answer within {ASK_SECONDS:.0f} seconds; the key is unproven."
        return Finding(name, Verdict.WARNING, detail, hint)
    except AgentRefusedError as refused:
        found = from_error(name, refused)
        return found if found.hint else replace(found, hint=f"Check {KINDS[name].needs}.")
    except AgentError as unreachable:
        found = from_error(name, unreachable, Verdict.WARNING)
        return found if found.hint else replace(found, hint=hint)
    except ServizioError as raised:
        return from_error(name, raised)
    return ok(name, "Takes the key and the settings of a call.")


def _look_at_models() -> Finding:
    try:
        require_packages()
        from servizio.agents.local.speech_network import model_folder
        from servizio.audio.speech_model import installed_weights

        model_folder()
        installed_weights()
    except ServizioError as raised:
        return from_error("local", raised)
    return ok("local", "The models that hear and speak on this machine are there.")


async def _ask_deepgram(settings: Settings, profile: ShopProfile) -> None:
    from servizio.agents.deepgram.connection import Connection
    from servizio.agents.deepgram.plan import deepgram_plan, settings_message

    plan = deepgram_plan(settings.deepgram, settings.llm, profile.menu)
    connection = await Connection.open(plan)
    try:
        words, tools = _instructions(settings, profile), tool_specs(profile.menu)
        await connection.settle(settings_message(plan, prompt=words, tools=tools, greeting=None))
    finally:
        await connection.close()


async def _ask_openai(settings: Settings, profile: ShopProfile) -> None:
    from servizio.agents.openai_realtime.connection import Connection
    from servizio.agents.openai_realtime.faults import UPDATE_EVENT
    from servizio.agents.openai_realtime.plan import realtime_plan, session_update

    plan = realtime_plan(settings.openai, profile.menu, (*settings.shop.languages, "en")[0])
    connection = await Connection.open(plan)
    try:
        await connection.settle(
            session_update(
                plan,
                instructions=_instructions(settings, profile),
                tools=tool_specs(profile.menu),
                event_id=f"{UPDATE_EVENT}-1",
            )
        )
    finally:
        await connection.close()


async def _ask_pipeline(settings: Settings, profile: ShopProfile) -> None:
    from servizio.agents.pipeline.agent import open_model
    from servizio.agents.pipeline.chat import Chat
    from servizio.agents.pipeline.deepgram_hearing import listen_plan
    from servizio.agents.pipeline.deepgram_mouth import speak_plan
    from servizio.agents.pipeline.deepgram_socket import open_socket
    from servizio.agents.pipeline.plan import chat_plan

    async with ClientSession() as session:
        await open_model(Chat(session, chat_plan(settings.llm)))
        if settings.pipeline.tts == "openai":
            await _ask_voice(session, settings)
    places = []
    if settings.pipeline.stt == "deepgram":
        ears = listen_plan(settings.deepgram, profile.menu)
        places.append((ears.url, ears.api_key))
    if settings.pipeline.tts == "deepgram":
        mouth = speak_plan(settings.deepgram)
        places.append((mouth.url, mouth.api_key))
    for url, key in places:
        socket = await open_socket(url, key)
        await socket.close()


async def _ask_voice(session: ClientSession, settings: Settings) -> None:
    """An OpenAI-compatible voice stands beside a list of models, as a language model does."""
    from servizio.agents.pipeline.chat import Chat
    from servizio.agents.pipeline.chat_pieces import ChatError, Trouble
    from servizio.agents.pipeline.plan import chat_plan
    from servizio.agents.pipeline.speech_endpoint import speech_plan

    voice = speech_plan(settings)
    plan = replace(chat_plan(settings.llm), url=voice.url, api_key=voice.api_key)
    try:
        await Chat(session, plan).check()
    except ChatError as raised:
        if raised.trouble is Trouble.REFUSED:
            raise AgentRefusedError(
                f"The voice's server refused: {raised.text}.", "Check pipeline.speech_api_key."
            ) from raised
        raise AgentUnreachableError(
            f"The voice's server {raised.text}.", "Check pipeline.speech_url."
        ) from raised


def _instructions(settings: Settings, profile: ShopProfile) -> str:
    return prompt(profile, now=clock(), extra=settings.agent.prompt_extra)


ASK: Mapping[str, Ask] = {
    "deepgram": _ask_deepgram,
    "openai": _ask_openai,
    "pipeline": _ask_pipeline,
}
"""How each kind of agent with a key is asked. Raises `AgentError` or `SettingsError`."""

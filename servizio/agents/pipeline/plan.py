"""What all pipeline agents of a shop share: which parts, and how they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from servizio.agents.pipeline.chat import Chat
from servizio.agents.pipeline.dialects import ChatPlan, Dialect, dialect_of
from servizio.agents.pipeline.hearing import Hearing
from servizio.agents.pipeline.speaking import Mouth
from servizio.settings.sections import LlmSettings


@dataclass(frozen=True, slots=True)
class PipelineParts:
    """What an agent is put together from."""

    chat: Chat
    make_hearing: Callable[[], Hearing]
    make_mouth: Callable[[], Mouth]
    prompt_extra: str
    """The owner's own lines."""
    now: Callable[[], datetime]


def chat_plan(settings: LlmSettings) -> ChatPlan:
    """How the language model of these settings is asked."""
    url = settings.base_url.rstrip("/")
    dialect = dialect_of(url) if settings.dialect == "auto" else Dialect(settings.dialect)
    return ChatPlan(
        url=url,
        api_key=settings.api_key.get_secret_value(),
        model=settings.model,
        dialect=dialect,
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
        reasoning_effort=settings.reasoning_effort,
    )

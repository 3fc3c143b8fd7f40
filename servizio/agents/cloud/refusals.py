"""What it means that a provider will not open a socket to us, and who has to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from servizio.agents.cloud.provider_text import one_line
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

OUT_OF_CREDIT = "insufficient_quota"
"""Tells an empty account from a busy provider: both are HTTP 429."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who is at the far end, as staff know it."""

    name: str
    section: str
    """Of the settings."""


DEEPGRAM = Provider("Deepgram", "deepgram")
OPENAI = Provider("OpenAI", "openai")


def refusal(provider: Provider, status: int, said: str) -> AgentError:
    """An upgrade that was answered with this HTTP status, and what came with it."""
    name = provider.name
    message = f"{name} refused the call: HTTP {status} {one_line(said)}".strip()
    if status >= 500 or (status == 429 and OUT_OF_CREDIT not in said):
        return AgentUnreachableError(message, f"{name} is busy or out of order; nothing to do.")
    if status in {401, 403}:
        return AgentRefusedError(message, f"Check {provider.section}.api_key.")
    return AgentRefusedError(message, f"Check the {name} account and settings.")


def unreachable(provider: Provider, error: BaseException) -> AgentError:
    """No upgrade was answered at all."""
    return AgentUnreachableError(f"{provider.name} cannot be reached: {type(error).__name__}.")

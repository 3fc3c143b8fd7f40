"""What a request looks like to which server: all call themselves OpenAI-compatible.

Sources: the servers' own request types. What a server does not know it ignores at best and
refuses at worst, so each is sent what it is known to take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from servizio.agents.cloud.provider_json import Json
from servizio.agents.tool_schemas import ToolSpec


class Dialect(StrEnum):
    """A kind of server."""

    OPENAI = "openai"
    GROQ = "groq"
    OLLAMA = "ollama"
    VLLM = "vllm"
    LLAMACPP = "llamacpp"
    PLAIN = "plain"
    """Any other: nothing but what all have in common."""


@dataclass(frozen=True, slots=True)
class _Manners:
    limit_key: str = "max_tokens"
    parallel_tool_calls: bool | None = None
    """What to send; `None`: nothing, as the server ignores it."""


_MANNERS: Final[Mapping[Dialect, _Manners]] = {
    Dialect.OPENAI: _Manners("max_completion_tokens", parallel_tool_calls=True),
    Dialect.GROQ: _Manners("max_completion_tokens", parallel_tool_calls=True),
    Dialect.OLLAMA: _Manners(),
    Dialect.VLLM: _Manners(),
    # Off by default there: two drinks in one sentence would be one.
    Dialect.LLAMACPP: _Manners(parallel_tool_calls=True),
    Dialect.PLAIN: _Manners(),
}
_HOSTS: Final = {"api.openai.com": Dialect.OPENAI, "api.groq.com": Dialect.GROQ}
_PORTS: Final = {11434: Dialect.OLLAMA, 8000: Dialect.VLLM, 8080: Dialect.LLAMACPP}
_REASONING_OPENAI: Final = ("gpt-5", "gpt-6", "o1", "o3", "o4")
_OPTIONAL: Final = ("temperature", "reasoning_effort", "parallel_tool_calls")


@dataclass(frozen=True, slots=True)
class ChatPlan:
    """What all requests of a shop have in common."""

    url: str
    """Without `/chat/completions`."""
    api_key: str
    model: str
    dialect: Dialect
    max_tokens: int = 600
    temperature: float = 0.3
    reasoning_effort: str = ""
    """Empty: what suits the model."""


def dialect_of(url: str) -> Dialect:
    """Which server it most likely is."""
    parts = urlsplit(url)
    return _HOSTS.get(parts.hostname or "") or _PORTS.get(parts.port or 0) or Dialect.PLAIN


def request_body(
    plan: ChatPlan,
    messages: Sequence[Json],
    tools: Sequence[ToolSpec],
    *,
    may_call: bool = True,
    temperature: float | None = None,
) -> Json:
    """One request. `may_call=False`: the model has to answer in words."""
    manners = _MANNERS[plan.dialect]
    body: Json = {
        "model": plan.model,
        "stream": True,
        "messages": list(messages),
        "tools": [_tool(spec) for spec in tools],
        "tool_choice": "auto" if may_call else "none",
        manners.limit_key: plan.max_tokens,
    }
    if manners.parallel_tool_calls is not None:
        body["parallel_tool_calls"] = manners.parallel_tool_calls
    effort = plan.reasoning_effort or _effort(plan)
    if effort:
        body["reasoning_effort"] = effort
    if not _thinks_at_openai(plan):
        body["temperature"] = plan.temperature if temperature is None else temperature
    return body


def plainer(body: Json) -> Json:
    """The same request without all that a server need not know."""
    plain = {key: value for key, value in body.items() if key not in _OPTIONAL}
    limit = plain.pop("max_tokens", None)
    other = plain.pop("max_completion_tokens", None)
    if limit is not None:
        plain["max_completion_tokens"] = limit
    elif other is not None:
        plain["max_tokens"] = other
    return plain


def _effort(plan: ChatPlan) -> str:
    """A customer waits: as little thought as the model can do with."""
    if plan.dialect is Dialect.GROQ:
        if "gpt-oss" in plan.model:
            return "low"
        return "none" if "qwen" in plan.model else ""
    return "low" if _thinks_at_openai(plan) else ""


def _thinks_at_openai(plan: ChatPlan) -> bool:
    return plan.dialect is Dialect.OPENAI and plan.model.startswith(_REASONING_OPENAI)


def _tool(spec: ToolSpec) -> Json:
    return {
        "type": "function",
        "function": {
            "name": spec.name,
            "description": spec.description,
            "parameters": spec.parameters,
        },
    }

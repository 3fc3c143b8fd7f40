"""The tree of all settings."""

from __future__ import annotations

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from servizio.settings.kinds import AgentName
from servizio.settings.screens import ConsoleSettings, TvSettings
from servizio.settings.sections import (
    AgentSettings,
    ConciergeSettings,
    DeepgramSettings,
    LlmSettings,
    LogSettings,
    OpenAISettings,
    PipelineSettings,
    ServerSettings,
    ShopSettings,
    StaffSettings,
    StoreSettings,
    TwilioSettings,
    WebhookSettings,
)


class Settings(BaseSettings):
    """Every setting of a shop.

    One made directly, `Settings(...)`, reads nothing from outside; `load_settings` gathers
    command line, environment, `.env` and `servizio.toml`.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    shop: ShopSettings = ShopSettings()
    server: ServerSettings = ServerSettings()
    staff: StaffSettings = StaffSettings()
    log: LogSettings = LogSettings()
    agent: AgentSettings = AgentSettings()
    deepgram: DeepgramSettings = DeepgramSettings()
    openai: OpenAISettings = OpenAISettings()
    llm: LlmSettings = LlmSettings()
    pipeline: PipelineSettings = PipelineSettings()
    twilio: TwilioSettings = TwilioSettings()
    webhooks: WebhookSettings = WebhookSettings()
    store: StoreSettings = StoreSettings()
    concierge: ConciergeSettings = ConciergeSettings()
    console: ConsoleSettings = ConsoleSettings()
    tv: TvSettings = TvSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read only what is handed over; `load_settings` adds its layers in a subclass."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def agent_order(self) -> tuple[AgentName, ...]:
        """The agents that can take a call, first choice first.

        `auto` is every provider that has a key, in the order deepgram, openai, pipeline. The
        local agent stands behind them all, named or not: it needs no network.
        """
        if self.agent.order != "auto":
            named = self.agent.order
            return named if "local" in named else (*named, "local")
        ready: list[AgentName] = []
        if self.deepgram.configured:
            ready.append("deepgram")
        if self.openai.configured:
            ready.append("openai")
        if self.pipeline_configured:
            ready.append("pipeline")
        return (*ready, "local")

    @property
    def pipeline_configured(self) -> bool:
        """Whether ears, mind and mouth of the pipeline agent all have what they need."""
        ears = self.pipeline.stt == "local" or self.deepgram.configured
        mouth = {
            "local": True,
            "deepgram": self.deepgram.configured,
            "openai": self.openai.configured
            or bool(self.pipeline.speech_api_key.get_secret_value())
            or self.pipeline.speech_url == self.llm.base_url,
        }[self.pipeline.tts]
        return self.llm.configured and ears and mouth

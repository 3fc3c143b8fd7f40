"""The sections of the settings and every key in them.

A section is a frozen value. Nothing here reads a file or the environment: that is
`servizio.settings.loading`. Empty text means "not set" throughout.
"""

from __future__ import annotations

from datetime import tzinfo
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from servizio.settings.kinds import (
    AnyUrl,
    Network,
    OptionalWebUrl,
    Order,
    PhoneNumber,
    SocketUrl,
    WebUrl,
    WebUrls,
    Words,
    public_address,
    signing_secret,
    table_from_line,
    time_zone,
    words_of,
)
from servizio.settings.own_zone import own_zone

GROQ = "https://api.groq.com/openai/v1"


class Section(BaseModel):
    """What all sections have in common. Errors never repeat what was put in: it may be secret."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
    )


class ShopSettings(Section):
    """The shop itself."""

    name: str = ""
    """As the agent says it; empty: the menu's name."""
    menu: str = "boba"
    """Name of a built-in menu, or path of a menu file."""
    tax_rate: Decimal | None = Field(default=None, ge=0, lt=1)
    """Share of the subtotal (`0.0875` is 8.75 %); not set: the menu's."""
    timezone: Annotated[str, AfterValidator(time_zone)] = ""
    """IANA name; empty: this machine's."""
    hours: Annotated[dict[str, str | list[str]], BeforeValidator(table_from_line)] = Field(
        default_factory=dict,
    )
    """Day to opening times: `mon-fri = "09:00-18:00"`; none at all: not known."""
    orders_when_closed: bool = False
    """Take calls outside these hours too; without it customers are told when the shop opens."""
    address: str = ""
    """As the agent says it after "We are at": `12 Oak Street, next to the library`."""
    parking: str = ""
    """Where customers can park, in a sentence; empty: not known, staff can tell."""
    allergens: str = ""
    """What those who must not eat something should know, in a sentence; items have their own."""
    staff_phone: PhoneNumber = ""
    """E.164. Where a customer who wants a person is put through to."""
    voice_mail: bool = True
    """Whether a customer for whom nobody comes may leave a message after a tone."""
    max_items_per_order: int = Field(default=10, ge=1, le=1000)
    languages: Words = ("en",)

    def zone(self) -> tzinfo:
        """The time zone in which the shop opens and closes."""
        return ZoneInfo(self.timezone) if self.timezone else own_zone()


class ServerSettings(Section):
    """Where the server listens and how the world reaches it."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=0, le=65535)
    """0: any free one."""
    public_url: Annotated[str, AfterValidator(public_address)] = ""
    """`https://shop.example`: the address under which the telephone company reaches us."""
    trusted_proxies: Annotated[tuple[Network, ...], BeforeValidator(words_of)] = ()
    """Peers whose `X-Forwarded-*` headers are believed."""
    drain_seconds: float = Field(default=60.0, ge=0)
    """How long live calls may go on after SIGTERM."""


class StaffSettings(Section):
    """Who may see and change orders."""

    token: SecretStr = SecretStr("")
    """Empty: the one made on the first run, in the data folder."""


class LogSettings(Section):
    """What is written to the log."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"
    """`json`: one object a line, for programs that gather logs."""


class AgentSettings(Section):
    """Who talks to the customer, and for how long."""

    order: Order = "auto"
    """Agents in the order in which they stand behind each other. `auto`: all that have a key, in
    the order deepgram, openai, pipeline. `local` comes last where it is not named."""
    greeting: str = ""
    """First sentence of a call; empty: one made from the shop's name."""
    notice: str = ""
    """Said before the greeting, where the law wants it: "This call is written down."."""
    prompt_extra: str = ""
    """The owner's own lines, told to every cloud agent: specials, house rules, manners."""
    offer_usual: bool = False
    """Whether the local agent greets a returning number with its last order: "The usual?"."""
    max_call_seconds: float = Field(default=600.0, gt=0)
    max_calls: int = Field(default=16, ge=1)
    """Calls at one time; one more is told that all lines are busy."""


class DeepgramSettings(Section):
    """Deepgram: voice agent, speech to text, text to speech."""

    api_key: SecretStr = SecretStr("")
    agent_url: SocketUrl = "wss://agent.deepgram.com/v1/agent/converse"
    listen_url: SocketUrl = "wss://api.deepgram.com/v2/listen"
    speak_url: AnyUrl = "wss://api.deepgram.com/v1/speak"
    encoding: Literal["mulaw", "linear16"] = "mulaw"
    """`mulaw`: 8 kHz both ways, untouched. `linear16`: 48 kHz there, 24 kHz back."""
    listen_model: str = "flux-general-en"
    think_provider: str = "google"
    think_model: str = "gemini-2.5-flash"
    speak_model: str = "aura-2-odysseus-en"
    language: str = "en"

    @property
    def configured(self) -> bool:
        """Whether there is a key to work with."""
        return bool(self.api_key.get_secret_value())


class OpenAISettings(Section):
    """OpenAI's Realtime API, and its text to speech."""

    api_key: SecretStr = SecretStr("")
    realtime_url: SocketUrl = "wss://api.openai.com/v1/realtime"
    realtime_model: str = "gpt-realtime-2.1"
    voice: str = "marin"
    speed: float = Field(default=1.0, ge=0.25, le=1.5)
    """Of speech."""
    reasoning_effort: Literal["minimal", "low", "medium", "high", "xhigh"] = "low"
    """How long `gpt-realtime-2` models think before they speak."""
    turn_detection: Literal["server_vad", "semantic_vad"] = "server_vad"
    """What ends a customer's turn: silence (`server_vad`), or what was said (`semantic_vad`)."""
    vad_threshold: float = Field(default=0.5, ge=0, le=1)
    """`server_vad`: how loud speech is; higher where it is noisy."""
    silence_ms: int = Field(default=500, ge=100, le=1500)
    """`server_vad`: milliseconds of silence that end a turn."""
    eagerness: Literal["auto", "low", "medium", "high"] = "auto"
    """`semantic_vad`: how soon a turn may be taken to be over."""
    transcription_model: str = "gpt-4o-mini-transcribe"
    """Writes down what the customer says. The order is not made from it."""

    @property
    def configured(self) -> bool:
        """Whether there is a key to work with."""
        return bool(self.api_key.get_secret_value())


class LlmSettings(Section):
    """The language model of the pipeline agent: any OpenAI-compatible server."""

    base_url: WebUrl = GROQ
    api_key: SecretStr = SecretStr("")
    model: str = "openai/gpt-oss-120b"
    dialect: Literal["auto", "openai", "groq", "ollama", "vllm", "llamacpp", "plain"] = "auto"
    """What kind of server it is; `auto` goes by its address. `plain`: none of these."""
    temperature: float = Field(default=0.3, ge=0, le=2)
    max_tokens: int = Field(default=600, ge=16)
    """For one answer, thoughts and function calls included."""
    reasoning_effort: str = ""
    """`none`, `low`, `medium`, `high`; empty: as little as the model can do with."""

    @property
    def configured(self) -> bool:
        """Whether there is a key, or a server of one's own that may need none."""
        return bool(self.api_key.get_secret_value()) or self.base_url != GROQ


class PipelineSettings(Section):
    """Ears and mouth of the pipeline agent."""

    stt: Literal["deepgram", "local"] = "deepgram"
    tts: Literal["deepgram", "openai", "local"] = "deepgram"
    """`openai`: any OpenAI-compatible speech endpoint, at `speech_url`."""
    speech_url: WebUrl = "https://api.openai.com/v1"
    speech_api_key: SecretStr = SecretStr("")
    """Empty: the key of `llm` where it is the same server, else the one of `openai`."""
    speech_model: str = "gpt-4o-mini-tts"
    speech_voice: str = "coral"


class TwilioSettings(Section):
    """The telephone account."""

    account_sid: str = Field(default="", pattern=r"^(AC\w*)?$")
    auth_token: SecretStr = SecretStr("")
    phone_number: PhoneNumber = ""
    """E.164. Who we are in calls and texts."""
    messaging_service_sid: str = Field(default="", pattern=r"^(MG\w*)?$")
    api_url: WebUrl = "https://api.twilio.com"
    edge: str = ""
    fallback_url: OptionalWebUrl = ""
    """Who answers a call while this server is down: a TwiML Bin that dials your own telephone."""

    @property
    def configured(self) -> bool:
        """Whether calls can be made and changed through the account."""
        return bool(self.account_sid and self.auth_token.get_secret_value())

    @property
    def can_text(self) -> bool:
        """Whether texts can leave: there is an account and a number or service to send from."""
        return self.configured and bool(self.phone_number or self.messaging_service_sid)


class WebhookSettings(Section):
    """Other programs that are told of orders."""

    urls: WebUrls = ()
    """Each order is posted to all of these as JSON, once its call is over."""
    secret: Annotated[SecretStr, AfterValidator(signing_secret)] = SecretStr("")
    """Signs what is posted (Standard Webhooks): `whsec_` and base64, or any long text."""


class StoreSettings(Section):
    """What is kept, where, and for how long."""

    url: str = ""
    """`sqlite:///path`; empty: a file in the data folder."""
    retention_days: int = Field(default=30, ge=1)
    """How long transcripts, phone numbers and names of finished orders are kept."""


class Place(Section):
    """Somebody whom the concierge can ring."""

    name: str
    phone_number: PhoneNumber


class ConciergeSettings(Section):
    """Calls that an agent makes for the owner."""

    places: Annotated[tuple[Place, ...], BeforeValidator(words_of)] = ()
    """Address book: whom `servizio book` can ring, as tables with `name` and `phone_number`."""
    voice: str = ""
    """Voice of these calls for the agents `deepgram` (names that begin with `aura` or `flux`) and
    `openai` (any other). Empty, and for `pipeline` and `local`: the voice of all calls."""
    name: str = ""
    """Under which tables are reserved where a request says none; empty: the shop's name."""
    ring_seconds: int = Field(default=25, ge=5, le=60)
    """How long it may ring. After 25 seconds most lines go to voice mail."""
    leave_message: bool = False
    """Whether a voice mail is told what was wanted; else it is hung up on."""

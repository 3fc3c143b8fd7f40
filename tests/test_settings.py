"""Settings come from four places, in order, and what is wrong in them is named."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from servizio.errors import SettingsError
from servizio.settings import Settings, load_settings, locate, staff_token
from servizio.settings.faults import known_keys
from servizio.settings.showing import as_lines, template, write_template


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def load(
    home: Path,
    *,
    toml: str = "",
    env: Mapping[str, str] | None = None,
    dotenv: str = "",
    typed: Mapping[str, object] | None = None,
) -> Settings:
    working = home / "working"
    working.mkdir(exist_ok=True)
    if toml:
        (home / "servizio.toml").write_text(toml, encoding="utf-8")
    if dotenv:
        (working / ".env").write_text(dotenv, encoding="utf-8")
    environment = {"SERVIZIO_HOME": str(home), **(env or {})}
    return load_settings(typed, environment=environment, working_folder=working)


def refusal(home: Path, *, toml: str = "", env: Mapping[str, str] | None = None) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        load(home, toml=toml, env=env)
    return caught.value


def test_without_any_source_a_shop_has_the_defaults(home: Path) -> None:
    settings = load(home)
    assert settings.shop.menu == "boba"
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8000)
    assert settings.agent_order == ("local",)
    assert settings.shop.max_items_per_order == 10
    assert settings.store.retention_days == 30


def test_each_place_wins_over_the_ones_below_it(home: Path) -> None:
    toml = "[server]\nport = 1\n[shop]\nname = 'file'\nmenu = 'pizza'\naddress = 'file'\n"
    dotenv = "SERVIZIO_SERVER__PORT=2\nSERVIZIO_SHOP__NAME=dotenv\nSERVIZIO_SHOP__MENU=cafe\n"
    env = {"SERVIZIO_SERVER__PORT": "3", "SERVIZIO_SHOP__NAME": "environment"}
    settings = load(home, toml=toml, dotenv=dotenv, env=env, typed={"server.port": 4})
    assert settings.server.port == 4
    assert settings.shop.name == "environment"
    assert settings.shop.menu == "cafe"
    assert settings.shop.address == "file"


def test_the_names_that_other_software_uses_are_read_too(home: Path) -> None:
    settings = load(
        home,
        env={
            "DEEPGRAM_API_KEY": "dg",
            "OPENAI_API_KEY": "oa",
            "GROQ_API_KEY": "gq",
            "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
            "TWILIO_AUTH_TOKEN": "secret",
            "TWILIO_PHONE_NUMBER": "+14155550199",
            "PUBLIC_DOMAIN": "shop.example",
            "ZAPIER_WEBHOOK_URL": "https://hooks.example/1",
            "BUSINESS_NAME": "Corner Tea",
            "TAX_RATE": "0.0875",
            "LOG_LEVEL": "WARN",
        },
    )
    assert settings.agent_order == ("deepgram", "openai", "pipeline", "local")
    assert settings.twilio.configured
    assert settings.twilio.can_text
    assert settings.server.public_url == "https://shop.example"
    assert settings.webhooks.urls == ("https://hooks.example/1",)
    assert settings.shop.name == "Corner Tea"
    assert settings.shop.tax_rate == Decimal("0.0875")
    assert settings.log.level == "warning"


def test_our_own_name_wins_over_the_common_one(home: Path) -> None:
    env = {"DEEPGRAM_API_KEY": "common", "SERVIZIO_DEEPGRAM__API_KEY": "own"}
    assert load(home, env=env).deepgram.api_key.get_secret_value() == "own"


def test_voice_host_is_the_public_address_where_no_domain_is_given(home: Path) -> None:
    assert load(home, env={"VOICE_HOST": "a.example"}).server.public_url == "https://a.example"
    both = {"VOICE_HOST": "a.example", "PUBLIC_DOMAIN": "https://b.example/"}
    assert load(home, env=both).server.public_url == "https://b.example"


def test_an_empty_common_name_is_as_good_as_none(home: Path) -> None:
    assert not load(home, env={"DEEPGRAM_API_KEY": ""}).deepgram.configured


def test_an_empty_name_of_ours_asks_for_the_default(home: Path) -> None:
    env = {
        "SERVIZIO_SERVER__PORT": "",
        "SERVIZIO_TWILIO__AUTH_TOKEN": "",
        "TWILIO_AUTH_TOKEN": "real",
    }
    toml = "[server]\nport = 9\n[twilio]\nauth_token = 'real'\n"
    settings = load(home, toml=toml, env=env)
    assert settings.server.port == 8000
    assert not settings.twilio.auth_token.get_secret_value()


def test_a_phone_number_is_kept_as_e164_however_it_is_written(home: Path) -> None:
    settings = load(home, toml="[shop]\nstaff_phone = '(415) 555-0123'\n")
    assert settings.shop.staff_phone == "+14155550123"
    error = refusal(home, toml="[shop]\nstaff_phone = '12'\n")
    assert "should be a phone number" in error.message


def test_lists_can_be_written_with_commas_or_as_json(home: Path) -> None:
    with_commas = load(home, env={"SERVIZIO_AGENT__ORDER": "openai, local"})
    as_json = load(home, env={"SERVIZIO_AGENT__ORDER": '["openai", "local"]'})
    assert with_commas.agent_order == as_json.agent_order == ("openai", "local")


def test_the_local_agent_stands_behind_all_others_named_or_not(home: Path) -> None:
    assert load(home, env={"SERVIZIO_AGENT__ORDER": "deepgram"}).agent_order == (
        "deepgram",
        "local",
    )


def test_a_pipeline_that_lacks_a_voice_is_not_chosen(home: Path) -> None:
    assert load(home, env={"GROQ_API_KEY": "k"}).agent_order == ("local",)
    local_ends = {"SERVIZIO_PIPELINE__STT": "local", "SERVIZIO_PIPELINE__TTS": "local"}
    assert load(home, env={"GROQ_API_KEY": "k", **local_ends}).agent_order == ("pipeline", "local")


@pytest.mark.parametrize(
    ("toml", "line", "nearest"),
    [
        ("[shop]\nnmae = 'x'\n", "line 2", "shop.name"),
        ("[shp]\nname = 'x'\n", "line 1", "shop"),
        ("# mine\n\nport = 9000\n", "line 3", "server.port"),
        ("[server]\nhost = 'x'\n[shop]\nport = 1\n", "line 4", "server.port"),
        ("[deepgram]\n\n[deepgram.listen]\nmodel = 'x'\n", "line 3", "deepgram.listen_url"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_known_one(
    home: Path, toml: str, line: str, nearest: str
) -> None:
    error = refusal(home, toml=toml)
    assert f"servizio.toml {line}: unknown setting" in error.message
    assert f'"{nearest}"' in error.hint


def test_an_unknown_environment_name_is_an_error_too(home: Path) -> None:
    error = refusal(home, env={"SERVIZIO_SHOP__NMAE": "x"})
    assert error.message.startswith("SERVIZIO_SHOP__NMAE: unknown setting")
    assert "shop.name" in error.hint


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[server]\nport = 'many'\n", "line 2: server.port = 'many' should be a whole number"),
        ("[server]\nport = 70000\n", "server.port = 70000"),
        ("[shop]\ntimezone = 'Mars/Base'\n", "should be a time zone"),
        ("[deepgram]\nencoding = 'opus'\n", "'mulaw' or 'linear16'"),
        ("[deepgram]\nlisten_url = 'http://x'\n", "begins with wss://"),
        ("[agent]\norder = ['nobody']\n", "agent.order"),
        ("[agent]\norder = []\n", "at least one agent"),
        ("[agent]\norder = ['local', 'local']\n", "each agent once"),
        ("[shop]\ntax_rate = '8.75'\n", "less than 1"),
        ("shop = 3\n", "should be a table"),
        ("[concierge]\nplaces = [{name = 'x'}]\n", "concierge.places.0.phone_number is missing"),
        ("[server]\ntrusted_proxies = ['everyone']\n", "a network such as 10.0.0.0/8"),
    ],
)
def test_a_wrong_value_says_which_where_and_why(home: Path, toml: str, said: str) -> None:
    assert said in refusal(home, toml=toml).message


def test_several_faults_come_in_one_error(home: Path) -> None:
    error = refusal(home, toml="[server]\nport = 'x'\n[shop]\nnmae = 'y'\n")
    assert "server.port" in error.message
    assert "shop.nmae" in error.message


def test_a_file_that_is_not_toml_says_so(home: Path) -> None:
    assert "is not TOML" in refusal(home, toml="[shop\n").message


def test_curly_quotes_in_the_settings_are_called_curly_quotes(home: Path) -> None:
    opening, closing = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
    error = refusal(home, toml=f"[shop]\nname = {opening}Corner{closing}\n")
    assert error.hint.startswith("In line 2 these are curly quotes.")


def test_of_two_settings_that_contradict_each_other_one_is_named_to_correct(home: Path) -> None:
    error = refusal(home, toml="[console]\nwarn_minutes = 9\nlate_minutes = 2\n")
    assert "console.late_minutes should not be less than warn_minutes" in error.message
    assert error.hint == "Correct console.late_minutes or leave it out."


def test_a_secret_is_never_repeated(home: Path) -> None:
    error = refusal(home, toml='[twilio]\nauth_token = ["hush-hush"]\n')
    assert "twilio.auth_token" in error.message
    assert "hush-hush" not in error.message + error.hint + repr(error.__cause__)
    settings = load_settings(
        environment={"SERVIZIO_HOME": str(home / "other"), "TWILIO_AUTH_TOKEN": "hush-hush"},
        working_folder=home,
    )
    assert "hush-hush" not in repr(settings)
    lines = as_lines(settings)
    assert 'twilio.auth_token = "********"' in lines
    assert 'openai.api_key = ""' in lines
    assert "hush-hush" not in "\n".join(lines)


@pytest.mark.parametrize(
    "toml",
    [
        '[webhooks]\nurls = ["hooks.example/hush-hush"]\n',
        '[webhooks]\nsecret = "whsec_hush-hush!"\n',
        '[pipeline]\nspeech_api_key = ["hush-hush"]\n',
    ],
)
def test_nor_is_anything_else_with_which_others_could_do_something(home: Path, toml: str) -> None:
    error = refusal(home, toml=toml)
    assert "hush-hush" not in error.message + error.hint + repr(error.__cause__)


def test_addresses_that_are_secrets_are_shown_without_what_is_secret(home: Path) -> None:
    settings = load(
        home,
        env={
            "ZAPIER_WEBHOOK_URL": "https://hooks.zapier.com/hooks/catch/1/hush-hush",
            "SERVIZIO_LLM__BASE_URL": "http://me:hush-hush@models.example/v1",
        },
    )
    lines = as_lines(settings)
    assert 'webhooks.urls = ["https://hooks.zapier.com/********"]' in lines
    assert 'llm.base_url = "http://********@models.example/v1"' in lines
    assert "hush-hush" not in "\n".join(lines)


def test_the_template_has_every_setting_with_its_default(home: Path) -> None:
    write_template(home / "servizio.toml")
    assert load(home) == Settings() or load(home).model_dump() == Settings().model_dump()
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line else line for line in template().splitlines()
    )
    tree = tomllib.loads(uncommented)
    written = {f"{section}.{key}" for section, keys in tree.items() for key in keys}
    assert written == set(known_keys())
    with pytest.raises(SettingsError):
        write_template(home / "servizio.toml")


def test_servizio_home_moves_settings_and_data(home: Path) -> None:
    folders = locate({"SERVIZIO_HOME": str(home)}, home)
    assert folders.settings_file == home / "servizio.toml"
    assert folders.data == home / "data"
    (home / "config").mkdir()
    (home / "config" / "servizio.toml").write_text("", encoding="utf-8")
    assert locate({"SERVIZIO_HOME": str(home)}, home).config == home / "config"


def test_the_staff_token_is_made_once_and_for_its_owner_alone(home: Path) -> None:
    folders = locate({"SERVIZIO_HOME": str(home)}, home)
    settings = load(home)
    first = staff_token(settings, folders)
    assert len(first.get_secret_value()) >= 32
    assert staff_token(settings, folders) == first
    assert stat.S_IMODE(folders.staff_token.stat().st_mode) == 0o600
    assert stat.S_IMODE(folders.data.stat().st_mode) == 0o700


def test_a_staff_token_that_is_set_is_the_one(home: Path) -> None:
    folders = locate({"SERVIZIO_HOME": str(home)}, home)
    settings = load(home, env={"SERVIZIO_STAFF__TOKEN": "chosen"})
    assert staff_token(settings, folders).get_secret_value() == "chosen"
    assert not folders.staff_token.exists()

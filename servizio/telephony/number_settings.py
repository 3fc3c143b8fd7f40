"""The settings of a telephone number at Twilio that decide who answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NUMBER_SETTINGS = (
    "sid",
    "phone_number",
    "friendly_name",
    "voice_url",
    "voice_method",
    "voice_fallback_url",
    "voice_fallback_method",
    "status_callback",
    "status_callback_method",
    "sms_url",
    "sms_method",
    "sms_fallback_url",
    "sms_fallback_method",
    "voice_application_sid",
    "sms_application_sid",
    "trunk_sid",
    "voice_receive_mode",
)


def number_settings(number: Any) -> Mapping[str, str]:
    """Take the settings from the package's number; also `can_voice`, `can_sms`, ..."""
    settings = {name: str(getattr(number, name, None) or "") for name in _NUMBER_SETTINGS}
    abilities = number.capabilities
    for ability, present in abilities.items() if isinstance(abilities, dict) else ():
        settings[f"can_{ability}"] = "yes" if present else ""
    return settings

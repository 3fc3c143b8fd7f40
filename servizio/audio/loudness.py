"""How loud a piece of telephone sound is."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # See `servizio.audio.g711`.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop


def loudness(mulaw: bytes) -> float:
    """Root mean square of mu-law sound, on the scale of 16-bit samples: 0 to 32124."""
    return float(audioop.rms(audioop.ulaw2lin(mulaw, 2), 2))

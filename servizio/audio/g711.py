"""G.711 mu-law, the telephone's 8-bit coding, to and from 16-bit linear samples.

PCM here is always signed 16-bit little-endian, one channel. The coding is ITU-T G.711; one
mu-law byte is one sample.
"""

from __future__ import annotations

import sys
import warnings

with warnings.catch_warnings():
    # The module left the standard library in Python 3.13, where audioop-lts brings the same
    # name back; until then importing it warns of what has been dealt with.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

_NATIVE_IS_LITTLE = sys.byteorder == "little"


def mulaw_to_pcm16(mulaw: bytes) -> bytes:
    """Decode mu-law to PCM16: two bytes for each byte."""
    pcm: bytes = audioop.ulaw2lin(mulaw, 2)
    return pcm if _NATIVE_IS_LITTLE else audioop.byteswap(pcm, 2)


def pcm16_to_mulaw(pcm: bytes) -> bytes:
    """Encode PCM16 as mu-law: one byte for every two.

    Raises `ValueError` for an odd number of bytes: a stream whose pieces may be cut in the
    middle of a sample goes through `servizio.audio.resample.MulawEncoder`.
    """
    if len(pcm) % 2:
        raise ValueError("PCM16 comes in pairs of bytes")
    native = pcm if _NATIVE_IS_LITTLE else audioop.byteswap(pcm, 2)
    return bytes(audioop.lin2ulaw(native, 2))

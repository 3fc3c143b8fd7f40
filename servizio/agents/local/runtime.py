"""Loads a network into onnxruntime, the same way for hearing and speaking.

Only in worker processes: the server itself never imports onnxruntime.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

from servizio.errors import SpeechError

_HINT: Final = "pip install 'servizio[local]'"


def load_network(path: Path, *, threads: int) -> Any:
    """An onnxruntime session over a model file. Raises `SpeechError`."""
    try:
        runtime = importlib.import_module("onnxruntime")
    except ImportError as error:
        raise SpeechError("onnxruntime is not installed", _HINT) from error
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Planning which buffers to share costs seconds for these graphs, a sixth of that without,
    # and neither speed nor memory gains by it.
    options.enable_mem_reuse = False
    try:
        return runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise SpeechError(f"the model {path.name} cannot be loaded", _HINT) from error

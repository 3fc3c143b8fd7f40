"""Loads a network into onnxruntime, the same way for hearing and speaking.

Only in worker processes: the server itself never imports onnxruntime.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

from servizio.errors import SpeechError

_HINT: Final = "pip install 'servizio[local]'"


def load_network(model: Path | bytes, *, threads: int, name: str = "") -> Any:
    """An onnxruntime session over a model file, or over the content of one, which `name` then
    names. Raises `SpeechError`."""
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
    source = str(model) if isinstance(model, Path) else model
    try:
        return runtime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        called = model.name if isinstance(model, Path) else name
        raise SpeechError(f"the model {called} cannot be loaded", _HINT) from error

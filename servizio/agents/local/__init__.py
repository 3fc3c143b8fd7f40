"""The agent that needs no account, no network and no GPU: ears, mind and mouth."""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
# onnxruntime tells its makers when it is loaded, and keeps an id of the machine in the home
# folder. It reads this while it is loaded, and nobody loads it but modules of this package and the
# processes they start: nothing of a shop leaves the machine unasked.

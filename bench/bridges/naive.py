"""The bridge that tutorials build: FastAPI, uvicorn, websockets, everything at 48 kHz.

    python bench/bridges/naive.py --port 9103 --provider ws://127.0.0.1:9101/v1/agent/converse

Needs `pip install fastapi uvicorn websockets`. Each frame is decoded, brought to 48 kHz for
the provider, and what comes back is brought to 8 kHz and encoded again.
"""

from __future__ import annotations

import argparse
import asyncio
import audioop
import base64
import json
import os
from typing import Any

import uvicorn
import websockets
from fastapi import FastAPI, WebSocket, WebSocketDisconnect

TELEPHONE = 8000
PROVIDER = 48_000


def bridge(provider_url: str) -> FastAPI:
    """The application: one route."""
    app = FastAPI()

    @app.websocket("/twilio")
    async def twilio(telephone: WebSocket) -> None:
        await telephone.accept()
        async with websockets.connect(provider_url, compression=None) as provider:
            await provider.send('{"type":"Settings"}')
            back: asyncio.Task[None] | None = None
            state: Any = None
            try:
                while True:
                    event = json.loads(await telephone.receive_text())
                    if event["event"] == "media":
                        mulaw = base64.b64decode(event["media"]["payload"])
                        linear = audioop.ulaw2lin(mulaw, 2)
                        wide, state = audioop.ratecv(linear, 2, 1, TELEPHONE, PROVIDER, state)
                        await provider.send(wide)
                    elif event["event"] == "start":
                        back = asyncio.create_task(_back(provider, telephone, event["streamSid"]))
                    elif event["event"] == "stop":
                        break
            except WebSocketDisconnect:
                pass
            finally:
                if back is not None:
                    back.cancel()

    return app


async def _back(provider: Any, telephone: WebSocket, sid: str) -> None:
    state: Any = None
    async for message in provider:
        if isinstance(message, bytes):
            narrow, state = audioop.ratecv(message, 2, 1, PROVIDER, TELEPHONE, state)
            payload = base64.b64encode(audioop.lin2ulaw(narrow, 2)).decode()
            await telephone.send_text(
                json.dumps({"event": "media", "streamSid": sid, "media": {"payload": payload}})
            )


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--provider", required=True)
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    uvicorn.run(
        bridge(arguments.provider),
        host="127.0.0.1",
        port=arguments.port,
        log_level="warning",
        access_log=False,
    )


if __name__ == "__main__":
    main()

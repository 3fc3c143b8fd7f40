"""A voice provider that says what it hears: Deepgram's hand-shake, then every frame back.

    python bench/bridges/echo_provider.py --port 9101 [--core 1]

It costs as little as it can, so that what is measured is the bridge in front of it.
"""

from __future__ import annotations

import argparse
import json
import os

import uvloop
from aiohttp import WSMsgType, web

REQUEST_ID = "00000000-0000-0000-0000-000000000000"


async def converse(request: web.Request) -> web.WebSocketResponse:
    """One agent session: Welcome, Settings, SettingsApplied, echo."""
    socket = web.WebSocketResponse(compress=False, autoping=True)
    await socket.prepare(request)
    await socket.send_str(json.dumps({"type": "Welcome", "request_id": REQUEST_ID}))
    async for message in socket:
        if message.type is WSMsgType.BINARY:
            await socket.send_bytes(message.data)
        elif message.type is WSMsgType.TEXT and '"Settings"' in message.data:
            await socket.send_str('{"type":"SettingsApplied"}')
    return socket


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--core", type=int)
    arguments = parser.parse_args()
    if arguments.core is not None:
        os.sched_setaffinity(0, {arguments.core})
    uvloop.install()
    app = web.Application()
    app.router.add_get("/v1/agent/converse", converse)
    web.run_app(app, host="127.0.0.1", port=arguments.port, access_log=None, print=None)


if __name__ == "__main__":
    main()

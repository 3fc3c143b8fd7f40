"""The smallest bridge there can be: aiohttp and uvloop, mu-law passed through, nothing else.

    python bench/bridges/bare.py --port 9102 --provider ws://127.0.0.1:9101/v1/agent/converse

No pacing, no marks, no barge-in, no order: the floor against which a bridge is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os

import aiohttp
import uvloop
from aiohttp import WSMsgType, web

SESSION = web.AppKey("session", aiohttp.ClientSession)
PROVIDER = web.AppKey("provider", str)


async def twilio(request: web.Request) -> web.WebSocketResponse:
    """One call."""
    telephone = web.WebSocketResponse(compress=False)
    await telephone.prepare(request)
    async with request.app[SESSION].ws_connect(request.app[PROVIDER], compress=0) as provider:
        await provider.send_str('{"type":"Settings"}')
        echo: asyncio.Task[None] | None = None
        async for message in telephone:
            if message.type is not WSMsgType.TEXT:
                continue
            event = json.loads(message.data)
            if event["event"] == "media":
                await provider.send_bytes(base64.b64decode(event["media"]["payload"]))
            elif event["event"] == "start":
                echo = asyncio.create_task(_back(provider, telephone, event["streamSid"]))
            elif event["event"] == "stop":
                break
        if echo is not None:
            echo.cancel()
    return telephone


async def _back(
    provider: aiohttp.ClientWebSocketResponse, telephone: web.WebSocketResponse, sid: str
) -> None:
    async for message in provider:
        if message.type is WSMsgType.BINARY:
            payload = base64.b64encode(message.data).decode()
            await telephone.send_str(
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
    uvloop.install()

    async def make() -> web.Application:
        app = web.Application()
        app[PROVIDER] = arguments.provider
        app[SESSION] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        app.router.add_get("/twilio", twilio)
        return app

    web.run_app(make(), host="127.0.0.1", port=arguments.port, access_log=None, print=None)


if __name__ == "__main__":
    main()

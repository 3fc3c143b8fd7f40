"""The aiohttp server: webhooks, media sockets, API, events."""

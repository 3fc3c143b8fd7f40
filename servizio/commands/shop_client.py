"""The running server of this shop, asked by a command: HTTP, one question at a time."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

from servizio.errors import ApiError
from servizio.paths import Folders
from servizio.server.presence import running_server
from servizio.settings import Settings, load_settings, locate, staff_token

PATIENCE_SECONDS = 10.0
"""For each question to a server."""
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class ShopClient:
    """Asks one server. Raises `ApiError` where it refuses or does not answer."""

    url: str
    token: str = ""

    def get(self, path: str) -> object:
        """Read something."""
        return self._ask("GET", path, None)

    def post(self, path: str, body: object = None) -> object:
        """Do something."""
        return self._ask("POST", path, body)

    def patch(self, path: str, body: object) -> object:
        """Change something."""
        return self._ask("PATCH", path, body)

    def _ask(self, method: str, path: str, body: object) -> object:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(  # noqa: S310 - scheme checked by `checked_url`
            checked_url(self.url) + path, data=data, headers=headers, method=method
        )
        try:
            with _opener(self.url).open(request, timeout=PATIENCE_SECONDS) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except (OSError, ValueError) as error:
            raise ApiError(
                f"No answer from {self.url}.", "Is it running? Start it with: servizio run"
            ) from error


def checked_url(url: str) -> str:
    """The address of a server. Raises `ApiError` where it cannot be one."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ApiError(f"{url!r} is no address of a server.", "It looks like http://127.0.0.1:8000")
    return url.rstrip("/")


def _opener(url: str) -> urllib.request.OpenerDirector:
    if urlsplit(url).hostname in HERE:
        # A proxy that is set for the network cannot reach this machine's own server.
        return urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener()


def _refusal(error: urllib.error.HTTPError) -> ApiError:
    try:
        said = json.loads(error.read())["error"]
        message, hint = str(said["message"]), str(said.get("hint", ""))
    except (ValueError, KeyError, TypeError, OSError):
        message, hint = f"The server answered {error.code}.", ""
    if error.code == 401:
        hint = "Give the staff token of that server: --token, or SERVIZIO_STAFF__TOKEN."
    return ApiError(message, hint, status=error.code)


def is_up(url: str) -> bool:
    """Whether a Servizio server answers there, even if it cannot take calls."""
    try:
        answer = ShopClient(url).get("/health")
    except ApiError as error:
        return error.status == 503
    return isinstance(answer, dict) and answer.get("service") == "servizio"


def here(settings: Settings, folders: Folders) -> ShopClient | None:
    """This shop's server on this machine; `None` where none is up."""
    running = running_server(folders)
    if running is None or not is_up(running.url):
        return None
    return ShopClient(running.url, staff_token(settings, folders).get_secret_value())


def configured_url(settings: Settings) -> str:
    """Where this shop's server listens when it is up."""
    host = settings.server.host
    host = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"http://{host}:{settings.server.port}"


def address_and_token(url: str, token: str) -> tuple[str, str]:
    """Fill in what was not typed: this machine's server, this shop's token."""
    settings, folders = load_settings(), locate()
    running = running_server(folders)
    address = url or (running.url if running else configured_url(settings))
    return checked_url(address), token or staff_token(settings, folders).get_secret_value()

"""Who has the port: named as its owner would name it."""

from __future__ import annotations

from pathlib import Path

import pytest

from servizio.server.port_owner import owner_of_port

_HEAD = "  sl  local_address rem_address st tx rx tr tm retrnsmt uid timeout inode\n"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["/opt/venv/bin/python3.11", "/opt/venv/bin/servizio", "serve"], "another Servizio"),
        (["python3.11", "-m", "servizio", "serve"], "another Servizio"),
        (["python3.11", "-P", "/opt/servizio/__main__.py", "serve"], "another Servizio"),
        (["python3.11", "-m", "http.server", "8000"], "python3.11"),
        (["python3.11", "/srv/servizio/proxy.py", "/etc/servizio/proxy.toml"], "python3.11"),
    ],
)
def test_another_servizio_on_the_port_is_called_so_and_nothing_else_is(
    tmp_path: Path, command: list[str], name: str
) -> None:
    process = tmp_path / "812"
    (tmp_path / "net").mkdir()
    (tmp_path / "net/tcp").write_text(f"{_HEAD} 0: 0100007F:1F40 0:0 0A 0 0 0 0 0 4711 1\n")
    (process / "fd").mkdir(parents=True)
    (process / "fd/3").symlink_to("socket:[4711]")
    (process / "comm").write_text("python3.11\n")
    (process / "cmdline").write_text("\0".join(command) + "\0")

    assert owner_of_port(8000, tmp_path) == f"{name} (process 812)"

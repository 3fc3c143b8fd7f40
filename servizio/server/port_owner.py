"""Who listens on a port, for a helpful error. Linux tells; elsewhere nobody is named."""

from __future__ import annotations

from pathlib import Path

_START = 4
"""Words of a command line that say which program it is: `python -P .../servizio/__main__.py`."""
_PACKAGE = ("servizio", "__main__.py")


def owner_of_port(port: int, proc: Path = Path("/proc")) -> str:
    """`nginx (process 812)`; empty where it cannot be found out."""
    inodes = {inode for name in ("net/tcp", "net/tcp6") for inode in _listeners(proc / name, port)}
    if not inodes:
        return ""
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for process in proc.iterdir():
        if process.name.isdigit() and _holds(process, wanted):
            name = _name(process)
            return f"{name} (process {process.name})"
    return ""


def _name(process: Path) -> str:
    words = [Path(word) for word in _read(process / "cmdline").split("\0")[:_START]]
    if any(word.name == "servizio" or word.parts[-2:] == _PACKAGE for word in words):
        return "another Servizio"
    return _read(process / "comm").strip() or "a program"


def _listeners(table: Path, port: int) -> list[str]:
    """Inodes of the sockets that listen on a port: state 0A, port in hexadecimal."""
    rows = [line.split() for line in _read(table).splitlines()[1:]]
    ending = f":{port:04X}"
    return [row[9] for row in rows if len(row) > 9 and row[1].endswith(ending) and row[3] == "0A"]


def _holds(process: Path, wanted: set[str]) -> bool:
    try:
        return any(str(handle.readlink()) in wanted for handle in (process / "fd").iterdir())
    except OSError:
        return False


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

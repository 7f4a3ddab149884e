"""What the cells of a kernel reach for outside themselves, by Python's audit events."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

__all__ = ["Reached", "record"]

#: Events after which an answer depends on what no hash of files can name.
ELSEWHERE = (
    "ftplib.",
    "http.client.connect",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.spawn",
    "smtplib.connect",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostby",
    "sqlite3.connect",
    "subprocess.Popen",
    "urllib.Request",
)

LISTINGS = ("os.listdir", "os.scandir")

#: Ways of opening a file that may change it.
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True, slots=True)
class Reached:
    """What was opened, listed, written and asked of others.

    Parameters
    ----------
    opened, listed, written
        Absolute paths of files read, of directories listed, of files written.
    elsewhere
        Names of events: a process started, a connection made.

    Examples
    --------
    >>> found = Reached()
    >>> found.hear("open", ("/a/table.csv", "r", os.O_RDONLY))
    >>> found.hear("socket.connect", (None, ("example.org", 80)))
    >>> found.said()
    {'opened': ['/a/table.csv'], 'listed': [], 'written': [], 'elsewhere': ['socket.connect']}
    """  # noqa: E501

    opened: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)

    def hear(self, event: str, given: Sequence[Any]) -> None:
        """Take note of one audit event, as `sys.addaudithook` gives it."""
        if event == "open":
            writes = isinstance(given[2], int) and given[2] & WRITING
            _add(self.written if writes else self.opened, given[0])
        elif event in LISTINGS:
            _add(self.listed, "." if given[0] is None else given[0])
        elif event.startswith(ELSEWHERE):
            self.elsewhere.add(event)

    def said(self) -> dict[str, list[str]]:
        """Everything so far, sorted, as JSON can hold it."""
        names = ("opened", "listed", "written", "elsewhere")
        return {name: sorted(getattr(self, name).copy()) for name in names}


def _add(found: set[str], path: Any) -> None:
    """Add a path; a number is a file that was opened by its path before."""
    if isinstance(path, str | bytes | os.PathLike):
        found.add(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100  (no access)


@cache
def record() -> Reached:
    """Record what this process does from now on; a second call gives the same record.

    Python has no way to take such a hook away, so this is for kernels alone.
    """
    found = Reached()
    sys.addaudithook(found.hear)
    return found

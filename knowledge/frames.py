"""What a process and one that works for it say to each other over pipes: a line of JSON, and bytes."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Any


def send(to: Any, head: Mapping[str, Any], *parts: bytes) -> None:  # noqa: ANN401 (a pipe)
    """Write a message.

    Raises:
        OSError: The other end is closed.
    """
    to.write(json.dumps({**head, "sizes": [len(part) for part in parts]}).encode() + b"\n")
    for part in parts:
        to.write(part)
    to.flush()


def receive(source: Any) -> tuple[dict[str, Any], list[bytes]]:  # noqa: ANN401 (a pipe)
    """Read a message.

    Raises:
        EOFError: The other end is closed; the message may have begun.
    """
    line = source.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    head = json.loads(line)
    sizes = head.pop("sizes")
    parts = [source.read(size) for size in sizes]
    if [len(part) for part in parts] != sizes:
        raise EOFError
    return head, parts


def end(server: subprocess.Popen[bytes]) -> None:
    """End a process that works until its pipe is closed."""
    for pipe in (server.stdin, server.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    server.wait()  # a closed pipe ends it, and what it has forked

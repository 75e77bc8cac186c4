"""Each file is read in a process of its own, with a limit on memory and time.

A server process, `python -m knowledge.readers.sandbox`, loads the readers once and forks a child for each file, so that
isolation costs milliseconds. Parsers of hostile files may crash, hang or swell: only the child does. Child and server
have no environment but a search path, no secrets, and no way to answer but values in JSON.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import BaseModel, ConfigDict, TypeAdapter

from knowledge import readers
from knowledge.frames import end, receive, send
from knowledge.types import (
    Attachment,
    BadMetadata,
    DocumentRefused,
    EmptyDocument,
    KnowledgeError,
    Reading,
    UnknownFormat,
)

MEMORY_BYTES = 1_000_000_000
"""Of a child, with what it has from the server, and of its answer. 300 pages of PDF take a tenth."""
SECONDS = 120.0
"""For a file by wall clock; 300 pages of PDF take a tenth."""
SECONDS_PER_MB = 1.0
"""More for large files."""
OCR_SECONDS = 3600.0
"""For a file whose pages are read by OCR: at 20 s, 180 pages."""
WRITTEN_BYTES = 1_000_000_000
"""Of any one file that a child may write: pictures of pages, for OCR."""

PIPE_BYTES = 1 << 20
"""Read at once from a child."""

_UNWANTED = "is no longer wanted"
_ROOT = Path(__file__).parents[2]
_ERRORS = {error.__name__: error for error in (BadMetadata, DocumentRefused, EmptyDocument, UnknownFormat)}
_READING = TypeAdapter(Reading)


class Limits(BaseModel):
    """What reading a file may cost."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory_bytes: int = MEMORY_BYTES
    seconds: float = SECONDS
    ocr_seconds: float = OCR_SECONDS

    def seconds_for(self, data: bytes, ocr: bool) -> float:
        """How long a file may take."""
        return self.ocr_seconds if ocr else self.seconds + SECONDS_PER_MB * len(data) / 1e6


class Sandbox:
    """Reads files, each in its own process. Safe to share between threads; the server starts with the first file.

    Args:
        limits: What one file may cost.
    """

    def __init__(self, limits: Limits = Limits()) -> None:  # noqa: B008 (frozen)
        self.limits = limits
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None

    def read(self, data: bytes, name: str, ocr: bool = False) -> Reading:
        """Read a file as `readers.read` does.

        Raises:
            DocumentRefused, BadMetadata: As `readers.read`; or its reader crashed, or reached a limit.
        """
        seconds = self.limits.seconds_for(data, ocr)
        asked = {"name": name, "ocr": ocr, "seconds": seconds, "memory_bytes": self.limits.memory_bytes}
        with self._lock:
            server = self._running()
            try:
                send(server.stdin, asked, data)
                said, parts = receive(server.stdout)
            except BaseException as problem:
                self._stop()
                if isinstance(problem, OSError | EOFError):
                    raise DocumentRefused(f"`{name}` could not be read: the process that reads files ended.") from None
                raise
        if error := said.get("error"):
            raise _ERRORS.get(error, DocumentRefused)(said["message"])
        try:
            attachments = tuple(Attachment(*pair) for pair in zip(said["attachments"], parts[1:], strict=True))
            return replace(_READING.validate_json(parts[0]), attachments=attachments)
        except (LookupError, ValueError) as problem:
            raise DocumentRefused(f"`{name}` could not be read: its reader gave no usable answer.") from problem

    def close(self) -> None:
        """End the server."""
        with self._lock:
            self._stop()

    def _running(self) -> Any:  # noqa: ANN401 (a Popen whose pipes are there)
        if self._server is None or self._server.poll() is not None:
            self._stop()
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "knowledge.readers.sandbox"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8"},
                start_new_session=True,  # Ctrl-C in a terminal is the parent's affair
            )
            self._end = weakref.finalize(self, end, self._server)
        return self._server

    def _stop(self) -> None:
        if self._server is not None:
            self._end()
            self._server = None


SHARED = Sandbox()
"""Of this process: one server is enough for all its libraries, and it ends with the process."""


def serve(source: BinaryIO, to: BinaryIO) -> None:
    """Read files for the one at the other end of the pipes, until it closes them."""
    while True:
        try:
            asked, (data,) = receive(source)
        except EOFError:
            return
        with suppress(ImportError):
            readers.prepare(asked["name"])
        answer = _in_child(asked, data, source.fileno())
        if answer is None:
            return
        to.write(answer)
        to.flush()


def _in_child(asked: dict[str, Any], data: bytes, source: int) -> bytes | None:
    """Fork, and wait for what the child writes; None when nobody waits for it any more."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            _confine(asked)
            with os.fdopen(writing, "wb") as to:
                _answer(asked, data, to)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with suppress(OSError):
        os.setpgid(child, child)  # as the child does itself: whoever comes first, it can be killed from now on
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        written, why = _written(pipe, source, asked)
    if why:
        _kill(child)
    _, status = os.waitpid(child, 0)
    _kill(child)  # what it started and left behind, such as OCR
    if why == _UNWANTED:
        return None
    if not why and (os.waitstatus_to_exitcode(status) or not _is_whole(written)):
        why = "made its reader crash. Save it anew with another program"
    return _frame_of_error(asked["name"], f"{why}, then add it again") if why else written


def _is_whole(answer: bytes) -> bool:
    """Whether an answer is one frame: for the rest of half a frame the other end would wait for ever."""
    end = answer.find(b"\n") + 1
    try:
        sizes = json.loads(answer[:end])["sizes"]
        return min(sizes, default=0) >= 0 and sum(sizes) == len(answer) - end
    except (LookupError, TypeError, ValueError):
        return False


def _written(pipe: BinaryIO, source: int, asked: dict[str, Any]) -> tuple[bytes, str]:
    """All that a child writes, and why it should not be waited for any longer, as the end of a sentence."""
    written: list[bytes] = []
    seconds, left = asked["seconds"], asked["memory_bytes"]
    ends = time.monotonic() + seconds
    while True:
        ready, _, _ = select.select([pipe.fileno(), source], [], [], max(ends - time.monotonic(), 0))
        if not ready:
            return b"", f"takes longer to read than {seconds:.1f} seconds. Split it into smaller documents"
        if source in ready:  # nothing more is sent before the answer: the pipe was closed
            return b"", _UNWANTED
        block = pipe.read(PIPE_BYTES)
        if not block:
            return b"".join(written), ""
        written.append(block)
        left -= len(block)
        if left < 0:
            return b"", "makes its reader write without end. Save it anew with another program"


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _confine(asked: dict[str, Any]) -> None:
    """Limit this process, and let nothing that a parser prints get between the answers."""
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    memory, seconds = asked["memory_bytes"], int(asked["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(asked: dict[str, Any], data: bytes, to: BinaryIO) -> None:
    name = asked["name"]
    try:
        read = readers.read(data, name, asked["ocr"])
        content = _READING.dump_json(replace(read, attachments=()))
    except KnowledgeError as refused:
        send(to, {"error": type(refused).__name__, "message": str(refused)})
    except MemoryError:
        limit = f"{asked['memory_bytes'] / 1e9:.1f} GB of memory"
        to.write(_frame_of_error(name, f"needs more than {limit} to be read. Split it, then add it again"))
    except Exception as problem:  # a parser's own error, or a fault of ours: this file is refused, others go on
        what = f"cannot be read ({type(problem).__name__}). Save it anew with another program, then add it again"
        to.write(_frame_of_error(name, what))
    else:
        names = [attachment.name for attachment in read.attachments]
        send(to, {"attachments": names}, content, *(attachment.data for attachment in read.attachments))


def _frame_of_error(name: str, what: str) -> bytes:
    refused = {"error": DocumentRefused.__name__, "message": f"`{name}` {what}.", "sizes": []}
    return json.dumps(refused).encode() + b"\n"


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)

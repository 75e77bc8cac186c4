"""A file is read in a process of its own: what it costs is limited, and what happens there stays there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from knowledge import readers
from knowledge.readers.sandbox import Limits, Sandbox
from knowledge.types import BadMetadata, DocumentRefused, EmptyDocument, KnowledgeError, UnknownFormat

GONE_SECONDS = 20.0  # by then a process that was to end has ended, on a busy machine too
SLOW = b"<div>" * 200_000 + b"words"  # takes seconds to read

PLAN = b"""---
title: Ferry plan
published: 2021-05
---
# Ferries

We will:

- sail
- land

| A | B |
|-|-|
| c | d |
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    opened = Sandbox()
    yield opened
    opened.close()


def alive(process: int) -> bool:
    """Whether it runs; a process that only waits to be counted as ended does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(process: int) -> list[int]:
    try:
        listed = Path(f"/proc/{process}/task/{process}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(child) for child in listed.split()]


def wait_until_gone(processes: list[int]) -> None:
    ends = time.monotonic() + GONE_SECONDS
    while any(map(alive, processes)):
        assert time.monotonic() < ends
        time.sleep(0.02)


def server_of(sandbox: Sandbox) -> int:
    """The process of a sandbox that has just begun: the youngest."""
    sandbox.read(b"Words.", "a.txt")
    return max(child for child in children(os.getpid()) if b"knowledge.readers.sandbox" in command(child))


def command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


@pytest.mark.parametrize(
    ("data", "name"), [(PLAN, "plan.md"), (b"<p>It\x92s here.", "a.html"), ("One.\n\nTwo … Ω".encode(), "a.txt")]
)
def test_a_file_is_read_as_without_the_sandbox(sandbox: Sandbox, data: bytes, name: str) -> None:
    assert sandbox.read(data, name) == readers.read(data, name)


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b" ", "a.txt", EmptyDocument),
        (b"words", "a.xyz", UnknownFormat),
        (b"---\ncolour: red\n---\nWords.", "a.md", BadMetadata),
        (b"words", "a.pdf", DocumentRefused),
    ],
)
def test_what_is_refused_is_refused_in_the_same_words(
    sandbox: Sandbox, data: bytes, name: str, error: type[KnowledgeError]
) -> None:
    with pytest.raises(error) as apart:
        sandbox.read(data, name)
    with pytest.raises(error) as here:
        readers.read(data, name)
    assert (type(apart.value), str(apart.value)) == (type(here.value), str(here.value))


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    sandbox = Sandbox(Limits(seconds=0.5))
    server = server_of(sandbox)
    why = "`a.html` takes longer to read than 1.5 seconds. Split it into smaller documents, then add it again."
    with pytest.raises(DocumentRefused) as refused:
        sandbox.read(SLOW, "a.html")
    assert str(refused.value) == why
    assert children(server) == []
    assert sandbox.read(b"Words.", "a.txt").text == "Words."
    sandbox.close()


def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_is_read() -> None:
    sandbox = Sandbox(Limits(memory_bytes=150_000_000))
    with pytest.raises(DocumentRefused, match=r"`a.html` (needs more than 0.1 GB of memory|made its reader crash)"):
        sandbox.read(b"<p>word</p>" * 1_000_000, "a.html")
    assert sandbox.read(b"Words.", "a.txt").text == "Words."
    sandbox.close()


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("os._exit(0)", "made its reader crash. Save it anew with another program"),
        (
            "(write(b'{\"sizes\": [9]}\\nwords'), os._exit(0))",
            "made its reader crash. Save it anew with another program",
        ),
        ("(write(b'{\"sizes\": [-1]}\\n'), os._exit(0))", "made its reader crash. Save it anew with another program"),
        (
            "[write(bytes(9999)) for _ in iter(int, 1)]",
            "makes its reader write without end. Save it anew with another program",
        ),
    ],
)
def test_a_reader_that_an_evil_file_has_taken_over_is_stopped(does: str, why: str) -> None:
    code = f"""
import os, sys
from knowledge.readers import plaintext, sandbox
def write(data):
    for end in range(3, 99):
        try:
            os.write(end, data)
        except OSError:
            pass
plaintext.read = lambda content, name: {does}
sandbox.serve(sys.stdin.buffer, sys.stdout.buffer)
"""
    asked = {"name": "a.txt", "ocr": False, "seconds": 20.0, "memory_bytes": 150_000_000, "sizes": [6]}
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(json.dumps(asked).encode() + b"\nWords.")
        server.stdin.flush()
        answer = json.loads(server.stdout.readline())
        server.stdin.close()
    assert answer["message"] == f"`a.txt` {why}, then add it again."


def test_a_sandbox_whose_process_was_killed_starts_another() -> None:
    sandbox = Sandbox()
    server = server_of(sandbox)
    os.kill(server, signal.SIGKILL)
    wait_until_gone([server])
    assert sandbox.read(b"Words.", "a.txt").text == "Words."
    sandbox.close()


def test_a_file_is_refused_when_the_process_is_killed_while_it_reads() -> None:
    sandbox = Sandbox()
    server = server_of(sandbox)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(sandbox.read, SLOW, "a.html")
        while not children(server):
            time.sleep(0.01)
        os.kill(server, signal.SIGKILL)
        with pytest.raises(DocumentRefused, match=r"could not be read: the process that reads files ended."):
            reading.result()
    assert sandbox.read(b"Words.", "a.txt").text == "Words."
    sandbox.close()


def test_the_processes_end_with_the_one_that_asked_even_if_it_is_killed() -> None:
    code = f"from knowledge.readers.sandbox import Sandbox; Sandbox().read({SLOW[:5]!r} * 200_000, 'a.html')"
    asking = subprocess.Popen([sys.executable, "-c", code])
    while not (servers := children(asking.pid)) or not children(servers[0]):
        time.sleep(0.01)
    processes = [*servers, *children(servers[0])]
    asking.kill()
    asking.wait()
    wait_until_gone(processes)


def test_closing_leaves_no_process() -> None:
    sandbox = Sandbox()
    server = server_of(sandbox)
    sandbox.close()
    assert not alive(server)
    sandbox.close()


def test_a_sandbox_that_is_forgotten_leaves_no_process() -> None:
    server = server_of(Sandbox())
    wait_until_gone([server])


def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    sandbox = Sandbox()
    assert b"secret" not in Path(f"/proc/{server_of(sandbox)}/environ").read_bytes()
    sandbox.close()


def test_threads_get_their_own_files(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda number: sandbox.read(f"Words {number}.".encode(), "a.txt").text, range(40)))
    assert read == [f"Words {number}." for number in range(40)]

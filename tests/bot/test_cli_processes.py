"""The command line in processes of its own: pipes, terminals, signals, and two commands at once."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.bot.conftest import FAIR, Home
from tests.bot.slack.fake_slack import BOT_TOKEN, FakeSlack

COMMAND = [sys.executable, "-c", "from bot.cli import app; app()"]
WAIT_SECONDS = 120.0
"""Until something that has to happen counts as missing."""
WHEN = "When does the new ferry start?"


@contextmanager
def started(
    *words: str | Path,
    stdin: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that does not outlive the test."""
    process = subprocess.Popen(
        [*map(str, words)],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env={**os.environ, **variables},
    )
    watch = threading.Timer(WAIT_SECONDS, process.kill)
    watch.start()
    try:
        with process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        watch.cancel()


class Terminal:
    """A terminal to write to; remembers what was written."""

    def __init__(self) -> None:
        self._terminal, self.other_side = pty.openpty()
        self._shown = b""
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        # Linux says with an error that nobody writes any more, others with nothing.
        with suppress(OSError):
            while more := os.read(self._terminal, 10_000):
                self._shown += more

    def shown(self) -> str:
        """All that was written; waits until nobody can write any more."""
        self._reader.join(WAIT_SECONDS)
        os.close(self._terminal)
        return self._shown.decode()


def test_lines_are_answered_as_they_come_until_ctrl_c_while_the_terminal_shows_what_goes_on(home: Home) -> None:
    """Standard error is a terminal, as for whoever pipes the answers into another program."""
    terminal = Terminal()
    command = [*COMMAND, "--home", str(home.folder), "ask", "--json", "-"]
    with started(*command, stderr=terminal.other_side, variables={"TERM": "xterm"}) as process:
        os.close(terminal.other_side)
        assert process.stdin is not None
        assert process.stdout is not None
        for question in (WHEN, "Who chairs the harbour board of Northport?"):
            process.stdin.write(json.dumps({"question": question}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["question"] == question
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stdout.read() == b""
    shown = terminal.shown()
    assert "Loading the model" in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize("words", [["documents", "list"], ["documents", "list", "--json"], ["index", "list"]])
def test_a_reader_that_closes_early_causes_no_traceback(home: Home, words: list[str]) -> None:
    with started(*COMMAND, "--home", home.folder, *words) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_an_encoding_without_the_characters_of_an_answer_causes_no_traceback(home: Home) -> None:
    home.run("documents", "set", "ferry", "title=The “ferry”")
    typed = [*COMMAND, "--home", str(home.folder), "documents", "list"]
    plain = subprocess.run(typed, capture_output=True, env=os.environ | {"PYTHONIOENCODING": "latin-1"}, check=True)
    assert b"The ?ferry?, " in plain.stdout.splitlines()[0]
    in_json = subprocess.run(
        [*typed, "--json"], capture_output=True, env=os.environ | {"PYTHONIOENCODING": "latin-1"}, check=True
    )
    assert json.loads(in_json.stdout)["title"] == "The “ferry”"


@pytest.mark.parametrize(
    ("words", "typed", "code", "left"),
    [([], b"n\n", 1, ["ferry"]), ([], b"y\n", 0, []), (["--yes"], b"", 0, [])],
)
def test_on_a_terminal_a_purge_has_to_be_confirmed(
    home: Home, words: list[str], typed: bytes, code: int, left: list[str]
) -> None:
    keyboard, other_side = pty.openpty()
    command = [*COMMAND, "--home", str(home.folder), "documents", "remove", "ferry", "--purge", *words]
    with started(*command, stdin=other_side) as process:
        os.close(other_side)
        os.write(keyboard, typed)
        out, err = process.communicate()
        assert process.returncode == code
    os.close(keyboard)
    assert (b"so that nothing brings it back? [y/N]:" in err) is bool(typed)
    assert (b"Nothing was purged.\n" in err) is bool(left)
    assert (b"Removed ferry from the documents." in out) is not bool(left)
    assert [source["id"] for source in home.run("documents", "list", "--json").json] == left


UPDATE = """
import sys
from pathlib import Path
from types import MappingProxyType
from bot.service import Service
from bot.update import Orders

def stand_still(step, done, of):
    if step == "encoding":
        print("encoding", flush=True)
        sys.stdin.read()

Service(Path(sys.argv[1])).update(Orders(progress=stand_still))
"""


def test_an_update_keeps_others_out_and_loses_nothing_when_it_is_killed(home: Home) -> None:
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    home.run("documents", "add", file)
    with started(sys.executable, "-c", UPDATE, home.folder) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"encoding\n"
        refused = home.run("index", "update")
        assert (refused.code, refused.out) == (1, "")
        assert refused.err.startswith(f"Another process is updating this index (process {process.pid} since ")
        assert home.ask(WHEN)["index_version"] == "v0001"
        process.kill()
        process.wait()
    assert home.ask(WHEN)["index_version"] == "v0001"
    assert home.run("index", "update").code == 0
    assert "12 April 2021" in home.ask("When does the spring fair open?")["text"]


def test_slack_says_where_it_answers_and_ends_with_sigterm(home: Home) -> None:
    with FakeSlack() as slack:
        variables = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": "shhh",
            "SLACK_API_URL": slack.api_url,
            "PORT": "0",
            "NO_PROXY": "127.0.0.1",
        }
        with started(*COMMAND, "--home", home.folder, "slack", variables=variables) as process:
            assert process.stderr is not None
            told = process.stderr.readline().decode()
            assert told.startswith("Answering as @merger in Kent, by HTTP on http://127.0.0.1:")
            assert told.endswith("/slack/events.\n")
            process.terminate()
            assert process.wait() == 0
            assert process.stderr.read() == b""

"""The app in a process of its own, ended as systemd and people end it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bot.slack.conftest import SECRET, OverHttp, mention
from tests.bot.slack.fake_slack import BOT_TOKEN, WAIT_SECONDS, FakeSlack

ROOT = Path(__file__).parents[3]

PROGRAM = """
import signal, sys, time
from pathlib import Path
from threading import Event
from bot.slack.app import create_app, serve_http
from bot.slack.state import open_state
from tests.bot.slack.conftest import Asking

class Slow(Asking):
    def ask(self, text, thread, audience):
        print("asked", flush=True)
        time.sleep(0.5)
        return super().ask(text, thread, audience)

stop = Event()
if sys.argv[1] == "SIGTERM":
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
with open_state(Path(sys.argv[5]), 30) as state:
    tokens = {"bot_token": sys.argv[2], "signing_secret": sys.argv[3]}
    slack = create_app(Slow(), state, home=Path(sys.argv[5]), api_url=sys.argv[4], **tokens)
    serve_http(slack, "127.0.0.1", 0, stop=stop, ready=lambda address: print(address, flush=True))
print("ended", flush=True)
"""


@contextmanager
def running(name: str, api_url: str, home: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", PROGRAM, name, BOT_TOKEN, SECRET, api_url, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_ends_the_program_after_the_answer_in_hand(slack: FakeSlack, tmp_path: Path, name: str) -> None:
    with running(name, slack.api_url, tmp_path) as process:
        assert process.stdout is not None
        http = OverHttp(slack, process.stdout.readline().strip())
        assert http.post(mention()) == 200
        assert process.stdout.readline() == "asked\n"
        process.send_signal(signal.Signals[name])
        output, errors = process.communicate(timeout=WAIT_SECONDS)
    assert (process.returncode, output, errors) == (0, "ended\n", "")
    assert len(slack.messages) == 1

"""The bot in processes of their own on one home, to be killed and ended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bot.slack.conftest import SECRET, OverHttp
from tests.bot.slack.fake.wire import over_http
from tests.bot.slack.fake_slack import BOT_TOKEN, WAIT_SECONDS, FakeSlack

ROOT = Path(__file__).parents[3]
NOW = datetime.now(UTC)
LEASE_SECONDS, LOOK_SECONDS = 1.0, 0.1
"""As short as they can be on a busy machine."""

PROGRAM = f"""
import signal, sys, time
from datetime import datetime
from pathlib import Path
from threading import Event
from bot.slack import app, inhand
from bot.slack.app import create_app, serve_http
from bot.slack.limits import Limits
from bot.slack.rules import load_rules
from bot.slack.state import open_state
from tests.bot.slack.conftest import Asking, answer

inhand.LEASE_SECONDS, inhand.LOOK_SECONDS, app.STOP_SECONDS = {LEASE_SECONDS}, {LOOK_SECONDS}, 0.5
home, api_url, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
at = datetime.fromisoformat(sys.argv[4])

class Slow(Asking):
    def ask(self, text, thread, audience):
        print("asked", flush=True)
        time.sleep(seconds)
        return answer(text, f"After {{len(thread)}}: {{text}}", id=f"a{{time.time_ns()}}")

stop = Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
with open_state(home, 30) as state:
    limits = Limits(1000, 1000)
    tokens = {{"bot_token": {BOT_TOKEN!r}, "signing_secret": {SECRET!r}}}
    more = {{"rules": load_rules(home), "clock": lambda: at}}
    slack = create_app(Slow(), state, home=home, api_url=api_url, limits=limits, **tokens, **more)
    serve_http(slack, "127.0.0.1", 0, stop=stop, ready=lambda address: print(address, flush=True))
"""


@dataclass(frozen=True)
class Bot:
    """A running bot."""

    process: subprocess.Popen[str]
    http: OverHttp

    def wait_until_asked(self) -> None:
        """Until it begins to look up an answer."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "asked\n"

    def end(self) -> None:
        """As whoever runs it does: it finishes what is in hand."""
        self.process.terminate()
        assert self.process.wait(WAIT_SECONDS) == 0

    def kill(self) -> None:
        """As the kernel does when memory runs out: no handler runs."""
        self.process.kill()
        self.process.wait()


@contextmanager
def bot(slack: FakeSlack, home: Path, seconds: float = 0.0, at: datetime = NOW) -> Iterator[Bot]:
    """A bot that takes so many seconds for an answer, and for whose digest time stands still; killed at the end."""
    command = [sys.executable, "-c", PROGRAM, str(home), slack.api_url, str(seconds), at.isoformat()]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            # It may be at work on what another one left before it is reached by anybody.
            address = next(line for line in process.stdout if line.startswith("http"))
            slack.route = over_http(address.strip(), SECRET)
            yield Bot(process, OverHttp(slack, address.strip()))
        finally:
            process.kill()

"""Measure what people notice when many ask in Slack at the same moment.

python -m tests.benchmarks.slack_load [--questions 50] [--home FOLDER] [--call-ms 100]

A real home of the bundled briefings, `merger-bot slack` in a process of its own, and a Slack on loopback whose every
call takes as long as `--call-ms` says and which refuses more than a message a second into a channel. The questions are
known pairs, each by another person in another channel; all arrive at once, and each arrives a second time as a retry.
They come over HTTP first, then over Socket Mode with a new process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import evaluate
from bot.service import Service
from tests.benchmarks.cost import machine
from tests.bot.slack.conftest import SECRET, OverHttp, event_body, mention
from tests.bot.slack.fake_slack import APP_TOKEN, BOT_TOKEN, FakeSlack, JsonObject

ACK_AIM_SECONDS, ANSWER_AIM_SECONDS = 1.0, 2.0
MOST_SECONDS = 120.0
"""After which what is not answered counts as lost."""
COMMAND = [sys.executable, "-c", "from bot.cli import app; app()"]
FIRST_TS = 1_571_648_400

Deliver = Callable[[JsonObject, str, int], None]
"""Delivers an event by its id, as the n-th retry, and returns when it is acknowledged."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one way in: seconds, and how often each question was answered."""

    way: str
    acknowledged: list[float]
    answered: list[float]
    times: Counter[str]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--home", type=Path, help="made anew, and gone afterwards, if none is given")
    parser.add_argument("--call-ms", type=float, default=100.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        service = Service(home)
        service.assistant()
        pairs = evaluate.load([service.pairs_file])
        service.close()
        step = max(len(pairs) // given.questions, 1)
        questions = [pair.question for pair in pairs[::step] if not pair.follows][: given.questions]
        measured = [measure(way, home, questions, given.call_ms / 1000) for way in ("HTTP", "Socket Mode")]
    print(f"{machine()} {len(questions)} questions at once, {given.call_ms:.0f} ms a call of Slack.\n")
    print("| | acknowledged: median | slowest | answered: median | slowest | answered once |")
    print("| --- | --- | --- | --- | --- | --- |")
    for each in measured:
        print(row(each, len(questions)))
    print(f"\nThe aims are {ACK_AIM_SECONDS:.0f} s for the slowest acknowledgement, and {ANSWER_AIM_SECONDS:.0f} s for")
    print("the median answer.")


def row(measured: Measured, questions: int) -> str:
    """One line of the table."""
    once = sum(count == 1 for count in measured.times.values())
    acks, answers = measured.acknowledged, measured.answered
    figures = (statistics.median(acks), max(acks), statistics.median(answers), max(answers))
    shown = " | ".join(f"{seconds:.2f} s" for seconds in figures)
    return f"| {measured.way} | {shown} | {once} of {questions} |"


def measure(way: str, home: Path, questions: list[str], call_seconds: float) -> Measured:
    """Deliver all questions at once, each twice, and wait for the answers."""
    # Each time others, or the home would know them already.
    begin = FIRST_TS + int(time.time()) % 1_000_000
    events = [
        mention(question, f"{begin}.{n:06}", channel=f"C{begin}{n}", user=f"U{n}")
        for n, question in enumerate(questions)
    ]
    with FakeSlack() as slack:
        slack.takes_seconds = call_seconds
        with running(slack, home, way) as deliver, ThreadPoolExecutor(len(events)) as people:
            began = time.monotonic()

            def seconds_of(n: int, retry: int = 0) -> float:
                before = time.monotonic()
                deliver(events[n], f"Ev{begin}{n}", retry)
                return time.monotonic() - before

            acknowledged = list(people.map(seconds_of, range(len(events))))
            list(people.map(lambda n: seconds_of(n, 1), range(len(events))))
            end = began + MOST_SECONDS
            while len(slack.messages) < len(events) and time.monotonic() < end:
                time.sleep(0.05)
        posted = [call for call in slack.calls if call.method == "chat.postMessage" and call.accepted]
    times = Counter(call.args["thread_ts"] for call in posted)
    return Measured(way, acknowledged, [call.at - began for call in posted], times)


@contextmanager
def running(slack: FakeSlack, home: Path, way: str) -> Iterator[Deliver]:
    """The bot in a process of its own, ended by SIGTERM, so that it finishes what is in hand."""
    variables = {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": slack.api_url,
        "SLACK_APP_TOKEN": APP_TOKEN if way == "Socket Mode" else "",
        "PORT": "0",
        "NO_PROXY": "127.0.0.1",
    }
    command = [*COMMAND, "--home", str(home), "slack"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | variables) as process:
        try:
            assert process.stderr is not None
            told = next(line for line in process.stderr if line.startswith("Answering as"))
            if way == "Socket Mode":
                slack.sockets.wait_until(lambda sockets: sockets.opened == 1)
                yield lambda event, id, retry: slack.sockets.send(f"{id}-{retry}", event_body(event, id), retry=retry)
            else:
                http = OverHttp(slack, told.split(" on ")[1].strip().rstrip("."))
                yield lambda event, id, retry: posted(http, event, id, retry)
        finally:
            process.terminate()


def posted(http: OverHttp, event: JsonObject, event_id: str, retry: int) -> None:
    """Deliver over HTTP; fails if it is not acknowledged."""
    headers = {"X_Slack_Retry_Num": str(retry), "X_Slack_Retry_Reason": "http_timeout"} if retry else {}
    assert http.post(event, event_id, **headers) == 200


if __name__ == "__main__":
    main()

"""Measure what people notice when many use the bot in Slack at the same moment.

python -m tests.benchmarks.slack_load [--questions 50] [--home FOLDER] [--call-ms 100]

A real home of the bundled briefings, `merger-bot slack` in a process of its own, and a strict Slack on loopback, with
its limits, whose every call takes as long as `--call-ms` says. The questions are known pairs, each by another person in
another channel; all arrive at once, and each arrives a second time as a retry. Meanwhile others use the command, or
press buttons under an answer that was posted before, one after the other through the first two seconds. All this comes
over HTTP first, then over Socket Mode with a new process.
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
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot import evaluate
from bot.service import Service
from bot.slack.feedback import Verdict
from bot.slack.state import open_state
from bot.slack.views.feedback import HELPFUL
from bot.slack.views.private import ASKED
from tests.benchmarks.cost import machine
from tests.bot.slack.conftest import SECRET, OverHttp, event_body, mention
from tests.bot.slack.fake import wire
from tests.bot.slack.fake_slack import APP_TOKEN, BOT_TOKEN, Delivery, FakeSlack, JsonObject

ACK_AIM_SECONDS, ANSWER_AIM_SECONDS = 1.0, 2.0
MOST_SECONDS = 120.0
"""After which what is not answered counts as lost."""
SPREAD_SECONDS = 2.0
"""Through which commands and presses come, the first of them together with the questions."""
EACH = 10
"""So many commands, and so many presses."""
KEEP_DAYS = 90
COMMAND = [sys.executable, "-c", "from bot.cli import app; app()"]
FIRST_TS = 1_571_648_400
COMMANDS, PRESSES = "commands", "presses"

Deliver = Callable[[JsonObject, str, int], None]
"""Delivers an event by its id, as the n-th retry, and returns when it is acknowledged."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person does besides asking in a channel."""

    kind: str
    person: str
    do: Callable[[], Delivery]
    is_served: Callable[[], bool]
    """Whether the person has before them what they wanted."""
    verdict: Verdict | None = None
    """What is to be in the database in the end."""


@dataclass(frozen=True, slots=True)
class Done:
    """A deed, and what came of it."""

    deed: Deed
    acknowledged: float
    served: float | None
    """Seconds; None if it never was."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one way in: seconds, how often each question was answered, and what Slack refused, by its errors."""

    way: str
    acknowledged: list[float]
    answered: list[float]
    times: Counter[str]
    done: list[Done]
    late: int
    """Deliveries that were not acknowledged within three seconds."""
    refused: Counter[str]


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--home", type=Path, help="made anew, and gone afterwards, if none is given")
    parser.add_argument("--call-ms", type=float, default=100.0)
    given = parser.parse_args()
    before = machine()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        service = Service(home)
        service.assistant()
        pairs = evaluate.load([service.pairs_file])
        service.close()
        step = max(len(pairs) // given.questions, 1)
        questions = [pair.question for pair in pairs[::step] if not pair.follows][: given.questions]
        measured = [measure(way, home, questions, given.call_ms / 1000) for way in ("HTTP", "Socket Mode")]
    print(f"{before} {len(questions)} questions at once, {given.call_ms:.0f} ms a call of Slack.\n")
    print("| Questions | acknowledged: median | slowest | answered: median | slowest | answered once |")
    print("| --- | --- | --- | --- | --- | --- |")
    for each in measured:
        print(row(each, len(questions)))
    print("\n| Meanwhile | acknowledged: slowest | served: median | slowest | served |")
    print("| --- | --- | --- | --- | --- |")
    for each in measured:
        for kind in (COMMANDS, PRESSES):
            print(row_of(each, kind))
    print()
    for each in measured:
        expired, others = each.refused["expired_trigger_id"], dict(each.refused)
        print(f"{each.way}: {each.late} acknowledged too late, {expired} triggers expired; refused by Slack: {others}.")
    print(f"\nThe aims are {ACK_AIM_SECONDS:.0f} s for the slowest acknowledgement, and {ANSWER_AIM_SECONDS:.0f} s for")
    print("the median answer.")


def row(measured: Measured, questions: int) -> str:
    """One line of the table of questions."""
    once = sum(count == 1 for count in measured.times.values())
    acks, answers = measured.acknowledged, measured.answered
    figures = (statistics.median(acks), max(acks), statistics.median(answers), max(answers))
    shown = " | ".join(f"{seconds:.2f} s" for seconds in figures)
    return f"| {measured.way} | {shown} | {once} of {questions} |"


def row_of(measured: Measured, kind: str) -> str:
    """One line of the table of what is done meanwhile."""
    done = [each for each in measured.done if each.deed.kind == kind]
    served = [each.served for each in done if each.served is not None]
    figures = (max(each.acknowledged for each in done), statistics.median(served), max(served)) if served else ()
    shown = " | ".join(f"{seconds:.2f} s" for seconds in figures)
    return f"| {measured.way}, {kind} | {shown} | {len(served)} of {len(done)} |"


def measure(way: str, home: Path, questions: list[str], call_seconds: float) -> Measured:
    """Deliver all questions at once, each twice, and deeds meanwhile; wait for what comes of it all."""
    # Each time others, or the home would know them already.
    begin = FIRST_TS + int(time.time()) % 1_000_000
    events = [
        mention(question, f"{begin}.{n:06}", channel=f"C{begin}{n}", user=f"U{n}")
        for n, question in enumerate(questions)
    ]
    with FakeSlack() as slack:
        slack.takes_seconds = call_seconds
        with running(slack, home, way) as deliver, ThreadPoolExecutor(len(events) + 2 * EACH) as people:
            deeds = list(deeds_of(slack, questions, first_answer(slack, questions[0], f"{begin}.999999")))
            began, began_at = time.monotonic(), time.time()

            def seconds_of(n: int, retry: int = 0) -> float:
                before = time.monotonic()
                deliver(events[n], f"Ev{begin}{n}", retry)
                return time.monotonic() - before

            moments = [began + n * SPREAD_SECONDS / len(deeds) for n in range(len(deeds))]
            doing = [people.submit(done, slack, deed, at) for deed, at in zip(deeds, moments, strict=True)]
            acknowledged = list(people.map(seconds_of, range(len(events))))
            list(people.map(lambda n: seconds_of(n, 1), range(len(events))))
            answers = {event["ts"]: event for event in events}
            end = began + MOST_SECONDS
            while len(posted_in(slack, answers)) < len(events) and time.monotonic() < end:
                time.sleep(0.05)
            finished = [each.result() for each in doing]
        posted = posted_in(slack, answers)
        times = Counter(thread for thread, _ in posted)
        refused = Counter(call.error for call in slack.calls if call.error)
        late = len(slack.late)
    answered = [at - began for _, at in posted]
    return Measured(way, acknowledged, answered, times, as_stored(home, finished, began_at), late, refused)


def posted_in(slack: FakeSlack, threads: Collection[str]) -> list[tuple[str, float]]:
    """Thread and moment of each message that Slack took in these threads."""
    with slack.changed:
        taken = [call for call in slack.calls if call.method == "chat.postMessage" and call.accepted]
    return [(thread, call.at) for call in taken if (thread := str(call.args.get("thread_ts"))) in threads]


def first_answer(slack: FakeSlack, question: str, ts: str) -> JsonObject:
    """The answer that is there before the others ask, with its buttons."""
    slack.event(mention(question, ts, channel="C0FIRST", user="U0FIRST"), f"Ev{ts}")
    slack.wait_for_messages(1)
    return slack.on_show[0]


def deeds_of(slack: FakeSlack, questions: list[str], answer: JsonObject) -> Iterator[Deed]:
    """Commands and presses in turn, each by another person."""
    for n in range(EACH):
        yield command(slack, questions[-1 - n % len(questions)], f"UCOMMAND{n}")
        yield press(slack, answer, n % 3, f"UPRESS{n}")


def command(slack: FakeSlack, question: str, person: str) -> Deed:
    """Somebody asks by the command, and sees the answer."""
    return Deed(
        COMMANDS,
        person,
        lambda: slack.command("/merger", question, person, f"C{person}"),
        lambda: any(text.startswith(ASKED) for text in told(slack, person)),
    )


def press(slack: FakeSlack, answer: JsonObject, which: int, person: str) -> Deed:
    """Somebody opens a source, or says that the answer helped, or says that it did not and is asked why."""

    def has_window() -> bool:
        return bool(slack.views.stacks.get(person))

    def is_thanked() -> bool:
        return HELPFUL["text"] in told(slack, person)

    if which == 0:
        return Deed(PRESSES, person, lambda: slack.click(answer, "source:0", person), has_window)
    [buttons] = answer["blocks"][-1]["elements"]
    if which == 1:
        value, seen, verdict = buttons["positive_button"]["value"], is_thanked, Verdict.HELPFUL
    else:
        value, seen, verdict = buttons["negative_button"]["value"], has_window, Verdict.UNHELPFUL
    return Deed(PRESSES, person, lambda: slack.feedback(answer, value, person), seen, verdict)


def told(slack: FakeSlack, person: str) -> list[str]:
    """The texts that only this person sees."""
    return [message["text"] for message in slack.whispered if message["user"] == person]


def done(slack: FakeSlack, deed: Deed, at: float) -> Done:
    """Do it at a moment of the monotonic clock, and wait until it is served."""
    time.sleep(max(at - time.monotonic(), 0.0))
    began = time.monotonic()
    delivery = deed.do()
    with slack.changed:
        served = slack.changed.wait_for(deed.is_served, MOST_SECONDS)
    return Done(deed, delivery.seconds, time.monotonic() - began if served else None)


def as_stored(home: Path, finished: list[Done], since: float) -> list[Done]:
    """The same; what should be in the database and is not was not served."""
    with open_state(home, KEEP_DAYS) as state:
        stored = {(one.person, one.verdict) for one in state.feedback.since(since)}
        return [
            each
            if each.deed.verdict is None or (state.pseudonym(each.deed.person), each.deed.verdict) in stored
            else replace(each, served=None)
            for each in finished
        ]


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
            line = next(line for line in process.stderr if line.startswith("Answering as"))
            if way == "Socket Mode":
                slack.sockets.wait_until(lambda sockets: sockets.opened == 1)
                yield lambda event, id, retry: slack.sockets.send(f"{id}-{retry}", event_body(event, id), retry=retry)
            else:
                address = line.split(" on ")[1].strip().rstrip(".")
                slack.route, http = wire.over_http(address, SECRET), OverHttp(slack, address)
                yield lambda event, id, retry: posted(http, event, id, retry)
        finally:
            process.terminate()


def posted(http: OverHttp, event: JsonObject, event_id: str, retry: int) -> None:
    """Deliver over HTTP; fails if it is not acknowledged."""
    headers = {"X_Slack_Retry_Num": str(retry), "X_Slack_Retry_Reason": "http_timeout"} if retry else {}
    assert http.post(event, event_id, **headers) == 200


if __name__ == "__main__":
    main()

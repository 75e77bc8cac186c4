"""Work in real processes of their own: reports, deaths, two at once, while answers go on."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.apart import Job, run
from bot.incoming import Incoming
from bot.order import Known, Order, Report
from bot.service import Service
from bot.settings import Settings, load
from tests.bot.conftest import FAIR, PAIRS, PLAN, Home
from tests.bot.test_incoming import everything
from tests.knowledge.handed_in import word_file

WAIT_SECONDS = 60.0
"""Until something that has to happen counts as missing."""
LOOK_SECONDS = 0.01
WHEN = "When does the new ferry start?"
FAIR_WHEN = "When does the spring fair open?"
WRONG_FAIR = FAIR.replace("12 April", "13 April")
PARENT = """
import sys
from pathlib import Path
from bot.apart import run
from bot.order import Order
run(Path(sys.argv[1]), Order(what="trial"))
"""


def state(home: Home) -> tuple[dict[str, bytes], dict[str, bytes]]:
    return everything(home.folder / "documents"), everything(home.folder / "index")


def take(home: Home, name: str, data: bytes) -> str:
    return Incoming(home.folder).take(name, data).id


class Held:
    """The known pairs of a home as a pipe: a process that reads them waits until it is let go."""

    def __init__(self, home: Home) -> None:
        self.file = home.folder / "questions.yaml"
        self.pairs = self.file.read_bytes()
        self.file.unlink()
        os.mkfifo(self.file)
        self._pipe = -1

    def wait(self) -> None:
        """Until a process reads."""
        ends = time.monotonic() + WAIT_SECONDS
        while self._pipe < 0:
            try:
                self._pipe = os.open(self.file, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as nobody_yet:
                assert (nobody_yet.errno, time.monotonic() < ends) == (errno.ENXIO, True)
                time.sleep(LOOK_SECONDS)

    def let_go(self) -> None:
        """Give it what it waits for; whoever comes later finds a file."""
        aside = self.file.with_name("pairs")
        aside.write_bytes(self.pairs)
        aside.rename(self.file)
        os.write(self._pipe, self.pairs)
        self.close()

    def wait_until_nobody_reads(self) -> None:
        poll = select.poll()
        poll.register(self._pipe, 0)
        assert poll.poll(WAIT_SECONDS * 1000), "the process that reads lives on"

    def close(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


@pytest.fixture
def held(home: Home) -> Iterator[Held]:
    held = Held(home)
    yield held
    held.close()


def children(parent: int, program: str) -> list[int]:
    """Processes of a parent that run a program."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            of = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            command = (entry / "cmdline").read_bytes().decode()
        except (OSError, IndexError):
            continue
        if entry.name.isdigit() and of == parent and program in command:
            found.append(int(entry.name))
    return found


@contextmanager
def at_work(work: Callable[[], Report]) -> Iterator[Callable[[], Report]]:
    """Do it in a thread; gives what waits for its report."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            yield lambda: future.result(WAIT_SECONDS)
        except BaseException:  # nobody would let it go
            for child in children(os.getpid(), "bot.apart"):
                os.kill(child, signal.SIGKILL)
            raise


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("fair.md", FAIR.encode()),
        ("fair.docx", word_file("The spring fair opens on the market square on 12 April 2021.")),
    ],
)
def test_a_trial_says_what_would_change_and_changes_nothing(home: Home, name: str, data: bytes) -> None:
    id = take(home, name, data)
    before = state(home)
    told: list[tuple[str, int, int]] = []
    report = run(home.folder, Order(what="trial", waiting=id), lambda *done: told.append(done))
    title = "The spring fair" if name == "fair.md" else "Fair"
    assert [(one.id, one.title) for one in report.added] == [("fair", title)]
    assert (report.changed, report.removed, report.unreadable, report.problem) == ((), (), (), "")
    assert report.known == Known(answerable=3, right=3, unanswerable=1, declined=1)
    (difference,) = report.differences
    assert (difference.id, difference.question, difference.kind) == ("fair", FAIR_WHEN, "newly right")
    assert difference.before == "not asked, as documents that it rests on were not there."
    assert (difference.now.endswith("12 April 2021. (fair)"), difference.documents_now) == (True, ("fair",))
    assert (report.passes, report.published, report.version) == (True, False, "")
    assert told[0] == ("reading", 1, 1)
    assert ("asking", 4, 4) in told
    assert state(home) == before
    assert [path.name for path in Incoming(home.folder).folder.iterdir()] == [id]
    assert len(Service(home.folder).record.entries()) == 1


def test_what_is_published_is_answered_from_and_on_record(home: Home) -> None:
    id = take(home, "fair.md", FAIR.encode())
    report = run(home.folder, Order(what="publish", waiting=id, who="slack:5f2c"))
    assert (report.published, report.version, report.problem) == (True, "v0002", "")
    assert "12 April 2021" in home.ask(FAIR_WHEN)["text"]
    assert [document["id"] for document in home.run("documents", "list", "--json").json] == ["fair", "ferry"]
    assert home.run("index", "history", "--json").json[0]["who"] == "slack:5f2c"
    assert Incoming(home.folder).waiting() == ()
    assert run(home.folder, Order(what="update")) == Report(what="update")
    back = run(home.folder, Order(what="rollback", who="slack:5f2c"))
    assert (back.version, back.published, back.problem) == ("v0001", True, "")
    assert run(home.folder, Order(what="rollback", version="v9")).problem.startswith("There is no snapshot 'v9'.")


def test_what_fails_the_gate_leaves_everything_as_it_was_unless_it_is_forced(home: Home) -> None:
    id = take(home, "fair.md", WRONG_FAIR.encode())
    before = state(home)
    refused = run(home.folder, Order(what="publish", waiting=id))
    assert (refused.passes, refused.published) == (False, False)
    assert refused.problem == (
        "Not published: the known pairs fail (2 of 3 that can be answered are right, 1 of 1 that cannot be answered "
        "are declined). Documents and index are as they were."
    )
    assert [(one.id, one.problem) for one in refused.failed] == [("fair", "The answer lacks 12 April 2021.")]
    assert [(one.id, one.kind) for one in refused.differences] == [("fair", "newly wrong")]
    assert state(home) == before
    assert [one.id for one in Incoming(home.folder).waiting()] == [id]
    lower = run(home.folder, Order(what="trial", waiting=id), settings=Settings(gate_right=0.5))
    assert (lower.passes, lower.problem) == (True, "")
    forced = run(home.folder, Order(what="publish", waiting=id, force=True, because="It was moved."))
    assert (forced.passes, forced.published, forced.problem) == (False, True, "")
    assert Service(home.folder).record.entries()[-1].because == "It was moved."


def test_the_settings_of_the_environment_reach_the_process_and_no_secret_does(
    home: Home, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MERGER_BOT_GATE_RIGHT", "0.5")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-not-to-be-seen")
    monkeypatch.setenv("DATABASE_PASSWORD", "not-to-be-seen")
    id = take(home, "fair.md", WRONG_FAIR.encode())
    with at_work(lambda: run(home.folder, Order(what="trial", waiting=id))) as report:
        held.wait()
        (child,) = children(os.getpid(), "bot.apart")
        environment = Path(f"/proc/{child}/environ").read_bytes()
        assert os.getpriority(os.PRIO_PROCESS, child) == min(os.getpriority(os.PRIO_PROCESS, 0) + 10, 19)
        held.let_go()
        assert report().passes
    assert b"not-to-be-seen" not in environment
    assert "not-to-be-seen" not in Job(order=Order(what="trial"), settings=load()).model_dump_json()
    assert {line.partition(b"=")[0] for line in environment.split(b"\0") if line} <= {
        *(b"HOME", b"PATH", b"TMPDIR", b"LD_LIBRARY_PATH", b"PYTHONPATH", b"LC_ALL"),
        *(name.encode() for name in os.environ if name.startswith(("HF_", "SENTENCE_TRANSFORMERS_", "TORCH_", "XDG_"))),
    }


def test_while_a_file_is_published_answers_go_on_and_a_second_publication_is_told_to_wait(
    home: Home, held: Held
) -> None:
    ids = take(home, "fair.md", FAIR.encode()), take(home, "other.md", b"# Other\n\nThe other plan is for the harbour.")
    service = Service(home.folder)
    assert "3 May 2022" in service.ask(WHEN).text
    with at_work(lambda: run(home.folder, Order(what="publish", waiting=ids[0]))) as report:
        held.wait()
        assert "3 May 2022" in service.ask(WHEN).text
        with at_work(lambda: run(home.folder, Order(what="publish", waiting=ids[1]))) as second_report:
            second = second_report()
        (child,) = children(os.getpid(), "bot.apart")
        held.let_go()
        assert report().published
    assert second.problem.startswith(f"Another process is updating this index (process {child} since ")
    assert second.problem.endswith("Wait for it to finish, then try again.")
    assert "12 April 2021" in service.ask(FAIR_WHEN).text
    assert run(home.folder, Order(what="publish", waiting=ids[1])).published
    service.close()


def test_a_process_that_is_killed_is_survived(home: Home, held: Held) -> None:
    id = take(home, "fair.md", FAIR.encode())
    before = state(home)
    with at_work(lambda: run(home.folder, Order(what="publish", waiting=id))) as report:
        held.wait()
        (child,) = children(os.getpid(), "bot.apart")
        os.kill(child, signal.SIGKILL)
        killed = "The process that works on it was killed, as happens when memory runs out."
        assert report() == Report(what="publish", problem=f"{killed} The file still waits; try again.")
    held.file.unlink()
    held.file.write_bytes(held.pairs)
    trial = run(home.folder, Order(what="trial", waiting=id))
    assert [one.id for one in trial.added] == ["fair"]
    assert state(home) == before
    assert [path.name for path in Incoming(home.folder).folder.iterdir()] == [id], "what the killed one left is swept"


def test_work_can_be_stopped(home: Home, held: Held) -> None:
    stop = threading.Event()
    with at_work(lambda: run(home.folder, Order(what="trial"), stop=stop)) as report:
        held.wait()
        stop.set()
        told = "It was stopped before it was done. Nothing has changed; try again."
        assert report() == Report(what="trial", problem=told)
    held.wait_until_nobody_reads()


def test_the_process_ends_when_nobody_waits_for_it(home: Home, held: Held) -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT, str(home.folder)]) as parent:
        try:
            held.wait()
            assert len(children(parent.pid, "bot.apart")) == 1
        finally:
            parent.kill()
    held.wait_until_nobody_reads()


def test_an_error_in_what_is_told_of_the_progress_ends_the_process(home: Home) -> None:
    def fail(*_done: object) -> None:
        raise ConnectionError

    id = take(home, "fair.md", FAIR.encode())
    with pytest.raises(ConnectionError):
        run(home.folder, Order(what="trial", waiting=id), fail)
    assert children(os.getpid(), "bot.apart") == []


def test_a_home_that_cannot_be_used_is_said_in_a_sentence(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("words")
    assert run(tmp_path / "file", Order(what="update")).problem.startswith("The home folder")
    (home.folder / "questions.yaml").write_text("- id: [")
    assert "questions.yaml is not YAML" in run(home.folder, Order(what="trial")).problem
    (home.folder / "questions.yaml").write_text(PAIRS)
    (home.folder / "updates.jsonl").unlink()
    (home.folder / "updates.jsonl").mkdir()
    id = take(home, "ferry.md", PLAN.replace("3 May", "3 may").encode())
    assert run(home.folder, Order(what="publish", waiting=id)).problem.startswith("The record ")

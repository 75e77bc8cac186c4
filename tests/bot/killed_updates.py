"""A home whose documents go over from one state to another while the process that updates it is killed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.service import Service
from knowledge.library import Library
from tests.bot.test_service import wait_for
from tests.encoders import ThisModel, WordsEncoder
from tests.knowledge.crash import killed_at, run

LOOK_SECONDS = 0.01  # between two looks of the asking process for a new index

FERRY = (
    "# The ferry\n\nThe new ferry to Eastbay starts on {}. The harbour board agreed the timetable with the fishermen.\n"
)
FAIR = "# The fair\n\nThe spring fair opens on 12 April 2021. Tickets for the fair cost four pounds.\n"
MARKET = "# The market\n\nThe fish market opens on 9 June 2021. Stalls at the market cost ten pounds.\n"
STATES: Mapping[str, Mapping[str, str]] = {
    "old": {"ferry.md": FERRY.format("3 May 2022"), "fair.md": FAIR},
    "new": {"ferry.md": FERRY.format("8 July 2023"), "market.md": MARKET},
}
"""One document changes, one goes and one comes."""
QUESTIONS = ("When does the new ferry start?", "When does the spring fair open?", "When does the fish market open?")

Round = tuple[str, ...]
"""What was answered to each question, by one index."""


@dataclass(frozen=True, slots=True)
class Killed:
    """What was found after a process was to be killed at a step."""

    step: int
    killed: bool
    """False when it ran to its end before."""
    found: Round
    """The answers of a process that starts right afterwards."""
    may: tuple[Round, ...]
    """What it may answer: as before, of the documents that are still there, or as after; only as after when nothing
    was killed."""
    then: Round
    """The answers once an update has run to its end."""
    must: Round


def service_of(home: Path) -> Service:
    """A service with an encoder without a model: a kill in this process is a kill in any other."""
    service = Service(home, bundled=False)
    service.model = ThisModel(WordsEncoder("ferry fair market spring fish harbour starts opens tickets stalls"))
    return service


def put(home: Path, state: str) -> None:
    """Make the documents of a home those of a state; the index stays as it is."""
    library = Library(home / "documents")
    wanted = STATES[state]
    for source in library.sources():
        if source.file not in wanted:
            library.remove(source.id)
    handed_in = home.parent / f"{home.name} {state}"
    handed_in.mkdir(exist_ok=True)
    for name, text in wanted.items():
        (handed_in / name).write_text(text, "utf-8")
    library.add([handed_in])


def ask_all(service: Service) -> Round:
    """The answers of one index to all questions."""
    assistant = service.assistant()
    return tuple(assistant.ask(question).text for question in QUESTIONS)


def update(home: Path) -> None:
    """Bring the index of a home up to date."""
    assert service_of(home).update().published


def expected(folder: Path, state: str) -> Round:
    """The answers of a home that has never known another state."""
    home = folder / f"only {state}"
    put(home, state)
    return answered(home)


def left_of(folder: Path, state: str) -> Round:
    """The answers of a home that has never known more than what all states have, as this one has it."""
    home = folder / f"left of {state}"
    put(home, state)
    library = Library(home / "documents")
    for source in library.sources():
        if any(source.file not in files for files in STATES.values()):
            library.remove(source.id)
    return answered(home)


def answered(home: Path) -> Round:
    service = service_of(home)
    service.update()
    return ask_all(service)


def go_on_asking(home: Path, stop: Path, into: Path) -> None:
    """Ask all questions again and again, as a running bot does, and write each round down."""
    service = service_of(home)
    with into.open("w") as file, service.watch(LOOK_SECONDS):
        while not stop.exists():
            file.write(json.dumps(ask_all(service)) + "\n")
            file.flush()


def kill_updates(folder: Path, steps: Iterable[int]) -> Iterator[Killed]:
    """Kill updates at these steps, both ways for each, while another process asks.

    Stops after a step that an update does not have.

    Yields:
        What was found after each.

    Raises:
        AssertionError: The asking process ended, or answered as no index ever was.
    """
    right = {state: expected(folder, state) for state in STATES}
    left = {state: left_of(folder, state) for state in STATES}
    assert len({answer for answers in right.values() for answer in answers}) > len(STATES) + 1
    home, stop, into = folder / "home", folder / "stop", folder / "asked"
    put(home, "old")
    update(home)
    asking = run(go_on_asking, home, stop, into)
    try:
        for step in steps:
            ended = []
            for before, after in (("old", "new"), ("new", "old")):
                put(home, after)
                killed = killed_at(step, update, home)
                found = ask_all(service_of(home))
                may = (left[before], right[after]) if killed else (right[after],)
                service = service_of(home)
                service.update()
                for snapshot in service.store.snapshots():
                    service.store.verify(snapshot.version)
                yield Killed(step, killed, found, may, ask_all(service), right[after])
                wait_for(lambda: last_round(into) == right[after])  # noqa: B023 (it is over before the next)
                ended.append(not killed)
            if all(ended):
                break
    finally:
        stop.touch()
        asking.join()
    assert asking.exitcode == 0
    rounds = {tuple(json.loads(line)) for line in into.read_text().splitlines()}
    assert set(right.values()) <= rounds <= {*right.values(), *left.values()}


def last_round(into: Path) -> Round | None:
    """The newest of the rounds that were written down whole."""
    lines = into.read_text().rpartition("\n")[0].splitlines() if into.exists() else []
    return tuple(json.loads(lines[-1])) if lines else None

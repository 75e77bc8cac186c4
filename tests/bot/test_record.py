"""The record of what was done to the index: whole lines only, and how long the next update may take."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record import Entry, Record, expected_seconds, who
from index.types import StoreUnusable

WHEN = datetime(2021, 3, 4, 5, 6, tzinfo=UTC)
FIRST = Entry(when=WHEN, who="ann@harbour", what="update", version="v0001", published=True, added=("ferry",))
SECOND = Entry(when=WHEN, who="bob@harbour", what="rollback", version="v0001", published=True)


def test_entries_are_read_as_they_were_written(tmp_path: Path) -> None:
    record = Record(tmp_path / "updates.jsonl")
    assert record.entries() == ()
    record.add(FIRST)
    record.add(SECOND)
    assert record.entries() == (FIRST, SECOND)
    assert len(record.path.read_bytes().splitlines()) == 2


@given(data=st.data())
def test_a_line_that_was_cut_off_spoils_no_other(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """However much of the last line a crash left, and whatever else is in the file."""
    record = Record(tmp_path_factory.mktemp("record") / "updates.jsonl")
    record.add(FIRST)
    line = SECOND.model_dump_json().encode()
    rubbish = data.draw(st.binary(max_size=20).filter(lambda some: b"{" not in some))
    record.path.write_bytes(record.path.read_bytes() + rubbish + line[: data.draw(st.integers(0, len(line) - 1))])
    record.add(SECOND)
    assert record.entries() == (FIRST, SECOND)


def test_an_entry_that_does_not_fit_on_the_disk_leaves_the_others_whole(tmp_path: Path) -> None:
    record = Record(tmp_path / "updates.jsonl")
    record.add(FIRST)
    before = record.path.read_bytes()
    done = subprocess.run([sys.executable, "-c", FULL, record.path], capture_output=True, text=True, check=True)
    told = f"The record {record.path} cannot be written: File too large. Free some space, then run the command again.\n"
    assert done.stdout == told
    assert record.path.read_bytes() == before


FULL = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.record import Entry, Record
from index.types import StoreUnusable

path = Path(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 30,) * 2)
try:
    Record(path).add(Entry(when=datetime.now(UTC), who="ann", what="rollback"))
except StoreUnusable as problem:
    print(problem)
"""


def test_a_record_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    record = Record(tmp_path / "updates.jsonl")
    record.path.mkdir()
    for act in (record.entries, lambda: record.add(FIRST)):
        with pytest.raises(StoreUnusable, match=f"The record {record.path} cannot be (read|written): Is a directory"):
            act()


def test_who_is_a_user_and_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ann")
    assert who() == f"ann@{os.uname().nodename}"
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)  # a user whom the system does not know
    assert who() == f"{os.getuid()}@{os.uname().nodename}"


def test_the_time_an_update_takes_is_judged_by_the_latest_of_those_that_read_and_asked() -> None:
    def ran(read_bytes: int, build_seconds: float, asked: int = 0, ask_seconds: float = 0.0) -> Entry:
        return FIRST.model_copy(
            update={
                "read_bytes": read_bytes,
                "build_seconds": build_seconds,
                "answerable": asked,
                "ask_seconds": ask_seconds,
            }
        )

    assert expected_seconds((), 100, 0) is None
    assert expected_seconds((), 0, 0) == 0.0
    assert expected_seconds((ran(100, 5.0),), 300, 0) == 15.0
    assert expected_seconds((ran(100, 5.0),), 300, 10) is None
    assert expected_seconds((ran(100, 5.0, 20, 2.0), SECOND), 300, 10) == 16.0
    assert expected_seconds((ran(1, 1000.0), *[ran(100, 5.0)] * 5), 100, 0) == 5.0
    assert expected_seconds((ran(100, 5.0), ran(300, 7.0)), 100, 0) == 3.0

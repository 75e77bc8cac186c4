"""A home folder begins whole, whatever interrupts it, and stays as its admin left it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.home import BUNDLED, EMPTY_PAIRS, Home, HomeUnusable


def test_a_new_home_begins_with_the_bundled_briefings_and_pairs(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    briefings = sorted(file.stem for file in (BUNDLED / "documents").glob("*.md"))
    assert [source.id for source in home.library.sources()] == briefings
    assert len(briefings) == 5
    assert home.pairs_file.read_bytes() == (BUNDLED / "questions.yaml").read_bytes()
    assert sorted(entry.name for entry in home.home.iterdir()) == ["documents", "questions.yaml"]


def test_a_home_begun_without_them_has_none_and_gets_none_later(tmp_path: Path) -> None:
    Home(tmp_path, bundled=False)
    later = Home(tmp_path)
    assert later.library.sources() == ()
    assert later.pairs_file.read_text("utf-8") == EMPTY_PAIRS


def test_what_an_admin_took_out_of_a_home_does_not_come_back(tmp_path: Path) -> None:
    Home(tmp_path).library.remove("single-ccg-approved")
    assert len(Home(tmp_path).library.sources()) == 4


def test_a_first_command_that_is_killed_is_made_good_by_the_next(tmp_path: Path) -> None:
    """Killed before any of the things that it does to the disk, the next command finds or makes a whole home."""
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=True, capture_output=True, text=True)
    steps = sorted(tmp_path.iterdir(), key=lambda folder: int(folder.name))
    assert done.stdout.split() == ["-9"] * (len(steps) - 1) + ["0"]
    assert len(steps) > 15
    for folder in steps:
        home = Home(folder)
        assert [home.library.document(source.id).source for source in home.library.sources()] == list(
            Home(steps[-1]).library.sources()
        )
        assert home.pairs_file.read_bytes() == (BUNDLED / "questions.yaml").read_bytes()


KILLED = """
import os, signal, sys
from itertools import count
from pathlib import Path
from bot.home import Home

def die_at(step):
    left = step

    def look(event, args):
        nonlocal left
        if event in ("os.rename", "os.mkdir") or event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)

for step in count(1):
    child = os.fork()
    if child == 0:
        home = Path(sys.argv[1], str(step))
        home.mkdir()
        die_at(step)
        Home(home)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code)
    if code == 0:
        break
"""
"""First commands, each killed one step later than the one before, until one gets to its end."""


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder, why in (
        (tmp_path / "file", "it is not a folder"),
        (tmp_path / "file" / "home", "Not a directory"),
        (Path("/proc/merger"), "No such file or directory"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(HomeUnusable) as problem:
            Home(folder)
        told = f"The home folder {folder} cannot be written: {why}. Give another with --home or MERGER_BOT_HOME."
        assert str(problem.value) == told

"""Killed processes, several processes at once, and disks that fail."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.store import Store
from index.types import StoreUnusable, UpdateInProgress
from tests.index.snapshots import (
    POLL_SECONDS,
    forget,
    grow,
    hold,
    manifest,
    number_of,
    parts,
    publish,
    roll_back,
    update,
)
from tests.knowledge.crash import killed_at, run

MANY_STEPS = 20  # fewer would mean that the steps are no longer seen


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home" / "index")


@pytest.fixture
def two_published(tmp_path: Path) -> Callable[[int], Path]:
    """Copies of a store with two published snapshots."""
    for number in (1, 2):
        publish(Store(tmp_path / "original"), number)
    return lambda copy: Path(shutil.copytree(tmp_path / "original", tmp_path / str(copy)))


def test_a_process_killed_at_any_step_leaves_the_old_index_or_the_new_one(two_published: Callable[[int], Path]) -> None:
    for step in count(1):
        folder = two_published(step)
        killed = killed_at(step, update, folder, 3, 1)
        store = Store(folder)
        assert number_of(store.load()) in ((2, 3) if killed else (3,))
        for snapshot in store.snapshots():
            assert store.verify(snapshot.version).version == snapshot.version
        store.prune()
        assert not list(folder.glob(".tmp-*"))
        assert store.save(manifest(), {}).version in ("v0003", "v0004")
        if not killed:
            break
    assert step > MANY_STEPS
    assert store.current() == "v0003"


def test_an_update_that_shares_files_and_is_killed_at_any_step_leaves_the_old_index_or_the_new_one(
    two_published: Callable[[int], Path],
) -> None:
    grown = {"v0002": (2, None), "v0003": (2, b"3")}
    for step in count(1):
        folder = two_published(step)
        killed = killed_at(step, grow, folder, 3, 1)
        store = Store(folder)
        read, found = store.load()
        content = found.pop("grown.json", None)
        assert (number_of((read, found)), content) == grown[read.version]
        assert killed or read.version == "v0003"
        for snapshot in store.snapshots():
            assert store.verify(snapshot.version).version == snapshot.version
        with store.updating():
            assert not list(folder.glob(".tmp-*"))
        grow(folder, 4, 1)
        read, found = Store(folder).load()
        assert found.pop("grown.json") == b"4"
        assert number_of((read, found)) == 2
        kept = [(file.stat().st_nlink, file.name) for file in (folder / read.version).iterdir()]
        others = [file for file in folder.glob("v*") if file.name != read.version]
        assert len(others) <= 1  # one that was never published may stay
        assert {names for names, name in kept if name == "vectors.npy"} == {1 + len(others)}
        if not killed:
            break
    assert step > MANY_STEPS


def test_forgetting_killed_at_any_step_leaves_the_live_index_and_the_next_one_finishes(
    two_published: Callable[[int], Path],
) -> None:
    for step in count(1):
        folder = two_published(step)
        killed = killed_at(step, forget, folder)
        store = Store(folder)
        assert number_of(store.load()) == 2
        forget(folder)
        assert sorted(entry.name for entry in folder.iterdir()) == [".lock", "CURRENT", "v0002"]
        if not killed:
            break
    assert step > 5


def test_a_roll_back_killed_at_any_step_leaves_one_of_the_two(two_published: Callable[[int], Path]) -> None:
    for step in count(1):
        folder = two_published(step)
        killed = killed_at(step, roll_back, folder)
        assert number_of(Store(folder).load()) in ((1, 2) if killed else (1,))
        if not killed:
            break
    assert step > MANY_STEPS


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(POLL_SECONDS)


@pytest.fixture
def holder(store: Store, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Another process that holds the lock, until the file is there."""
    let_go = tmp_path / "let-go"
    process = run(hold, store.folder, tmp_path / "held", let_go)
    wait_for(tmp_path / "held")
    assert process.pid is not None
    yield process.pid, let_go
    let_go.touch()
    process.join()


def test_a_second_process_is_told_who_updates_and_since_when(store: Store, holder: tuple[int, Path]) -> None:
    for act in (lambda: store.save(manifest(), parts(1)), store.prune, store.rollback, lambda: store.publish("v0001")):
        expected = rf"^Another process is updating this index \(process {holder[0]} since \d\d:\d\d UTC\)\. Wait"
        with pytest.raises(UpdateInProgress, match=expected):
            act()
    assert store.current() is None


def test_a_second_process_waits_for_the_first(store: Store, holder: tuple[int, Path]) -> None:
    process = run(update, store.folder, 5)
    assert store.current() is None
    holder[1].touch()
    process.join()
    assert number_of(store.load()) == 5


def test_a_killed_process_does_not_keep_the_lock(store: Store, holder: tuple[int, Path]) -> None:
    os.kill(holder[0], signal.SIGKILL)
    with store.updating(wait_seconds=60):
        publish(store, 1)
    assert number_of(store.load()) == 1


def test_many_processes_update_one_after_the_other_while_others_read(store: Store) -> None:
    publish(store, 1)
    processes = [run(update, store.folder, number, 1) for number in range(2, 8)]
    read = set()
    while any(process.is_alive() for process in processes):
        read.add(number_of(Store(store.folder).load()))
    assert [process.exitcode for process in processes] == [0] * 6
    assert read <= set(range(1, 8))
    assert store.current() == "v0007"


def test_a_file_in_place_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("")
    store = Store(tmp_path / "index")
    for act in (lambda: store.save(manifest(), parts(1)), store.load, store.snapshots, store.current, store.prune):
        with pytest.raises(StoreUnusable, match=rf"{tmp_path / 'index'}.*: .*\. Check the disk and the folder"):
            act()


def test_a_full_disk_leaves_the_old_index_and_no_rubbish(store: Store) -> None:
    publish(store, 1)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StoreUnusable, match=r"File too large\. Free some space"):
            store.save(manifest(), {**parts(2), "large": np.zeros(1_000_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert sorted(entry.name for entry in store.folder.iterdir()) == [".lock", "CURRENT", "v0001"]
    assert number_of(store.load()) == 1


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("call", ["fsync", "rename", "replace", "mkdir", "open"])
def test_a_failing_call_to_the_system_is_a_sentence_and_leaves_the_old_index(
    store: Store, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    publish(store, 1)
    real = getattr(os, call)

    def fail(path: Path | int, *arguments: Any, **more: Any) -> object:  # noqa: ANN401
        if call == "open" and str(path).endswith(".lock"):
            return real(path, *arguments, **more)
        raise OSError(number, os.strerror(number), None if call == "fsync" else str(path))

    with monkeypatch.context() as broken:
        broken.setattr(os, call, fail)
        with pytest.raises(StoreUnusable, match=os.strerror(number)):
            publish(store, 2)
    assert number_of(store.load()) == 1
    assert call == "open" or not list(store.folder.glob(".tmp-*"))  # nothing can be removed without it, either
    publish(store, 3)
    assert number_of(store.load()) == 3
    assert not list(store.folder.glob(".tmp-*"))


def test_an_error_of_the_work_under_the_lock_stays_what_it_is(store: Store) -> None:
    with pytest.raises(FileNotFoundError, match="elsewhere"), store.updating():
        raise FileNotFoundError("elsewhere")
    with Store(store.folder).updating():
        pass


def test_the_manifest_can_be_checked_with_other_tools(store: Store) -> None:
    version = publish(store, 1)
    assert os.system(f"cd {store.folder / version} && sha256sum --status -c manifest.sha256") == 0

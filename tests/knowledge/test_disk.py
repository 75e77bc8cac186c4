from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from knowledge import disk


def test_a_replaced_file_has_all_of_the_new_content_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for content in (b"first, and longer", b"second", b""):
        disk.replace(path, content)
        assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_file_that_cannot_be_replaced_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    path = tmp_path / "file"
    disk.replace(path, b"first")

    def fail(*_arguments: Any) -> None:  # noqa: ANN401
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match="No space left"):
        disk.replace(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_on_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, aside = tmp_path / "file", tmp_path / ".tmp-new"
    calls: list[str] = []
    fsync, replace = os.fsync, os.replace

    def watched_fsync(descriptor: int) -> None:
        synced = os.readlink(f"/proc/self/fd/{descriptor}")
        calls.append(f"fsync {os.path.relpath(synced, tmp_path)}")
        fsync(descriptor)

    def watched_replace(old: Path, new: Path) -> None:
        calls.append(f"replace {old.name} {new.name}")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    disk.replace(path, b"words")
    assert calls == [f"fsync {aside.name}", f"replace {aside.name} {path.name}", "fsync ."]


def test_folders_are_made_as_deep_as_asked_and_once(tmp_path: Path) -> None:
    for _ in range(2):
        disk.make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space, then run the command again."),
        (errno.EROFS, "Check who owns the folder and that it may be written, then run the command again."),
        (errno.EIO, "Check the disk and the folder, then run the command again."),
    ],
)
def test_the_reason_says_what_happened_and_what_to_do(number: int, advice: str) -> None:
    assert disk.reason(OSError(number, os.strerror(number))) == f"{os.strerror(number)}. {advice}"


def test_a_scratch_folder_is_its_owners_alone_and_gone_in_the_end(tmp_path: Path) -> None:
    parent = tmp_path / "home" / "incoming"
    with disk.scratch(parent) as folder, disk.scratch(parent) as other:
        (folder / "file").write_text("words")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert sorted(parent.iterdir()) == sorted([folder, other])
    assert list(parent.iterdir()) == []
    with pytest.raises(RuntimeError), disk.scratch(parent):
        raise RuntimeError
    assert list(parent.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from knowledge import disk\n"
        "with disk.scratch(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'file').write_text('words'); print(folder, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        theirs = Path(process.stdout.readline().strip())
        try:
            with disk.scratch(tmp_path) as ours:
                assert sorted(tmp_path.iterdir()) == sorted([ours, theirs])
        finally:
            process.kill()
    assert list(tmp_path.iterdir()) == [theirs]
    with disk.scratch(tmp_path) as ours:
        assert list(tmp_path.iterdir()) == [ours]


def test_a_file_that_cannot_have_a_second_name_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"words")
    disk.link(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").samefile(tmp_path / "a")

    def refuse(*_names: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refuse)
    disk.link(tmp_path / "a", tmp_path / "c")
    assert (tmp_path / "c").read_bytes() == b"words"
    assert not (tmp_path / "c").samefile(tmp_path / "a")

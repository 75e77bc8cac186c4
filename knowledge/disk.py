"""Writing that survives a crash: aside first, forced to the disk, then put in place by one rename.

What is aside begins with `ASIDE`, and is rubbish once nobody writes any more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import EACCES, EDQUOT, EFBIG, ENOSPC, EPERM, EROFS
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

ASIDE = ".tmp-"
"""How the names of files and folders begin that are not finished yet."""


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there; it is still there after a crash."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk: a new or renamed file is only then there after a crash."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write(path: Path, content: bytes) -> None:
    """Write a new file and force its bytes to the disk. Its name is safe after `sync_folder` of the folder."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace(path: Path, content: bytes) -> None:
    """Make this the content of a file, all of it or nothing: a reader sees the old file or the new one.

    For one writer at a time in a folder.
    """
    aside = path.with_name(f"{ASIDE}new")
    try:
        write(aside, content)
        os.replace(aside, path)
    except OSError:
        remove([aside])
        raise
    sync_folder(path.parent)


def link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system cannot do that."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(source, target)


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A new folder that only its owner may read, and that is removed in the end.

    What is left of one whose process was killed is removed when the next one is made. A process holds the lock of its
    folder for as long as it lives.

    Args:
        parent: Where it is made; made itself if it is not there.
    """
    make_folder(parent)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=ASIDE, dir=parent))
        with _locked(folder) as ours:
            if not ours:
                continue  # another process took it for a leftover
            for leftover in parent.glob(f"{ASIDE}*"):
                if leftover != folder and leftover.is_dir():
                    with _locked(leftover) as abandoned:
                        if abandoned:
                            shutil.rmtree(leftover, ignore_errors=True)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Hold a folder's lock, if it is there and nobody else holds it."""
    descriptor = -1
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        flock(descriptor, LOCK_EX | LOCK_NB)
        held = folder.exists()
    except OSError:
        held = False
    try:
        yield held
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def remove(files: Iterable[Path]) -> None:
    """Remove what can be removed of these files."""
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError:
            continue


def reason(error: OSError) -> str:
    """What the system said and what to do about it, as two sentences."""
    advice = "Check the disk and the folder, then run the command again."
    if error.errno in (ENOSPC, EDQUOT, EFBIG):
        advice = "Free some space, then run the command again."
    elif error.errno in (EACCES, EPERM, EROFS):
        advice = "Check who owns the folder and that it may be written, then run the command again."
    return f"{error.strerror or error}. {advice}"

"""The folder of snapshots: written aside, verified, published, loaded, rolled back, pruned.

Each snapshot is a folder `v0001`, `v0002`, ...; an empty file `published` stands in each that is or was live, and
`CURRENT` names the live one. Nothing is ever changed in place, so a process killed at any moment leaves the old index
or the new one, and readers never wait.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index import snapshot
from index.snapshot import Fault, Parts
from index.types import Manifest, NoIndex, SnapshotDamaged, StoreUnusable, UpdateInProgress
from knowledge import disk

KEEP = 5
"""Snapshots that stay for a roll-back: a working week of daily updates."""

_VERSION = re.compile(r"v\d{4,}")
_POINTER = "CURRENT"
_PUBLISHED = "published"
_LOCK = ".lock"
_HOLDER = ".updating"
"""Who holds the lock and since when, for the message to those who wait; means nothing while the lock is free."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot on disk, as a list shows it."""

    version: str
    manifest: Manifest | None
    """None when it cannot be read."""
    live: bool
    problem: str
    """What is wrong with it, as a sentence; empty when nothing was seen. Checksums of the parts are not compared."""
    published: bool
    """It is or was live; the others never passed the check and are not gone back to by themselves."""


class Store:
    """The folder of the snapshots, of which `prune` keeps this many, at least 1.

    Errors of the disk become `StoreUnusable`, with the path and the reason.
    """

    def __init__(self, folder: Path, keep: int = KEEP) -> None:
        self.folder = folder
        self.keep = max(keep, 1)
        self._lock = FileLock(folder / _LOCK)
        self._sound: dict[str, snapshot.Seen] = {}

    @contextmanager
    def updating(self, wait_seconds: float = 0) -> Iterator[None]:
        """Hold the right to change the index, among all processes; a killed process loses it at once.

        `save`, `publish`, `rollback` and `prune` take it themselves unless the thread holds it already.

        Args:
            wait_seconds: how long to wait for another process, 0 or more.

        Raises:
            UpdateInProgress: somebody else still holds it then.
            StoreUnusable: the folder cannot be written.
        """
        with self._disk("written"):
            disk.make_folder(self.folder)
            try:
                self._lock.acquire(timeout=max(wait_seconds, 0))
            except Timeout:
                raise UpdateInProgress(self._holder()) from None
        try:
            if self._lock.lock_counter == 1:
                with self._disk("written"):
                    self._sweep()
                    (self.folder / _HOLDER).write_text(f"{os.getpid()} {datetime.now(UTC):%H:%M}")
            yield
        finally:
            if self._lock.lock_counter == 1:
                disk.remove([self.folder / _HOLDER])
            self._lock.release()

    def save(self, manifest: Manifest, parts: Parts) -> Manifest:
        """Write a new snapshot beside the others. It is not live yet.

        Args:
            manifest: with an empty version and no checksums: both are given here.
            parts: what it consists of.

        Returns the manifest as it was written, with its version and checksums.

        Raises:
            StoreUnusable: it cannot be written; what was written of it is removed and nothing else has changed.
            UpdateInProgress: another process is updating the index.
            ValueError: a part cannot be kept under its name, or holds Python objects.
        """
        if _PUBLISHED in snapshot.file_names(parts):
            raise ValueError(f"{_PUBLISHED!r} cannot be the name of a part of a snapshot")
        with self.updating():
            version = self._next_version()
            aside = self.folder / f"{disk.ASIDE}{version}"
            try:
                with self._disk("written"):
                    aside.mkdir()
                    saved = snapshot.write(aside, manifest.model_copy(update={"version": version}), parts)
                    os.rename(aside, self.folder / version)
                    disk.sync_folder(self.folder)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
        return saved

    def publish(self, version: str) -> None:
        """Make a snapshot the live one. Running readers notice by `current`.

        Raises:
            NoIndex: there is no such snapshot.
            SnapshotDamaged: its manifest cannot be read.
            StoreUnusable, UpdateInProgress: as for `save`.
        """
        with self.updating():
            with self._disk("read"), self._faults(version):
                snapshot.read_manifest(self._folder(version))
            with self._disk("written"):
                # Before the pointer: a snapshot that has been live can be gone back to, one that never was cannot.
                disk.write(self.folder / version / _PUBLISHED, b"")
                disk.sync_folder(self.folder / version)
                disk.replace(self.folder / _POINTER, f"{version}\n".encode())

    def current(self) -> str | None:
        """Version of the live snapshot; None when nothing has been published. Reads one small file.

        Raises:
            SnapshotDamaged: the pointer names no version.
            StoreUnusable: it cannot be read.
        """
        with self._disk("read"):
            try:
                version = (self.folder / _POINTER).read_text(errors="replace").strip()
            except FileNotFoundError:
                return None
        if not _VERSION.fullmatch(version):
            found = f"The file {self.folder / _POINTER} should name the live snapshot and holds {version[:40]!r}."
            raise SnapshotDamaged(f"{found} {self._way_back(None)}")
        return version

    def load(self, version: str | None = None) -> tuple[Manifest, dict[str, NDArray[Any] | bytes]]:
        """Open a snapshot, by default the live one. Arrays are mapped from disk and cannot be written.

        Checksums are compared the first time, and again when a file's size, time or identity has changed since.

        Raises:
            NoIndex: nothing has been published, or there is no such snapshot.
            SnapshotDamaged: a file is missing or changed; names it and the snapshot to go back to.
        """
        while True:
            opened = self._live() if version is None else version
            try:
                return self._open(opened)
            except (NoIndex, SnapshotDamaged):
                # Another process may have published a newer one and pruned this one meanwhile.
                if version is not None or self.current() == opened:
                    raise

    def verify(self, version: str | None = None) -> Manifest:
        """Compare all checksums of a snapshot, by default the live one. Raises as `load` does."""
        version = self._live() if version is None else version
        self._sound.pop(version, None)
        return self._check(version)

    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots, newest first. Quick: manifests are checked, of the parts only that they are there."""
        live = self._pointed()
        return tuple(self._seen(version, live == version) for version in self._versions())

    def rollback(self, version: str | None = None) -> str:
        """Publish an older snapshot again, after comparing its checksums.

        Args:
            version: which one; by default the newest sound one that was live before the live one.

        Returns the version that is live now.

        Raises:
            NoIndex: there is nothing to go back to, or no such snapshot.
            SnapshotDamaged: the one named is damaged; nothing has changed.
            StoreUnusable, UpdateInProgress: as for `save`.
        """
        with self.updating():
            if version is None:
                version = self._sound_before(self._pointed())
                if version is None:
                    raise NoIndex("There is no older sound snapshot to go back to. Run `merger-bot index update`.")
            self.verify(version)
            self.publish(version)
        return version

    def prune(self) -> tuple[str, ...]:
        """Remove old snapshots, and return their versions, newest first.

        The live one stays, so do the newest `keep` that have been live, and the newest that never was.
        """
        with self.updating():
            versions = self._versions()
            try:
                live = {self.current()}
            except SnapshotDamaged:
                live = set(versions)
            published = [version for version in versions if self._was_live(version)]
            unpublished = [version for version in versions if version not in published]
            stay = {*published[: self.keep], *unpublished[:1], *live}
            gone = tuple(version for version in versions if version not in stay)
            with self._disk("written"):
                for version in gone:
                    # Renamed first, so that no half-removed snapshot is ever listed.
                    aside = self.folder / f"{disk.ASIDE}{version}"
                    os.rename(self.folder / version, aside)
                    shutil.rmtree(aside)
                disk.sync_folder(self.folder)
        return gone

    @contextmanager
    def _disk(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = error.filename or self.folder
            raise StoreUnusable(f"The index cannot be {verb}: {where}: {disk.reason(error)}") from error

    def _holder(self) -> str:
        try:
            process, _, since = (self.folder / _HOLDER).read_text().partition(" ")
        except OSError:
            process = since = ""
        who = f" (process {process} since {since} UTC)" if since else ""
        return f"Another process is updating this index{who}. Wait for it to finish, then run the command again."

    def _sweep(self) -> None:
        """Clean up after a process that was killed; only with the lock held."""
        for leftover in self.folder.glob(f"{disk.ASIDE}*"):
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()

    def _versions(self) -> list[str]:
        """Newest first."""
        with self._disk("read"):
            try:
                names = [entry.name for entry in self.folder.iterdir() if _VERSION.fullmatch(entry.name)]
            except FileNotFoundError:
                return []
        return sorted(names, key=_number, reverse=True)

    def _next_version(self) -> str:
        known = [*self._versions(), self._pointed() or "v0000"]
        return f"v{max(map(_number, known)) + 1:04}"

    def _pointed(self) -> str | None:
        """The live version; None also when the pointer is damaged."""
        try:
            return self.current()
        except SnapshotDamaged:
            return None

    def _live(self) -> str:
        version = self.current()
        if version is None:
            raise NoIndex(f"There is no index in {self.folder} yet. Run `merger-bot index update` to build it.")
        return version

    def _was_live(self, version: str) -> bool:
        return (self.folder / version / _PUBLISHED).exists()

    def _folder(self, version: str) -> Path:
        folder = self.folder / version
        if not _VERSION.fullmatch(version) or (not folder.is_dir() and self.current() != version):
            raise NoIndex(f"There is no snapshot {version!r}. `merger-bot index list` shows them all.")
        return folder

    def _open(self, version: str) -> tuple[Manifest, dict[str, NDArray[Any] | bytes]]:
        manifest = self._check(version)
        with self._disk("read"), self._faults(version):
            return manifest, snapshot.read_parts(self.folder / version, manifest)

    def _check(self, version: str) -> Manifest:
        with self._disk("read"), self._faults(version):
            return self._compared(self._folder(version))

    def _compared(self, folder: Path) -> Manifest:
        manifest = snapshot.read_manifest(folder)
        seen = snapshot.look(folder, manifest)
        if self._sound.get(folder.name) != seen:
            snapshot.compare(folder, manifest)
            self._sound[folder.name] = seen
        return manifest

    @contextmanager
    def _faults(self, version: str) -> Iterator[None]:
        try:
            yield
        except Fault as fault:
            raise SnapshotDamaged(f"Snapshot {version} is damaged: {fault}. {self._way_back(version)}") from None

    def _way_back(self, damaged: str | None) -> str:
        """What to do about a damaged snapshot, or a damaged pointer (None), as a sentence."""
        sound = self._sound_before(damaged)
        if damaged is not None and self.current() != damaged:
            return f"It is not the live one.{f' {sound}, before it, is sound.' if sound else ''}"
        if sound is None:
            return "There is no older sound one: run `merger-bot index update` to build the index anew."
        return f"To go back to the sound one before it, run `merger-bot index rollback {sound}`."

    def _sound_before(self, version: str | None) -> str | None:
        """The newest sound snapshot that was live and is older than this one, or than none."""
        for older in self._versions():
            if (version is None or _number(older) < _number(version)) and self._was_live(older):
                try:
                    self._compared(self.folder / older)
                except (Fault, OSError):
                    continue
                return older
        return None

    def _seen(self, version: str, live: bool) -> Snapshot:
        manifest, problem = None, ""
        try:
            manifest = snapshot.read_manifest(self.folder / version)
            snapshot.look(self.folder / version, manifest)
        except Fault as fault:
            problem = f"It is damaged: {fault}."
        except OSError as error:
            problem = f"{error.filename} cannot be read: {error.strerror}."
        return Snapshot(version, manifest, live, problem, self._was_live(version))


def _number(version: str) -> int:
    return int(version[1:])

"""The folder of snapshots: written aside, verified, published, loaded, rolled back, pruned.

Each snapshot is a folder `v0001`, `v0002`, ...; an empty file `published` stands in each that is or was live, and
`CURRENT` names the live one. Nothing is ever changed in place, so a process killed at any moment leaves the old index
or the new one, and readers never wait.

Checksums are compared before a snapshot is published, and each file's identity, size and time written down. Opening it
compares again only what has changed since: to hash the 8 GB of half a million passages would take a process 5 seconds
at best, and a minute where the disk is slow. What a disk changes behind the system's back is found by `verify`, which
each roll-back calls; and what is quoted has a checksum of its own that is compared whenever it is read (`lines.py`).
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index import snapshot
from index.lock import Lock
from index.snapshot import Fault, Loaded, Parts
from index.types import Manifest, NoIndex, SnapshotDamaged, StoreUnusable
from knowledge import disk

KEEP = 5
"""Snapshots that stay for a roll-back: a working week of daily updates."""

_VERSION = re.compile(r"v\d{4,}")
_POINTER = "CURRENT"


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
        self._lock = Lock(folder)
        self._sound: dict[tuple[int, int, int], str] = {}

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
            self._lock.acquire(wait_seconds)
        try:
            if self._lock.depth == 1:
                with self._disk("written"):
                    self._sweep()
                    self._lock.sign()
            yield
        finally:
            self._lock.release()

    def save(self, manifest: Manifest, parts: Parts) -> Manifest:
        """Write a new snapshot beside the others. It is not live yet.

        Args:
            manifest: with an empty version and no checksums: both are given here.
            parts: what it consists of.

        Returns the manifest as it was written, with its version and checksums.

        Raises:
            SnapshotDamaged: a file is to be taken over from a snapshot that is not there any more.
            StoreUnusable: it cannot be written; what was written of it is removed and nothing else has changed.
            UpdateInProgress: another process is updating the index.
            ValueError: a part cannot be kept under its name, or holds Python objects.
        """
        snapshot.file_names(parts)  # before anything is written
        with self.updating():
            version = self._next_version()
            aside = self.folder / f"{disk.ASIDE}{version}"
            try:
                with self._disk("written"):
                    aside.mkdir()
                    with self._faults(version):
                        saved = snapshot.write(aside, manifest.model_copy(update={"version": version}), parts)
                    os.rename(aside, self.folder / version)
                    disk.sync_folder(self.folder)
            except BaseException:
                shutil.rmtree(aside, ignore_errors=True)
                raise
        return saved

    def publish(self, version: str) -> None:
        """Make a snapshot the live one, after comparing what was not compared yet. Running readers notice by `current`.

        Raises:
            NoIndex: there is no such snapshot.
            SnapshotDamaged: a file is missing or is not as it was meant.
            StoreUnusable, UpdateInProgress: as for `save`.
        """
        with self.updating():
            manifest = self._check(version)
            with self._disk("written"):
                snapshot.record(self.folder / version, snapshot.look(self.folder / version, manifest))
                # Before the pointer: a snapshot that has been live can be gone back to, one that never was cannot.
                disk.write(self.folder / version / snapshot.PUBLISHED, b"")
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

    def load(self, version: str | None = None) -> tuple[Manifest, Loaded]:
        """Open a snapshot, by default the live one. What is large is mapped from the disk; nothing can be written.

        Only what has another size, time or identity than when checksums were compared is compared again.

        Raises:
            NoIndex: nothing has been published, or there is no such snapshot.
            SnapshotDamaged: a file is missing or changed; names it and the snapshot to go back to.
        """
        while True:
            opened = self._live() if version is None else version
            try:
                manifest = self._check(opened)
                with self._disk("read"), self._faults(opened):
                    return manifest, snapshot.read_parts(self.folder / opened, manifest)
            except (NoIndex, SnapshotDamaged):
                # Another process may have published a newer one and pruned this one meanwhile.
                if version is not None or self.current() == opened:
                    raise

    def verify(self, version: str | None = None) -> Manifest:
        """Compare all checksums of a snapshot, by default the live one, by reading all of it. Raises as `load` does."""
        return self._check(self._live() if version is None else version, anew=True)

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
                version = self._sound_before(self._pointed(), anew=True)
                if version is None:
                    raise NoIndex("There is no older sound snapshot to go back to. Run `merger-bot index update`.")
            else:
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
            self._remove(gone)
        return gone

    def forget(self, source: str) -> tuple[str, ...]:
        """Remove all snapshots but the live one that hold a document, and return their versions, newest first.

        So that nothing of it is left, remove it from the library and update before. Snapshots that cannot be read are
        removed, too: nobody knows what they hold.
        """
        with self.updating():
            live = self.current()
            with self._disk("read"):
                gone = tuple(v for v in self._versions() if v != live and snapshot.may_hold(self.folder / v, source))
            self._remove(gone)
        return gone

    def _remove(self, versions: Iterable[str]) -> None:
        """Remove snapshots. Files that they share stay with the others."""
        with self._disk("written"):
            for version in versions:
                # Renamed first, so that no half-removed snapshot is ever listed.
                aside = self.folder / f"{disk.ASIDE}{version}"
                os.rename(self.folder / version, aside)
                shutil.rmtree(aside)
            disk.sync_folder(self.folder)

    @contextmanager
    def _disk(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = error.filename or self.folder
            raise StoreUnusable(f"The index cannot be {verb}: {where}: {disk.reason(error)}") from error

    def _sweep(self) -> None:
        """Clean up after a process that was killed; only with the lock held."""
        for leftover in self.folder.glob(f"{disk.ASIDE}*"):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()

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
        return (self.folder / version / snapshot.PUBLISHED).exists()

    def _folder(self, version: str) -> Path:
        folder = self.folder / version
        if not _VERSION.fullmatch(version) or (not folder.is_dir() and self.current() != version):
            raise NoIndex(f"There is no snapshot {version!r}. `merger-bot index list` shows them all.")
        return folder

    def _check(self, version: str, anew: bool = False) -> Manifest:
        with self._disk("read"), self._faults(version):
            return self._compared(self._folder(version), anew)

    def _compared(self, folder: Path, anew: bool = False) -> Manifest:
        """Compare the checksums of what has changed since that was done before, or of everything."""
        manifest = snapshot.read_manifest(folder)
        seen, before = snapshot.look(folder, manifest), snapshot.recorded(folder)
        doubtful = [
            name
            for name, checksum in manifest.checksums.items()
            if anew or (before.get(name) != seen[name] and self._sound.get(seen[name]) != checksum)
        ]
        snapshot.compare(folder, manifest, doubtful)
        self._sound.update({seen[name]: checksum for name, checksum in manifest.checksums.items()})
        return manifest

    @contextmanager
    def _faults(self, version: str) -> Iterator[None]:
        try:
            yield
        except Fault as fault:
            raise SnapshotDamaged(f"Snapshot {version} {fault}. {self._way_back(version)}") from None

    def _way_back(self, damaged: str | None) -> str:
        """What to do about a damaged snapshot, or a damaged pointer (None), as a sentence."""
        sound = self._sound_before(damaged)
        if damaged is not None and self.current() != damaged:
            return f"It is not the live one.{f' {sound}, before it, is sound.' if sound else ''}"
        if sound is None:
            return "There is no older sound one: run `merger-bot index update` to build the index anew."
        return f"To go back to the sound one before it, run `merger-bot index rollback {sound}`."

    def _sound_before(self, version: str | None, anew: bool = False) -> str | None:
        """The newest sound snapshot that was live and is older than this one, or than none."""
        for older in self._versions():
            if (version is None or _number(older) < _number(version)) and self._was_live(older):
                try:
                    self._compared(self.folder / older, anew)
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
            problem = f"It {fault}."
        except OSError as error:
            problem = f"{error.filename} cannot be read: {error.strerror}."
        return Snapshot(version, manifest, live, problem, self._was_live(version))


def _number(version: str) -> int:
    return int(version[1:])

"""Small snapshots to keep, and work on a store for other processes."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.snapshot import Loaded
from index.store import Store
from index.types import Kept, Manifest

POLL_SECONDS = 0.01


def manifest(passages: int = 3) -> Manifest:
    """As the builder hands it in: without version and checksums."""
    return Manifest(
        version="",
        created=datetime(2019, 11, 1, 9, 30, tzinfo=UTC),
        model="words",
        fingerprint="f1",
        backend="words",
        dimension=4,
        cutter=2,
        sources={"plan": "ab12"},
        passages=passages,
        tokens=20,
        checksums={},
    )


def parts(number: int) -> dict[str, NDArray[Any] | bytes]:
    """Parts that tell by each of their files which snapshot they belong to."""
    return {
        "vectors": np.full((number, 4), number, dtype=np.float32),
        "spans": np.arange(number * 2, dtype=np.int32).reshape(number, 2),
        "passages.json": f'{{"number": {number}}}'.encode(),
    }


def number_of(loaded: tuple[Manifest, Loaded]) -> int:
    """The number of the snapshot that all of these belong to; fails for a mixture."""
    read, found = loaded
    expected = parts(read.passages)
    assert found.keys() == expected.keys()
    assert found["passages.json"] == expected["passages.json"]
    np.testing.assert_array_equal(found["vectors"], expected["vectors"])
    np.testing.assert_array_equal(found["spans"], expected["spans"])
    return read.passages


def publish(store: Store, number: int) -> str:
    """Save and publish the snapshot of this number."""
    version = store.save(manifest(number), parts(number)).version
    store.publish(version)
    return version


def update(folder: Path, number: int, keep: int = 5) -> None:
    """A whole update: wait for the lock, save, publish, prune."""
    store = Store(folder, keep)
    with store.updating(wait_seconds=60):
        publish(store, number)
        store.prune()


def grow(folder: Path, number: int, keep: int = 5) -> None:
    """A whole update that writes one file and takes the others over from the live snapshot."""
    store = Store(folder, keep)
    with store.updating(wait_seconds=60):
        live, _ = store.load()
        kept = {file: Kept(live.version) for file in live.checksums if file != "grown.json"}
        store.publish(store.save(live, {**kept, "grown.json": f"{number}".encode()}).version)
        store.prune()


def forget(folder: Path) -> None:
    """Remove all but the live snapshot: they hold this document."""
    Store(folder).forget("plan")


def roll_back(folder: Path) -> None:
    """Go back to the snapshot before."""
    Store(folder).rollback()


def hold(folder: Path, held: Path, let_go: Path) -> None:
    """Hold the lock, say so by a file, and wait for another file."""
    with Store(folder).updating():
        held.touch()
        while not let_go.exists():
            time.sleep(POLL_SECONDS)

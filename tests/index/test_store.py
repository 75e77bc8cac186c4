from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from index.snapshot import MAPPED_FROM_BYTES
from index.store import Store
from index.types import FORMAT, NoIndex, SnapshotDamaged
from tests.index.snapshots import manifest, number_of, parts, publish

FILES = ["manifest.json", "manifest.sha256", "passages.json", "spans.npy", "vectors.npy"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home" / "index")


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_a_saved_snapshot_is_loaded_exactly_as_it_was(store: Store) -> None:
    saved = store.save(manifest(), parts(3))
    store.publish(saved.version)
    read, found = store.load()
    assert read == saved
    assert saved == manifest().model_copy(update={"version": "v0001", "checksums": saved.checksums, "format": FORMAT})
    assert sorted(saved.checksums) == ["passages.json", "spans.npy", "vectors.npy"]
    assert number_of((read, found)) == 3
    vectors = found["vectors"]
    assert isinstance(vectors, np.ndarray)
    assert vectors.dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        vectors[0, 0] = 1


def test_what_is_large_is_mapped_and_not_read(store: Store) -> None:
    numbers, lines = np.arange(MAPPED_FROM_BYTES // 4, dtype=np.int32), b"tea\n" * MAPPED_FROM_BYTES
    found = store.load(store.save(manifest(), {"vectors": numbers, "words.jsonl": lines}).version)[1]
    vectors, words = found["vectors"], found["words.jsonl"]
    assert isinstance(vectors, np.ndarray)
    assert isinstance(vectors.base, np.memmap)
    assert isinstance(words, mmap)
    np.testing.assert_array_equal(vectors, numbers)
    assert words[:] == lines
    with pytest.raises(ValueError, match="read-only"):
        vectors[0] = 1
    with pytest.raises(TypeError, match="readonly"):
        words[:1] = b"s"


@settings(max_examples=40)
@given(
    array=hnp.arrays(
        dtype=st.one_of(hnp.floating_dtypes(), hnp.integer_dtypes(), hnp.unicode_string_dtypes(max_len=5)),
        shape=hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    ),
    content=st.binary(max_size=50),
)
def test_any_array_and_any_bytes_come_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, array: NDArray[Any], content: bytes
) -> None:
    store = Store(tmp_path_factory.mktemp("index"))
    saved = store.save(manifest(), {"array": array.T, "words.json": content})
    found = store.load(saved.version)[1]
    assert found["words.json"] == content
    back = found["array"]
    assert isinstance(back, np.ndarray)
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.T.shape, array.T.tobytes())


def test_a_saved_snapshot_is_not_live_before_it_is_published(store: Store) -> None:
    assert store.current() is None
    version = store.save(manifest(), parts(3)).version
    assert store.current() is None
    store.publish(version)
    assert store.current() == "v0001"


def test_without_an_index_it_says_how_to_build_one(store: Store) -> None:
    with pytest.raises(NoIndex, match="Run `merger-bot index update`"):
        store.load()
    assert store.snapshots() == ()
    assert not store.folder.exists()


def test_versions_are_never_used_twice(store: Store) -> None:
    store = Store(store.folder, keep=1)
    assert [publish(store, 1), publish(store, 2), publish(store, 3)] == ["v0001", "v0002", "v0003"]
    store.rollback("v0001")
    store.prune()
    assert publish(store, 4) == "v0004"


@pytest.mark.parametrize("name", ["../x", "a/b", "manifest.json", "manifest.sha256", "published", "x.npy", ".x", ""])
def test_a_part_cannot_have_a_name_that_leads_elsewhere(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a part"):
        store.save(manifest(), {name: b""})


def test_python_objects_are_not_kept(store: Store) -> None:
    with pytest.raises(ValueError, match="Object arrays cannot be saved"):
        store.save(manifest(), {"objects": np.array([{}], dtype=object)})
    assert [entry.name for entry in store.folder.iterdir()] == [".lock"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("at", [0, -1])
def test_one_changed_bit_is_noticed_and_named_with_the_way_back(store: Store, file: str, at: int) -> None:
    publish(store, 1)
    publish(store, 2)
    assert number_of(store.load()) == 2
    flip(store.folder / "v0002" / file, at)
    named = "manifest.json" if file.startswith("manifest") else file
    for read in (store.load, store.verify, Store(store.folder).load):
        with pytest.raises(SnapshotDamaged, match=r"^Snapshot v0002 is damaged: ") as caught:
            read()
        assert f"its file {named} " in str(caught.value)
        assert "run `merger-bot index rollback v0001`" in str(caught.value)
    assert store.rollback() == "v0001"
    assert number_of(store.load()) == 1


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named(store: Store, file: str) -> None:
    publish(store, 1)
    assert number_of(store.load()) == 1
    (store.folder / "v0001" / file).unlink()
    with pytest.raises(SnapshotDamaged, match=f"its file {file} is missing.*run `merger-bot index update`"):
        store.load()
    (snapshot,) = store.snapshots()
    assert (snapshot.live, snapshot.problem) == (True, f"It is damaged: its file {file} is missing.")


def test_a_missing_live_folder_is_damage(store: Store) -> None:
    publish(store, 1)
    publish(store, 2)
    (store.folder / "v0002").rename(store.folder / "elsewhere")
    with pytest.raises(SnapshotDamaged, match=r"^Snapshot v0002 is damaged: .*rollback v0001"):
        store.load()


def test_a_pointer_that_names_nothing_is_damage_and_can_be_rolled_back(store: Store) -> None:
    publish(store, 1)
    publish(store, 2)
    (store.folder / "CURRENT").write_bytes(b"\x00\xff")
    with pytest.raises(SnapshotDamaged, match="rollback v0002"):
        store.load()
    assert [snapshot.live for snapshot in store.snapshots()] == [False, False]
    assert store.prune() == ()
    assert store.rollback() == "v0002"
    assert number_of(store.load()) == 2


@pytest.mark.parametrize("change", [{"format": FORMAT + 1}, {"format": None}, {"colour": "red"}])
def test_a_snapshot_of_another_version_of_the_program_says_so(store: Store, change: dict[str, object]) -> None:
    """One of format 1 has no such field; one that is newer may have fields that nobody knows here."""
    folder = store.folder / publish(store, 1)
    said = {**json.loads((folder / "manifest.json").read_bytes()), **change}
    content = json.dumps({name: value for name, value in said.items() if value is not None}).encode()
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  manifest.json\n")
    for act in (store.load, store.verify, lambda: store.publish("v0001"), lambda: store.rollback("v0001")):
        with pytest.raises(SnapshotDamaged) as caught:
            act()
        assert str(caught.value) == (
            "Snapshot v0001 was written by another version of this program. There is no older sound one: run "
            "`merger-bot index update` to build the index anew."
        )
    (listed,) = store.snapshots()
    assert (listed.manifest, listed.problem) == (None, "It was written by another version of this program.")
    assert publish(store, 2) == "v0002"


def test_a_snapshot_copied_under_another_name_is_not_taken_for_it(store: Store) -> None:
    publish(store, 1)
    (store.folder / "v0001").rename(store.folder / "v0007")
    with pytest.raises(SnapshotDamaged, match="belongs to v0001"):
        store.load("v0007")


def test_roll_back_goes_step_by_step_past_the_damaged_and_the_never_published(store: Store) -> None:
    for number in range(1, 5):
        publish(store, number)
    store.save(manifest(), parts(3))
    publish(store, 6)
    flip(store.folder / "v0003" / "vectors.npy", -1)
    assert store.rollback() == "v0004"
    assert store.rollback() == "v0002"
    assert store.rollback() == "v0001"
    with pytest.raises(NoIndex, match="no older sound snapshot"):
        store.rollback()
    assert store.rollback("v0006") == "v0006"
    assert number_of(store.load()) == 6


def test_roll_back_refuses_a_damaged_snapshot_and_changes_nothing(store: Store) -> None:
    for number in range(1, 4):
        publish(store, number)
    flip(store.folder / "v0002" / "spans.npy", -1)
    with pytest.raises(SnapshotDamaged, match=r"its file spans.npy has changed .* v0001, before it, is sound\."):
        store.rollback("v0002")
    assert store.current() == "v0003"


@pytest.mark.parametrize("version", ["../v0001", "v1", "v0001/../v0001", "", "CURRENT", "v0001\n", "v0099"])
@pytest.mark.parametrize("act", [Store.load, Store.verify, Store.rollback, Store.publish])
def test_a_version_that_is_none_is_refused(store: Store, act: Callable[[Store, str], object], version: str) -> None:
    publish(store, 1)
    with pytest.raises(NoIndex, match="`merger-bot index list` shows them all"):
        act(store, version)
    assert store.current() == "v0001"


def test_the_list_is_newest_first_by_number(store: Store) -> None:
    publish(store, 1)
    (store.folder / "v9999").mkdir()
    publish(store, 2)
    listed = [(snapshot.version, snapshot.live, snapshot.published) for snapshot in store.snapshots()]
    assert listed == [("v10000", True, True), ("v9999", False, False), ("v0001", False, True)]
    assert [snapshot.manifest and snapshot.manifest.passages for snapshot in store.snapshots()] == [2, None, 1]


def test_prune_keeps_the_newest_the_live_and_the_newest_unpublished(store: Store) -> None:
    store = Store(store.folder, keep=2)
    for number in range(1, 6):
        publish(store, number)
    store.rollback("v0002")
    for _ in range(2):
        store.save(manifest(), parts(3))
    (store.folder / ".tmp-v0009").mkdir()
    (store.folder / ".tmp-new").touch()
    assert store.prune() == ("v0006", "v0003", "v0001")
    assert sorted(entry.name for entry in store.folder.iterdir()) == [
        ".lock", "CURRENT", "v0002", "v0004", "v0005", "v0007",
    ]  # fmt: skip
    assert number_of(store.load()) == 2


def test_arrays_of_a_pruned_snapshot_stay_readable_for_who_has_them(store: Store) -> None:
    store = Store(store.folder, keep=1)
    publish(store, 1)
    loaded = store.load()
    publish(store, 2)
    assert store.prune() == ("v0001",)
    assert number_of(loaded) == 1

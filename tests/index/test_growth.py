"""An index that grew step by step, and its files."""

from __future__ import annotations

import errno
import math
import os
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from index import build as building
from index import lines, search
from index.build import build
from index.search import Index, read_query
from index.store import Store
from index.types import Kept, SnapshotDamaged
from knowledge.types import Document, Passage
from tests.documents import words_only
from tests.encoders import WordsEncoder
from tests.index.same import assert_same

CREATED = datetime(2019, 11, 1, 9, 30, tzinfo=UTC)
VOCABULARY = "board chair tea care"

Texts = dict[str, tuple[str, ...]]
"""The sentences of each document by its id."""
Change = dict[str, tuple[str, ...] | None]
"""What becomes of documents: their sentences, or None when they are removed."""

sentences = st.sampled_from(["Tea.", "Board tea.", "Care chair care.", "Zebra.", "The.", "Board chair tea."])
changes = st.dictionaries(
    st.sampled_from("abcdefg"), st.none() | st.lists(sentences, max_size=5).map(tuple), max_size=4
)


def after(texts: Texts, change: Change) -> Texts:
    both = {**texts, **change}
    return {name: said for name in sorted(both) if (said := both[name]) is not None}


def made(texts: Texts) -> list[Document]:
    return [words_only(name, *said) for name, said in texts.items()]


def digests_of(texts: Texts) -> dict[str, str]:
    return {name: "|".join(said) for name, said in texts.items()}


def built(texts: Texts) -> Index:
    """From nothing."""
    return build(made(texts), digests_of(texts), WordsEncoder(VOCABULARY), CREATED)


def grown(live: Index, texts: Texts) -> Index:
    """From the index before, given only what is new; nothing that it had is encoded again."""
    encoder, had = WordsEncoder(VOCABULARY), {passage.embedded for passage in live.passages}
    new = {name: said for name, said in texts.items() if live.manifest.sources.get(name) != "|".join(said)}
    index = build(made(new), digests_of(texts), encoder, CREATED, live)
    assert not had & set(encoder.asked)
    return index


def published(store: Store, index: Index) -> Index:
    """As the next process has it."""
    store.publish(store.save(index.manifest, index.parts()).version)
    return Index.restored(*Store(store.folder).load())


# The same as an index built at once


@settings(max_examples=40, deadline=None)
@given(st.lists(changes, max_size=6), st.sampled_from([1, 4, 9, 1000]), st.sampled_from([1, 3, 50]))
def test_an_index_grown_by_any_steps_is_the_one_built_at_once(steps: list[Change], large: int, candidates: int) -> None:
    index, texts = built({}), Texts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "SEGMENT_PASSAGES", large)
        patch.setattr(search, "CANDIDATES", candidates)
        for change in steps:
            texts = after(texts, change)
            index = grown(index, texts)
            assert_same(index, built(texts))
            for segment in index.segments:
                assert set(segment.ids) <= texts.keys()
                alive = sum(passage.source in segment.ids for passage in index.passages)
                assert 2 * alive >= len(segment.passages)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(changes, min_size=1, max_size=4),
    st.sets(st.sampled_from("abcdefgz")),
    st.sampled_from([1, 9, 1000]),
    st.sampled_from([1, 3, 50]),
)
def test_some_of_an_index_is_the_one_built_from_these_documents(
    steps: list[Change], names: set[str], large: int, candidates: int
) -> None:
    """However many segments it has; nothing is encoded, and the segments are the same objects."""
    index, texts = built({}), Texts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "SEGMENT_PASSAGES", large)
        patch.setattr(search, "CANDIDATES", candidates)
        for change in steps:
            texts = after(texts, change)
            index = grown(index, texts)
        some = search.only(index, names)
        assert_same(some, built({name: said for name, said in texts.items() if name in names}))
        assert all(one is other for one, other in zip(some.segments, index.segments, strict=True))


@settings(max_examples=12, deadline=None)
@given(st.lists(changes, min_size=1, max_size=4))
def test_so_is_one_that_each_step_takes_from_the_disk(
    tmp_path_factory: pytest.TempPathFactory, steps: list[Change]
) -> None:
    store = Store(tmp_path_factory.mktemp("index"))
    index, texts = built({}), Texts()
    for change in steps:
        texts = after(texts, change)
        index = published(store, grown(index, texts))
        assert_same(index, built(texts))
        assert store.verify() == index.manifest


def test_segments_stay_few_and_passages_are_seldom_copied() -> None:
    index, texts, copied = built({}), Texts(), 0
    for number in range(120):
        texts[f"d{number:03}"] = (f"Tea number {number}.", "Board.")
        before = {segment.name for segment in index.segments}
        index = grown(index, texts)
        copied += sum(len(segment.passages) for segment in index.segments if segment.name not in before)
    assert len(index.passages) == 240
    assert len(index.segments) <= math.log2(120)
    assert copied <= 240 * math.log2(120)


def test_a_segment_does_not_grow_past_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "SEGMENT_PASSAGES", 10)
    texts: Texts = {f"d{number}": ("Tea.", "Board.", "Care.") for number in range(20)}
    index = built(texts)
    assert [len(segment.passages) for segment in index.segments] == [12] * 5
    index = grown(index, {**texts, "e": ("Tea.",) * 25, "f": ("Care.",)})
    assert sorted(len(segment.passages) for segment in index.segments) == [1, *[12] * 5, 25]


# What is on the disk


def files(store: Store, version: str) -> dict[str, tuple[int, int]]:
    """Each file of a snapshot with its identity and how many names it has."""
    entries = ((file.name, file.stat()) for file in (store.folder / version).iterdir())
    return {name: (stat.st_ino, stat.st_nlink) for name, stat in entries}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "index")


@pytest.fixture
def two(store: Store) -> Texts:
    """Two snapshots: the second has one more document, and shares the first one's segment."""
    texts: Texts = {f"d{number}": ("Tea.", "Board tea.", "Care.") for number in range(5)}
    live = published(store, built(texts))
    texts["new"] = ("Board chair.",)
    published(store, grown(live, texts))
    return texts


def test_an_update_writes_only_what_is_new(store: Store, two: Texts) -> None:
    first, second = files(store, "v0001"), files(store, "v0002")
    old = {name for name in first if name.startswith("s0001.")}
    assert len(old) == 18
    assert {name: second[name] for name in old} == {name: (first[name][0], 2) for name in old}
    rest = {name: names for name, (_, names) in second.items() if name not in old}
    assert set(rest.values()) == {1}
    assert {name.partition(".")[0] for name in rest} == {"s0002", "order", "manifest", "compared", "published"}


def test_what_is_shared_is_hashed_once_by_a_process_and_never_by_the_next(
    store: Store, two: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr("index.snapshot.compare", lambda folder, manifest, names: hashed.extend(names))
    updating = Store(store.folder)
    live = Index.restored(*updating.load())
    assert hashed == []
    index = grown(live, {**two, "newer": ("Chair.",)})
    updating.publish(updating.save(index.manifest, index.parts()).version)
    assert {name.partition(".")[0] for name in hashed} == {"s0004", "order"}
    hashed.clear()
    Store(store.folder).load()
    assert hashed == []
    Store(store.folder).verify()
    assert len(hashed) == len(live.manifest.checksums)


def test_an_update_reads_nothing_of_the_documents_that_stay(
    store: Store, two: Texts, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    real = lines.Lines._read

    def reading(kept: lines.Lines[object], number: int) -> object:
        read.append(real(kept, number))
        return read[-1]

    monkeypatch.setattr(lines.Lines, "_read", reading)
    live = Index.restored(*store.load())
    assert len(read) == 2 * len(live.segments)
    read.clear()
    texts: Texts = {**two, "d3": ("Tea.", "Something else.")}
    words = WordsEncoder(VOCABULARY)
    build([words_only("d3", *texts["d3"])], digests_of(texts), words, CREATED, live)
    assert len(words.asked) == 1
    assert {type(value).__name__ for value in read} == {"Passage"}  # whose vectors are taken over
    assert all(isinstance(value, Passage) and value.embedded.endswith("Tea.") for value in read)


def test_a_pruned_snapshot_frees_what_only_it_had(store: Store, two: Texts) -> None:
    before = files(store, "v0002")
    assert Store(store.folder, keep=1).prune() == ("v0001",)
    assert {name: (ino, 1) for name, (ino, _) in before.items()} == files(store, "v0002")
    assert_same(Index.restored(*store.load()), built(two))


def holds(folder: Path, words: bytes) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*.*")) if words in file.read_bytes()]


def test_nothing_of_a_removed_document_is_in_the_next_snapshot_and_others_can_be_made_to_forget_it(
    store: Store,
) -> None:
    texts: Texts = {f"d{number}": ("Tea.",) for number in range(5)}
    index = published(store, built(texts))
    texts["secret"] = ("Zebrafish.",)
    index = published(store, grown(index, texts))
    texts["secret"] = ("Zebrafish are gone.",)
    index = published(store, grown(index, texts))
    del texts["secret"]
    published(store, grown(index, texts))
    for words in (b"secret", b"zebrafish", b"Zebrafish"):
        assert holds(store.folder / "v0004", words) == []
    assert holds(store.folder, b"ebrafish") != []
    assert store.forget("secret") == ("v0003", "v0002")
    assert holds(store.folder, b"ebrafish") == holds(store.folder, b"secret") == []
    assert [snapshot.version for snapshot in store.snapshots()] == ["v0004", "v0001"]
    assert store.forget("secret") == ()
    assert_same(Index.restored(*store.load()), built(texts))


def test_a_document_of_the_live_snapshot_is_forgotten_by_the_others_alone(store: Store, two: Texts) -> None:
    (store.folder / "v0009").mkdir()  # cannot be read: it could hold anything
    assert store.forget("d1") == ("v0009", "v0001")
    assert store.current() == "v0002"
    assert_same(Index.restored(*store.load()), built(two))


@pytest.mark.parametrize("number", [errno.EPERM, errno.EXDEV, errno.EMLINK, errno.EOPNOTSUPP])
def test_where_files_cannot_be_shared_they_are_copied(
    store: Store, two: Texts, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    texts = {**two, "newer": ("Chair.",)}
    assert_same(published(store, grown(Index.restored(*store.load()), texts)), built(texts))
    assert {names for _, names in files(store, "v0003").values()} == {1}
    assert store.verify().version == "v0003"


def test_a_shared_file_that_is_damaged_is_named_in_each_snapshot(store: Store, two: Texts) -> None:
    path = store.folder / "v0001" / "s0001.vectors.faiss"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    for version in ("v0001", "v0002"):
        with pytest.raises(SnapshotDamaged, match=rf"^Snapshot {version} is damaged: its file s0001.vectors.faiss has"):
            Store(store.folder).load(version)


def test_a_file_of_a_snapshot_that_is_gone_cannot_be_taken_over(store: Store, two: Texts) -> None:
    index = Index.restored(*store.load())
    assert isinstance(index.parts()["s0001.vectors.faiss"], Kept)
    with pytest.raises(SnapshotDamaged, match=r"^Snapshot v0003 cannot be written: v0042, whose .* is damaged: its"):
        store.save(index.manifest, {"s0001.vectors.faiss": Kept("v0042")})
    assert sorted(entry.name for entry in store.folder.iterdir()) == [".lock", "CURRENT", "v0001", "v0002"]


# Quietly changed by the disk


def changed_quietly(path: Path, old: bytes, new: bytes) -> None:
    """As a disk does it: neither size nor time tell."""
    stat, content = path.stat(), path.read_bytes()
    assert content.count(old) >= 1
    path.write_bytes(content.replace(old, new))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("kind", ["documents", "passages"])
def test_a_text_that_the_disk_changed_quietly_is_never_shown(store: Store, two: Texts, kind: str) -> None:
    changed_quietly(store.folder / "v0002" / f"s0001.{kind}.jsonl", b"Board tea", b"Board sea")
    words = WordsEncoder(VOCABULARY)
    with pytest.raises(SnapshotDamaged):
        index = Index.restored(*Store(store.folder).load())
        for hit in index.search(read_query(index, words, "Board tea?"), 10):
            assert "sea" not in index.documents[hit.passage.source].text + hit.passage.embedded
    with pytest.raises(SnapshotDamaged, match=f"its file s0001.{kind}.jsonl has changed"):
        store.verify("v0002")


def test_documents_written_in_another_form_are_noticed_when_the_index_is_opened() -> None:
    index = built({"a": ("Tea.",)})
    parts = {name: part for name, part in index.parts().items() if not isinstance(part, Kept)}
    other = lines.written([{"identity": "a#1"}], TypeAdapter(dict[str, str]))
    parts.update({"s0001.passages.jsonl": other[0], "s0001.passages": other[1]})
    with pytest.raises(
        SnapshotDamaged, match=r"written by another version of this program\. Run `merger-bot index update`"
    ):
        Index.restored(index.manifest, parts)


def test_every_line_is_kept_by_itself() -> None:
    index = built({"a": ("Tea.",), "b": ("Care.", "Board.")})
    kept = chain.from_iterable(bytes(segment.passages.content).splitlines() for segment in index.segments)
    assert [b'"id":"%s"' % passage.id.encode() in line for passage, line in zip(index.passages, kept, strict=True)] == [
        True
    ] * 3

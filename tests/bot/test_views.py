"""Whoever may not read a document is answered exactly as if it had never been there."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import access
from bot.answer.learned import LEARNED, learned_parts
from bot.answer.types import Answer
from bot.assistant import Assistant
from bot.views import Views
from index.build import build
from index.search import Index
from index.types import Encoder
from knowledge.library import Library
from knowledge.types import Document, Source
from tests.documents import bullets, document, heading, paragraph, words_only
from tests.encoders import WordsEncoder

TODAY = date(2022, 1, 10)
SEGMENT_PASSAGES = 3
"""So that the few documents take some segments."""
CREATED = datetime(2022, 1, 9, tzinfo=UTC)
TRADES = ("rope makers", "sail makers", "coopers", "pilots", "divers", "chandlers", "net menders")
DOCUMENTS = {
    made.source.id: made
    for made in (
        words_only(
            "berths",
            *(f"Berth {number} of the old quay is let to the guild of {trade}." for number, trade in enumerate(TRADES)),
            title="The berths",
        ),
        document(
            heading("The new ferry"),
            paragraph("The new ferry between Northport and Eastbay starts on 3 May 2022."),
            paragraph("Anna Marsh chairs the harbour board of Northport."),
            name="ferry", title="The ferry plan", publisher="Harbour Board", published="2021-03-04",
        ),
        document(
            heading("The new ferry, late"),
            paragraph("The new ferry between Northport and Eastbay starts on 9 June 2022."),
            paragraph("The ferry is subsidised by the Pilot Exit Scheme (PES)."),
            name="late", title="The ferry plan, second thoughts", publisher="Gazette", published="2021-03-05",
        ),
        document(
            heading("Redundancy"),
            paragraph("Redundancy payments of the Pilot Exit Scheme (PES) are capped at 5,000 crowns."),
            paragraph("Olga Brandt leads the Pilot Exit Scheme. Pilots must:"),
            bullets("apply by 1 February 2022;", "return the uniform;", "hand over the keys of the lighthouse."),
            name="redundancy", title="Redundancy of pilots", published="2021-12-01",
        ),
        document(
            heading("People"),
            paragraph("Bob Stone chairs the harbour board of Northport."),
            paragraph("PES stands for the Port Entry System (PES), which counts ships."),
            name="people", title="People of the port", published="2021-11", supersedes=("ferry",),
        ),
    )
}  # fmt: skip
QUESTIONS = (
    "When does the new ferry start?",
    "When does the new fery start?",
    "Who chairs the harbour board of Northport?",
    "Who is Olga Brandt?",
    "What is the PES?",
    "What are redundency payments capped at?",
    "What must pilots do?",
    "Who lets berths to the guild of divers?",
    "Which guilds are there?",
    "What happens in 2023?",
    "Who won the football cup?",
)
marks = st.sampled_from(["", "", "HR", " hr ", "Finance", "  ", "withdrawn", "removed"])


def digests_of(documents: list[Document]) -> dict[str, str]:
    return {made.source.id: Library.digest(made.source) for made in sorted(documents, key=lambda made: made.source.id)}


def marked(said: Mapping[str, str]) -> tuple[Source, ...]:
    """The library after each document was marked with an audience, withdrawn or removed."""
    known = []
    for name, mark in said.items():
        source = DOCUMENTS[name].source
        if mark == "withdrawn":
            known.append(source.model_copy(update={"status": "withdrawn"}))
        elif mark != "removed":
            known.append(source.model_copy(update={"audience": mark}))
    return tuple(known)


EVERYBODYS = marked(dict.fromkeys(DOCUMENTS, ""))
REDUNDANCY_IS_HRS = marked({**dict.fromkeys(DOCUMENTS, ""), "redundancy": "HR"})


def without_chance(answer: Answer) -> Answer:
    return answer.model_copy(update={"id": "", "took_ms": 0.0})


class Port:
    """An index of all documents in some segments, its views, and indexes that were built from some of them."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("index.build.SEGMENT_PASSAGES", SEGMENT_PASSAGES)
            self.index = build([*DOCUMENTS.values()], digests_of([*DOCUMENTS.values()]), encoder, CREATED)
        self.parts = learned_parts(self.index, self.index, {})
        self.views = Views(self.index, encoder, self.parts)
        self._built: dict[frozenset[str], Assistant] = {}

    def built(self, names: frozenset[str]) -> Assistant:
        """From these documents alone, with the vectors of the whole: in other batches the last bit may differ."""
        if names not in self._built:
            documents = [DOCUMENTS[name] for name in names]
            index = build(documents, digests_of(documents), self.encoder, CREATED, self.index)
            self._built[names] = Assistant(index, self.encoder)
        return self._built[names]


@pytest.fixture(scope="module")
def port(encoder: Encoder) -> Port:
    return Port(encoder)


def test_the_port_has_what_there_is_to_hide(port: Port) -> None:
    """Without this the properties below would hold of nothing."""
    whole = port.views.assistant(EVERYBODYS)
    assert len(port.index.segments) == 3
    answers = {text: whole.ask(text, today=TODAY) for text in QUESTIONS}
    cited = {citation.document for answer in answers.values() for citation in answer.citations}
    assert cited == DOCUMENTS.keys()
    assert any(answer.conflicts for answer in answers.values())
    assert any(answer.abstained and answer.reason for answer in answers.values())


def test_every_view_answers_exactly_like_an_index_of_what_may_be_read_alone(port: Port) -> None:
    @given(
        st.fixed_dictionaries(dict.fromkeys(DOCUMENTS, marks)),
        st.frozensets(st.sampled_from(["HR", "hr ", "FINANCE", "Board", "", "withdrawn"])),
        st.sampled_from(QUESTIONS),
        st.sampled_from([(), ("What is the Pilot Exit Scheme?",)]),
    )
    def check(said: dict[str, str], audience: frozenset[str], text: str, thread: tuple[str, ...]) -> None:
        groups = {name.strip().lower() for name in audience} - {""}
        may = frozenset(name for name, mark in said.items() if mark == "" or mark.strip().lower() in groups)
        may -= {name for name, mark in said.items() if mark == "withdrawn"}
        view, alone = port.views.assistant(marked(said), audience), port.built(may)
        assert set(view.index.documents) == may
        answer = view.ask(text, thread, TODAY)
        assert without_chance(answer) == without_chance(alone.ask(text, thread, TODAY))
        assert {citation.document for citation in (*answer.citations, *answer.closest)} <= may
        hits = view.search(text, 50)
        assert hits == alone.search(text, 50)
        assert {hit.source.id for hit in hits} <= may

    check()


def test_the_view_of_everything_is_the_index_itself_and_others_share_its_segments(port: Port) -> None:
    """Nothing is encoded, copied or learned twice for it."""
    encoder = WordsEncoder("")
    views = Views(port.index, encoder, port.parts)
    whole = views.assistant(EVERYBODYS)
    assert whole.index is port.index
    assert views.assistant(EVERYBODYS, frozenset({"HR"})) is whole
    assert views.assistant(REDUNDANCY_IS_HRS, frozenset({"hr"})) is whole
    part = views.assistant(REDUNDANCY_IS_HRS)
    assert views.assistant(REDUNDANCY_IS_HRS, frozenset({"Finance"})) is part
    assert all(one is other for one, other in zip(part.index.segments, port.index.segments, strict=True))
    assert part.index.manifest.sources.keys() == DOCUMENTS.keys() - {"redundancy"}
    assert encoder.asked == []


def test_what_is_kept_for_all_staff_is_not_learned_again(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor read from the wordings, which are those of all documents."""
    part = port.views.assistant(REDUNDANCY_IS_HRS)
    kept = {LEARNED: learned_parts(port.index, part.index, {})[LEARNED]}
    monkeypatch.setattr("bot.answer.learned.wording", lambda made: pytest.fail(f"{made.source.id} is read again"))
    views = Views(port.index, port.encoder, kept)
    again = views.assistant(REDUNDANCY_IS_HRS).ask("Who is Olga Brandt?", today=TODAY)
    assert without_chance(again) == without_chance(part.ask("Who is Olga Brandt?", today=TODAY))
    with pytest.raises(pytest.fail.Exception, match="is read again"):
        views.assistant(EVERYBODYS)


def test_views_are_kept_up_to_a_number(port: Port) -> None:
    audiences = [frozenset({f"group {number}"}) for number in range(len(DOCUMENTS))]
    views = Views(port.index, port.encoder, port.parts)
    limited = marked({name: f"group {number}" for number, name in enumerate(DOCUMENTS)})
    made = [views.assistant(limited, one | two) for one in audiences for two in audiences]
    assert len({id(each) for each in made}) == 15  # each document alone, and each two of them
    assert [views.assistant(limited, one | two) for one in audiences for two in audiences] == made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.views.VIEWS_KEPT", 1)
        few = Views(port.index, port.encoder, port.parts)
        first = few.assistant(limited, audiences[0])
        assert few.assistant(limited, audiences[0]) is first
        assert few.assistant(limited, audiences[1]) is not first
        assert few.assistant(limited, audiences[0]) is not first


def test_questions_that_need_the_same_new_view_make_it_once(port: Port) -> None:
    views, together = Views(port.index, port.encoder, port.parts), threading.Barrier(8)

    def asked(_: int) -> Assistant:
        together.wait()
        return views.assistant(REDUNDANCY_IS_HRS)

    with ThreadPoolExecutor(8) as pool:
        assert len({id(each) for each in pool.map(asked, range(8))}) == 1


# What the library says now, of what the index has


def test_another_file_of_the_same_name_does_not_open_the_one_before_it(port: Port) -> None:
    """A limited document was removed, and one for all staff has its id now; or the other way about."""
    indexed = {name: made.source for name, made in DOCUMENTS.items()}
    index = indexed_with(port, indexed["ferry"].model_copy(update={"audience": "HR"}))
    other = indexed["ferry"].model_copy(update={"sha256": "1" * 64})
    assert hidden(index, other) == {"ferry"}
    assert hidden(index, other, "HR") == set()
    assert hidden(index, other.model_copy(update={"audience": "Board"}), "HR") == {"ferry"}
    assert hidden(index, other.model_copy(update={"audience": "Board"}), "HR", "board") == set()
    assert hidden(port.index, other.model_copy(update={"audience": "HR"})) == {"ferry"}
    assert hidden(port.index, other) == set()


def test_the_same_file_is_for_those_that_the_library_names_now(port: Port) -> None:
    ferry = DOCUMENTS["ferry"].source
    index = indexed_with(port, ferry.model_copy(update={"audience": "HR"}))
    assert hidden(index, ferry) == set()
    assert hidden(index, ferry.model_copy(update={"audience": "Board"}), "HR") == {"ferry"}
    assert hidden(index, ferry.model_copy(update={"audience": "Board"}), "Board") == set()
    assert hidden(index, ferry.model_copy(update={"status": "withdrawn"}), "HR") == {"ferry"}


def indexed_with(port: Port, source: Source) -> Index:
    documents = [replace(made, source=source) if name == source.id else made for name, made in DOCUMENTS.items()]
    return build(documents, digests_of(documents), port.encoder, CREATED, port.index)


def hidden(index: Index, source: Source, *audience: str) -> set[str]:
    """What somebody may not be quoted after one document of the library has become this one."""
    known = [source if each.id == source.id else each for each in EVERYBODYS]
    return set(access(index, known).hidden(frozenset(audience)))

"""What is learned document by document is what whole texts teach, and it is kept with the index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import abbreviations, names, spelling
from bot.answer.learned import (
    LEARNED,
    WORDINGS,
    Imprint,
    Learned,
    learn,
    learned_from,
    learned_of,
    learned_parts,
    wording,
)
from bot.assistant import Assistant
from bot.service import Service
from bot.update import open_live
from index.build import build
from index.search import Index, only
from knowledge.types import Document
from tests.bot.conftest import Home
from tests.documents import document, markup, paragraph
from tests.encoders import WordsEncoder

FERRY = "The harbour group (HG) met Ann Wood in Eastbay. Then Dr Wood and the Eastbay Ferry Board agreed with Jo Lee."
FAIR = "Dr Wood opened the spring fair. Across Northport, Jo Lee and Mr Hill sold well-known tickets to the crowd."


def documents_of(*texts: str) -> list[Document]:
    return [document(paragraph(text), name=f"d{number}") for number, text in enumerate(texts)]


def index_of(*texts: str) -> Index:
    documents = documents_of(*texts)
    digests = {made.source.id: made.text[:10] for made in documents}
    return build(documents, digests, WordsEncoder("ferry fair"), datetime(2021, 5, 3, tzinfo=UTC))


def test_names_abbreviations_and_vocabulary_are_learned_from_all_documents_together() -> None:
    learned = learned_from(documents_of(FERRY, FAIR))
    assert learned.names.people == ("Ann Wood", "Jo Lee", "Mr Hill")
    assert learned.names.places == {"eastbay", "northport"}
    assert learned.abbreviations["hg"] == "harbour group"
    assert {"harbour", "well-known", "crowd"} <= set(learned.vocabulary)
    assert list(learned.vocabulary) == sorted(learned.vocabulary)


def test_who_published_the_documents_and_when_is_learned() -> None:
    made = document(paragraph(FERRY), published="2030-06", publisher="The Harbour Gazette")
    older, undated = document(paragraph(FAIR), published="2030-05-31"), document(paragraph(FAIR))
    assert learned_from([older, made, undated]).imprint == Imprint(3, frozenset({"harbour", "gazett"}), "2030-06")
    assert learned_from([undated]).imprint == Imprint(1, frozenset(), None)


@given(
    st.lists(st.one_of(markup, st.sampled_from([FERRY, FAIR, "Dr Wood. Ann Wood\nJo B. Lee's Dr A. Hill"])), max_size=4)
)
def test_people_are_those_that_whole_texts_name(texts: list[str]) -> None:
    learned = names.collect(texts)
    assert learned.people == tuple(dict.fromkeys(person for text in texts for person in learned.persons(text)))


def test_a_snapshot_keeps_what_was_learned() -> None:
    index = index_of(FERRY, FAIR)
    parts = learned_parts(index, index, {})
    assert set(parts) == {LEARNED, WORDINGS}
    assert learned_of(index, parts) == learned_from(documents_of(FERRY, FAIR))
    assert learned_of(index, {LEARNED: parts[LEARNED]}) == learned_of(index, {WORDINGS: parts[WORDINGS]})


def test_some_documents_teach_what_they_alone_say() -> None:
    """Of all documents and of one; whichever of them is what all staff may read."""
    index, ferry = index_of(FERRY, FAIR), documents_of(FERRY)
    part = only(index, {"d0"})
    for for_all in (index, part):
        parts = learned_parts(index, for_all, {})
        assert learned_of(part, parts) == learned_from(ferry)
        assert learned_of(index, parts) == learned_from(documents_of(FERRY, FAIR))


def test_a_document_of_a_known_digest_is_not_boiled_down_again() -> None:
    """Here the digest is that of the first words: the text behind them shows which one was looked at."""

    def taught(index: Index, before: Mapping[str, object]) -> tuple[Learned, dict[str, bytes]]:
        parts = learned_parts(index, index, before)
        return learned_of(index, parts), parts

    _, before = taught(index_of(FERRY), {})
    learned, after = taught(index_of(FERRY.replace("Ann", "Eve"), FAIR), before)
    assert learned == learned_from(documents_of(FERRY, FAIR))
    assert taught(index_of(FAIR.replace("Jo", "Al")), after)[0] == learned_from(documents_of(FAIR))
    assert taught(index_of(FERRY.replace("Ann", "Eve")), {})[0].names.people == ("Eve Wood", "Jo Lee")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"version": 0, "learned": {}}', "text"])
def test_what_cannot_be_used_is_learned_anew(content: object) -> None:
    parts = {LEARNED: content, WORDINGS: content}
    index = index_of(FERRY)
    assert learned_of(index, parts) == learned_from(documents_of(FERRY))
    assert learned_of(index, learned_parts(index, index, parts)) == learned_from(documents_of(FERRY))


def test_an_assistant_knows_what_was_learned_before() -> None:
    index = index_of(FERRY)
    asked = Assistant(index, WordsEncoder("ferry fair"), learned=learned_from(documents_of(FERRY)))
    assert asked.ask("Who is HG?").text == Assistant(index, WordsEncoder("ferry fair")).ask("Who is HG?").text


def test_learning_goes_by_the_parts_it_consists_of() -> None:
    (ferry,) = documents_of(FERRY)
    learned = learn([wording(ferry)])
    assert learned.names == names.collect([ferry.text])
    assert learned.abbreviations == abbreviations.collect([ferry.text])
    assert learned.vocabulary == spelling.vocabulary([ferry.text])


def taught(service: Service) -> Learned:
    live = open_live(service.store)
    return learned_of(live.index, {LEARNED: live.beside[LEARNED]})


def test_an_update_keeps_what_its_documents_teach_and_a_bot_that_starts_reads_it(home: Home) -> None:
    service = Service(home.folder)
    documents = [service.library.document(source.id) for source in service.library.sources()]
    assert taught(service) == learned_from(documents)
    file = home.folder.parent / "show.md"
    file.write_text(FAIR, "utf-8")
    service.library.add([file])
    assert service.update().published
    documents = [service.library.document(source.id) for source in service.library.sources()]
    assert len(documents) == 2
    assert taught(service) == learned_from(documents)

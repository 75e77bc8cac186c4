"""What is learned document by document is what whole texts teach, and it is kept with the index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import abbreviations, names, spelling
from bot.answer.learned import LEARNED, WORDINGS, kept_in, learn, learned_from, learned_parts, wording
from bot.assistant import Assistant
from bot.service import Service
from bot.update import open_live
from index.build import build
from index.search import Index
from tests.bot.conftest import Home
from tests.documents import document, markup, paragraph
from tests.encoders import WordsEncoder

FERRY = "The harbour group (HG) met Ann Wood in Eastbay. Then Dr Wood and the Eastbay Ferry Board agreed with Jo Lee."
FAIR = "Dr Wood opened the spring fair. Across Northport, Jo Lee and Mr Hill sold well-known tickets to the crowd."


def index_of(*texts: str) -> Index:
    documents = [document(paragraph(text), name=f"d{number}") for number, text in enumerate(texts)]
    digests = {made.source.id: made.text[:10] for made in documents}
    return build(documents, digests, WordsEncoder("ferry fair"), datetime(2021, 5, 3, tzinfo=UTC))


def test_names_abbreviations_and_vocabulary_are_learned_from_all_documents_together() -> None:
    learned = learned_from([FERRY, FAIR])
    assert learned.names.people == ("Ann Wood", "Jo Lee", "Mr Hill")
    assert learned.names.places == {"eastbay", "northport"}
    assert learned.abbreviations["hg"] == "harbour group"
    assert {"harbour", "well-known", "crowd"} <= learned.vocabulary


@given(
    st.lists(st.one_of(markup, st.sampled_from([FERRY, FAIR, "Dr Wood. Ann Wood\nJo B. Lee's Dr A. Hill"])), max_size=4)
)
def test_people_are_those_that_whole_texts_name(texts: list[str]) -> None:
    learned = names.collect(texts)
    assert learned.people == tuple(dict.fromkeys(person for text in texts for person in learned.persons(text)))


def test_a_snapshot_keeps_what_was_learned() -> None:
    learned, parts = learned_parts(index_of(FERRY, FAIR), {})
    assert set(parts) == {LEARNED, WORDINGS}
    assert kept_in(parts) == learned == learned_from([FERRY, FAIR])


def test_a_document_of_a_known_digest_is_not_boiled_down_again() -> None:
    """Here the digest is that of the first words: the text behind them shows which one was looked at."""
    _, before = learned_parts(index_of(FERRY), {})
    learned, after = learned_parts(index_of(FERRY.replace("Ann", "Eve"), FAIR), before)
    assert learned == learned_from([FERRY, FAIR])
    assert learned_parts(index_of(FAIR.replace("Jo", "Al")), after)[0] == learned_from([FAIR])
    assert learned_parts(index_of(FERRY.replace("Ann", "Eve")), {})[0].names.people == ("Eve Wood", "Jo Lee")


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"version": 0, "learned": {}}', "text"])
def test_what_cannot_be_used_is_learned_anew(content: object) -> None:
    parts = {LEARNED: content, WORDINGS: content}
    assert kept_in(parts) is None
    assert learned_parts(index_of(FERRY), parts)[0] == learned_from([FERRY])


def test_an_assistant_knows_what_was_learned_before() -> None:
    index = index_of(FERRY)
    asked = Assistant(index, WordsEncoder("ferry fair"), learned=learned_from([FERRY]))
    assert asked.ask("Who is HG?").text == Assistant(index, WordsEncoder("ferry fair")).ask("Who is HG?").text


def test_learning_goes_by_the_parts_it_consists_of() -> None:
    learned = learn([wording(FERRY)])
    assert learned.names == names.collect([FERRY])
    assert learned.abbreviations == abbreviations.collect([FERRY])
    assert learned.vocabulary == spelling.vocabulary([FERRY])


def test_an_update_keeps_what_its_documents_teach_and_a_bot_that_starts_reads_it(home: Home) -> None:
    service = Service(home.folder)
    texts = [service.library.document(source.id).text for source in service.library.sources()]
    assert open_live(service.store).learned == learned_from(texts)
    file = home.folder.parent / "show.md"
    file.write_text(FAIR, "utf-8")
    service.library.add([file])
    assert service.update().published
    texts = [service.library.document(source.id).text for source in service.library.sources()]
    assert len(texts) == 2
    assert open_live(service.store).learned == learned_from(texts)

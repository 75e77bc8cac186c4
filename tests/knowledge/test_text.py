from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import LEAST_RARITY, STOP_WORDS, rarity, sentence_spans, single_spaced, stem, stems, tokens

THREADS = 16
ENGLISH = st.lists(
    st.one_of(
        st.sampled_from(
            [*"Dr Dr. No. 3 3. e.g. J. Mr (It “We agree.” ’ . ? ! ... : It it; 1. ii. a.m. £1.5m".split(), "\n"]
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map(" ".join)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


# Sentences


@pytest.mark.parametrize(
    "expected",
    [
        ["Dr Wood came.", "Dr. Wood left."],
        ["Prof. Ann Wood, Rt. Hon. Bob Hill and Cllr. Tim Reed met.", "They spoke."],
        ["Mr. and Mrs. Hill agreed.", "St. Mary's did not."],
        ["See No. 3 of the plan.", "It was no.", "Then he left."],
        ["See Fig. 2, para. 4 and app. 5.", "All are new."],
        ["It begins on 1 Apr. 2020.", "We wait."],
        ["The vote was in Apr.", "Then we went."],
        ["We use e.g. tea, i.e. what is warm.", "It helps."],
        ["It was about approx. 5 miles.", "We walked."],
        ["J. R. Hill wrote it.", "A. Wood read it."],
        ["Wood v. Hill was heard.", "It ended."],
        ["“We agree.”", "She left."],
        ["(It is done.)", "He left."],
        ["He said “Go.” and left.", "Then she came."],
        ["1. First do this.", "2. Then do that."],
        ["Is it so?", "Yes!", "Done."],
        ["Meet at 10 a.m. on Monday.", "Bring tea."],
        ["It costs £1.5m.", "That is all."],
        ["Yes! said Ann.", "It is so! and so on.", "We left."],
        ["The four are:"],
        ["no end and no capital"],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_sentence_may_go_over_lines_and_leaves_the_white_space_around_it() -> None:
    text = " \n The first\nline ends.\u00a0\n Then a\tsecond. \n"
    assert sentences(text) == ["The first\nline ends.", "Then a\tsecond."]


@pytest.mark.parametrize("text", ["", " ", "\n\u00a0\t"])
def test_white_space_has_no_sentences_tokens_or_stems(text: str) -> None:
    assert (sentence_spans(text), tokens(text), stems(text), single_spaced(text)) == ([], [], [], "")


@given(ENGLISH)
def test_sentences_slice_the_text_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    at = 0
    for start, end in sentence_spans(text):
        assert text[at:start].strip() == ""
        assert start < end
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""


# Words


@given(ENGLISH)
def test_tokens_slice_the_text_in_order_and_their_stems_are_those_of_their_words(text: str) -> None:
    at = 0
    for token in tokens(text):
        assert at <= token.start < token.end <= len(text)
        assert not any(character.isalnum() for character in text[at : token.start])
        word = text[token.start : token.end].lower().replace("’", "'")
        assert (token.stem, token.stop) == (stem(word), word in STOP_WORDS)
        at = token.end
    assert not any(character.isalnum() for character in text[at:])


def test_a_token_knows_its_place_its_stem_and_whether_it_is_a_stop_word() -> None:
    text = "Who leads the CCG’s boards, isn’t it?"
    assert [(text[t.start : t.end], t.stem, t.stop) for t in tokens(text)] == [
        ("Who", "who", True),
        ("leads", "lead", False),
        ("the", "the", True),
        ("CCG’s", "ccg", False),
        ("boards", "board", False),
        ("isn’t", "isn't", True),
        ("it", "it", True),
    ]


def test_hyphens_and_underscores_part_words_and_apostrophes_inside_do_not() -> None:
    assert stems("north-east o'clock snake_case 2019/20 £1.5m") == [
        *("north", "east", "o'clock", "snake", "case", "2019", "20", "1", "5m")
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("CCG CCGs CCG's CCG’s ccgs", "ccg"),
        ("GP GPs gp's", "gp"),
        ("ICP ICPs", "icp"),
        ("STP STPs", "stp"),
        ("PCN PCNs", "pcn"),
        ("board boards board's boards'", "board"),
        ("Kent Kent's KENT", "kent"),
        ("commission commissions commissioning commissioned", "commiss"),
        ("commissioner commissioners commissioners'", "commission"),
        ("bus", "bus"),
        ("news news's NEWS’S", "news"),
        ("gas", "gas"),
        ("rhythm rhythms", "rhythm"),
    ],
)
def test_forms_of_a_word_are_found_under_one_stem(words: str, expected: str) -> None:
    assert set(stems(words)) == {expected}


@given(
    st.lists(st.sampled_from(["May", "may", "Will’s", "the", "“May", "Mayor", "May's", "can’t", " ", ", "])).map(
        "".join
    )
)
def test_the_stems_of_a_text_are_those_of_its_tokens_that_are_no_stop_words(text: str) -> None:
    assert stems(text) == [token.stem for token in tokens(text) if not token.stop]


def test_stop_words_have_no_stems_and_stand_in_lower_case() -> None:
    assert stems(" ".join(sorted(STOP_WORDS))) == []
    assert all(word == word.lower() for word in STOP_WORDS)


def test_many_threads_get_the_same_stems_as_one() -> None:
    words = [
        f"{stem_}{ending}" for stem_ in ("commission", "partner", "organis") for ending in ("ed", "ing", "s", "ations")
    ]
    words = [f"{prefix}{word}" for prefix in ("", "re", "un", "over", "under", "pre") for word in words]
    expected = [stem.__wrapped__(word) for word in words]
    ready = Barrier(THREADS)

    def work(_: int) -> list[str]:
        ready.wait()
        return [stem.__wrapped__(word) for _ in range(50) for word in words]  # past the cache, in each thread

    with ThreadPoolExecutor(THREADS) as pool:
        for found in pool.map(work, range(THREADS)):
            assert found == expected * 50


def test_a_word_weighs_less_the_commoner_it_is_in_english_and_a_rare_one_all() -> None:
    assert rarity(stem("the")) == LEAST_RARITY
    assert rarity(stem("zeppelin")) == rarity(stem("ccgs")) == 1
    weights = [rarity(stem(word)) for word in ("the", "school", "people", "zeppelin")]
    assert weights == sorted(set(weights))


def test_all_white_space_becomes_single_spaces() -> None:
    assert single_spaced("\u00a0 The\n\nfour\u2009 parts\t") == "The four parts"

"""The probability that an answer is right."""

import json
import math
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.confidence import FEATURES, LARGE_LIBRARY, SMALL_LIBRARY, UNMET, features, probability
from index.types import Hit
from tests.bot.answer.pieces import facing, query, sentence, term
from tests.documents import document, paragraph

WEIGHTS = json.loads((files("bot.answer") / "confidence.json").read_text("utf-8"))
PLAIN = {"bias": -1.0, **dict.fromkeys(FEATURES, 0.0), "match": 2.0}
BOLD = {"bias": 1.0, **dict.fromkeys(FEATURES, 0.0), "match": 2.0}
MADE_UP = {"small": PLAIN, "large": BOLD}


def described(**said: float) -> dict[str, float]:
    return {**dict.fromkeys(FEATURES, 0.0), **said}


@pytest.mark.parametrize("size", ["small", "large"])
def test_every_feature_has_a_weight_for_each_size_of_library_and_nothing_else_has(size: str) -> None:
    assert set(WEIGHTS) == {"small", "large"}
    assert set(WEIGHTS[size]) == {"bias", *FEATURES}


@pytest.mark.parametrize(
    ("passages", "bias"), [(1, -1), (0, -1), (SMALL_LIBRARY, -1), (LARGE_LIBRARY, 1), (100_000, 1)]
)
def test_it_is_the_logistic_function_of_the_weighted_sum(passages: int, bias: int) -> None:
    expected = 1 / (1 + math.exp(-(bias + 2.0 * 0.75)))
    assert probability(described(match=0.75), 0, passages, MADE_UP) == pytest.approx(expected)


def test_between_the_sizes_of_libraries_it_is_a_mixture() -> None:
    middle = round(math.sqrt(SMALL_LIBRARY * LARGE_LIBRARY))
    small, large = 1 / (1 + math.exp(1)), 1 / (1 + math.exp(-1))
    assert probability(described(), 0, middle, MADE_UP) == pytest.approx((small + large) / 2, abs=1e-3)


@pytest.mark.parametrize(("size", "passages"), [("small", 10), ("large", 1000)])
@pytest.mark.parametrize("missing", [0, 1, 3])
def test_each_thing_that_is_missing_leaves_a_part_of_it(size: str, passages: int, missing: int) -> None:
    whole = probability(described(match=1), 0, passages)
    assert probability(described(match=1), missing, passages) == pytest.approx(UNMET[size] ** missing * whole)


@pytest.mark.parametrize("passages", [5, 200, 5000])
@pytest.mark.parametrize("name", ["match", "stands_out", "gap", "weakest"])
def test_a_better_match_makes_it_more_probable(name: str, passages: int) -> None:
    low, high = dict.fromkeys(FEATURES, 0.5), dict.fromkeys(FEATURES, 0.5)
    high[name] = 0.9
    assert probability(high, 0, passages) > probability(low, 0, passages)


@given(st.dictionaries(st.sampled_from(FEATURES), st.floats(-10, 10)), st.integers(0, 6), st.integers(0, 10**6))
def test_it_is_a_probability(said: dict[str, float], missing: int, passages: int) -> None:
    assert 0 <= probability(described(**said), missing, passages) <= 1


ONE = document(paragraph("The ferry stops at Eastbay. The bus stops there too."), name="one")
TWO = document(paragraph("The canteen has fish."), name="two")


def test_features_describe_the_best_and_how_far_it_stands_out() -> None:
    traits = {"match": 0.9, "similarity": 0.7, "suits": 1.0, "passage_match": 0.8}
    best = sentence(ONE, "The ferry stops at Eastbay.", 6.0, met=(0.9, 0.3), **traits)
    ranked = [
        best,
        sentence(TWO, "The canteen has fish.", 5.5),  # its vector is that of the best: it confirms it
        sentence(ONE, "The bus stops there too.", 4.0, vector=facing(0, 1)),
        sentence(TWO, "The canteen has fish.", 1.0, vector=facing(0, 1)),
    ]
    asked = query("Eastbay zeppelin", term("Eastbay", 3.0), term("zeppelin", 1.0, known=False))
    hits = [
        Hit(best.hit.passage, best.hit.source, score=1.0, dense=0.6, lexical=2.0, match=0.8),
        Hit(best.hit.passage, best.hit.source, score=0.9, dense=0.4, lexical=3.0, match=0.1),
    ]
    found = features(asked, hits, ranked)
    assert set(found) == set(FEATURES)
    assert found == {
        "score": 6.0,
        "gap": 2.0,
        "gap_to_other_passage": 5.0,
        "stands_out": pytest.approx((6.0 - 4.125) / math.sqrt(3.796875)),
        "passage_match": 0.8,
        "match": 0.9,
        "similarity": 0.7,
        "weakest": 0.3,
        "covered": 0.75,
        "names_found": 1.0,
        "unknown": 0.25,
        "dense": 0.6,
        "lexical": 0.75,
        "words": 0.2,
        "suits": 1.0,
    }


def test_evidence_without_a_rival_stands_out_by_its_whole_score() -> None:
    best = sentence(ONE, "The ferry stops at Eastbay.", 6.0, met=(0.5,))
    hit = Hit(best.hit.passage, best.hit.source, score=1.0, dense=0.6, lexical=0.0, match=0.8)
    found = features(query("ferry", term("ferry")), [hit], [best])
    assert (found["gap"], found["gap_to_other_passage"], found["stands_out"]) == (6.0, 6.0, 0.0)

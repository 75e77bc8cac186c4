"""The probability that an answer is right."""

import json
from importlib.resources import files

import pytest

from bot.answer.confidence import FEATURES, probability

WEIGHTS = json.loads((files("bot.answer") / "confidence.json").read_text("utf-8"))


def test_every_feature_has_a_weight_and_nothing_else_has() -> None:
    assert set(WEIGHTS) == {"bias", *FEATURES}


def test_it_is_the_logistic_function_of_the_weighted_sum() -> None:
    described = dict.fromkeys(FEATURES, 0.0)
    assert probability(described) == pytest.approx(1 / (1 + 2.718281828459045 ** -WEIGHTS["bias"]))


@pytest.mark.parametrize("name", ["match", "stands_out", "similarity"])
def test_a_better_match_makes_it_more_probable(name: str) -> None:
    low, high = dict.fromkeys(FEATURES, 0.5), dict.fromkeys(FEATURES, 0.5)
    high[name] = 0.9
    assert probability(high) > probability(low)

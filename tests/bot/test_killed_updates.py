"""An update that is killed leaves the old answers or the new ones, whole, to those who ask and to those who start."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from tests.bot.killed_updates import kill_updates

APART = 29  # steps between two kills; tests/benchmarks/kills.py takes every one
MANY_STEPS = 60  # fewer would mean that the steps are no longer seen


def test_an_update_killed_at_a_step_leaves_the_old_answers_or_the_new_ones(tmp_path: Path) -> None:
    done = list(kill_updates(tmp_path, count(3, APART)))
    for one in done:
        assert one.found in one.may, one.step
        assert one.then == one.must, one.step
    assert done[-1].step > MANY_STEPS
    assert {one.found == one.must for one in done if one.killed} == {True, False}

"""The known pairs that ship, asked of the briefings that ship. `merger-bot evaluate` prints the same."""

from pathlib import Path

import pytest

from bot import Assistant, evaluate
from bot.evaluate import Pair, Report
from bot.settings import Settings
from index.encoder import SentenceTransformersEncoder
from knowledge.library import Library

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"
CATEGORIES = {
    "roles", "timeline", "icps", "conditions", "benefits", "governance", "engagement", "history", "tables", "lists",
}  # fmt: skip


@pytest.fixture(scope="module")
def pairs() -> tuple[Pair, ...]:
    return evaluate.load([KNOWLEDGE / "questions.yaml"])


@pytest.fixture(scope="module")
def report(
    tmp_path_factory: pytest.TempPathFactory, encoder: SentenceTransformersEncoder, pairs: tuple[Pair, ...]
) -> Report:
    library = Library(tmp_path_factory.mktemp("library"))
    library.add([KNOWLEDGE / "documents"])
    assistant = Assistant.of([library.document(source.id) for source in library.sources()], encoder)
    return evaluate.run(assistant, pairs)


def test_there_are_enough_pairs_of_every_category(pairs: tuple[Pair, ...]) -> None:
    answerable = [pair for pair in pairs if pair.answerable]
    assert len(answerable) >= 80
    assert len(pairs) - len(answerable) >= 20
    assert {pair.category for pair in answerable} == CATEGORIES
    assert all(pair.must_contain and pair.sources for pair in answerable)


def test_no_pair_is_skipped(report: Report) -> None:
    assert report.skipped == 0


def test_the_pairs_pass_the_gate(report: Report) -> None:
    settings = Settings()
    right, declined = report.tally(True), report.tally(False)
    failures = "\n".join(f"{outcome.pair.id}: {outcome.problem}" for outcome in report.failures)
    assert report.passes(settings.gate_right, settings.gate_declined), f"{right}\n{declined}\n{failures}"
    assert report.passes(0.85, 0.8), f"{right}\n{declined}\n{failures}"

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bot.report import charts, reliability
from bot.report.reliability import Judged

ROOT = Path(__file__).parents[3]
ANSWERS = [Judged(number / 40, number > 15 or number % 3 == 0) for number in reversed(range(40))]


def drawings() -> tuple[str, str]:
    curve, best = reliability.risk_coverage(ANSWERS, 50), reliability.best_possible(ANSWERS, 50)
    return (
        charts.risk_coverage(curve, best, reliability.cut(ANSWERS, 50, 0.5), 'Half of them < "all" & more.'),
        charts.calibration(reliability.calibration(ANSWERS), "Four groups."),
    )


@pytest.fixture(scope="module")
def drawn() -> tuple[str, str]:
    return drawings()


def words(svg: str) -> list[str]:
    return [text for text in ElementTree.fromstring(svg).itertext() if text.strip()]


def test_each_chart_says_in_words_what_its_axes_and_marks_are(drawn: tuple[str, str]) -> None:
    curve, calibration = map(words, drawn)
    assert {"Answered, of all questions", "Wrong, of those answered", "as it answers now", "100%"} <= set(curve)
    assert {"Predicted: P(right)", "Observed: right", "(questions to a point: 10)", "60%"} <= set(calibration)


def test_a_chart_is_an_image_with_a_description(drawn: tuple[str, str]) -> None:
    root = ElementTree.fromstring(drawn[0])
    assert (root.get("role"), root.get("aria-label")) == ("img", 'Half of them < "all" & more.')


def test_the_mark_stands_where_the_assistant_is(drawn: tuple[str, str]) -> None:
    """In the axes, from the ticks of 0 and 100%: half of the questions are not answered, and 40% are."""
    uses = re.findall(r'<use xlink:href="#\w+" x="([\d.]+)" y="[\d.]+" style="fill: var\(--(\w+)\)', drawn[0])
    ticks = [float(x) for x, colour in uses if colour == "muted"]
    (mark,) = [float(x) for x, colour in uses if colour == "wrong"][:1]
    left, right = ticks[0], max(ticks)
    assert (mark - left) / (right - left) == pytest.approx(0.4, abs=0.001)


def test_colours_are_the_pages_and_nothing_comes_from_elsewhere(drawn: tuple[str, str]) -> None:
    for svg in drawn:
        assert re.findall("#[0-9a-f]{6}", svg) == []
        assert set(re.findall(r"var\(--(\w+)\)", svg)) <= {"ink", "muted", "line", "right", "wrong"}
        assert "<style" not in svg
        assert "<metadata" not in svg
        assert all(target.startswith("#") for target in re.findall(r'href="([^"]*)"', svg))
        assert all(target.startswith("#") for target in re.findall(r"url\(([^)]*)\)", svg))


def test_two_charts_on_a_page_share_no_id(drawn: tuple[str, str]) -> None:
    ids = [re.findall(r' id="([^"]*)"', svg) for svg in drawn]
    assert ids[0]
    assert ids[1]
    assert len({*ids[0], *ids[1]}) == len(ids[0]) + len(ids[1])


def test_the_same_numbers_give_the_same_drawing_in_another_process_that_leaves_nothing_behind(
    drawn: tuple[str, str], tmp_path: Path
) -> None:
    """Warnings are errors there, and what lies about for matplotlib to read is not read."""
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 30\n", "utf-8")
    folders = {name: str(tmp_path) for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TMPDIR")}
    code = (
        "import os; from tests.bot.report.test_charts import drawings; print(*drawings()); "
        "assert 'MPLCONFIGDIR' not in os.environ"
    )
    environment = {**os.environ, **folders, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout == " ".join(drawn) + "\n"
    assert [path.name for path in tmp_path.iterdir()] == ["matplotlibrc"]


def test_a_setting_of_the_person_who_runs_it_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLCONFIGDIR", "mine")
    drawings()
    assert os.environ["MPLCONFIGDIR"] == "mine"


def test_a_single_answer_can_be_drawn() -> None:
    only = [Judged(0.0, False)]
    curve, best = reliability.risk_coverage(only, 1), reliability.best_possible(only, 1)
    assert charts.risk_coverage(curve, best, reliability.cut(only, 1, 1.0), "").startswith("<svg")
    assert charts.calibration(reliability.calibration(only), "").startswith("<svg")

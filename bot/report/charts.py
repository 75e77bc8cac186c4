"""The two curves of the report, drawn by matplotlib as SVG that stands inside a page of HTML.

The same numbers give the same bytes. Colours are variables of the page, so that one drawing serves light and dark.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from bot.report.reliability import Bin, Cut

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, MUTED, GRID, ACCENT, WRONG = "#212b32", "#4c6272", "#d8dde0", "#005eb8", "#c5251a"
VARIABLES = {INK: "ink", MUTED: "muted", GRID: "line", ACCENT: "right", WRONG: "wrong"}
"""Colours as they are drawn, to the page's variables that they become."""
SIZE_INCHES = (6.2, 4.4)
FONT_POINTS = 11
DASHES = "dashed"
SHOWN_FROM = 0.05
"""Share answered from which a curve is drawn: before, one wrong answer more or less throws it up and down."""
LEAST_HEIGHT = 0.2
"""Share wrong that the chart reaches at least."""
HEADROOM = 1.3
"""Of the chart above the highest share wrong: the legend stands there."""
STYLE: dict[Any, object] = {
    "svg.fonttype": "none",  # words stay words: they can be selected, read aloud, and take the page's font
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that all machines lay out alike
    "font.size": FONT_POINTS,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}


def risk_coverage(curve: Sequence[Cut], best: Sequence[Cut], served: Cut, described: str) -> str:
    """Draw the share wrong of those answered against the share answered, and mark where the assistant stands.

    Args:
        curve: As the threshold falls.
        best: The same with the best possible order.
        served: What was really answered.
        described: What the drawing shows, for whoever cannot see it.

    Returns:
        An SVG element.
    """
    shown = [point for point in curve if point.coverage >= SHOWN_FROM] or list(curve)
    highest = max(LEAST_HEIGHT, *(HEADROOM * point.risk for point in (*shown, served)))

    def draw(axes: Axes) -> None:
        axes.plot(*_points(best), color=MUTED, linestyle=DASHES, label="with the best possible order")
        axes.plot(*_points(shown), color=ACCENT, linewidth=2.2, label="as the threshold falls")
        axes.plot([served.coverage], [served.risk], "o", color=WRONG, markersize=9, label="as it answers now")
        _percent(axes, "Answered, of all questions", "Wrong, of those answered", min(1.0, highest))
        axes.legend(loc="upper left")

    return _svg("risk-coverage", draw, described)


def calibration(bins: Sequence[Bin], described: str) -> str:
    """Draw the share right against the predicted one, with the count of each bin and its 95% interval.

    Args:
        bins: Answers of about the same confidence.
        described: What the drawing shows, for whoever cannot see it.

    Returns:
        An SVG element.
    """
    counts = " or ".join(str(count) for count in sorted({each.count for each in bins}))

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=MUTED, linestyle=DASHES, label="as predicted")
        axes.errorbar(
            [each.predicted for each in bins],
            [each.observed for each in bins],
            [[each.observed - each.interval[0] for each in bins], [each.interval[1] - each.observed for each in bins]],
            fmt="o",
            color=ACCENT,
            markersize=7,
            capsize=3,
            label=f"observed, with the 95% interval\n(questions to a point: {counts})",
        )
        _percent(axes, "Predicted: P(right)", "Observed: right", 1.0)
        axes.legend(loc="lower right")

    return _svg("calibration", draw, described)


def _points(cuts: Sequence[Cut]) -> tuple[list[float], list[float]]:
    return [point.coverage for point in cuts], [point.risk for point in cuts]


def _percent(axes: Axes, x: str, y: str, highest: float) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set(xlabel=x, ylabel=y, xlim=(0, 1.01), ylim=(0, highest * 1.01))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _svg(name: str, draw: Callable[[Axes], None], described: str) -> str:
    with _no_cache():
        import matplotlib
        from matplotlib.figure import Figure

        with matplotlib.rc_context():
            matplotlib.rcdefaults()  # and nothing of a matplotlibrc that lies about
            matplotlib.rcParams.update({**STYLE, "svg.hashsalt": name})
            figure = Figure(figsize=SIZE_INCHES, layout="constrained")
            draw(figure.add_subplot())
            written = BytesIO()
            nothing_about_the_file = dict.fromkeys(("Creator", "Date", "Format", "Type"))
            figure.savefig(written, format="svg", transparent=True, metadata=nothing_about_the_file)
    return _inline(written.getvalue().decode(), described)


@contextmanager
def _no_cache() -> Iterator[None]:
    """Let matplotlib keep what it writes for itself, such as a list of the machine's fonts, where it is soon gone."""
    before = os.environ.get("MPLCONFIGDIR")
    with TemporaryDirectory() as folder:
        os.environ["MPLCONFIGDIR"] = folder
        try:
            yield
        finally:
            del os.environ["MPLCONFIGDIR"]
            if before is not None:
                os.environ["MPLCONFIGDIR"] = before


def _inline(drawn: str, described: str) -> str:
    """The element alone, named for who cannot see it, without ids that two drawings share, in the page's colours."""
    svg = drawn[drawn.index("<svg") :]
    svg = re.sub(r"<style.*?</style>", "", svg, flags=re.DOTALL)  # it would hold for the whole page
    svg = re.sub(r'<g id="[^"]*"', "<g", svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var(--{variable})")
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(described)}"', 1)

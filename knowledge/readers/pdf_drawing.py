"""What is drawn on a page of a PDF besides its text: ruling lines, dots before items, and pictures."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber.table as ruled
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from knowledge.readers.pdf_values import Box, finite

MAX_OBJECTS = 20_000
"""Of a page, in which ruling lines and pictures are looked for."""
MAX_EDGES = 3_000
"""Ruling lines of a page: comparing them takes quadratic time."""
MAX_POINTS = 2_000
"""Places of a page in which ruling lines meet: a table of 60 rows and 10 columns has 671."""
MAX_DEPTH = 3
"""Of drawings within drawings."""
SNAP = 3.0
"""Points within which two ruling lines are one: each border is drawn by both its cells, or as a thin rectangle."""
MIN_EDGE = 4.0
"""Points; shorter lines belong to letters and logos."""
SLANT = 1.0
"""Points that a ruling line may deviate from the straight."""
MIN_DOT = 1.5
"""Points; smaller ones belong to dotted lines."""
MAX_DOT = 8.0
"""Points; larger ones are pictures."""


@dataclass(slots=True)
class Shapes:
    """What is drawn on a page, as far as it has been looked at. Edges are left, bottom, right, top."""

    edges: list[Box] = field(default_factory=list)
    dots: list[Box] = field(default_factory=list)
    """Shapes as small as a bullet: browsers draw theirs."""
    picture: bool = False
    crowded: bool = False
    """There is too much to look at."""


def look_at(page: pdfium.PdfPage) -> Shapes:
    """Find the straight lines, dots and pictures of a page."""
    shapes = Shapes(crowded=raw.FPDFPage_CountObjects(page) > MAX_OBJECTS)
    for n, shape in enumerate(page.get_objects(max_depth=MAX_DEPTH)):
        if n >= MAX_OBJECTS or len(shapes.edges) > MAX_EDGES:
            shapes.crowded = True
            break
        if shape.type == raw.FPDF_PAGEOBJ_IMAGE:
            shapes.picture = True
        elif shape.type == raw.FPDF_PAGEOBJ_PATH:
            shapes.edges.extend(_edges(shape))
            shapes.dots.extend(_dots(shape))
    return shapes


def _dots(path: pdfium.PdfObject) -> Iterator[Box]:
    left, bottom, right, top = path.get_bounds()
    wide, high = right - left, top - bottom
    if (
        path.container is None
        and MIN_DOT <= wide <= MAX_DOT
        and MIN_DOT <= high <= MAX_DOT
        and wide < 2 * high < 4 * wide
    ):
        yield left, bottom, right, top


def _edges(path: pdfium.PdfObject) -> Iterator[Box]:
    """The straight lines of a drawing that run along or across the page: left, bottom, right, top."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not raw.FPDFPath_GetDrawMode(path, fill, stroke) or not (fill.value or stroke.value):
        return
    place = path.get_matrix()
    if path.container is not None:
        place = place.multiply(path.container.get_matrix())
    x, y = ctypes.c_float(), ctypes.c_float()
    begin = last = None
    for n in range(min(raw.FPDFPath_CountSegments(path), MAX_EDGES)):
        segment = raw.FPDFPath_GetPathSegment(path, n)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        across, up = place.on_point(x.value, y.value)
        point = finite(across), finite(up)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            begin = point
        elif kind == raw.FPDF_SEGMENT_LINETO and last is not None:
            yield from _straight(last, point)
        last = point
        if raw.FPDFPathSegment_GetClose(segment) and begin is not None:
            yield from _straight(last, begin)
            last = begin


def _straight(one: tuple[float, float], two: tuple[float, float]) -> Iterator[Box]:
    (left, right), (bottom, top) = sorted((one[0], two[0])), sorted((one[1], two[1]))
    if min(right - left, top - bottom) <= SLANT and max(right - left, top - bottom) >= MIN_EDGE:
        yield left, bottom, right, top


def grids(edges: Sequence[Box]) -> tuple[tuple[Box, ...], ...] | None:
    """The cells of each table that ruling lines make; None where there are too many to look."""
    if len(edges) > MAX_EDGES:
        return None
    lines = [_ruled(edge) for edge in edges]
    if len({line["orientation"] for line in lines}) < 2:
        return ()
    meeting = ruled.edges_to_intersections(ruled.merge_edges(lines, SNAP, SNAP, SNAP, SNAP), SNAP, SNAP)
    if len(meeting) > MAX_POINTS:
        return None
    return tuple(tuple(cells) for cells in ruled.cells_to_tables(ruled.intersections_to_cells(meeting)))


def _ruled(edge: Box) -> dict[str, Any]:
    x0, top, x1, bottom = edge
    along = x1 - x0 >= bottom - top
    return {
        "orientation": "h" if along else "v",
        "x0": x0,
        "x1": x1 if along else x0,
        "top": top,
        "bottom": top if along else bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }

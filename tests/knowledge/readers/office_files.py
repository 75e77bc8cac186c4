"""Small Office files for tests, made from their XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from types import MappingProxyType

BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
"""The start of a part with an entity `&i;` of a thousand million letters; to be closed by `]>`."""

SPACES = (
    " ".join(
        f'xmlns:{prefix}="http://schemas.{rest}"'
        for prefix, rest in {
            "w": "openxmlformats.org/wordprocessingml/2006/main",
            "r": "openxmlformats.org/officeDocument/2006/relationships",
            "wp": "openxmlformats.org/drawingml/2006/wordprocessingDrawing",
            "a": "openxmlformats.org/drawingml/2006/main",
            "m": "openxmlformats.org/officeDocument/2006/math",
            "d": "openxmlformats.org/drawingml/2006/diagram",
            "mc": "openxmlformats.org/markup-compatibility/2006",
            "wps": "microsoft.com/office/word/2010/wordprocessingShape",
            "w14": "microsoft.com/office/word/2010/wordml",
        }.items()
    )
    + ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ROOTS = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "comments": "comments"}


def word_file(body: str, kind: str = _MAIN, extra: Mapping[str, str] = MappingProxyType({}), **parts: str) -> bytes:
    """A Word file with this body, and what stands in `styles`, `numbering`, `footnotes` or `comments`."""
    members = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": _relations({"r1": ("officeDocument", "word/document.xml")}),
        "word/_rels/document.xml.rels": _relations({part: (part, f"{part}.xml") for part in parts}),
        "word/document.xml": f"<w:document {SPACES}><w:body>{body}</w:body></w:document>",
    }
    members |= {
        f"word/{part}.xml": f"<w:{_ROOTS[part]} {SPACES}>{xml}</w:{_ROOTS[part]}>" for part, xml in parts.items()
    }
    return zipped({name: xml.encode() for name, xml in {**members, **extra}.items()})


def _relations(targets: dict[str, tuple[str, str]]) -> str:
    lines = (f'<Relationship Id="{key}" Type="{_TYPES}/{kind}" Target="{to}"/>' for key, (kind, to) in targets.items())
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def edited(data: bytes, member: str, edit: Callable[[str], str]) -> bytes:
    """The archive with the text of one member changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return zipped(members | {member: edit(members[member].decode()).encode()})

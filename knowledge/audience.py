"""Who may read a document: all staff, or only the audience that it names."""

from __future__ import annotations

from knowledge.types import Source

Audience = frozenset[str]
"""Names of the audiences somebody belongs to. Empty: what is for all staff, and nothing else."""

FOR_ALL: Audience = frozenset()


def folded(name: str) -> str:
    """The name of an audience as it is compared: without case and outer blanks."""
    return name.strip().casefold()


def may_read(source: Source, audience: Audience) -> bool:
    """Whether somebody of these audiences may read a document. A name of nothing but blanks is nobody's."""
    return not source.audience or folded(source.audience) in {folded(name) for name in audience} - {""}

"""What all tests share: the real model, loaded once in a run, the material beside the project, hypothesis's profile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from index.encoder import SentenceTransformersEncoder

EXAMPLES = 60  # of each property: all of them together take seconds

settings.register_profile("here", deadline=None, max_examples=EXAMPLES)
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def encoder() -> SentenceTransformersEncoder:
    """The real model."""
    return SentenceTransformersEncoder()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material that lies beside the project where it was written, and nowhere else."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"There is no folder {folder}: the tests that read its documents are left out.")
    return folder

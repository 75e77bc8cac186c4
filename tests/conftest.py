"""What all tests share: the real model, loaded once in a run, the material beside the project, hypothesis's profile."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import settings

from index import export, onnx_encoder
from index.encoder import DEFAULT_MODEL, fingerprint
from index.onnx_encoder import OnnxEncoder

EXAMPLES = 60  # of each property: all of them together take seconds

settings.register_profile("here", deadline=None, max_examples=EXAMPLES)
settings.register_profile("ci", parent=settings.get_profile("here"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def exported_model(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real model, exported as an update exports it; kept from run to run while nothing of it changes."""
    made_by = [Path(module.__file__ or "").read_bytes() for module in (export, onnx_encoder)]
    key = hashlib.sha256(b"".join([*made_by, version("torch").encode(), fingerprint(DEFAULT_MODEL).encode()]))
    cache = getattr(pytestconfig, "cache", None)  # not there if it is turned off
    parent: Path = cache.mkdir("exported") if cache else tmp_path_factory.mktemp("exported")
    folder = parent / key.hexdigest()[:16]
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=parent) as aside:
            export.exported(DEFAULT_MODEL, Path(aside))
            shutil.copytree(aside, folder)
    return folder


@pytest.fixture(scope="session")
def encoder(exported_model: Path) -> OnnxEncoder:
    """The real model."""
    return OnnxEncoder(exported_model, DEFAULT_MODEL, fingerprint(DEFAULT_MODEL))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The material that lies beside the project where it was written, and nowhere else."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"There is no folder {folder}: the tests that read its documents are left out.")
    return folder

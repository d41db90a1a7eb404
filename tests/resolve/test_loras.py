"""A LoRA is found, checked and pinned without torch; what cannot be added is refused with the reason."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from packshot.errors import ModelError, PackshotError
from packshot.models import Catalogue, DigestCache
from packshot.resolve import Order, resolve, restore
from packshot.settings import Settings, read_settings
from packshot.spec import Lora, ResolvedSpec, Spec, defaults
from tests.lora_files import kohya, write_lora


@pytest.fixture(scope="module")
def lora(tiny_sd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lora(tiny_sd, tmp_path_factory.mktemp("loras") / "brand.safetensors")


@pytest.fixture
def ask(tiny_sd: Path, catalogue: Catalogue, settings: Settings, library: Any) -> Callable[..., Order]:
    def resolved(*loras: Any, model: Path = tiny_sd, **changes: Any) -> Order:
        spec = Spec(prompt="a red mug", model=str(model), loras=loras)
        return resolve(spec, changes.get("catalogue", catalogue), settings, library)

    return resolved


def refused(ask: Callable[..., Order], *loras: Any, **fields: Any) -> PackshotError:
    with pytest.raises(PackshotError) as caught:
        ask(*loras, **fields)
    assert caught.value.exit_code == 2
    return caught.value


@pytest.mark.parametrize(
    ("text", "path", "weight"),
    [
        ("x.safetensors", "x.safetensors", 1.0),
        ("x.safetensors:0.8", "x.safetensors", 0.8),
        ("X.SafeTensors:-2", "X.SafeTensors", -2.0),
        ("C:\\loras\\x.safetensors", "C:\\loras\\x.safetensors", 1.0),
        ("C:\\loras\\x.safetensors:.5", "C:\\loras\\x.safetensors", 0.5),
        ("a.safetensors:b.safetensors:3", "a.safetensors:b.safetensors", 3.0),
        ("owner/name", "owner/name", 1.0),
    ],
)
def test_a_path_and_its_weight(text: str, path: str, weight: float) -> None:
    assert Lora.model_validate(text) == Lora(path=path, weight=weight)


@pytest.mark.parametrize("text", ["x.safetensors:", "x.safetensors:much", "x.safetensors:0,8"])
def test_what_is_no_weight(text: str) -> None:
    with pytest.raises(PackshotError) as caught:
        Spec(prompt="a mug", loras=(text,))
    assert (caught.value.code, caught.value.got) == ("spec.lora.weight", text)


def test_it_stands_in_the_intent_by_digest_and_in_the_origin_by_name(ask: Callable[..., Order], lora: Path) -> None:
    resolved = ask(f"{lora}:0.8").resolved
    (pin,) = resolved.intent.loras
    assert (pin.digest, pin.weight) == ("sha256:" + DigestCache(None).file_sha256(lora), 0.8)
    assert [origin.name for origin in resolved.origin.loras] == ["brand.safetensors"]
    text = resolved.model_dump_json(by_alias=True)
    assert str(lora.parent) not in text
    assert ResolvedSpec.model_validate_json(text) == resolved
    assert len({resolved.hash, ask(str(lora)).resolved.hash, ask().resolved.hash}) == 3


def test_without_one_nothing_of_it_is_written(ask: Callable[..., Order]) -> None:
    assert "loras" not in ask().resolved.model_dump_json(by_alias=True)


def test_minus_zero_is_zero(ask: Callable[..., Order], lora: Path) -> None:
    assert ask(f"{lora}:-0").resolved.hash == ask(f"{lora}:0").resolved.hash


@pytest.mark.parametrize("weight", ["4.01", "-5", "nan", "inf", "1e99"])
def test_weights_out_of_range(ask: Callable[..., Order], lora: Path, weight: str) -> None:
    assert refused(ask, f"{lora}:{weight}").code == "spec.lora.weight"


def test_the_same_file_twice(ask: Callable[..., Order], lora: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other-name.safetensors"
    copy.write_bytes(lora.read_bytes())
    assert refused(ask, f"{lora}:0.5", f"{copy}:0.2").code == "spec.lora.twice"


def test_too_many(ask: Callable[..., Order], lora: Path) -> None:
    assert refused(ask, *[str(lora)] * (defaults.LORAS_MAX + 1)).code == "spec.lora.many"


@pytest.mark.parametrize(
    "text", ["no.safetensors", "owner/name", "owner/name:x.safetensors", "https://x.org/y.safetensors"]
)
def test_what_is_not_there(ask: Callable[..., Order], text: str) -> None:
    error = refused(ask, text)
    assert error.code == "model.lora.missing"
    assert ("download it first" in (error.hint or "")) is ("/" in text)


def test_a_folder_is_no_file(ask: Callable[..., Order], tmp_path: Path) -> None:
    assert refused(ask, str(tmp_path)).got == "a folder"


def test_a_pickle_is_never_opened(ask: Callable[..., Order], tmp_path: Path) -> None:
    (tmp_path / "x.pt").write_bytes(b"PK")
    assert refused(ask, str(tmp_path / "x.pt")).code == "model.pickle_only"


def test_a_file_cut_short(ask: Callable[..., Order], lora: Path, tmp_path: Path) -> None:
    (tmp_path / "x.safetensors").write_bytes(lora.read_bytes()[:-8])
    assert refused(ask, str(tmp_path / "x.safetensors")).code == "model.corrupt"


def test_a_checkpoint_is_no_lora(ask: Callable[..., Order], tiny_sd: Path) -> None:
    error = refused(ask, str(tiny_sd / "unet" / "diffusion_pytorch_model.safetensors"))
    assert error.code == "model.lora.unsupported"
    assert "lora_down" in (error.expected or "")


LAYER = "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn1_to_q"


@pytest.mark.parametrize(
    ("name", "shape", "dtype", "code", "says"),
    [
        (f"{LAYER}.dora_scale", (64,), torch.float32, "model.lora.unsupported", "DoRA"),
        (f"{LAYER}.hada_w1_a", (64, 2), torch.float32, "model.lora.unsupported", "LoHa"),
        (f"{LAYER}.lokr_w1", (4, 4), torch.float32, "model.lora.unsupported", "LoKr"),
        (f"{LAYER}.lora_mid.weight", (3, 3, 3, 3), torch.float32, "model.lora.unsupported", "middle tensor"),
        ("unet.conv_in.lora_B.bias", (64,), torch.float32, "model.lora.unsupported", "biases"),
        ("something.else", (2,), torch.float32, "model.lora.unsupported", "something.else"),
        (f"{LAYER}.lora_up.weight", None, torch.float32, "model.corrupt", "lora_down"),
        (f"{LAYER}.lora_up.weight", (64, 5), torch.float32, "model.corrupt", "(64, 5)"),
        (f"{LAYER}.lora_up.weight", (64,), torch.float32, "model.corrupt", "(64,)"),
        (f"{LAYER}.alpha", (2,), torch.float32, "model.corrupt", "(2,)"),
        (f"{LAYER}.lora_up.weight", (64, 3), torch.int8, "model.lora.unsupported", "I8"),
    ],
)
def test_other_kinds_and_broken_ones(
    ask: Callable[..., Order],
    tiny_sd: Path,
    tmp_path: Path,
    name: str,
    shape: tuple[int, ...] | None,
    dtype: torch.dtype,
    code: str,
    says: str,
) -> None:
    """A tensor more, another, or one less (no shape): nothing is left out silently."""
    path = write_lora(tiny_sd, tmp_path / "x.safetensors", kohya)
    tensors = load_file(path)
    if shape is None:
        del tensors[name]
    else:
        tensors[name] = torch.ones(shape).to(dtype)
    save_file(tensors, path)
    error = refused(ask, str(path))
    assert (error.code, says in str(error)) == (code, True), error


@pytest.mark.parametrize("adapter", ["{", "[]", '{"unet.lora_alpha": "much"}', '{"unet.alpha_pattern": {"a": [1]}}'])
def test_a_broken_configuration_of_peft(ask: Callable[..., Order], tiny_sd: Path, tmp_path: Path, adapter: str) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors", metadata={"lora_adapter_metadata": adapter})
    assert refused(ask, str(path)).code == "model.corrupt"


def test_a_lora_of_another_family(
    ask: Callable[..., Order], lora: Path, tiny_sd: Path, tiny_sdxl: Path, tmp_path: Path
) -> None:
    """Known by its layers and shapes, from headers alone."""
    assert refused(ask, str(lora), model=tiny_sdxl).code == "model.lora.mismatch"
    other = write_lora(tiny_sdxl, tmp_path / "xl.safetensors")
    assert refused(ask, str(other), model=tiny_sd).code == "model.lora.mismatch"


def test_a_layer_that_the_model_lacks_is_not_left_out(ask: Callable[..., Order], tiny_sd: Path, tmp_path: Path) -> None:
    path = write_lora(tiny_sd, tmp_path / "x.safetensors")
    extra = "text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj"
    tensors = load_file(path) | {
        f"{extra}.lora_A.weight": torch.ones(2, 32),
        f"{extra}.lora_B.weight": torch.ones(32, 2),
    }
    save_file(tensors, path)
    error = refused(ask, str(path))
    assert error.code == "model.lora.mismatch"
    assert f"1 of {len(tensors) // 2} layers that it has not: {extra}" == error.got


def test_one_shape_that_does_not_fit(ask: Callable[..., Order], tiny_sd: Path, tmp_path: Path) -> None:
    """As of a model with a wider text encoder: the same layers, another context."""
    path = write_lora(tiny_sd, tmp_path / "x.safetensors")
    tensors = load_file(path)
    name = next(name for name in sorted(tensors) if "attn2.to_k.lora_A" in name)
    tensors[name] = torch.ones(3, 1024)
    save_file(tensors, path)
    error = refused(ask, str(path))
    assert error.code == "model.lora.mismatch"
    assert "×1024" in (error.got or "")
    assert "attn2.to_k" in (error.expected or "")


def test_a_family_that_takes_none_is_refused_by_name(
    ask: Callable[..., Order], lora: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packshot.resolve.loras.LORA_FAMILIES", ("sdxl",))
    error = refused(ask, str(lora))
    assert error.code == "model.lora.unsupported"
    assert "the family sd " in error.message


def test_a_name_is_looked_for_in_the_folder_too(
    ask: Callable[..., Order], lora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shelf = Catalogue(DigestCache(None), offline=True, loras=lora.parent)
    assert ask("brand.safetensors:0.5", catalogue=shelf).model.loras[0].path == lora


def test_the_folder_is_a_setting(tmp_path: Path) -> None:
    def folder(**environ: str) -> Path:
        return read_settings({"PACKSHOT_DEVICE": "cpu"} | environ, workspace=tmp_path).lora_folder

    assert folder() == tmp_path / "loras"
    (tmp_path / "packshot.toml").write_text('loras = "brands"')
    assert folder() == Path("brands")
    assert folder(PACKSHOT_LORAS="others") == Path("others")


def test_a_record_finds_it_wherever_it_is_now(
    ask: Callable[..., Order], lora: Path, library: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named, seen before, by name in the current folder, by digest in the folder of LoRAs; else refused."""
    monkeypatch.chdir(tmp_path)
    resolved = ask(f"{lora}:0.5").resolved

    def found(digests: Path | None = None, folder: Path | None = None, *named: Path) -> Path:
        catalogue = Catalogue(DigestCache(digests), offline=True, loras=folder)
        order = restore(resolved, catalogue, library, loras=named)
        assert order.resolved == resolved
        return order.model.loras[0].path

    with pytest.raises(ModelError) as caught:
        found()
    assert caught.value.code == "model.lora.not_found"
    assert resolved.intent.loras[0].digest in (caught.value.expected or "")
    assert "--lora" in (caught.value.hint or "")
    assert found(None, None, lora) == lora
    assert found(None, lora.parent) == lora
    renamed = tmp_path / "shelf" / "other.safetensors"
    renamed.parent.mkdir()
    renamed.write_bytes(lora.read_bytes())
    assert found(None, renamed.parent) == renamed
    seen = tmp_path / "digests.json"
    DigestCache(seen).file_sha256(renamed)
    assert found(seen) == renamed
    renamed.unlink()
    here = tmp_path / "brand.safetensors"
    here.write_bytes(b"another")
    with pytest.raises(ModelError):
        found(seen)
    here.write_bytes(lora.read_bytes())
    assert found() == here


def test_a_named_file_that_is_none_of_the_runs(
    ask: Callable[..., Order], lora: Path, tiny_sd: Path, catalogue: Catalogue, library: Any, tmp_path: Path
) -> None:
    other = write_lora(tiny_sd, tmp_path / "other.safetensors", seed=9)
    for resolved in (ask(str(lora)).resolved, ask().resolved):
        with pytest.raises(ModelError) as caught:
            restore(resolved, catalogue, library, loras=(other,))
        assert caught.value.code == "model.lora.not_found"


def test_a_file_of_the_hubs_cache_keeps_its_name(ask: Callable[..., Order], lora: Path, tmp_path: Path) -> None:
    blob = tmp_path / DigestCache(None).file_sha256(lora)
    blob.write_bytes(lora.read_bytes())
    link = tmp_path / "brand.safetensors"
    link.symlink_to(blob)
    assert [origin.name for origin in ask(str(link)).resolved.origin.loras] == ["brand.safetensors"]


@pytest.mark.parametrize("name", ["../brand.safetensors", "x" * 5000 + ".safetensors", "\0.safetensors", "", "."])
def test_a_records_name_leads_out_of_no_folder(
    name: str, ask: Callable[..., Order], lora: Path, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lora.parent / "inner").mkdir(exist_ok=True)
    monkeypatch.chdir(lora.parent / "inner")
    written = json.loads(ask(str(lora)).resolved.model_dump_json(by_alias=True))
    written["origin"]["loras"][0]["name"] = name
    with pytest.raises(ModelError) as caught:
        restore(ResolvedSpec.model_validate(written), Catalogue(DigestCache(None), offline=True), library)
    assert caught.value.code == "model.lora.not_found"


def test_no_torch_is_imported(lora: Path, tiny_sd: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from packshot.models import Catalogue, DigestCache
from packshot.resolve import resolve
from packshot.settings import Settings
from packshot.spec import Spec
folder = Path({str(tmp_path)!r})
settings = Settings(workspace=folder, device="cpu", threads=1, offline=True, output=folder)
spec = Spec(prompt="a red mug", model={str(tiny_sd)!r}, loras=({str(lora)!r},))
assert resolve(spec, Catalogue(DigestCache(None), offline=True), settings, None).resolved.intent.loras
sys.exit("torch" in sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)

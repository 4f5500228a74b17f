"""What `pip install dist/*.whl` brings: the code, the sample shop and its model."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

_CHECKOUT = Path(__file__).resolve().parent.parent
_SOURCES = ("LICENSE", "README.md", "pyproject.toml", "requirements.txt", "setup.py")


@pytest.fixture(scope="module")
def built(
    tmp_path_factory: pytest.TempPathFactory, tiny_model: Path, assets_of_checkout: Path
) -> tuple[Path, str]:
    """Made of a copy of the checkout, with a tiny model in place of the default one; the log."""
    source = tmp_path_factory.mktemp("source")
    for name in _SOURCES:
        shutil.copyfile(_CHECKOUT / name, source / name)
    ignored = shutil.ignore_patterns("__pycache__", "model", "vectors")
    shutil.copytree(_CHECKOUT / "mmdemo", source / "mmdemo", ignore=ignored)
    shutil.copytree(assets_of_checkout, source / "assets", ignore=ignored)
    shutil.copytree(tiny_model, source / "assets" / "model")
    (source / "assets" / "shop" / "vectors" / "0123").mkdir(parents=True)
    (source / "assets" / "shop" / "vectors" / "0123" / "keys.bin").touch()
    command = [sys.executable, "-m", "pip", "wheel", "-v", "--no-deps", "--no-build-isolation"]
    made = subprocess.run(
        [*command, "--no-index", "--wheel-dir", str(source / "dist"), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    (found,) = (source / "dist").glob("mmdemo-*.whl")
    return found, made.stdout + made.stderr


@pytest.fixture(scope="module")
def wheel(built: tuple[Path, str]) -> Path:
    return built[0]


def test_every_folder_of_data_is_named(built: tuple[Path, str]) -> None:
    assert "adding 'mmdemo/assets/shop/products.csv'" in built[1]  # the log tells of files
    assert "absent from the `packages` configuration" not in built[1]


def test_brings_the_licenses_of_code_and_shop(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        (folder,) = {n.split("/")[0] for n in file.namelist() if n.endswith("/METADATA")}
        told = file.read(f"{folder}/METADATA").decode().splitlines()
        shop = file.read(f"{folder}/licenses/assets/LICENSE").decode()
    assert "License-Expression: Apache-2.0 AND CC-BY-4.0" in told
    assert "Author: mmdemo contributors" in told
    assert "all-MiniLM-L6-v2" in shop


def test_has_the_shop_and_its_model_but_neither_truth_nor_training_pack(
    wheel: Path, assets_of_checkout: Path
) -> None:
    shop = assets_of_checkout / "shop"
    with zipfile.ZipFile(wheel) as file:
        all_names = file.namelist()
    (info,) = {name.split("/")[0] for name in all_names if name.endswith("/METADATA")}
    names = {n.removeprefix("mmdemo/assets/") for n in all_names if n.startswith("mmdemo/assets/")}
    wanted = {
        path.relative_to(assets_of_checkout).as_posix()
        for path in (*(shop / "images").iterdir(), *(shop / "queries").rglob("*.*"))
    }
    assert len(wanted) > 1000
    assert wanted | {"LICENSE", "shop/products.csv", "shop/vectors/0123/keys.bin"} <= names
    assert {"model/open_clip_config.json", "model/open_clip_model.safetensors"} <= names
    assert {name.split("/")[0] for name in names} <= {"LICENSE", "README.md", "model", "shop"}
    assert not [name for name in names if "truth" in name]
    assert {"mmdemo/py.typed", "mmdemo/web/static/page.css", "mmdemo/cli/main.py"} <= set(all_names)
    assert {name.split("/")[0] for name in all_names} == {"mmdemo", info}


def test_an_installed_copy_makes_its_demo_of_its_own_assets(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "site"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(installed)
    script = (
        "from pathlib import Path\n"
        "import mmdemo\n"
        "from mmdemo.sample import find_assets, prepare_demo\n"
        "from mmdemo.search import SearchEngine\n"
        "from mmdemo.settings import Settings\n"
        "print(mmdemo.__file__, find_assets(), sep='\\n')\n"
        "folder = prepare_demo(Settings.load().data / 'demo', device='cpu')\n"
        "engine = SearchEngine.open(folder, device='cpu')\n"
        "print(folder, len(engine.catalog), sep='\\n')\n"
    )
    environ = os.environ | {"PYTHONPATH": str(installed), "MMDEMO_DATA": str(tmp_path / "data")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environ,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    package = installed / "mmdemo"
    folder = tmp_path / "data" / "demo" / "homeware"
    told = [str(package / "__init__.py"), str(package / "assets"), str(folder), "832"]
    assert done.stdout.split("\n")[:4] == told

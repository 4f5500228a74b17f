"""Where the sample shop is looked for, and when it counts as another one."""

from pathlib import Path

import pytest

from mmdemo.errors import CatalogError
from mmdemo.sample import assets as places
from mmdemo.sample import assets_fingerprint, find_assets


def test_the_installed_shop_goes_before_a_folder_beside_the_package(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = tmp_path / "beside"
    monkeypatch.setattr(places, "_PLACES", (assets, beside))
    assert find_assets() == assets
    monkeypatch.setattr(places, "_PLACES", (beside, assets))  # a checkout: nothing inside
    assert find_assets() == assets


def test_says_what_is_missing(
    assets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (assets / "model").unlink()
    monkeypatch.setattr(places, "_PLACES", (tmp_path / "nothing", assets))
    with pytest.raises(CatalogError, match=f"no model/open_clip_config.json in {assets}; .*--cat"):
        find_assets()


def test_the_fingerprint_is_of_what_the_demo_uses(assets: Path) -> None:
    first = assets_fingerprint(assets)
    (assets / "shop" / "truth" / "secret.txt").write_text("something else")
    assert assets_fingerprint(assets) == first
    about = assets / "shop" / "about.json"
    about.rename(about.with_name("another.json"))
    renamed = assets_fingerprint(assets)
    about.with_name("another.json").rename(about)
    about.write_text(about.read_text().replace("Cups", "Mugs"))
    assert len({first, renamed, assets_fingerprint(assets)}) == 3

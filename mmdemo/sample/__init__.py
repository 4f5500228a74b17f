"""The sample shop of ``assets/`` as a catalog to show. Knows no page."""

from mmdemo.sample.assets import assets_fingerprint, find_assets
from mmdemo.sample.demo import prepare_demo

__all__ = ["assets_fingerprint", "find_assets", "prepare_demo"]

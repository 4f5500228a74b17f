"""Texts as sellers write them."""

from studio.wording.catalog import ShopText, pack_texts, shop_texts
from studio.wording.reading import told

__all__ = ["ShopText", "pack_texts", "shop_texts", "told"]

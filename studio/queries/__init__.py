"""The queries of the shop, each with its truth."""

from studio.queries.build import shop_queries
from studio.queries.query import Family, ShopQuery

__all__ = ["Family", "ShopQuery", "shop_queries"]

"""A small homeware shop, drawn when there is none to show. Knows no model, index or page."""

from mmdemo.sample.shop import draw_sample
from mmdemo.sample.wording import captions

__all__ = ["captions", "draw_sample"]

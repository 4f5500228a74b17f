"""Multimodal product search, side by side: search, judge, evaluate, train."""

__version__ = "0.1.0"

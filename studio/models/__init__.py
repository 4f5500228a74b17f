"""The shapes of all kinds: a plan becomes parts."""

from studio.models.registry import MODELS, model, revision

__all__ = ["MODELS", "model", "revision"]

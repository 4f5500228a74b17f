"""From a catalog to a better model: queries, losses, the recipe, checkpoints. Ranks nothing."""

from mmdemo.train.config import (
    STEPS,
    DomainConfig,
    FusionConfig,
    ImageConfig,
    RecipeConfig,
    TextConfig,
)
from mmdemo.train.judged import judged_queries
from mmdemo.train.queries import TrainingQueries, join_queries, leave_out, make_queries
from mmdemo.train.recipe import RecipeResult, run_recipe
from mmdemo.train.split import Split, split_topics
from mmdemo.train.tuning import fine_tune, tuning_choices

__all__ = [
    "STEPS",
    "DomainConfig",
    "FusionConfig",
    "ImageConfig",
    "RecipeConfig",
    "RecipeResult",
    "Split",
    "TextConfig",
    "TrainingQueries",
    "fine_tune",
    "join_queries",
    "judged_queries",
    "leave_out",
    "make_queries",
    "run_recipe",
    "split_topics",
    "tuning_choices",
]

"""Queries for a catalog that has none, made of titles and attributes. Knows no model."""

from mmdemo.train.queries.join import join_queries, leave_out
from mmdemo.train.queries.make import TrainingQueries, make_queries

__all__ = ["TrainingQueries", "join_queries", "leave_out", "make_queries"]

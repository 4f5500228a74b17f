"""Have several people grade one pool, each pair as often as asked. Knows no ranker and no page."""

from mmdemo.labels.campaigns.decisive import most_decisive

__all__ = ["most_decisive"]

"""One verb for each job, from the shell. Knows no algorithm."""

from mmdemo.cli.main import main

__all__ = ["main"]

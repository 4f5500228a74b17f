"""From grades to a decision: is fusion better, where does it hurt, can it be believed.

    Study ──► analyze() ──► Analysis ──► report_html(), report_markdown(), tables()

`sources` makes a study of TREC runs or of an engine, `grades` of a campaign in the label store.
Knows no page.
"""

from mmdemo.analyze.analysis import Analysis, analyze
from mmdemo.analyze.cache import ResultCache, content_key
from mmdemo.analyze.cases import Case, telling
from mmdemo.analyze.comparisons import Comparison
from mmdemo.analyze.grades import Grades, read_grades
from mmdemo.analyze.kinds import MEANINGS, Kind
from mmdemo.analyze.moves import Move, moves
from mmdemo.analyze.replay import Replay, Step
from mmdemo.analyze.report import report_html, report_markdown
from mmdemo.analyze.sources import engine_facts, study_of_engine, study_of_runs
from mmdemo.analyze.space import Space
from mmdemo.analyze.study import Options, Study, Vote
from mmdemo.analyze.tables import hole_rows, tables
from mmdemo.analyze.verdict import Decision, Outlook, Verdict
from mmdemo.analyze.weights import Hole, Weights, replay_weights

__all__ = [
    "MEANINGS",
    "Analysis",
    "Case",
    "Comparison",
    "Decision",
    "Grades",
    "Hole",
    "Kind",
    "Move",
    "Options",
    "Outlook",
    "Replay",
    "ResultCache",
    "Space",
    "Step",
    "Study",
    "Verdict",
    "Vote",
    "Weights",
    "analyze",
    "content_key",
    "engine_facts",
    "hole_rows",
    "moves",
    "read_grades",
    "replay_weights",
    "report_html",
    "report_markdown",
    "study_of_engine",
    "study_of_runs",
    "tables",
    "telling",
]

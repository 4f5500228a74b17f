"""Scales, reasons and guidelines to begin with. Knows no campaign."""

from __future__ import annotations

from mmdemo.labels.campaigns.definition import Question, Reason, Step

# The grades of "Shopping Queries Dataset" (Reddy et al. 2022, arXiv 2206.06588).
ESCI = (
    Step(
        grade=3,
        name="Exact",
        key="e",
        description="Is what the query asks for, in everything that it says.",
    ),
    Step(
        grade=2,
        name="Substitute",
        key="s",
        description="Misses something that the query says, but could be bought instead.",
    ),
    Step(
        grade=1,
        name="Complement",
        key="c",
        description="Is not what is asked for, but goes with it.",
    ),
    Step(
        grade=0,
        name="Irrelevant",
        key="i",
        description="Has nothing to do with it, or misses what matters most.",
    ),
)
GRADED = (
    Step(grade=3, name="Perfect", description="Exactly what was asked for."),
    Step(grade=2, name="Good", description="Nearly: a shopper would look at it closely."),
    Step(grade=1, name="Fair", description="Related, but a shopper would go on."),
    Step(grade=0, name="Bad", description="Not what was asked for."),
)
BINARY = (
    Step(grade=1, name="Relevant", key="r", description="A shopper would be glad to see it."),
    Step(grade=0, name="Not relevant", key="i", description="A shopper would pass it over."),
)
SCALES = {
    "esci": ("ESCI: Exact, Substitute, Complement, Irrelevant", ESCI),
    "graded": ("Graded, 0 to 3", GRADED),
    "binary": ("Relevant or not", BINARY),
}
DESIRABILITY = Question(
    name="desirability",
    ask="Would a shopper who asks this want it?",
    scale=(
        Step(grade=3, name="Would love it"),
        Step(grade=2, name="Would consider it"),
        Step(grade=1, name="Would rather not"),
        Step(grade=0, name="Never"),
    ),
)
REASONS = (
    Reason(name="wrong_type", label="Wrong product type", key="t"),
    Reason(name="color", label="Color", key="l"),
    Reason(name="pattern", label="Pattern", key="a"),
    Reason(name="style", label="Style", key="y"),
    Reason(name="material", label="Material", key="f"),
    Reason(name="photo_and_text", label="Photo and text disagree", key="d"),
    Reason(name="photo_misleading", label="Photo misleading", key="o"),
    Reason(name="text_misleading", label="Text misleading", key="w"),
)
GUIDELINES = """\
# How to grade

Imagine that you typed the query into a shop and see this product.

1. Read the query. What has the product **to be**, and what must be true of it?
2. Look at **both** photo and text. Where they disagree, trust what you would get in the parcel, and
   give the reason *Photo and text disagree*.
3. Give the grade whose description fits. Between two grades, give the lower one.
4. Grade each product by itself; how good the others are does not matter.

- You cannot see what would decide it: *Can't tell*.
- Something is broken, or you know the seller: *Skip*; somebody else gets it.
- No product could be right, as the query means nothing here: say so at the query.
"""


def relevance(scale: str = "esci") -> Question:
    """The first question, on a scale of `SCALES`."""
    return Question(
        name="relevance", ask="How well does it answer the query?", scale=SCALES[scale][1]
    )

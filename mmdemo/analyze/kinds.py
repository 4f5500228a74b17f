"""Name what fusion did to a query, from what the three lists are worth. Knows no product."""

from __future__ import annotations

from enum import StrEnum

VISIBLE = 0.05  # nDCG@10; about one relevant product moved by three places
FAILED = 0.1  # nDCG@10 below this: next to nothing of what was asked for


class Kind(StrEnum):
    """What fusion did."""

    FOUND = "fusion found what neither did"
    PHOTO_RESCUED = "photo rescued"
    PHOTO_HURT = "photo hurt"
    TEXT_RESCUED = "text rescued"
    TEXT_HURT = "text hurt"
    BOTH_FAILED = "both failed"
    EVEN = "no visible difference"


MEANINGS: dict[Kind, str] = {
    Kind.FOUND: "fused is clearly better than text only and than image only",
    Kind.PHOTO_RESCUED: "text only missed it: the image list is better, and lifts fused above text",
    Kind.PHOTO_HURT: "fused is clearly worse than text only: the photos pulled it down",
    Kind.TEXT_RESCUED: "image only missed it: the text list is better, and lifts fused above image",
    Kind.TEXT_HURT: "fused is clearly worse than image only: the words pulled it down",
    Kind.BOTH_FAILED: f"no list reaches {FAILED}",
    Kind.EVEN: "all differences are too small to be seen",
}


def kinds(text: float, image: float, fused: float, *, visible: float = VISIBLE) -> tuple[Kind, ...]:
    """Every kind that holds for a query's values, what matters most first; at least one.

    What the photo does to text only comes before what text does to image only, as the question
    is what photos add.
    """
    if max(text, image, fused) < FAILED:
        return (Kind.BOTH_FAILED,)
    over_text, over_image = round(fused - text, 9), round(fused - image, 9)
    found = []
    if over_text >= visible and over_image >= visible:
        found.append(Kind.FOUND)
    else:
        if over_text >= visible:
            found.append(Kind.PHOTO_RESCUED)
        if over_text <= -visible:
            found.append(Kind.PHOTO_HURT)
        if over_image <= -visible:
            found.append(Kind.TEXT_HURT)
        if over_image >= visible:
            found.append(Kind.TEXT_RESCUED)
    return tuple(found) or (Kind.EVEN,)

"""Captions for training."""

from mmdemo.sample import captions


def test_captions_say_what_is_true_in_several_ways() -> None:
    row = {
        "category": "Kitchen > Mugs",
        "color": "red",
        "pattern": "striped",
        "material": "porcelain",
    }
    assert captions(row) == [
        "red striped mug",
        "a photo of a red striped porcelain mug",
        "red mug with stripes",
        "striped mug in red",
        "red striped porcelain mug",
        "porcelain mug in red",
        "striped mug",
        "red mug",
        "porcelain mug",
        "mug",
    ]


def test_a_plain_product_is_not_called_plain_in_every_caption() -> None:
    row = {
        "category": "Lighting > Floor Lamps",
        "color": "teal",
        "pattern": "plain",
        "material": "linen",
    }
    phrases = captions(row)
    assert phrases[:3] == [
        "teal floor lamp",
        "a photo of a teal linen floor lamp",
        "teal floor lamp in one color",
    ]
    assert len(phrases) == len(set(phrases)) == 9

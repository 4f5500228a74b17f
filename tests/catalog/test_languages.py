import pytest

from mmdemo.catalog.languages import guess_languages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wash separately in cold water, use mild detergent", "en"),
        ("Gestreifte rote Tasse aus Keramik, spülmaschinenfest", "de"),
        ("Tasse en céramique rayée rouge, lavable en machine", "fr"),
        ("Taza roja de cerámica a rayas, apta para lavavajillas", "es"),
        ("Красная полосатая чашка из керамики", "ru"),
        ("赤いストライプのマグカップ", "ja"),
        ("12345 678", "unclear"),
        ("red", "unclear"),
        ("", "unclear"),
    ],
)
def test_languages_of_texts(text: str, language: str) -> None:
    assert guess_languages([text]) == {language: 1}


def test_languages_are_counted_most_first() -> None:
    english = "a soft blue cushion for your sofa"
    german = "ein weiches blaues Kissen für das Sofa"
    assert guess_languages([german, english, "", english, english, german]) == {
        "en": 3,
        "de": 2,
        "unclear": 1,
    }

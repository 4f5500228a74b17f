from collections.abc import Mapping

from mmdemo.records import Product
from mmdemo.train.queries.attributes import Role
from mmdemo.train.queries.lexicon import read_lexicon
from mmdemo.train.queries.traits import Traits, find_traits


def found(
    *attributes: Mapping[str, str], titles: tuple[str, ...] = (), english: bool = True
) -> Traits:
    titles = titles or ("",) * len(attributes)
    products = [
        Product(str(i), title=title, attributes=values)
        for i, (title, values) in enumerate(zip(titles, attributes, strict=True))
    ]
    return find_traits(products, read_lexicon(), english=english)


def rows(traits: Traits, role: Role) -> dict[str, list[int]]:
    return {t.value: t.rows.tolist() for t in traits.all if t.role is role}


def test_roles_are_told_by_names_in_several_spellings() -> None:
    for kind, color, audience in (
        ("articleType", "baseColour", "gender"),
        ("Product Type", "Color", "Sex"),
        ("product-type", "farbe", "TARGET_AUDIENCE"),
    ):
        traits = found(
            {kind: "Hats", color: "Red", audience: "Female"},
            {kind: "hat", color: "red", audience: "Male"},
            {kind: "Hats", color: "Red", audience: "Male"},
        )
        assert rows(traits, Role.TYPE) == {"Hats": [0, 1, 2]}
        assert rows(traits, Role.COLOR) == {"Red": [0, 1, 2]}
        assert rows(traits, Role.AUDIENCE) == {"Female": [0], "Male": [1, 2]}


def test_a_second_color_is_no_color_to_ask_by() -> None:
    traits = found({"colour": "Red", "colour2": "Blue"}, {"colour": "Blue", "colour 2": "Red"})
    assert rows(traits, Role.COLOR) == {"Red": [0], "Blue": [1]}


def test_the_finest_attribute_tells_the_kind() -> None:
    kinds = ("Mugs", "Cups", "Rugs", "Bowls")
    paths = ("Home > Kitchen", "Home > Kitchen", "Home > Floor", "Home > Kitchen")
    products = [
        Product(str(i), title=f"a kitchen {kind}", category=path, attributes={"product_type": kind})
        for i, (kind, path) in enumerate(zip(kinds, paths, strict=True))
    ]
    traits = find_traits(products * 3, read_lexicon(), english=False)
    assert set(rows(traits, Role.TYPE)) == set(kinds)


def test_wider_words_cover_several_kinds() -> None:
    kinds = ("Casual Shoes", "Formal Shoes", "Hats", "Belts", "Mugs", "Rugs", "Ties")
    traits = found(*({"product_type": kind} for kind in kinds * 2))
    assert rows(traits, Role.FAMILY)["shoes"] == [0, 1, 7, 8]


def test_a_name_of_two_kinds_covers_both_and_one_that_is_a_value_is_left_to_it() -> None:
    kinds = ("Deodorant", "Body Mist", "Sofa", "Couch", "Mugs", "Rugs", "Ties", "Hats")
    traits = found(*({"product_type": kind} for kind in kinds * 2))
    assert rows(traits, Role.FAMILY)["body spray"] == [0, 1, 8, 9]
    others = {t.value: t.others for t in traits.all}
    assert "body spray" not in others["Deodorant"]
    assert rows(traits, Role.FAMILY)["settee"] == [2, 3, 10, 11]
    assert others["Sofa"] == others["Couch"] == ()


def test_colors_are_read_of_titles_where_no_attribute_tells_them() -> None:
    titles = ("Navy Blue mug", "Gray mug", "Mug", "Red mug")
    attributes: list[dict[str, str]] = [{}, {}, {}, {"color": "Pink"}]
    colors = rows(found(*attributes, titles=titles), Role.COLOR)
    assert sorted(colors.values()) == [[0], [1], [3]]
    assert colors["navy blue"] == [0] and colors["Pink"] == [3]
    assert rows(found(*attributes, titles=titles, english=False), Role.COLOR) == {"Pink": [3]}


def test_washed_linen_is_linen_and_synthetic_leather_no_leather() -> None:
    values = ("washed linen", "linen", "synthetic leather", "leather")
    traits = found(*({"material": value} for value in values))
    assert rows(traits, Role.MATERIAL)["linen"] == [0, 1]
    assert rows(traits, Role.MATERIAL)["leather"] == [3]


def test_details_are_said_as_people_say_them() -> None:
    titles = ("block heel pump", "block heel pump", "mug", "mug", "pump", "pump")
    traits = found(
        {"Heel Type": "Block", "Dishwasher safe": "yes"},
        {"Heel Type": "Block", "Dishwasher safe": "no"},
        {"Placket": "Full", "Shelf life": "24"},
        {"Placket": "Full"},
        {"Sleeve Length": "Short Sleeves", "Fit": "Regular"},
        {},
        titles=titles,
    )
    assert rows(traits, Role.DETAIL) == {
        "Block heel": [0, 1],
        "dishwasher safe": [0],
        "Short Sleeves": [4],
    }


def test_materials_are_read_of_titles_only_of_kinds_that_have_one() -> None:
    attributes = ({"type": "Bags", "material": "Leather"}, {"type": "Bags"}, {"type": "Lip Gloss"})
    titles = ("Bag", "Canvas bag", "Star Metal")
    products = [
        Product(str(i), title=title, attributes=values)
        for i, (title, values) in enumerate(zip(titles, attributes, strict=True))
    ]
    more = [
        Product(f"m{i}", title="Canvas bag", attributes={"type": "Bags", "material": "Canvas"})
        for i in range(2)
    ]
    traits = find_traits([*products, *more], read_lexicon(), english=True)
    assert rows(traits, Role.MATERIAL) == {"Leather": [0], "Canvas": [1, 3, 4]}

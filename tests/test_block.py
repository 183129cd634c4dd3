"""The keys by which ads meet: which kinds two ads share, and how often the bands of two texts do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matcher.dedupe import block, signs
from matcher.dedupe.ads import Ad

TEXT = (
    "Harrow Lane Surgery looks for a receptionist who greets patients and answers the telephone on four days "
    "of the week. You keep the diary of three doctors and order what the rooms need."
)
AD: dict[str, Any] = {
    "key": 1,
    "source": "one",
    "identifier": "1",
    "title": "Medical Receptionist",
    "organization": "Harrow Lane Surgery",
    "text": TEXT,
    "places": (("Leeds", None, "GB", None),),
}
OTHER = "Nothing of the other text stands in this one, and nobody would take either for the other of them."


def keys(**changed: Any) -> set[int]:
    ad = Ad(**(AD | changed))
    return set(block.field_keys(signs.signs(signs.note(ad), np.empty(0, np.uint64))))


@pytest.mark.parametrize(
    ("changed", "shared"),
    [
        ({"text": OTHER}, {"employer and title", "employer and two words", "title and place"}),
        ({"text": OTHER, "organization": "Birch"}, {"title and place"}),
        ({"text": OTHER, "title": "Receptionist (medical), evenings", "places": ()},
         {"employer and title", "employer and two words"}),
        ({"text": OTHER, "title": "Medical Receptionist and Secretary", "places": ()},
         {"employer and two words"}),
        ({"text": TEXT[:90] + "...", "organization": "Birch", "places": ()},
         {"title and first words", "first words"}),
        ({"title": "Cook", "organization": "Birch", "places": ()}, {"equal text", "first words"}),
        ({"text": OTHER, "title": "Cook", "organization": "Birch"}, set()),
    ],
)  # fmt: skip
def test_ads_share_keys_of_these_kinds(changed: dict[str, Any], shared: set[str]) -> None:
    assert {block.KINDS[key & 15] for key in keys() & keys(**changed)} == shared


def test_what_names_one_opening_is_a_key_of_a_kind_that_needs_no_likeness() -> None:
    alike = {"requisition": "R-4711", "url": "https://harrow.example/jobs/7", "contacts": ("c1",)}
    shared = keys(**alike) & keys(**alike, text=OTHER)
    assert {key & 15 for key in shared} >= set(range(block.PROVEN))


def test_an_ad_without_words_has_keys_of_its_fields_only() -> None:
    assert {block.KINDS[key & 15] for key in keys(text="")} == {
        "employer and title", "employer and two words", "title and place"
    }  # fmt: skip


def test_a_long_title_has_few_pairs_of_words() -> None:
    title = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda"
    assert sum(block.KINDS[key & 15] == "employer and two words" for key in keys(title=title)) == 10


@pytest.mark.parametrize(("likeness", "least", "most"), [(0.9, 0.999, 1), (0.7, 0.98, 1), (0.2, 0, 0.08)])
def test_texts_share_a_band_as_often_as_their_likeness_says(
    likeness: float, least: float, most: float
) -> None:
    random, n = np.random.default_rng(2), 2000
    own, head = (random.integers(0, 2**32, (n, width), np.uint32) for width in (96, 40))
    other = np.where(
        random.random(own.shape) < likeness, own, random.integers(0, 2**32, own.shape, np.uint32)
    )
    bands = [block.band_keys(one, head)[:, :24] for one in (own, other)]
    share = (bands[0] == bands[1]).any(axis=1).mean()
    assert least <= share <= most


def test_a_band_is_a_key_of_its_own() -> None:
    same = np.zeros((1, 96), np.uint32)
    made = block.band_keys(same, same[:, :40])[0].tolist()
    assert len(set(made)) == len(made) == 34
    assert {block.KINDS[key & 15] for key in made} == {"text", "head"}

"""Every picture in the documents is made by a browser test (`make screenshots`), is there, and is small; every guide has one."""

import pytest

from tests.tooling.pictures import GUIDES, IMAGES, shown, shown_in, taken

LARGEST = 200_000  # bytes


def test_what_is_shown_is_there_and_made_by_a_test() -> None:
    there = {path.stem for path in IMAGES.iterdir()}
    assert shown() == there
    assert shown() <= taken()


@pytest.mark.parametrize("guide", sorted(GUIDES.glob("*.md")), ids=lambda path: path.stem)
def test_every_guide_shows_its_pages(guide) -> None:
    assert shown_in(guide)


def test_pictures_are_small() -> None:
    assert [path.name for path in IMAGES.iterdir() if path.stat().st_size > LARGEST] == []

"""The list of broken builds matches the code: each can still be made, and its test exists."""

import re

from tests.mutations import MUTATIONS, ROOT


def test_every_mutation_can_be_made() -> None:
    for one in MUTATIONS:
        assert (ROOT / one.path).read_text().count(one.old) == 1, one.name
        assert one.old != one.new, one.name


def test_every_mutation_has_its_test() -> None:
    for one in MUTATIONS:
        file, _, function = one.test.partition("[")[0].partition("::")
        assert re.search(rf"^def {function}\(", (ROOT / file).read_text(), re.MULTILINE), one.name


def test_names_differ() -> None:
    assert len({one.name for one in MUTATIONS}) == len(MUTATIONS)

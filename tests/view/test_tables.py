"""Tables of texts, which a browser sorts by character."""

import unicodedata

import pandas as pd
import pytest

from milevault_core.view import format as fmt
from milevault_core.view.tables import in_order


@pytest.mark.parametrize(
    ("values", "say"),
    [
        ([400.0, 9_980, 10_010, 123_456, 1_234_567], lambda v: fmt.distance(v, fmt.METRIC, "cycling")),
        ([5, 58 * 60 + 30, 3_730, 36_000], fmt.duration),
        ([245, 299, 605], lambda v: fmt.rate(1000 / v, fmt.METRIC, "running")),
        ([9, 98, 152], fmt.heart_rate),
        ([8, 98, 1_234, 12_345], fmt.number),
    ],
)
def test_texts_sort_as_their_figures(values: list[float], say) -> None:
    texts = [say(value) for value in values]
    told = pd.DataFrame({"Figure": [*texts, fmt.MISSING], "Name": ["10 km", *["a run"] * len(texts)]})
    made = in_order(told)
    assert [text.strip() for text in made["Figure"]] == [*texts, fmt.MISSING], "nothing else changes"
    assert made["Name"].tolist() == told["Name"].tolist()
    # As a browser compares them: a figure space is a space, which sorts before every digit.
    shown = [unicodedata.normalize("NFKC", text) for text in made["Figure"].iloc[:-1]]
    by_figure = sorted(range(len(values)), key=lambda at: values[at])
    assert sorted(range(len(values)), key=lambda at: shown[at]) == by_figure

"""A key belongs to the same kind of widget on every page, because Streamlit stores the choice under the key, and a list
of sports does not fit a box that takes one sport.
"""

import ast
from collections import defaultdict
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
# HTML blocks and buttons by their names in pages/parts: the same component, and Streamlit keeps no state of them.
ONE_KIND = {"figures": "show", "empty": "show", "confirm": "button"}


def kinds_by_key(sources: dict[str, str]) -> dict[str, dict[str, set[str]]]:
    """key -> kind of widget -> the files that create it. sources: file -> its text."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for name, source in sources.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                kind = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                for word in node.keywords:
                    if word.arg == "key" and isinstance(word.value, ast.Constant):
                        found[word.value.value][ONE_KIND.get(kind, kind)].add(name)
    return found


def shared(sources: dict[str, str]) -> dict[str, dict[str, set[str]]]:
    return {key: dict(kinds) for key, kinds in kinds_by_key(sources).items() if len(kinds) > 1}


def test_a_key_is_one_kind_of_widget() -> None:
    sources = {path.name: path.read_text(encoding="utf-8") for path in PAGES.rglob("*.py")}
    assert len(kinds_by_key(sources)) > 100  # keys are really found
    assert shared(sources) == {}


def test_a_shared_key_is_found() -> None:
    sources = {
        "a.py": 'st.selectbox("S", x, key="sport")',
        "b.py": 'with one:\n st.multiselect("S", x, key="sport")',
    }
    assert set(shared(sources)["sport"]) == {"selectbox", "multiselect"}
    assert not shared({"a.py": 'show(x, key="head")', "b.py": 'figures(x, key="head")'})

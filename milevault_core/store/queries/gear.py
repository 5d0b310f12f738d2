"""Bikes and shoes as imports named them."""

import pandas as pd

from milevault_core import store


def gear(user_id: int) -> pd.DataFrame:
    """Every bike and pair of shoes, once: kind, name, brand, model."""
    return store.read(
        "SELECT DISTINCT kind, name, brand, model FROM gear WHERE user_id = $1 ORDER BY kind, name",
        (user_id,),
    )

"""How far the tests go that try a series of cases: a sample on every run, all of it with HUBSHIFT_THOROUGH=1."""

import os

THOROUGH = os.environ.get("HUBSHIFT_THOROUGH", "") not in ("", "0")


def extent(thorough: int, sample: int) -> int:
    """The number of cases, or of one in so many, for this run."""
    return thorough if THOROUGH else sample

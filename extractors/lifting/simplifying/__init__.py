"""Steps in a simpler form that does the same: a stage between what the evaluator found and what people read."""

from __future__ import annotations

from extractors.lifting.simplifying.algebra import Types
from extractors.lifting.simplifying.branches import decided
from extractors.lifting.simplifying.checks import without_idle_checks
from migrate.model import Block


def simplified_block(block: Block, types: Types) -> Block:
    """The block with the same requests, writes, results and errors, in the same order, on all data."""
    return without_idle_checks(decided(block, types), types)

"""Steps in a simpler form that does the same: a stage between what the evaluator found and what people read."""

from __future__ import annotations

from extractors.lifting.loops import without_unused_variables
from extractors.lifting.simplifying.algebra import Types
from extractors.lifting.simplifying.branches import decided
from extractors.lifting.simplifying.checks import without_idle_checks, without_safe_checks
from extractors.lifting.simplifying.records import with_named_records
from migrate.model import Block


def simplified_block(block: Block, types: Types) -> Block:
    """The block with the same requests, writes, results and errors, in the same order, on all data."""
    named = with_named_records(decided(block, types), types)
    used = without_unused_variables(without_safe_checks(decided(named, types), types))
    return without_idle_checks(used, types)  # last: a variable that is left out evaluates nothing

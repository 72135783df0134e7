"""All transformations that leave a script's behaviour as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.metamorphic import (
    conditions,
    dead_code,
    extracting,
    importing,
    inlining,
    layout,
    ordering,
    renaming,
)


@dataclass(frozen=True)
class Transformation:
    """Another way to write the same script; `sentence` goes on after "the model stays the same when"."""

    sentence: str
    apply: Callable[[str], str]

    def __str__(self) -> str:
        return self.sentence


TRANSFORMATIONS = (
    Transformation("everything has another name", renaming.renamed),
    Transformation("the local variables of each function have names of their own", renaming.renamed_locals),
    Transformation(
        "names have letters outside of ASCII", lambda source: renaming.renamed(source, renaming.unicode_name)
    ),
    Transformation("definitions and constants stand in another order", ordering.reordered),
    Transformation("functions stand before constants", ordering.functions_first),
    Transformation("methods stand in another order", ordering.methods_reversed),
    Transformation("Python's own unparser has written it", layout.unparsed),
    Transformation("blocks are indented by two columns", layout.indented),
    Transformation("blocks are indented by tabs", layout.tabbed),
    Transformation("lines end as on Windows", layout.carriage_returns),
    Transformation("every element has its line, every statement its comments", layout.spread),
    Transformation("quotes and parentheses are others", layout.requoted),
    Transformation("modules are imported under other names", importing.aliased),
    Transformation("functions are imported from their modules", importing.imported_from),
    Transformation("modules are imported in the functions that use them", importing.imported_where_used),
    Transformation("values are constants of the module", extracting.literals_extracted),
    Transformation("values and keys are constants of the module", extracting.keys_extracted),
    Transformation("expressions are functions of their own", extracting.expressions_extracted),
    Transformation("other expressions are functions of their own", extracting.other_expressions_extracted),
    Transformation("functions stand where they are called", inlining.inlined),
    Transformation("there are unused functions, classes and imports", dead_code.unused_definitions),
    Transformation("there are unused variables", dead_code.unused_variables),
    Transformation("there are branches that are never taken", dead_code.never_reached),
    Transformation("there are loops over nothing", dead_code.never_repeated),
    Transformation("there is code behind the end of a block", dead_code.after_the_end),
    Transformation("there are statements and branches that do nothing", dead_code.passed_over),
    Transformation("conditional expressions are if statements", conditions.as_statements),
    Transformation("if statements are conditional expressions", conditions.as_expressions),
    Transformation("branches are turned round", conditions.turned_round),
    Transformation("an elif is an if inside of else", conditions.nested_instead_of_else_if),
    Transformation("comparisons are not chained", conditions.chains_as_pairs),
    Transformation("`not in` is `not … in`", conditions.negations_outside),
    Transformation("`not … in` is `not in`", conditions.negations_inside),
    Transformation("what follows a `continue` stands in a branch", conditions.guards_as_branches),
)

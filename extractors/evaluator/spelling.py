"""How functions, classes and constants are written, for what looks at code that is not followed."""

from __future__ import annotations

from extractors.ir import Attribute, CallExpr, Expr, Name


def dotted(expression: Expr) -> str:
    """The name of a function or class as it is written."""
    match expression:
        case Name(name=name):
            return name
        case Attribute(value=value, name=name):
            return f"{dotted(value)}.{name}"
        case CallExpr(function=function):
            return dotted(function)
        case _:
            return ""

"""Built-in functions of attributes and classes: `super`, `getattr`, `setattr`, `hasattr`; `functools.wraps`."""

from __future__ import annotations

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.merging import may_be_absent
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Known,
    Pointer,
    Value,
)
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()


@KNOWLEDGE.function("builtins.super")
def _super(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.super_of(arguments, span) or misfit(context, "super", arguments, span)


@KNOWLEDGE.function("builtins.object.__init__")
def _made(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return misfit(context, "object.__init__", arguments, span) if arguments.keywords else NONE


@KNOWLEDGE.function("functools.wraps")
def _wraps(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """The decorator gives the function that it gets; the name and texts that it copies are not followed."""
    return External("functools.(wrapper)")


@KNOWLEDGE.function("functools.(wrapper)")
def _wrapper(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return arguments.positional[0]


def _named(context: Evaluator, arguments: Arguments, count: tuple[int, ...]) -> str | None:
    """The literal name that is asked for, of an object whose attributes are all known."""
    if len(arguments.positional) not in count or arguments.keywords:
        return None
    of, name = arguments.positional[:2]
    found = context.state.peek(of) if isinstance(of, Pointer) else None
    own = isinstance(of, ClassValue) or (isinstance(found, Instance) and isinstance(found.of, ClassValue))
    return name.value if own and isinstance(name, Known) and isinstance(name.value, str) else None


def _has(context: Evaluator, of: Value, name: str) -> bool | None:
    """Whether an object of the script's classes has an attribute; None where that is not known."""
    found = context.state.peek(of) if isinstance(of, Pointer) else None
    cls = found.of if isinstance(found, Instance) else of
    if not isinstance(cls, ClassValue):
        return None
    own = found.attributes.get(name) if isinstance(found, Instance) else None
    held = context.class_attribute(cls, name) if own is None else own
    if held is not None:
        return None if may_be_absent(held) or _is_property(held) else True
    plain = context.unknown_base(cls) is None and not cls.record and not name.startswith("__")
    return False if plain else None


def _is_property(held: Value) -> bool:
    """True for what is computed when it is asked for, where an `AttributeError` is as good as no attribute."""
    return isinstance(held, FunctionValue) and held.binding in ("property", "once")


@KNOWLEDGE.function("builtins.getattr")
def _getattr(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    """With a literal name and nothing in its place, the attribute as it is written otherwise."""
    match arguments.positional:
        case (of, Known(value=str() as literal)) if not arguments.keywords and literal.isidentifier():
            return context.attribute(of, literal, span)
    name = _named(context, arguments, (3,))
    has = None if name is None else _has(context, arguments.positional[0], name)
    if name is None or has is None:
        return misfit(context, "getattr", arguments, span)
    return context.attribute(arguments.positional[0], name, span) if has else arguments.positional[2]


@KNOWLEDGE.function("builtins.hasattr")
def _hasattr(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    name = _named(context, arguments, (2,))
    has = None if name is None else _has(context, arguments.positional[0], name)
    return misfit(context, "hasattr", arguments, span) if has is None else Known(has)


@KNOWLEDGE.function("builtins.setattr")
def _setattr(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    name = _named(context, arguments, (3,))
    if name is None:
        return misfit(context, "setattr", arguments, span)
    context.set_attribute(arguments.positional[0], name, arguments.positional[2], span)
    return NONE

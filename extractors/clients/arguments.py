"""The arguments of a command line: `sys.argv` and `argparse`.

Reads: `sys.argv` by number, its length, `sys.argv[1:]`; `ArgumentParser` with `add_argument` (names, `dest`, `default`,
    `type`, `required`, `choices`, `nargs`, `store_true` and the like), groups, sub-commands, `set_defaults`,
    `parse_args`, `parse_known_args`; `vars` of the result.
Becomes: variables of the kind argument, named as the script names them, `argv1` and so on for `sys.argv`. A flag is
    set where its variable is; an argument of several values has them in one text, separated by white space. What the
    parser refuses ends the run by `SystemExit`.
Cannot see: actions and types of the script's own inside a `try`, `append`, abbreviated options.
Example:
    import argparse
    import requests
    parser = argparse.ArgumentParser()
    parser.add_argument("--base", default="https://crm.example")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--dry-run", action="store_true")
    args = parser.parse_args()
    contacts = requests.get(f"{args.base}/contacts", params={"days": args.days}).json()
    if not args.dry_run:
        requests.post("https://erp.example/contacts", json=contacts)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from extractors.clients.variables import Origin, configured, is_set, optional
from extractors.evaluator import Evaluator, Knowledge, comparison, operators
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.merging import ABSENT
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import both, choice, either, negation
from extractors.evaluator.values import (
    FALSE,
    NONE,
    TRUE,
    EitherValue,
    External,
    Instance,
    Known,
    MapItem,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Unknown,
    Value,
)
from migrate.model import Call, Constant, Expression, SourceSpan, VariableReference

KNOWLEDGE = Knowledge()
ARGV, PARSER, GROUP = "sys.argv", "argparse.ArgumentParser", "argparse.Group"
SUBPARSERS, ACTION, NAMESPACE = "argparse.Subparsers", "argparse.Action", "argparse.Namespace"
_NUMBERED = Origin("arg", "IndexError")
_NAMED = Origin("arg", "SystemExit")
_OPTIONS, _EXCLUSIVE, _DEFAULTS, _COMMANDS = "(options)", "(exclusive)", "(defaults)", "(commands)"
_MOST = 9
"""The arguments of `sys.argv` that are counted at most."""


# --- sys.argv ----------------------------------------------------------------------------------------------------


def _argv(context: Evaluator, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(ARGV), {}))


KNOWLEDGE.values[ARGV] = _argv


@KNOWLEDGE.method(ARGV, "__getitem__")
def _item(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    match arguments.positional[0]:
        case Known(value=int() as number) if number > 0 and not isinstance(number, bool):
            return configured(context, f"argv{number}", span, None, _NUMBERED)
        case Known(value=0):
            return context.unknown("HS103", "the name by which the script was started", span)
        case _:
            return context.gap("HS103", "arguments of the command line by what is no number", span)


@KNOWLEDGE.method(ARGV, "__len__")
def _length(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The number of the arguments that are set, and the script's name."""
    numbers = [int(found) for found in re.findall(r"argv\W{0,12}?(\d)\b", context.script.source)]
    most = min(_MOST, max(numbers, default=1) + 1)
    tests = [optional(context, f"argv{number}", span, _NUMBERED) for number in range(1, most + 1)]
    length: Expression = Constant(value=most + 1)
    for number in reversed(range(most)):
        length = choice(tests[number], length, Constant(value=number + 1))
    return context.symbolic(length, span)


@KNOWLEDGE.method(ARGV, "__slice__")
def _rest(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional == (Known(1), NONE, NONE):
        return context.state.allocate(Instance(External(f"{ARGV}[1:]"), {}))
    return context.gap("HS101", "a part of the arguments of the command line", span)


# --- argparse ----------------------------------------------------------------------------------------------------


def _held(context: Evaluator, pointer: Pointer, name: str) -> Value:
    value = context.state.read((pointer.address, name))
    return NONE if value is None else value


def _all(context: Evaluator, pointer: Pointer, name: str) -> tuple[Value, ...]:
    held = _held(context, pointer, name)
    return held.items if isinstance(held, TupleValue) else ()


def _add(context: Evaluator, pointer: Pointer, name: str, value: Value) -> None:
    context.state.write((pointer.address, name), TupleValue((*_all(context, pointer, name), value)))


def _parser(context: Evaluator) -> Pointer:
    empty = TupleValue(())
    held: dict[str, Value] = {_OPTIONS: empty, _EXCLUSIVE: empty, _DEFAULTS: empty, _COMMANDS: NONE}
    return context.state.allocate(Instance(External(PARSER), held))


@KNOWLEDGE.function(PARSER)
def _make_parser(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if "parents" in arguments.keywords or "argument_default" in arguments.keywords:
        return misfit(context, PARSER, arguments, span)
    return _parser(context)


@KNOWLEDGE.method(PARSER, "add_argument_group")
def _group(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(GROUP), {"parser": receiver, _OPTIONS: TupleValue(())}))


@KNOWLEDGE.method(PARSER, "add_mutually_exclusive_group")
@KNOWLEDGE.method(GROUP, "add_mutually_exclusive_group")
def _exclusive(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    parser = _held(context, receiver, "parser")
    owner = parser if isinstance(parser, Pointer) else receiver
    required = arguments.keywords.get("required", FALSE)
    held: dict[str, Value] = {"parser": owner, _OPTIONS: TupleValue(()), "required": required}
    group = context.state.allocate(Instance(External(GROUP), held))
    _add(context, owner, _EXCLUSIVE, group)
    return group


@KNOWLEDGE.method(GROUP, "add_argument")
def _add_to_group(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    parser = _held(context, receiver, "parser")
    assert isinstance(parser, Pointer), "a group is made of a parser"
    made = _add_argument(context, parser, arguments, span)
    _add(context, receiver, _OPTIONS, made)
    return made


@KNOWLEDGE.method(PARSER, "add_argument")
def _add_argument(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    names = [one.value for one in arguments.positional if isinstance(one, Known)]
    texts = [name for name in names if isinstance(name, str)]
    if not texts or len(texts) != len(arguments.positional):
        return misfit(context, "add_argument", arguments, span)
    dest = arguments.keywords.get("dest", Known(_dest(texts)))
    positional = not texts[0].startswith("-")
    held = {**arguments.keywords, "dest": dest, "positional": TRUE if positional else FALSE}
    made = context.state.allocate(Instance(External(ACTION), held))
    _add(context, receiver, _OPTIONS, made)
    return made


def _dest(names: Iterable[str]) -> str:
    """The attribute of an argument: of the first long option, else of the first name."""
    given = list(names)
    chosen = next((name for name in given if name.startswith("--")), given[0])
    return chosen.lstrip("-").replace("-", "_")


@KNOWLEDGE.method(PARSER, "set_defaults")
def _set_defaults(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    for name, value in arguments.keywords.items():
        _add(context, receiver, _DEFAULTS, TupleValue((Known(name), value)))
    return NONE


@KNOWLEDGE.method(PARSER, "print_help", "print_usage")
def _print_help(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(PARSER, "error", "exit")
def _error(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    raise context.fail("SystemExit", "the parser of arguments exits", span)


@KNOWLEDGE.method(PARSER, "add_subparsers")
def _subparsers(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    held = {
        "dest": arguments.keywords.get("dest", NONE),
        "required": arguments.keywords.get("required", FALSE),
        _OPTIONS: TupleValue(()),
    }
    made = context.state.allocate(Instance(External(SUBPARSERS), held))
    context.state.write((receiver.address, _COMMANDS), made)
    return made


@KNOWLEDGE.method(SUBPARSERS, "add_parser")
def _add_parser(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    name = arguments.positional[0] if arguments.positional else NONE
    if not (isinstance(name, Known) and isinstance(name.value, str)) or "aliases" in arguments.keywords:
        return misfit(context, "add_parser", arguments, span)
    made = _parser(context)
    _add(context, receiver, _OPTIONS, TupleValue((name, made)))
    return made


@KNOWLEDGE.method(PARSER, "parse_args")
def _parse_args(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    given = (*arguments.positional, *arguments.keywords.values())
    if given not in ((), (NONE,)) and not _is_rest_of_argv(context, given):
        return misfit(context, "parse_args", arguments, span)
    found: dict[str, Value] = {}
    _parse(context, receiver, None, found, span)
    return context.state.allocate(Instance(External(NAMESPACE), found))


@KNOWLEDGE.method(PARSER, "parse_known_args")
def _parse_known_args(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    rest = Unknown("HS103", "the arguments that the parser does not know", span)
    return TupleValue((_parse_args(context, receiver, arguments, span), rest))


def _is_rest_of_argv(context: Evaluator, given: tuple[Value, ...]) -> bool:
    found = context.state.peek(given[0]) if len(given) == 1 and isinstance(given[0], Pointer) else None
    return isinstance(found, Instance) and found.of == External(f"{ARGV}[1:]")


def _parse(
    context: Evaluator, parser: Pointer, chosen: Expression | None, found: dict[str, Value], span: SourceSpan
) -> None:
    """The attributes that a parser sets; those of a sub-command only where it is the `chosen` one."""
    own: dict[str, Value] = {}
    for option in _all(context, parser, _OPTIONS):
        if isinstance(option, Pointer):
            held = context.state.peek(option)
            if isinstance(held, Instance):
                _parse_one(context, held.attributes, chosen, own, span)
    for group in _all(context, parser, _EXCLUSIVE):
        if isinstance(group, Pointer):
            _check_group(context, group, span)
    for pair in _all(context, parser, _DEFAULTS):
        if isinstance(pair, TupleValue):
            name, value = pair.items
            assert isinstance(name, Known), "defaults are set by name"
            own[str(name.value)] = value
    found.update({name: _where(chosen, value, found.get(name, ABSENT)) for name, value in own.items()})
    commands = _held(context, parser, _COMMANDS)
    if isinstance(commands, Pointer):
        _parse_commands(context, commands, chosen, found, span)


def _where(chosen: Expression | None, value: Value, otherwise: Value) -> Value:
    if chosen is None:
        return value
    if isinstance(value, Known | Symbolic) and isinstance(otherwise, Known | Symbolic):
        return Symbolic(choice(chosen, _expression(value), _expression(otherwise)))
    return EitherValue(chosen, value, otherwise)


def _expression(value: Known | Symbolic) -> Expression:
    return (
        value.expression if isinstance(value, Symbolic) else Constant.model_validate({"value": value.value})
    )


def _parse_commands(
    context: Evaluator,
    commands: Pointer,
    chosen: Expression | None,
    found: dict[str, Value],
    span: SourceSpan,
) -> None:
    """The name of the sub-command, and what its own parser sets."""
    dest = _held(context, commands, "dest")
    name = str(dest.value) if isinstance(dest, Known) and dest.value is not None else "command"
    required = _held(context, commands, "required") == TRUE
    command = configured(context, name, span, None if required and chosen is None else NONE, _NAMED)
    if isinstance(dest, Known) and dest.value is not None:
        found[name] = command
    tests: list[Expression] = [] if required else [negation(is_set(name))]
    for pair in _all(context, commands, _OPTIONS):
        if not (isinstance(pair, TupleValue) and isinstance(pair.items[0], Known)):
            continue
        own = Constant(value=str(pair.items[0].value))
        test = operators.call("python.equals", VariableReference(name=name), own)
        tests.append(test)
        if isinstance(pair.items[1], Pointer):
            _parse(context, pair.items[1], test, found, span)
    known: Expression = Constant(value=False)
    for test in reversed(tests):
        known = either(test, known)
    _require(context, known, span)


def _require(context: Evaluator, test: Expression, span: SourceSpan) -> None:
    """The run ends by SystemExit where the test does not hold."""

    def refused() -> None:
        raise context.fail("SystemExit", "the parser refuses the arguments", span)

    context.branch(test, lambda: None, refused, span)


def _check_group(context: Evaluator, group: Pointer, span: SourceSpan) -> None:
    names = [name for name in _names(context, group) if name in context.configuration.defaults]
    for number, name in enumerate(names):
        for other in names[number + 1 :]:
            _require(context, negation(both(is_set(name), is_set(other))), span)
    if _held(context, group, "required") == TRUE and names:
        one: Expression = Constant(value=False)
        for name in reversed(names):
            one = either(is_set(name), one)
        _require(context, one, span)


def _names(context: Evaluator, group: Pointer) -> Iterator[str]:
    for option in _all(context, group, _OPTIONS):
        held = context.state.peek(option) if isinstance(option, Pointer) else None
        dest = held.attributes.get("dest") if isinstance(held, Instance) else None
        if isinstance(dest, Known):
            yield str(dest.value)


def _parse_one(
    context: Evaluator,
    action: dict[str, Value],
    chosen: Expression | None,
    found: dict[str, Value],
    span: SourceSpan,
) -> None:
    dest, kind = action["dest"], action.get("action", Known("store"))
    if not (isinstance(dest, Known) and isinstance(dest.value, str)):
        return
    name = dest.value
    match kind:
        case Known(value="store_true"):
            found[name] = _flag(context, name, TRUE, action.get("default", FALSE), span)
        case Known(value="store_false"):
            found[name] = _flag(context, name, FALSE, action.get("default", TRUE), span)
        case Known(value="store_const"):
            constant, default = action.get("const", NONE), action.get("default", NONE)
            found[name] = _flag(context, name, constant, default, span)
        case Known(value="store"):
            found[name] = _stored(context, name, action, chosen, span)
        case Known(value="version" | "help"):
            pass
        case _:
            found[name] = context.unknown("HS101", "an argument with this action", span)


def _flag(context: Evaluator, name: str, given: Value, default: Value, span: SourceSpan) -> Value:
    """A flag: one of two values, the first where it is set."""
    if given == default:
        return given
    test = optional(context, name, span, _NAMED)
    if (given, default) == (TRUE, FALSE):
        return Symbolic(test)
    if (given, default) == (FALSE, TRUE):
        return Symbolic(negation(test))
    return context.select(test, lambda: given, lambda: default, span)


def _stored(
    context: Evaluator, name: str, action: dict[str, Value], chosen: Expression | None, span: SourceSpan
) -> Value:
    default, of, count = action.get("default", NONE), action.get("type", NONE), action.get("nargs", NONE)
    optional_place = count in (Known("?"), Known("*"))
    required = not optional_place if action["positional"] == TRUE else action.get("required", FALSE) == TRUE
    several = count not in (NONE, Known("?"))
    plain = not several and of in (NONE, External("builtins.str")) and "choices" not in action
    if plain and chosen is None and (required or isinstance(default, Known)):
        return configured(context, name, span, None if required else default, _NAMED)
    if required and chosen is None:
        variable = configured(context, name, span, None, _NAMED)
        return _converted(context, variable, action, span)
    test = optional(context, name, span, _NAMED)
    if required and chosen is not None:
        _require(context, either(negation(chosen), test), span)

    if plain and default == NONE:
        return Symbolic(VariableReference(name=name))

    def given() -> Value:
        return _converted(context, Symbolic(VariableReference(name=name)), action, span)

    def otherwise() -> Value:
        if isinstance(default, Known) and isinstance(default.value, str) and of != NONE:
            return _typed(context, default, of, span)
        return default

    return context.select(test, given, otherwise, span)


def _converted(context: Evaluator, text: Value, action: dict[str, Value], span: SourceSpan) -> Value:
    """What the parser makes of a text that is given: of its type, and one of the choices."""
    of, count = action.get("type", NONE), action.get("nargs", NONE)
    if count not in (NONE, Known("?")):
        return _several(context, text, of, action, span)
    value = _typed(context, text, of, span)
    choices = action.get("choices")
    if choices is not None and not isinstance(value, Unknown):
        test = comparison.compare(context, "in", value, choices, span)
        if not isinstance(test, Unknown):
            _require(context, operators.truth(context, test, span), span)
    return value


def _several(context: Evaluator, text: Value, of: Value, action: dict[str, Value], span: SourceSpan) -> Value:
    """The values of an argument that has several: the parts of its text between white space."""
    if of not in (NONE, External("builtins.str")) or "choices" in action or not isinstance(text, Symbolic):
        return context.unknown("HS101", "an argument with several values of a type", span)
    if action.get("nargs") not in (Known("*"), Known("+")):
        return context.unknown("HS101", "an argument with a number of values", span)
    parts = Call(function="python.split", arguments=(text.expression,))
    return context.symbolic(parts, span)


def _typed(context: Evaluator, text: Value, of: Value, span: SourceSpan) -> Value:
    match of:
        case Known(value=None) | External(name="builtins.str"):
            return text
        case External(name="builtins.int" | "builtins.float" as kind) if isinstance(text, Symbolic):
            function = f"argparse.{kind.removeprefix('builtins.')}"
            return context.symbolic(operators.call(function, text.expression), span)
        case External(name="argparse.FileType"):
            return context.unknown("HS101", "an argument that is opened as a file", span)
    if context.control.failure_points and isinstance(text, Symbolic):
        return context.gap("HS101", "the type of an argument, inside a try", span)
    return context.call(of, Arguments((text,), {}), span)


KNOWLEDGE.settable.add((NAMESPACE, "*"))


@KNOWLEDGE.method(NAMESPACE, "__vars__")
def _vars(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The attributes as a map, which is not the one of the object itself."""
    found = context.state.peek(receiver)
    held = found.attributes if isinstance(found, Instance) else {}
    items = tuple(MapItem(Known(name), value, None, span) for name, value in held.items())
    return context.state.allocate(MapObject(items))


@KNOWLEDGE.function("builtins.vars")
def _builtin_vars(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if len(arguments.positional) == 1:
        found = context.special(arguments.positional[0], "__vars__", Arguments((), {}), span)
        if found is not None:
            return found
    return misfit(context, "vars", arguments, span)

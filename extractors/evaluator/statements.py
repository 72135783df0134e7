"""Execution of statements: name binding, branches, definitions, ends of paths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from extractors.evaluator import changes, changing_methods, containers, methods, operators, texts, unpacking
from extractors.evaluator.alternatives import for_each
from extractors.evaluator.certain_ends import CertainEnds
from extractors.evaluator.context import MAX_STATEMENTS
from extractors.evaluator.control import PathEnds, TooLarge
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.parts import Arguments
from extractors.evaluator.release import release
from extractors.evaluator.state import State
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    DataObject,
    EitherValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Known,
    MapObject,
    ModuleValue,
    Pointer,
    Symbolic,
    Unknown,
    Value,
)
from extractors.ir import (
    Assert,
    Assign,
    Attribute,
    AugmentedAssign,
    Block,
    Break,
    ClassDef,
    Continue,
    Delete,
    Expr,
    ExpressionStatement,
    ForEach,
    FunctionDef,
    If,
    Import,
    Index,
    Name,
    Pass,
    Raise,
    Return,
    SequenceExpr,
    Slice,
    Spread,
    Stmt,
    Try,
    UnsupportedStatement,
    While,
    With,
)
from migrate.model import Constant, SourceSpan
from migrate.model.operands import NUMBERS, SCALARS


class Statements(CertainEnds):
    """The part of the evaluator that runs statements."""

    def execute_block(self, block: Block) -> None:
        """Runs statements; raises `PathEnds` when no path leads to their end."""
        for position, statement in enumerate(block):
            here = self.control.here()
            self.statements += 1
            if self.statements > MAX_STATEMENTS:
                raise TooLarge(f"more than {MAX_STATEMENTS} statements to follow", statement.span)
            since = self.state.next_address
            try:
                self.execute(statement)
            except PathEnds:
                if not self.read_behind(statement, block[position + 1 :]):
                    raise
                return
            self.release(self.state, since)
            left = self.control.open_exits(here)
            if left is not None:
                if rest := block[position + 1 :]:
                    self.where_not(left, partial(self.execute_block, rest), statement.span)
                return

    def release(self, state: State, since: int) -> None:
        """Lets go of what was made since an address was free, and is held no more."""
        release(state, since, (value for values in self.held for value in values))

    def execute(self, statement: Stmt) -> None:
        """Runs one statement."""
        match statement:
            case ExpressionStatement(value=value):
                self.evaluate(value)
            case Assign(targets=targets, value=value):
                result = self.evaluate(value)
                for target in targets:
                    self.assign(target, result)
            case AugmentedAssign():
                self._augment(statement)
            case If():
                self._if(statement)
            case While():
                self.while_loop(statement)
            case ForEach():
                self.for_loop(statement)
            case Break() | Continue():
                raise self.leave_loop(isinstance(statement, Break), statement.span)
            case Return(value=returned):
                result = self.evaluate(returned) if returned is not None else NONE
                raise self.leave_function(result, statement.span)
            case Raise():
                raise self.raised(statement)
            case Assert(test=test, message=message):
                self._assert(test, message, statement.span)
            case FunctionDef(name=name):
                self.bind(name, self.define_function(statement), statement.span)
            case ClassDef(name=name):
                self.bind(name, self.define_class(statement), statement.span)
            case Import():
                self.import_names(statement)
            case With():
                self._with(statement)
            case Delete(targets=deleted):
                self._delete(deleted, statement.span)
            case Try():
                self.attempt(statement)
            case UnsupportedStatement(reason=reason):
                self.lost(statement, "HS101", reason)
            case Pass():
                pass

    # --- parts that other files give -----------------------------------------------------------------------------

    def attempt(self, statement: Try) -> None:
        """A `try` statement."""
        raise NotImplementedError

    def with_asynchronous(self, statement: With) -> None:
        """An `async with` statement."""
        raise NotImplementedError

    def managed(self, manager: Pointer, body: Callable[[], None], span: SourceSpan) -> None:
        """The body of a `with` statement."""
        raise NotImplementedError

    def with_generator(
        self, manager: Value, target: Expr | None, body: Callable[[], None], span: SourceSpan
    ) -> bool:
        """Runs the body of a `with` statement within a generator function; False if its manager is none."""
        raise NotImplementedError

    def raised(self, statement: Raise) -> PathEnds:
        """A `raise` statement; to be raised by the caller."""
        raise NotImplementedError

    def while_loop(self, statement: While) -> None:
        """A loop with a test."""
        raise NotImplementedError

    def for_loop(self, statement: ForEach) -> None:
        """A loop over items."""
        raise NotImplementedError

    def leave_loop(self, breaks: bool, span: SourceSpan) -> PathEnds:
        """A break or continue."""
        raise NotImplementedError

    def leave_function(self, result: Value, span: SourceSpan) -> PathEnds:
        """A return, which may lead to the end of a part first that something follows on all ways."""
        ends = ("function", "final return")
        target = next((one for one in self.control.visible_targets() if one.what in ends), None)
        if target is None:
            return self.fail("SyntaxError", "return outside of a function", span)
        return self.leave(target, result, span)

    # --- assignment ----------------------------------------------------------------------------------------------

    def assign(self, target: Expr | Spread, value: Value) -> None:
        """Assigns to a target."""
        match target:
            case Name(name=name):
                self.bind(name, value, target.span)
            case Attribute(value=inner, name=name):
                self.set_attribute(self.evaluate(inner), name, value, target.span)
            case Index(value=inner, index=index):
                container = self.evaluate(inner)
                key = self.evaluate(index)
                if isinstance(key, Known) and isinstance(key.value, str):
                    value = self.guarded_secret(key.value, value, target.span)
                containers.set_item(self, container, key, value, target.span)
            case SequenceExpr(items=items):
                self._unpack(items, value, target.span)
            case _:
                self.gap("HS101", "this assignment target is not supported", target.span)

    def _unpack(self, targets: tuple[Expr | Spread, ...], value: Value, span: SourceSpan) -> None:
        starred = [number for number, target in enumerate(targets) if isinstance(target, Spread)]
        star = starred[0] if starred else None
        parts = unpacking.parts(self, value, len(targets), star, span)
        for number, target in enumerate(targets):
            part = parts if isinstance(parts, Unknown) else parts[number]
            self.assign(target.value if isinstance(target, Spread) else target, part)

    def set_attribute(self, receiver: Value, name: str, value: Value, span: SourceSpan) -> None:
        """`receiver.name = value`."""
        if isinstance(receiver, EitherValue):

            def change(one: Value) -> Value:
                self.set_attribute(one, name, value, span)
                return NONE

            for_each(self, receiver, change, span)
            return
        if isinstance(receiver, Pointer):
            found = self.state.get(receiver)
            if isinstance(found, Instance):
                value = self.guarded_secret(name, value, span)
                of = found.of.name if isinstance(found.of, External) else ""
                setters = self.knowledge.setters
                setter = setters.get((of, name)) or setters.get((of, "*"))
                if setter is not None:
                    setter(self, receiver, name, value, span)
                    return
                if of and not self.knowledge.sets(of, name):
                    unknown = self.gap("HS102", f"setting {of}.{name} is not known", span)
                    containers.ruin(self, receiver, unknown)
                    return
                if isinstance(found.of, ClassValue):
                    special = self.class_attribute(found.of, name)
                    if isinstance(special, FunctionValue) and special.setter is not None:
                        self.call(replace(special.setter, bound=receiver), Arguments((value,), {}), span)
                        return
                    if self.is_fixed(found.of):
                        self.gap(
                            "HS101", "setting an attribute of an object that is fixed once it is made", span
                        )
                    if isinstance(special, Unknown) or (
                        isinstance(special, FunctionValue) and special.binding == "property"
                    ):
                        unknown = self.gap(
                            "HS101", f"setting the attribute {name}, which a descriptor may govern", span
                        )
                        containers.ruin(self, receiver, unknown)
                        return
                self.state.write((receiver.address, name), value)
                return
        if isinstance(receiver, ClassValue):
            if receiver.record == "enum":
                self.gap("HS101", "setting an attribute of an enumeration", span)
            self.state.write((receiver.attributes, name), value)
            return
        if isinstance(receiver, ModuleValue):
            self.state.write((receiver.names, name), self.guarded_secret(name, value, span))
            return
        libraries = self.knowledge.libraries
        if (
            isinstance(receiver, External)
            and libraries is not None
            and libraries.sets(f"{receiver.name}.{name}")
        ):
            self.guarded_secret(name, value, span)
            return
        unknown = self.gap("HS101", f"setting the attribute {name} of this value", span)
        containers.ruin(self, receiver, unknown)

    def _augment(self, statement: AugmentedAssign) -> None:
        target, sign, span = statement.target, statement.operator, statement.span
        match target:
            case Name():
                old = self.evaluate(target)
                self.assign(target, self._augmented(sign, old, self.evaluate(statement.value), span))
            case Attribute(value=inner, name=name):
                receiver = self.evaluate(inner)
                old = self.attribute(receiver, name, target.span)
                self.set_attribute(
                    receiver, name, self._augmented(sign, old, self.evaluate(statement.value), span), span
                )
            case Index(value=inner, index=index):
                container, key = self.evaluate(inner), self.evaluate(index)
                old = containers.item(self, container, key, target.span)
                if isinstance(old, Symbolic) and sign == "+" and not changes.is_held(self, old):
                    # Nothing else holds what lies there, so it is no matter whether it changes in place.
                    added = self.snapshot(self.evaluate(statement.value), span)
                    number = self.type_of(added) in NUMBERS or self.type_of(old.expression) in SCALARS
                    function = "python.add" if number else "python.add_in_place"
                    value = self.symbolic(operators.call(function, old.expression, added), span)
                else:
                    value = self._augmented(sign, old, self.evaluate(statement.value), span)
                containers.set_item(self, container, key, value, span)
            case _:
                self.gap("HS101", "this assignment target is not supported", span)

    def _augmented(self, sign: str, old: Value, value: Value, span: SourceSpan) -> Value:
        """`old sign= value`: in place for lists and maps, else as the operator."""
        if isinstance(old, Pointer) and not isinstance(self.state.get(old), Instance):
            name = {"+": "extend", "|": "update"}.get(sign)
            if name is not None:
                methods.method(self, old, name, Arguments((value,), {}), span)
                return old
            return self.gap("HS101", f"the operator {sign}= on a list or map", span)
        if (
            isinstance(old, Symbolic)
            and sign in ("+", "*", "|")
            and self.type_of(old.expression) not in SCALARS
            and not self._is_number(value, span)
        ):
            reason = f"{sign}= on a value that could be a list, which would change in place"
            if sign == "+" and texts.is_text(self, value):
                added = operators.call("python.add", old.expression, self.snapshot(value, span))
                return self.instead("HS101", reason, span, added)
            extended = changing_methods.added_in_place(self, old, value, span) if sign == "+" else None
            return extended or self.gap("HS101", reason, span)
        return operators.binary(self, sign, old, value, span)

    def _is_number(self, value: Value, span: SourceSpan) -> bool:
        """True for what cannot be added to a list, in place or not."""
        return isinstance(value, (Known, Symbolic)) and self.type_of(self.snapshot(value, span)) in NUMBERS

    def _delete(self, targets: tuple[Expr, ...], span: SourceSpan) -> None:
        for target in targets:
            if isinstance(target, Name):
                gone = Unknown("HS103", f"the name {target.name} is deleted", span)
                self.look_up(target.name, span)
                self.state.write((self.frame_of(target.name), target.name), gone)
                continue
            if isinstance(target, Slice) and target.start is target.stop is target.step is None:
                methods.method(self, self.evaluate(target.value), "clear", Arguments((), {}), span)
                continue
            if isinstance(target, Index):
                container, key = self.evaluate(target.value), self.evaluate(target.index)
                found = self.state.get(container) if isinstance(container, Pointer) else None
                if isinstance(found, MapObject) and isinstance(container, Pointer) and isinstance(key, Known):
                    entry = found.find(key)
                    if entry is None:
                        raise self.fail("KeyError", "a map of known keys", span)
                    if entry.when is None:
                        rest = tuple(item for item in found.items if item is not entry)
                        self.replace(container, MapObject(rest, found.table), span)
                        continue
            if not isinstance(target, Index):
                self.gap("HS101", "this deletion is not supported", span)
                continue
            if isinstance(found, MapObject) and isinstance(container, Pointer):
                self.replace(container, DataObject(self.contents(container, span), "map"), span)
            unknown = changes.delete_item(self, container, key, span)
            if unknown is not None:
                containers.ruin(self, container, unknown)

    # --- control -------------------------------------------------------------------------------------------------

    def _if(self, statement: If) -> None:
        test = self.condition(statement.test)
        if isinstance(test, Constant):
            self.execute_block(statement.then if test.value is True else statement.otherwise)
            return
        self.branch(
            test,
            lambda: self.execute_block(statement.then),
            lambda: self.execute_block(statement.otherwise),
            statement.span,
        )

    def _assert(self, test: Expr, message: Expr | None, span: SourceSpan) -> None:
        condition = self.condition(test)

        def fails() -> None:
            if message is not None:
                self.evaluate(message)
            raise self.fail("AssertionError", "", span)

        if isinstance(condition, Constant):
            if condition.value is not True:
                fails()
            return
        self.branch(condition, lambda: None, fails, span)

    def lost(self, statement: Stmt, code: str, reason: str) -> None:
        """A statement that is not followed: whatever it may assign or change is unknown afterwards."""
        unknown = self.gap(code, reason, statement.span)
        assigned, mentioned = names_in(statement)
        for name in sorted(mentioned):
            value = self._quiet_look_up(name)
            if value is not None:
                containers.ruin(self, value, unknown)
        for name in sorted(assigned):
            self.state.write((self.frame_of(name), name), unknown)

    def _quiet_look_up(self, name: str) -> Value | None:
        address: int | None = self.frame
        while address is not None:
            found = self.state.get(address)
            if not isinstance(found, Frame):
                return None
            if name in found.names:
                return found.names[name]
            address = found.outer
        return None

    # --- definitions ---------------------------------------------------------------------------------------------

    def _with(self, statement: With) -> None:
        if statement.asynchronous:
            self.with_asynchronous(statement)
            return
        if not statement.items:
            self.execute_block(statement.body)
            return
        first, *others = statement.items
        rest = replace(statement, items=tuple(others))
        manager = self.evaluate(first.value)
        if self.with_generator(manager, first.target, lambda: self._with(rest), statement.span):
            return
        entered = self.special(manager, "__enter__", Arguments((), {}), statement.span)
        if isinstance(manager, Symbolic) and self.is_supposed(manager.expression):
            if first.target is not None:
                self.assign(first.target, manager)
            self._with(rest)
            return
        if entered is None or not isinstance(manager, Pointer):
            unknown = self.gap("HS102", "this context manager is not known", statement.span)
            if first.target is not None:
                self.assign(first.target, self.supposed(unknown))
            self._with(rest)
            return
        if first.target is not None:
            self.assign(first.target, entered)
        self.managed(manager, lambda: self._with(rest), statement.span)


def names_in(statement: Stmt) -> tuple[set[str], set[str]]:
    """The names that a statement may assign, and all that it mentions."""
    assigned: set[str] = set()
    mentioned: set[str] = set()
    for node in nodes_of(statement):
        match node:
            case Name(name=name):
                mentioned.add(name)
            case Assign(targets=targets):
                for target in targets:
                    assigned |= {n.name for n in nodes_of(target) if isinstance(n, Name)}
            case AugmentedAssign(target=Name(name=name)):
                assigned.add(name)
            case ForEach(target=target):
                assigned |= {n.name for n in nodes_of(target) if isinstance(n, Name)}
            case FunctionDef(name=name) | ClassDef(name=name):
                assigned.add(name)
            case Import(names=names, alias=alias, module=module):
                assigned |= {alias_ or name for name, alias_ in names} or {alias or module.partition(".")[0]}
            case UnsupportedStatement(assigned=more):
                assigned |= more
            case _:
                for attribute in ("target", "name"):
                    inner = getattr(node, attribute, None)
                    if isinstance(inner, str) and type(node).__name__ in ("AssignExpr", "Handler"):
                        assigned.add(inner)
                    elif isinstance(inner, Name):
                        assigned.add(inner.name)
    return assigned, mentioned

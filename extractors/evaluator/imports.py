"""Imports: modules of the project are run once, where they are first imported; those of libraries are known by name."""

from __future__ import annotations

from extractors.evaluator.alternatives import narrowed
from extractors.evaluator.credentials import secret_name
from extractors.evaluator.hard_coded import hard_coded_secrets, mentioned_names
from extractors.evaluator.knowledge import Knowledge
from extractors.evaluator.merging import ABSENT
from extractors.evaluator.modules import Found, Loaded, Modules, NoModules
from extractors.evaluator.parts import Arguments
from extractors.evaluator.record_classes import RecordClasses
from extractors.evaluator.signatures import signature
from extractors.evaluator.state import State
from extractors.evaluator.values import (
    EitherValue,
    External,
    Frame,
    FunctionValue,
    Known,
    ListObject,
    ModuleValue,
    Pointer,
    TupleValue,
    Unknown,
    Value,
)
from extractors.ir import Handler, Import, Name, Script, SequenceExpr, Try
from migrate.diagnostics import Diagnostic
from migrate.model import SourceSpan

MAX_MODULES = 200
"""The modules that one script loads, at most."""
MAX_DEPTH = 30
"""Modules that import each other in a row, at most."""
_CODE = "HS108"
SETTING = "(setting)"
"""The name under which there is knowledge of what a name stands for in a module of settings that is not there."""
_CATCHING = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Imports(RecordClasses):
    """The part of the evaluator that loads modules."""

    def __init__(self, file: str, source: str, knowledge: Knowledge) -> None:
        super().__init__(file, source, knowledge)
        self.modules: Modules = NoModules()
        self.loaded = Loaded()
        self.outermost = self.region
        """The region of the script itself."""
        self.package = ""
        """The package of the script itself, where it was started as a module of one."""
        self.trying: list[tuple[Handler, ...]] = []
        """The handlers of the `try` statements whose bodies are being run."""

    # --- statements ----------------------------------------------------------------------------------------------

    def import_names(self, statement: Import) -> None:
        """Binds what an import brings."""
        span = statement.span
        if statement.module == "__future__":
            return
        name = self._absolute(statement.module, statement.level, span)
        if name is None:
            unknown = self._missing(f"there is no package that {'.' * statement.level} leads to", span)
            for given, alias in statement.names:
                self.bind(alias or given, unknown, span)
        elif statement.names:
            self._import_from(name, statement)
        elif statement.alias is not None:
            self.bind(statement.alias, self.import_module(name, span) or External(name), span)
        else:
            top = name.partition(".")[0]
            found = self.import_module(name, span)
            self.bind(top, External(top) if found is None else self._held(top) or found, span)

    def _import_from(self, name: str, statement: Import) -> None:
        span = statement.span
        module = self.import_module(name, span)
        for given, alias in statement.names:
            if given == "*":
                self._import_all(name, module, span)
            elif module is None:
                self.bind(alias or given, self.external_attribute(name, given, span), span)
            else:
                self.bind(alias or given, self._member(module, given, span), span)

    def _import_all(self, name: str, module: Value | None, span: SourceSpan) -> None:
        if isinstance(module, ModuleValue) and module.name in self.loaded.left_out:
            self.loaded.open_to_settings.add(self.module_frame())
            return
        frame = self.state.get(module.names) if isinstance(module, ModuleValue) else None
        if not isinstance(frame, Frame) or module is None:
            self.gap("HS101", f"everything is imported from {name}", span)
            return
        names = [one for one in frame.names if not one.startswith("_")]
        if "__all__" in frame.names:
            stated = _texts(self.state, frame.names["__all__"])
            if stated is None:
                self.gap(_CODE, f"what __all__ of {name} holds is known at run time only", span)
                return
            names = stated
        for one in names:
            self.bind(one, self._member(module, one, span), span)

    def _member(self, module: Value, name: str, span: SourceSpan) -> Value:
        """What `from module import name` gives: a name in it, or else a module in the package."""
        if not isinstance(module, ModuleValue):
            return self.attribute(module, name, span)
        held = self._named(module, name, span)
        if (
            held is None
            and module.name in self.loaded.found
            and (inner := self._inner(module, name, span)) is not None
        ):
            return inner
        if held is None and module.name in self.loaded.under_way:
            reason = f"{module.name} has no {name} yet, as it is being loaded: modules import each other"
            return self._missing(reason, span)
        return held or self._missing(f"the module {module.name} has no {name}", span)

    # --- modules -------------------------------------------------------------------------------------------------

    def import_module(self, name: str, span: SourceSpan) -> Value | None:
        """The module of the project that a dotted name leads to, run if it was not yet; None for one of a library."""
        top, *inner = name.split(".")
        module = self._held(top)
        if isinstance(module, Unknown):
            return self.gap(module.code, module.reason, span)
        if module is None:
            found = self._find(top)
            if found is None:
                return self._left_out(top, span) if self.modules.left_out(top) and not inner else None
            module = self._load(found, span)
        for one in inner:
            if not isinstance(module, ModuleValue):
                return module
            module = self._inner(module, one, span) or self._missing(
                f"there is no module {module.name}.{one}", span
            )
        return module

    def _left_out(self, name: str, span: SourceSpan) -> Value | None:
        """A module of settings that is not there: a gap, behind which its names are read as configuration."""
        if self._is_handled():
            return None
        self.gap(_CODE, f"the module {name} is not there; what it holds is read as configuration", span)
        self.loaded.left_out.add(name)
        return self._run_module(Found(name))

    def _find(self, top: str) -> Found | None:
        known = self.loaded.found.get(top)
        return known or self.modules.find(top, tuple(self.loaded.added))

    def _held(self, name: str) -> Value | None:
        """A module that was loaded on all ways that lead here, or on some, which is not known then."""
        frame = self.state.get(self.loaded.names)
        held = frame.names.get(name) if isinstance(frame, Frame) else None
        if isinstance(held, EitherValue):
            held = narrowed(held, (*self.control.conditions, *self.state.facts))
            held = None if held == ABSENT else held
        if held is None or isinstance(held, ModuleValue):
            return held
        return Unknown(_CODE, f"the module {name} is imported on some of the ways that lead here only")

    def _inner(self, package: ModuleValue, name: str, span: SourceSpan) -> Value | None:
        """A module within a package, which becomes an attribute of it; None where the package has none."""
        full = f"{package.name}.{name}"
        held = self._held(full)
        if isinstance(held, Unknown):
            return self.gap(held.code, held.reason, span)
        if held is None:
            found = self.loaded.found.get(full) or self.modules.find_in(self.loaded.found[package.name], name)
            if found is None:
                return None
            held = self._load(found, span)
            if isinstance(held, ModuleValue):
                self.state.write((package.names, name), held)
        return held

    def _load(self, found: Found, span: SourceSpan) -> Value:
        """Runs a module. Where only some ways lead here and that has no effect, the script is to begin with it."""
        script = found.script
        if isinstance(script, Diagnostic):
            self.loaded.found.setdefault(found.name, found)
            self.findings.add(script)
            return self.gap(_CODE, f"the module {found.name} cannot be read ({script.span})", span)
        if len(self.loaded.found) >= MAX_MODULES:
            return self.gap("HS104", f"more than {MAX_MODULES} modules", span)
        if len(self.loaded.under_way) >= MAX_DEPTH:
            return self.gap("HS104", f"more than {MAX_DEPTH} modules that import each other in a row", span)
        self.loaded.found.setdefault(found.name, found)
        before, region, length, mark = (
            self.state.fork(),
            self.region,
            len(self.region.items),
            self.control.mark(),
        )
        module = self._run_module(found)
        on_some_ways = bool(self.control.conditions) or region is not self.outermost
        if (
            on_some_ways
            and found.name not in self.loaded.late
            and len(region.items) == length
            and not self.control.has_left_since(mark)
            and all(self._is_of_import(address, name) for address, name in self.state.changed_cells(before))
        ):
            self.loaded.wanted_early[found.name] = (span, signature(self.state, module))
        return module

    def _is_of_import(self, address: int, name: str) -> bool:
        """True for what changes by an import itself: what is loaded, and what a package holds."""
        return address == self.loaded.names or isinstance(self.state.read((address, name)), ModuleValue)

    def _run_module(self, found: Found) -> ModuleValue:
        package = found.name if found.folders else found.name.rpartition(".")[0]
        names: dict[str, Value] = {"__name__": Known(found.name), "__package__": Known(package)}
        address = self.state.allocate(Frame(names)).address
        module = ModuleValue(found.name, address)
        self.state.write((self.loaded.names, found.name), module)
        self.loaded.frames[address] = found
        if not isinstance(found.script, Script):
            return module
        self.read_along(found.script)
        outer, self.frame = self.frame, address
        self.loaded.under_way.append(found.name)
        try:
            self.execute_block(found.script.body)
        finally:
            self.loaded.under_way.pop()
            self.frame = outer
        return module

    def read_along(self, script: Script) -> None:
        """Takes in what stands in a file as such: its lines and the credentials in it."""
        self.findings.add_source(script.file, script.source)
        self.stating.bodies[script.file] = script.body
        self.configuration.mentioned_names |= mentioned_names(script)
        for name, value, span in hard_coded_secrets(script):
            if value not in self.configuration.secret_values.values():
                self.hard_coded(secret_name(name), value, span)

    def load_early(self) -> None:
        """Loads the modules that some ways only import, in the order in which they were met.

        One that is not the same so early is not to be loaded ahead of the script after all.
        """
        for name, (span, expected) in self.loaded.early.items():
            module = self.import_module(name, span)
            held = self._held(name)
            same = isinstance(held, ModuleValue) and signature(self.state, held) == expected
            if not same or isinstance(module, Unknown):
                self.loaded.wanted_late.add(name)

    # --- names ---------------------------------------------------------------------------------------------------

    def _absolute(self, module: str, level: int, span: SourceSpan) -> str | None:
        """The dotted name that an import means, seen from the package it stands in; None where that leads nowhere."""
        if not level:
            return module
        held = self.state.read((self.module_frame(), "__package__"))
        package = held.value if isinstance(held, Known) and isinstance(held.value, str) else ""
        parts = package.split(".") if package else []
        if level > len(parts):
            return None
        base = parts[: len(parts) - level + 1]
        return ".".join((*base, module) if module else base)

    def relative(self, name: str, package: str) -> str:
        """The dotted name of `importlib.import_module(name, package)`."""
        level = len(name) - len(name.lstrip("."))
        parts = package.split(".")
        return ".".join((*parts[: len(parts) - level + 1], name[level:])) if level else name

    def module_frame(self) -> int:
        """The address of the name space of the module in which the place being evaluated stands."""
        address = self.frame
        while isinstance(found := self.state.get(address), Frame) and found.outer is not None:
            address = found.outer
        return address

    def module_file(self) -> str:
        """The file of the module in which the place being evaluated stands."""
        found = self.loaded.frames.get(self.module_frame())
        return self.file if found is None else found.file

    def module_attribute(self, module: ModuleValue, name: str, span: SourceSpan) -> Value:
        """`module.name`."""
        held = self._named(module, name, span)
        return held or self.gap(_CODE, f"the module {module.name} has no {name}", span)

    def _named(self, module: ModuleValue, name: str, span: SourceSpan) -> Value | None:
        """A name of a module, or what its `__getattr__` gives for it; None where it has neither."""
        held = self.state.read((module.names, name))
        if held is not None:
            return self.read_value(held, span)
        special = self.state.read((module.names, "__getattr__"))
        if isinstance(special, FunctionValue):
            return self.call(special, Arguments((Known(name),), {}), span)
        if module.name in self.loaded.left_out:
            return self._setting(name, span)
        return None

    def not_assigned(self, name: str, span: SourceSpan) -> Value:
        """A name that nothing assigns: one of a module of settings, where all names of such a one are imported."""
        if self.module_frame() in self.loaded.open_to_settings:
            return self._setting(name, span)
        return super().not_assigned(name, span)

    def _setting(self, name: str, span: SourceSpan) -> Value:
        return self.knowledge.functions[SETTING](self, Arguments((Known(name),), {}), span)

    def while_handled(self, statement: Try) -> None:
        """Runs the body of a `try` statement, while its handlers wait."""
        self.trying.append(statement.handlers)
        try:
            self.execute_block(statement.body)
        finally:
            self.trying.pop()

    def handler_of_import(self, statement: Try) -> Handler | None:
        """The handler that is run in the place of the body, where that begins with an import that is sure to fail."""
        first = statement.body[0] if statement.body else None
        if not isinstance(first, Import) or not self._is_sure_to_fail(first):
            return None
        handler = next((one for one in statement.handlers if catches(one)), None)
        return None if handler is None or handler.name is not None else handler

    def _is_sure_to_fail(self, statement: Import) -> bool:
        name = self._absolute(statement.module, statement.level, statement.span)
        if name is None:
            return True
        top, *inner = name.split(".")
        found = self._find(top)
        if found is None:
            return top in _PYTHON_2
        for one in inner:
            found = None if found is None else self.modules.find_in(found, one)
        return found is None

    def _is_handled(self) -> bool:
        """True if a handler waits for the errors of imports."""
        return any(catches(handler) for handlers in self.trying for handler in handlers)

    def _missing(self, reason: str, span: SourceSpan) -> Unknown:
        """An import that fails: an error where a handler waits for it, else a gap."""
        if self._is_handled():
            raise self.fail("ImportError", reason, span)
        return self.gap(_CODE, reason, span)


_PYTHON_2 = frozenset(
    {
        *("BaseHTTPServer", "ConfigParser", "Cookie", "HTMLParser", "Queue", "SocketServer", "StringIO"),
        *("__builtin__", "cPickle", "cStringIO", "commands", "cookielib", "httplib", "thread", "urllib2"),
        *("urlparse", "xmlrpclib"),
    }
)
"""Modules of the standard library of Python 2 that Python 3 has not."""


def catches(handler: Handler) -> bool:
    """True if a handler takes the errors of imports."""
    match handler.matches:
        case None:
            return True
        case Name(name=name):
            return name in _CATCHING
        case SequenceExpr(items=items):
            return any(isinstance(one, Name) and one.name in _CATCHING for one in items)
        case _:
            return False


def _texts(state: State, value: Value) -> list[str] | None:
    """The texts in a list or tuple; None where not all are known."""
    found = state.get(value) if isinstance(value, Pointer) else value
    items: tuple[Value, ...] | None = found.items if isinstance(found, ListObject | TupleValue) else None
    texts = [one.value for one in items or () if isinstance(one, Known) and isinstance(one.value, str)]
    return texts if items is not None and len(texts) == len(items) else None

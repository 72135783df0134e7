"""The rendering of the script IR, made from CPython's syntax tree and symbol tables: a second opinion."""

from __future__ import annotations

import ast
import symtable
import warnings
from collections.abc import Iterable, Sequence

OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.And: "and", ast.Or: "or",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
SEQUENCES = {ast.List: "list", ast.Tuple: "tuple", ast.Set: "set"}
COMPREHENSIONS = {
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.GeneratorExp: "generator",
    ast.DictComp: "map",
}
WHOLE = {"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}
NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Oracle:
    """Renders one source text."""

    def __init__(self, text: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.tree = ast.parse(text)
            table = symtable.symtable(text, "script.py", "exec")
        self.facts: dict[tuple[str, int], str] = {}
        self.owner = ""
        self._collect(table)

    def render(self) -> str:
        """The whole text."""
        return self.block(self.tree.body)

    def _collect(self, table: symtable.SymbolTable) -> None:
        if isinstance(table, symtable.Function):
            symbols = table.get_symbols()
            outer = {
                found.get_name() for found in symbols if found.is_declared_global() or found.is_nonlocal()
            }
            own = {
                found.get_name() for found in symbols if found.is_local() and not found.is_parameter()
            } - outer
            key = (table.get_name(), table.get_lineno())
            self.facts[key] = self._named(" locals", own) + self._named(" outer", outer)
        for child in table.get_children():
            self._collect(child)

    @staticmethod
    def _named(label: str, names: Iterable[str]) -> str:
        return f"{label} {','.join(sorted(names))}" if names else ""

    def name(self, text: str) -> str:
        owner = self.owner.lstrip("_")
        return f"_{owner}{text}" if owner and text.startswith("__") and not text.endswith("__") else text

    def block(self, nodes: Sequence[ast.stmt]) -> str:
        return "; ".join(text for node in nodes if (text := self.statement(node)) is not None)

    def braces(self, nodes: Sequence[ast.stmt]) -> str:
        return "{" + self.block(nodes) + "}"

    def tail(self, word: str, nodes: Sequence[ast.stmt]) -> str:
        return f" {word} {self.braces(nodes)}" if nodes else ""

    def statement(self, node: ast.stmt) -> str | None:
        match node:
            case ast.Expr(value=ast.Constant(value=value)) if value is ...:
                return "pass"
            case ast.Expr(value=value):
                return self.expr(value)
            case ast.Assign(targets=targets, value=value):
                return " = ".join(self.expr(part) for part in (*targets, value))
            case ast.AnnAssign(target=target, value=value):
                return f"{self.expr(target)} = {self.expr(value)}" if value else None
            case ast.AugAssign(target=target, op=op, value=value):
                return f"{self.expr(target)} {OPERATORS[type(op)]}= {self.expr(value)}"
            case ast.Delete(targets=targets):
                return f"del {self.list(part for target in targets for part in _flat(target))}"
            case ast.If(test=test, body=body, orelse=orelse):
                return f"if {self.expr(test)} {self.braces(body)}{self.tail('else', orelse)}"
            case ast.While(test=test, body=body, orelse=orelse):
                return f"while {self.expr(test)} {self.braces(body)}{self.tail('else', orelse)}"
            case ast.For() | ast.AsyncFor():
                head = f"for {self.expr(node.target)} in {self.expr(node.iter)} {self.braces(node.body)}"
                return self.asynchronous(node) + head + self.tail("else", node.orelse)
            case ast.Break() | ast.Continue() | ast.Pass():
                return type(node).__name__.lower()
            case ast.Return(value=value):
                return f"return {self.optional(value)}".rstrip()
            case ast.Raise(exc=exc, cause=cause):
                return f"raise {self.optional(exc)}".rstrip() + (f" from {self.expr(cause)}" if cause else "")
            case ast.Assert(test=test, msg=msg):
                return f"assert {self.expr(test)}" + (f", {self.expr(msg)}" if msg else "")
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                caught = "".join(self.handler(handler) for handler in handlers)
                return (
                    f"try {self.braces(body)}{caught}{self.tail('else', orelse)}{self.tail('finally', final)}"
                )
            case ast.With() | ast.AsyncWith():
                items = ", ".join(
                    self.expr(item.context_expr)
                    + (f" as {self.expr(item.optional_vars)}" if item.optional_vars else "")
                    for item in node.items
                )
                return f"{self.asynchronous(node)}with {items} {self.braces(node.body)}"
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self.function(node)
            case ast.ClassDef(name=name, body=body):
                bases = self.arguments(node.bases, node.keywords)
                head = f"{self.decorators(node)}class {self.name(name)}({bases})"
                around, self.owner = self.owner, name
                inner = self.braces(body)
                self.owner = around
                return f"{head} {inner}"
            case ast.Import(names=names):
                return "; ".join(f"import {alias.name}{_alias(alias)}" for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                listed = ", ".join(f"{alias.name}{_alias(alias)}" for alias in names)
                return f"from {'.' * level}{module or ''} import {listed}"
            case ast.Global() | ast.Nonlocal():
                return None
            case ast.Match():
                return Matches(self).statement(node)
            case ast.TryStar():
                bound = self._named(" binds", {self.name(name) for name in _bound([node])})
                return f"<<a try statement with except*{bound}>>"
        raise NotImplementedError(type(node).__name__)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
        facts = self.facts[node.name, node.lineno]
        doc = ast.get_docstring(node, clean=False)
        head = f"{self.decorators(node)}{self.asynchronous(node)}def {self.name(node.name)}"
        generator = " generator" if _yields(node.body) else ""
        documented = "" if doc is None else f" doc {doc!r}"
        return f"{head}({self.parameters(node.args)}){facts}{generator}{documented} {self.braces(node.body)}"

    def expr(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return "<the constant `...`>" if value is ... else repr(value)
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=value, attr=name):
                return f"{self.expr(value)}.{self.name(name)}"
            case ast.Subscript(value=value, slice=ast.Slice(lower=lower, upper=upper, step=step)):
                return f"{self.expr(value)}[{':'.join(self.optional(part) for part in (lower, upper, step))}]"
            case ast.Subscript(slice=ast.Tuple(elts=parts)) if any(
                isinstance(part, ast.Slice) for part in parts
            ):
                return "<a slice in more than one dimension>"
            case ast.Subscript(value=value, slice=index):
                return f"{self.expr(value)}[{self.expr(index)}]"
            case ast.Call(func=func, args=args, keywords=keywords):
                return f"{self.expr(func)}({self.arguments(args, keywords)})"
            case ast.JoinedStr():
                return self.template(node)
            case ast.UnaryOp(op=op, operand=operand):
                return f"({OPERATORS[type(op)]} {self.expr(operand)})"
            case ast.BinOp(left=left, op=op, right=right):
                return f"({self.expr(left)} {OPERATORS[type(op)]} {self.expr(right)})"
            case ast.BoolOp(op=op, values=values):
                text = self.expr(values[0])
                for value in values[1:]:
                    text = f"({text} {OPERATORS[type(op)]} {self.expr(value)})"
                return text
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                pairs = zip(ops, comparators, strict=True)
                rest = "".join(f" {OPERATORS[type(op)]} {self.expr(right)}" for op, right in pairs)
                return f"({self.expr(left)}{rest})"
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"({self.expr(test)} ? {self.expr(body)} : {self.expr(orelse)})"
            case ast.List() | ast.Tuple() | ast.Set():
                return f"{SEQUENCES[type(node)]}({self.list(node.elts)})"
            case ast.Starred(value=value):
                return f"*{self.expr(value)}"
            case ast.Dict(keys=keys, values=values):
                pairs_of_map = zip(keys, values, strict=True)
                entries = (f"{self.expr(key)}: " if key else "**" for key, _ in pairs_of_map)
                return "{" + ", ".join(a + self.expr(b) for a, b in zip(entries, values, strict=True)) + "}"
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self.comprehension(node)
            case ast.Lambda(args=args, body=body):
                return self.lambda_(args, body)
            case ast.NamedExpr(target=target, value=value):
                return f"({self.expr(target)} := {self.expr(value)})"
            case ast.Await(value=value):
                return f"(await {self.expr(value)})"
            case ast.Yield(value=value):
                return f"(yield {self.optional(value)})".replace(" )", ")")
            case ast.YieldFrom(value=value):
                return f"(yield from {self.expr(value)})"
        raise NotImplementedError(type(node).__name__)

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> str:
        if any(clause.is_async for clause in node.generators):
            return "<an asynchronous comprehension>"
        if isinstance(node, ast.DictComp):
            head = f"{self.expr(node.key)}: {self.expr(node.value)}"
        else:
            head = self.expr(node.elt)
        clauses = "".join(
            f" for {self.expr(clause.target)} in {self.expr(clause.iter)}"
            + "".join(f" if {self.expr(condition)}" for condition in clause.ifs)
            for clause in node.generators
        )
        return f"{COMPREHENSIONS[type(node)]}<{head}{clauses}>"

    def lambda_(self, args: ast.arguments, body: ast.expr) -> str:
        if any(isinstance(part, ast.NamedExpr) for part in ast.walk(body)):
            return "<an assignment expression in a lambda>"
        if _yields([body]):
            return "<a lambda that yields>"
        return f"(lambda {self.parameters(args)}: {self.expr(body)})"

    def template(self, node: ast.JoinedStr) -> str:
        parts: list[str] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                conversion = "" if value.conversion == -1 else f"!{chr(value.conversion)}"
                form = value.format_spec
                spec = ""
                if isinstance(form, ast.JoinedStr) and form.values:
                    spec = f":{self.template(form)}"
                parts.append("{" + self.expr(value.value) + conversion + spec + "}")
            else:
                parts.append(self.expr(value))
        return "f<" + "".join(parts) + ">"

    def arguments(self, args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> str:
        parts: list[ast.expr | ast.keyword] = [*args, *keywords]
        ordered = sorted(parts, key=lambda part: (part.lineno, part.col_offset))
        return ", ".join(
            (f"{self.name(part.arg)}=" if part.arg else "**") + self.expr(part.value)
            if isinstance(part, ast.keyword)
            else self.expr(part)
            for part in ordered
        )

    def parameters(self, args: ast.arguments) -> str:
        plain = [("/", arg) for arg in args.posonlyargs] + [("", arg) for arg in args.args]
        missing: list[ast.expr | None] = [None] * (len(plain) - len(args.defaults))
        found = [
            f"{sign}{self.name(arg.arg)}{self.default(value)}"
            for (sign, arg), value in zip(plain, [*missing, *args.defaults], strict=True)
        ]
        if args.vararg:
            found.append(f"*{self.name(args.vararg.arg)}")
        for arg, value in zip(args.kwonlyargs, args.kw_defaults, strict=True):
            found.append(f"!{self.name(arg.arg)}{self.default(value)}")
        if args.kwarg:
            found.append(f"**{self.name(args.kwarg.arg)}")
        return ", ".join(found)

    def default(self, node: ast.expr | None) -> str:
        return f"={self.expr(node)}" if node else ""

    def handler(self, node: ast.ExceptHandler) -> str:
        caught = f" {self.expr(node.type)}" if node.type else ""
        return f" except{caught}{f' as {self.name(node.name)}' if node.name else ''} {self.braces(node.body)}"

    def decorators(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
        return "".join(f"@{self.expr(decorator)} " for decorator in node.decorator_list)

    @staticmethod
    def asynchronous(node: ast.stmt) -> str:
        return "async " if type(node).__name__.startswith("Async") else ""

    def list(self, nodes: Iterable[ast.expr]) -> str:
        return ", ".join(self.expr(node) for node in nodes)

    def optional(self, node: ast.expr | None) -> str:
        return self.expr(node) if node else ""


class Matches:
    """Renders `match` statements as what they stand for."""

    def __init__(self, oracle: Oracle) -> None:
        self.oracle = oracle

    def statement(self, node: ast.Match) -> str:
        """Tests in a chain of branches, after the subject where it is no plain name."""
        subject = self.oracle.expr(node.subject)
        head = ""
        if not isinstance(node.subject, ast.Name) or subject in map(self.oracle.name, _bound(node.cases)):
            name = f"(subject of line {node.lineno}, column {node.col_offset})"
            head, subject = f"{name} = {subject}; ", name
        rest = ""
        for case in reversed(node.cases):
            tests, bound = self.pattern(case.pattern, subject)
            body = [f"{name} = {value}" for name, value in bound if case.guard is None]
            if case.guard is not None:
                tests += [f"list(({name} := {value}))" for name, value in bound]
                tests.append(self.oracle.expr(case.guard))
            text = "; ".join([*body, self.oracle.block(case.body)])
            rest = (
                f"if {_chain('and', tests)} {{{text}}}" + (f" else {{{rest}}}" if rest else "")
                if tests
                else text
            )
        return head + rest

    def pattern(self, node: ast.pattern, of: str) -> tuple[list[str], list[tuple[str, str]]]:
        """What a pattern tests of a value, and the names that it binds."""
        found: tuple[list[str], list[tuple[str, str]]] = ([], [])

        def add(part: tuple[list[str], list[tuple[str, str]]]) -> None:
            found[0].extend(part[0])
            found[1].extend(part[1])

        match node:
            case ast.MatchValue(value=value):
                return [f"({of} == {self.oracle.expr(value)})"], []
            case ast.MatchSingleton(value=value):
                return [f"({of} is {value!r})"], []
            case ast.MatchAs(pattern=inner, name=name):
                if inner is not None:
                    add(self.pattern(inner, of))
                if name is not None:
                    found[1].append((self.oracle.name(name), of))
            case ast.MatchOr(patterns=patterns):
                parts = [self.pattern(one, of)[0] for one in patterns]
                if any(_bound([one]) for one in patterns):
                    return ["<alternatives of a pattern that bind names>"], []
                if all(parts):
                    found[0].append(_chain("or", [_chain("and", part) for part in parts]))
            case ast.MatchSequence(patterns=patterns):
                stars = [number for number, one in enumerate(patterns) if isinstance(one, ast.MatchStar)]
                sign = ">=" if stars else "=="
                found[0].append(f"<isinstance>({of}, tuple(<list>, <tuple>))")
                found[0].append(f"(<len>({of}) {sign} {len(patterns) - len(stars)})")
                for number, one in enumerate(patterns):
                    if isinstance(one, ast.MatchStar):
                        after = len(patterns) - number - 1
                        stop = f"(- {after})" if after else ""
                        if one.name:
                            found[1].append((self.oracle.name(one.name), f"<list>({of}[{number}:{stop}:])"))
                        continue
                    back = bool(stars) and number > stars[0]
                    add(
                        self.pattern(
                            one, f"{of}[(- {len(patterns) - number})]" if back else f"{of}[{number}]"
                        )
                    )
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                names = [self.oracle.expr(key) for key in keys]
                found[0].append(f"<isinstance>({of}, <dict>)")
                found[0].extend(f"({name} in {of})" for name in names)
                for name, one in zip(names, patterns, strict=True):
                    add(self.pattern(one, f"{of}[{name}]"))
                if rest:
                    unless = f" if ((key) not in list({', '.join(names)}))" if names else ""
                    made = f"map<(key): (value) for tuple((key), (value)) in {of}.items(){unless}>"
                    found[1].append((self.oracle.name(rest), made))
            case ast.MatchClass(cls=cls, patterns=patterns, kwd_attrs=names, kwd_patterns=others):
                found[0].append(f"<isinstance>({of}, {self.oracle.expr(cls)})")
                whole = isinstance(cls, ast.Name) and cls.id in WHOLE
                if whole and len(patterns) == 1 and not names:
                    add(self.pattern(patterns[0], of))
                elif patterns or (whole and names):
                    bound = {self.oracle.name(name) for name in _bound([node])}
                    gap = (
                        f"<a pattern of a class with parts by position{self.oracle._named(' binds', bound)}>"
                    )
                    add(([gap], [(name, gap) for name in sorted(bound)]))
                else:
                    for name, one in zip(names, others, strict=True):
                        found[0].append(f"<hasattr>({of}, {name!r})")
                        add(self.pattern(one, f"{of}.{self.oracle.name(name)}"))
        return found


def _chain(operator: str, tests: Sequence[str]) -> str:
    text = tests[0] if tests else "True"
    for test in tests[1:]:
        text = f"({text} {operator} {test})"
    return text


def _flat(node: ast.expr) -> list[ast.expr]:
    return (
        [part for item in node.elts for part in _flat(item)]
        if isinstance(node, (ast.Tuple, ast.List))
        else [node]
    )


def _alias(alias: ast.alias) -> str:
    return f" as {alias.asname}" if alias.asname else ""


def _yields(nodes: Iterable[ast.AST]) -> bool:
    return any(
        isinstance(node, (ast.Yield, ast.YieldFrom))
        or (not isinstance(node, NESTED) and _yields(ast.iter_child_nodes(node)))
        for node in nodes
    )


def _bound(nodes: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.ExceptHandler(name=str(name)):
                names.add(name)
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                names.add(name)
            case ast.alias():
                names.add((node.asname or node.name).partition(".")[0])
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
        if not isinstance(node, NESTED):
            names |= _bound(ast.iter_child_nodes(node))
    return names

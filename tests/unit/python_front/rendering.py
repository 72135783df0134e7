"""The script IR as one line of text: pseudo-Python with all brackets written and blocks in braces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors import ir

PARAMETERS = {"positional": "/{}", "either": "{}", "rest": "*{}", "keyword": "!{}", "keywords": "**{}"}


def render_block(block: ir.Block) -> str:
    """The statements, parted by `; `."""
    return "; ".join(render_statement(statement) for statement in block)


def render_statement(node: ir.Stmt) -> str:
    """One statement."""
    match node:
        case ir.ExpressionStatement(value=value):
            return render(value)
        case ir.Assign(targets=targets, value=value):
            return " = ".join(render(part) for part in (*targets, value))
        case ir.AugmentedAssign(target=target, operator=operator, value=value):
            return f"{render(target)} {operator}= {render(value)}"
        case ir.Delete(targets=targets):
            return f"del {_list(targets)}"
        case ir.If(test=test, then=then, otherwise=otherwise):
            return f"if {render(test)} {_block(then)}{_tail('else', otherwise)}"
        case ir.While(test=test, body=body, otherwise=otherwise):
            return f"while {render(test)} {_block(body)}{_tail('else', otherwise)}"
        case ir.ForEach(target=target, iterable=iterable, body=body, otherwise=otherwise):
            head = f"{_async(node.asynchronous)}for {render(target)} in {render(iterable)}"
            return f"{head} {_block(body)}{_tail('else', otherwise)}"
        case ir.Break() | ir.Continue() | ir.Pass():
            return type(node).__name__.lower()
        case ir.Return(value=value):
            return f"return {_optional(value)}".rstrip()
        case ir.Raise(value=value, cause=cause):
            return f"raise {_optional(value)}".rstrip() + (f" from {render(cause)}" if cause else "")
        case ir.Assert(test=test, message=message):
            return f"assert {render(test)}" + (f", {render(message)}" if message else "")
        case ir.Try(body=body, handlers=handlers, otherwise=otherwise, final=final):
            caught = "".join(_handler(handler) for handler in handlers)
            return f"try {_block(body)}{caught}{_tail('else', otherwise)}{_tail('finally', final)}"
        case ir.With(items=items, body=body):
            heads = (
                render(item.value) + (f" as {render(item.target)}" if item.target else "") for item in items
            )
            return f"{_async(node.asynchronous)}with {', '.join(heads)} {_block(body)}"
        case ir.FunctionDef():
            return _function(node)
        case ir.ClassDef(name=name, bases=bases, body=body, decorators=decorators):
            return f"{_decorators(decorators)}class {name}({_arguments(bases)}) {_block(body)}"
        case ir.Import(module=module, names=names, alias=alias, level=level):
            if not names:
                return f"import {module}" + (f" as {alias}" if alias else "")
            listed = ", ".join(name + (f" as {other}" if other else "") for name, other in names)
            return f"from {'.' * level}{module} import {listed}"
        case ir.UnsupportedStatement(reason=reason, assigned=assigned):
            return f"<<{reason}{_names(' binds', assigned)}>>"


def render(node: ir.Expr | ir.Spread) -> str:
    """One expression."""
    match node:
        case ir.LiteralExpr(value=value):
            return repr(value)
        case ir.Name(name=name):
            return name
        case ir.Builtin(name=name):
            return f"<{name}>"
        case ir.Attribute(value=value, name=name):
            return f"{render(value)}.{name}"
        case ir.Index(value=value, index=index):
            return f"{render(value)}[{render(index)}]"
        case ir.Slice(value=value, start=start, stop=stop, step=step):
            return f"{render(value)}[{':'.join(_optional(part) for part in (start, stop, step))}]"
        case ir.CallExpr(function=function, arguments=arguments):
            return f"{render(function)}({_arguments(arguments)})"
        case ir.TemplateText(parts=parts):
            return "f<" + "".join(_part(part) for part in parts) + ">"
        case ir.Unary(operator=operator, operand=operand):
            return f"({operator} {render(operand)})"
        case (
            ir.Binary(operator=operator, left=left, right=right)
            | ir.Logical(operator=operator, left=left, right=right)
        ):
            return f"({render(left)} {operator} {render(right)})"
        case ir.Comparison(left=left, rest=rest):
            return f"({render(left)}{''.join(f' {operator} {render(right)}' for operator, right in rest)})"
        case ir.Conditional(test=test, then=then, otherwise=otherwise):
            return f"({render(test)} ? {render(then)} : {render(otherwise)})"
        case ir.SequenceExpr(sort=sort, items=items):
            return f"{sort}({_list(items)})"
        case ir.Spread(value=value):
            return f"*{render(value)}"
        case ir.MapExpr(entries=entries):
            return "{" + ", ".join(_entry(entry) for entry in entries) + "}"
        case ir.Comprehension(sort=sort, key=key, value=value, clauses=clauses):
            head = f"{render(key)}: {render(value)}" if key else render(value)
            return f"{sort}<{head}{''.join(_clause(clause) for clause in clauses)}>"
        case ir.FunctionExpr(parameters=parameters, body=body):
            return f"(lambda {_parameters(parameters)}: {render(body)})"
        case ir.AssignExpr(name=name, value=value):
            return f"({name} := {render(value)})"
        case ir.AwaitExpr(value=value):
            return f"(await {render(value)})"
        case ir.YieldExpr(value=value, delegates=delegates):
            return f"(yield{' from' if delegates else ''} {_optional(value)})".replace(" )", ")")
        case ir.Unsupported(reason=reason, assigned=assigned):
            return f"<{reason}{_names(' binds', assigned)}>"


def _function(node: ir.FunctionDef) -> str:
    facts = (
        _names(" locals", node.assigned)
        + _names(" outer", node.outer)
        + (" generator" if node.generator else "")
    )
    documented = "" if node.docstring is None else f" doc {node.docstring!r}"
    head = f"{_decorators(node.decorators)}{_async(node.asynchronous)}def {node.name}"
    return f"{head}({_parameters(node.parameters)}){facts}{documented} {_block(node.body)}"


def _part(part: str | ir.Interpolation) -> str:
    if isinstance(part, str):
        return repr(part)
    conversion = f"!{part.conversion}" if part.conversion else ""
    return "{" + render(part.value) + conversion + (f":{render(part.format)}" if part.format else "") + "}"


def _handler(handler: ir.Handler) -> str:
    caught = f" {render(handler.matches)}" if handler.matches else ""
    return f" except{caught}{f' as {handler.name}' if handler.name else ''} {_block(handler.body)}"


def _entry(entry: ir.MapEntry) -> str:
    return f"{render(entry.key)}: {render(entry.value)}" if entry.key else f"**{render(entry.value)}"


def _clause(clause: ir.Clause) -> str:
    conditions = "".join(f" if {render(condition)}" for condition in clause.conditions)
    return f" for {render(clause.target)} in {render(clause.iterable)}{conditions}"


def _arguments(arguments: Sequence[ir.Argument]) -> str:
    signs = {None: "", "list": "*", "map": "**"}
    keywords = (f"{argument.keyword}=" if argument.keyword else "" for argument in arguments)
    pairs = zip(keywords, arguments, strict=True)
    return ", ".join(
        f"{keyword}{signs[argument.spread]}{render(argument.value)}" for keyword, argument in pairs
    )


def _parameters(parameters: Sequence[ir.ParameterDef]) -> str:
    names = (PARAMETERS[parameter.kind].format(parameter.name) for parameter in parameters)
    defaults = (f"={render(parameter.default)}" if parameter.default else "" for parameter in parameters)
    return ", ".join(name + default for name, default in zip(names, defaults, strict=True))


def _decorators(nodes: Sequence[ir.Expr]) -> str:
    return "".join(f"@{render(node)} " for node in nodes)


def _list(nodes: Iterable[ir.Expr | ir.Spread]) -> str:
    return ", ".join(render(node) for node in nodes)


def _names(label: str, names: frozenset[str]) -> str:
    return f"{label} {','.join(sorted(names))}" if names else ""


def _optional(node: ir.Expr | None) -> str:
    return "" if node is None else render(node)


def _block(block: ir.Block) -> str:
    return "{" + render_block(block) + "}"


def _tail(word: str, block: ir.Block) -> str:
    return f" {word} {_block(block)}" if block else ""


def _async(asynchronous: bool) -> str:
    return "async " if asynchronous else ""

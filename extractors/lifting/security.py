"""Credentials: which variables are secrets, and which headers are security schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl

from extractors.lifting.rewriting import rewrite_block
from migrate.model import (
    AnyStep,
    ApiKey,
    Block,
    Call,
    Check,
    Constant,
    Expression,
    HttpBasic,
    HttpBearer,
    HttpOperation,
    MailOperation,
    Parameter,
    Read,
    RecordExpression,
    SdkOperation,
    SecretReference,
    SecurityScheme,
    Translate,
    Unmapped,
    UnmappedScheme,
    VariableReference,
    Write,
    children,
    expressions_of,
    files_of,
    walk,
    walk_steps,
)
from migrate.secrets.recognition import names_credential, names_key

UNMAPPED = "unmapped:"
"""How the name of a parameter begins that stands for an `UnmappedScheme`; its value holds the secrets."""
_NOTATIONS = frozenset(
    {
        *(
            "concat",
            "python.text",
            "python.utf8_text",
            "python.base64_text",
            "python.quote",
            "python.quote_plus",
        ),
        *("email.header_text", "email.content"),
    }
)
"""Functions that only write a value in another notation, and so do not show that it is no secret."""


_ADDRESS_NAME = re.compile(r"ur[il]|dsn|conn", re.IGNORECASE)


def secret_variables(block: Block, defaults: set[str]) -> set[str]:
    """The variables that are, or could be, secrets.

    A variable is no secret where a use shows it: in a URL, in the path of a file or database, in a computation or a
    comparison, or with a default in the source. One whose name says so, or that is a credential, is a secret
    whatever its use.
    """
    shown: set[str] = set()
    found: set[str] = set()
    for step in walk_steps(block):
        operation = step.operation if isinstance(step, (Read, Write)) else None
        for file in files_of(operation) if operation is not None else ():
            shown |= _variables(file.path)
        if isinstance(operation, MailOperation):
            plain = (operation.server, operation.port, operation.sender, operation.recipients, operation.user)
            shown |= {name for one in plain if one is not None for name in _variables(one)}
            found |= _variables(operation.password) if operation.password is not None else set()
        if isinstance(operation, SdkOperation):
            shown |= {
                n
                for one in (operation.server, operation.resource)
                if one is not None
                for n in _variables(one)
            }
            if operation.protocol == "db" and isinstance(operation.server, VariableReference):
                # The whole address of a database stands there, as a rule with a password in it.
                found |= {operation.server.name} if _ADDRESS_NAME.search(operation.server.name) else set()
            for given in operation.arguments:
                names = _variables(given.value)
                found |= names if names_credential(given.name) else set()
                shown |= set() if names_credential(given.name) else names
        for parameter in operation.parameters if isinstance(operation, HttpOperation) else ():
            names = _variables(parameter.value)
            if parameter.location == "path":
                shown |= names
            if parameter.location == "query" and names_key(parameter.name):
                found |= _copied(parameter.value)
            if parameter.name.startswith(("basic:", UNMAPPED)):
                found |= names
            elif parameter.location == "header" and (names_credential(parameter.name)):
                credential = _credential(parameter.value)
                found |= {credential[1]} if credential is not None else set()
        if isinstance(operation, HttpOperation):
            found |= _in_address(operation)
        for name, value in _fields(step):
            found |= _copied(value) if names_key(name) else set()
        for expression in expressions_of(step):
            for part in walk(expression):
                if isinstance(part, Call) and part.function not in _NOTATIONS:
                    for argument in part.arguments:
                        if isinstance(argument, VariableReference):
                            shown.add(argument.name)
    everywhere = {n for step in walk_steps(block) for e in expressions_of(step) for n in _variables(e)}
    named = {name for name in everywhere if names_credential(name)}
    return found | named | (everywhere - shown - defaults)


def _copied(value: Expression) -> set[str]:
    """The variable that a value is, as it is or as a text."""
    match value:
        case (
            VariableReference(name=name)
            | Call(
                function="python.text" | "python.quote" | "python.strip",
                arguments=(VariableReference(name=name), *_),
            )
        ):
            return {name}
        case _:
            return set()


def _in_address(operation: HttpOperation) -> set[str]:
    """The variables that the query in a path gives as keys."""
    given = {one.name: one.value for one in operation.located("path")}
    pairs = parse_qsl(operation.path.partition("?")[2])
    values = (given.get(text.strip("{}")) for name, text in pairs if names_key(name))
    return {name for value in values if value is not None for name in _copied(value)}


def _fields(step: AnyStep) -> Iterator[tuple[str, Expression]]:
    """Names and values of the fields of records that a step makes."""
    if isinstance(step, Translate):
        for rule in step.rules:
            yield rule.target[-1], rule.value
    for expression in expressions_of(step):
        for part in walk(expression):
            if isinstance(part, RecordExpression):
                yield from ((entry.key, entry.value) for entry in part.entries)


def _variables(expression: Expression) -> set[str]:
    return {part.name for part in walk(expression) if isinstance(part, VariableReference)}


def _credential(value: Expression) -> tuple[str, str] | None:
    """Prefix and name, where a header is a constant text and one variable or secret behind it."""
    joined = isinstance(value, Call) and value.function in ("concat", "python.add")
    parts = value.arguments if joined and isinstance(value, Call) else (value,)
    match parts:
        case [Constant(value=str() as prefix), last]:
            pass
        case [last]:
            prefix = ""
        case _:
            return None
    if isinstance(last, Call) and last.function == "python.text":
        last = last.arguments[0]
    return (prefix, last.name) if isinstance(last, (VariableReference, SecretReference)) else None


def with_secrets(block: Block, secrets: set[str]) -> Block:
    """The block with references to secrets in place of variables that are secrets."""

    def change(expression: Expression) -> Expression:
        if isinstance(expression, VariableReference) and expression.name in secrets:
            return SecretReference(name=expression.name)
        return expression

    return rewrite_block(block, change)


SHORTEST = 4
"""Secrets shorter than this many characters are not looked for inside other texts."""
LONGEST_WORD = 8
"""Longer secrets of letters alone are looked for inside words, too: they do not stand there by chance."""


def occurrence_of(secret: str) -> re.Pattern[str]:
    """Where a secret stands in a text: one that is a short word (`test`) does not stand inside another (`latest`)."""
    escaped = re.escape(secret)
    return re.compile(rf"(?<!\w){escaped}(?!\w)" if is_short_word(secret) else escaped)


def is_short_word(secret: str) -> bool:
    """Whether a secret is one that names and keys are, too: that such a one stands somewhere tells nothing of it."""
    return secret.isalpha() and len(secret) <= LONGEST_WORD


def without_secret_texts(block: Block, values: dict[str, str]) -> Block:
    """The block with references in place of secrets that stand inside its constant texts."""
    held = {name: occurrence_of(value) for name, value in values.items() if len(value) >= SHORTEST}

    def change(expression: Expression) -> Expression:
        if not (isinstance(expression, Constant) and isinstance(expression.value, str)):
            return expression
        for name, occurrence in held.items():
            found = occurrence.search(expression.value)
            if found is not None:
                parts = (
                    change(Constant(value=expression.value[: found.start()])),
                    SecretReference(name=name),
                    change(Constant(value=expression.value[found.end() :])),
                )
                kept = tuple(part for part in parts if part != Constant(value=""))
                return kept[0] if len(kept) == 1 else Call(function="concat", arguments=kept)
        return expression

    return rewrite_block(block, change)


def without_hidden_secrets(block: Block) -> Block:
    """The block with gaps in place of secrets that base64 would hide in a recording.

    A secret by itself is found there by its own base64, and one in `Authorization: Basic` is read; together with other
    text it would be written as it is.
    """
    basic: set[Expression] = set()
    others: set[Expression] = set()
    for step in walk_steps(block):
        operation = step.operation if isinstance(step, (Read, Write)) else None
        headers = operation.parameters if isinstance(operation, HttpOperation) else ()
        shown = {
            one.value for one in headers if one.location == "header" and one.name.lower() == "authorization"
        }
        for expression in expressions_of(step):
            match expression:
                case Call(function="concat", arguments=(Constant(value="Basic "), credentials)) if (
                    expression in shown
                ):
                    basic.add(credentials)
                case _ if not isinstance(step, Check):
                    others.update(walk(expression))

    def change(expression: Expression) -> Expression:
        if not (isinstance(expression, Call) and expression.function == "python.base64_text"):
            return expression
        (text,) = expression.arguments
        held = text.arguments[0] if isinstance(text, Call) and text.function == "python.text" else text
        hidden = not isinstance(held, SecretReference) and _shows_secret(held)
        if not hidden or (expression in basic and expression not in others):
            return expression
        return Unmapped(code="HS103", reason="a credential is encoded together with other text")

    return rewrite_block(block, change)


class Schemes:
    """The security schemes of one integration, each once."""

    def __init__(self) -> None:
        self.found: dict[SecurityScheme, str] = {}

    def all(self) -> tuple[SecurityScheme, ...]:
        """The schemes in the order in which they are used first."""
        return tuple(scheme.model_copy(update={"id": name}) for scheme, name in self.found.items())

    def secrets(self) -> set[str]:
        """The names of all secrets in the schemes."""
        names: set[str] = set()
        for scheme in self.found:
            match scheme:
                case HttpBearer(secret=secret) | ApiKey(secret=secret):
                    names.add(secret)
                case HttpBasic(user=user, password=password):
                    names |= {*_secrets(user), *_secrets(password)}
                case UnmappedScheme(secrets=secrets):
                    names |= set(secrets)
        return names

    def _id(self, scheme: SecurityScheme, stem: str) -> str:
        if scheme not in self.found:
            taken = set(self.found.values())
            name, number = stem, 2
            while name in taken:
                name, number = f"{stem}_{number}", number + 1
            self.found[scheme] = name
        return self.found[scheme]

    def apply(self, operation: HttpOperation, stem: str) -> HttpOperation:
        """The operation with its credential headers as references to schemes."""
        kept: list[Parameter] = []
        used: list[tuple[str, str]] = []
        basic: dict[str, Expression] = {}
        for parameter in operation.parameters:
            if parameter.name.startswith("basic:"):
                basic[parameter.name.removeprefix("basic:")] = parameter.value
                continue
            if parameter.name.startswith(UNMAPPED):
                scheme_name = parameter.name.removeprefix(UNMAPPED)
                held = {"id": "", "scheme": scheme_name, "secrets": _secrets(parameter.value)}
                unmapped = UnmappedScheme.model_validate(held)
                used.append((parameter.name, self._id(unmapped, f"{stem}_{scheme_name}")))
                continue
            credential = _credential(parameter.value) if parameter.location == "header" else None
            header = parameter.name.lower()
            if credential is None or not _is_secret(parameter.value):
                kept.append(parameter)
            elif header == "authorization" and credential[0] == "Bearer ":
                used.append((header, self._id(HttpBearer(id="", secret=credential[1]), f"{stem}_bearer")))
            elif header == "authorization" or names_credential(parameter.name):
                prefix, secret = credential
                scheme = ApiKey(id="", name=parameter.name, prefix=prefix, secret=secret)
                used.append((header, self._id(scheme, f"{stem}_key")))
            else:
                kept.append(parameter)
        if basic:
            kept = [p for p in kept if not (p.location == "header" and p.name.lower() == "authorization")]
            used = [one for one in used if one[0] != "authorization"]
            made = HttpBasic(id="", user=basic["user"], password=basic["password"])
            used.append(("authorization", self._id(made, f"{stem}_basic")))
        schemes = tuple(name for _, name in used)
        return operation.model_copy(update={"parameters": tuple(kept), "security": schemes})


def _secrets(value: Expression) -> tuple[str, ...]:
    """The names of the secrets in a value, each once."""
    return tuple(dict.fromkeys(part.name for part in walk(value) if isinstance(part, SecretReference)))


def _is_secret(value: Expression) -> bool:
    return any(isinstance(part, SecretReference) for part in walk(value))


def _shows_secret(value: Expression) -> bool:
    """True if a secret could be read from a value: not from a digest."""
    match value:
        case SecretReference():
            return True
        case Call(function="python.hmac" | "python.digest"):
            return False
        case _:
            return any(_shows_secret(child) for child in children(value))

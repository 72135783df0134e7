"""Credentials in a source: from the moment one is met, only its name is known."""

from __future__ import annotations

import re
from dataclasses import replace

from extractors.evaluator import utf8
from extractors.evaluator.context import Context
from extractors.evaluator.texts import concatenate
from extractors.evaluator.values import (
    Known,
    ListObject,
    MapItem,
    MapObject,
    Pointer,
    Symbolic,
    TupleValue,
    Value,
)
from migrate.model import Choice, Constant, Lookup, SecretReference, SourceSpan
from migrate.model.expressions import Expression
from migrate.secrets.recognition import (
    credentials_in,
    is_credential,
    is_word_for_credentials,
    names_credential,
    names_key,
)

_PAIRS = frozenset({"auth", "basic_auth", "basicauth", "credentials", "creds", "http_auth"})
"""Names of pairs of a user and a password."""
_SEVERAL = re.compile(r"(?:tokens|secrets|passwords|passwds|pwds|keys)$", re.IGNORECASE)
"""Names of maps that hold nothing but credentials."""
_PUBLIC = frozenset(
    [
        "user",
        "username",
        "user_name",
        "login",
        "email",
        "mail",
        "name",
        "host",
        "hostname",
        "server",
        "url",
        "uri",
        "base_url",
        "port",
        "database",
        "db",
        "dbname",
        "type",
        "grant_type",
        "scope",
        "scopes",
        "method",
        "scheme",
        "client_id",
        "tenant",
        "tenant_id",
        "realm",
        "region",
        "audience",
        "version",
        "lang",
        "language",
        "path",
        "domain",
    ]
)
"""What stands beside a credential and is none."""
_CHARACTER = re.compile(r"\w")
_SHORTEST_HELD = 8
"""Values of fewer characters are credentials only by their own name."""
_SHORTEST_PASSWORD = 2
"""A password of fewer characters only fills its place."""


class Credentials(Context):
    """The part of the evaluator that keeps secrets out of values."""

    def literal(self, value: object, span: SourceSpan) -> Value:
        """A constant; one that looks like a credential becomes a secret at once."""
        if value is Ellipsis or not isinstance(value, (type(None), bool, int, float, complex, str, bytes)):
            return self.unknown("HS101", "this constant", span)
        if isinstance(value, str) and "://" not in value and is_credential(value):
            scheme, blank, rest = value.partition(" ")
            name = f"SECRET_LINE_{span.line}"
            if blank and rest and " " not in rest:
                return concatenate(self, [Known(scheme + " "), self.hard_coded(name, rest, span)], span)
            return self.hard_coded(name, value, span)
        if isinstance(value, str) and (inside := credentials_in(value)):
            return self._without_credentials(value, inside, span)
        return Known(value)

    def _without_credentials(self, text: str, inside: list[tuple[str, int, int]], span: SourceSpan) -> Value:
        """A text with secrets in place of the credentials in it."""
        parts: list[Value] = []
        at = 0
        for name, start, end in inside:
            parts += [Known(text[at:start]), self.hard_coded(secret_name(name), text[start:end], span)]
            at = end
        return concatenate(self, [*parts, Known(text[at:])], span)

    def hard_coded(self, name: str, value: str, span: SourceSpan) -> Value:
        """A secret that stands in the source: from here on only its name is known; one value has one name."""
        return Symbolic(SecretReference(name=self.configuration.name_secret(name, value, span)))

    def guarded_secret(self, name: str, value: Value, span: SourceSpan) -> Value:
        """The value, with secrets for its constant texts where its name says that it is a credential."""
        if not names_credential(name):
            return value
        match value:
            case Known(value=str() as text) if is_word_for_credentials(text.strip()) or not _CHARACTER.search(
                text
            ):
                return value
            case Known(value=str() as text) if text and "://" not in text:
                scheme, blank, rest = text.partition(" ")
                if blank and rest and " " not in rest and name.lower() == "authorization":
                    secret = self.hard_coded(secret_name(scheme + "_token"), rest, span)
                    return concatenate(self, [Known(scheme + " "), secret], span)
                return self.hard_coded(secret_name(name), text, span)
            case Known(value=bytes() as data) if data:
                text_of_bytes = utf8.text_of(self, value)
                if text_of_bytes is None:
                    return value
                return utf8.bytes_of(self, self.hard_coded(secret_name(name), data.decode(), span))
            case Symbolic(expression=expression):
                return Symbolic(self._guarded_choice(name, expression, span))
            case TupleValue(items=(user, password)) if name.lower() in _PAIRS:
                return TupleValue(self.guarded_pair((name, name), (user, password), span))
            case TupleValue(items=items):
                return TupleValue(tuple(self.guarded_secret(name, one, span) for one in items))
            case Pointer():
                self._guard_object(name, value, span)
        return value

    def guarded_parameter(self, name: str, value: Value, span: SourceSpan) -> Value:
        """The value of a query parameter: a key also where only its name in the query says so (`key=`)."""
        match value:
            case Known(value=str() as text) if (
                names_key(name) and len(text) >= _SHORTEST_HELD and any(one.isdigit() for one in text)
            ):
                return self._hidden(name, value, span)
            case _:
                return self.guarded_secret(name, value, span)

    def guarded_pair(
        self, names: tuple[str, str], pair: tuple[Value, Value], span: SourceSpan
    ) -> tuple[Value, Value]:
        """User and password; the user is the secret where the password only fills its place (`(key, "x")`)."""
        user, password = pair
        match password:
            case Known(value=str() as text) if len(text) < _SHORTEST_PASSWORD or is_word_for_credentials(
                text
            ):
                return self._hidden(names[0], user, span), password
            case _:
                return user, self._hidden(names[1], password, span)

    def _hidden(self, name: str, value: Value, span: SourceSpan) -> Value:
        match value:
            case Known(value=str() as text) if text:
                return self.hard_coded(secret_name(name), text, span)
            case _:
                return value

    def _guarded_choice(self, name: str, expression: Expression, span: SourceSpan) -> Expression:
        """A choice or look-up among credentials: its constants are secrets."""
        match expression:
            case Constant(value=str() as text):
                return self.snapshot(self.guarded_secret(name, Known(text), span), span)
            case Choice(then=then, otherwise=otherwise):
                sides = {"then": then, "otherwise": otherwise}
                return expression.model_copy(
                    update={key: self._guarded_choice(name, side, span) for key, side in sides.items()}
                )
            case Lookup(cases=cases, otherwise=otherwise):
                rows = tuple(
                    row.model_copy(update={"value": self._guarded_choice(name, row.value, span)})
                    for row in cases
                )
                rest = None if otherwise is None else self._guarded_choice(name, otherwise, span)
                return expression.model_copy(update={"cases": rows, "otherwise": rest})
            case _:
                return expression

    def _guard_object(self, name: str, pointer: Pointer, span: SourceSpan) -> None:
        """A list or map of credentials: its texts are secrets."""
        match self.state.peek(pointer):
            case ListObject(items=items, sort=sort):
                held = tuple(self.guarded_secret(name, one, span) for one in items)
                self.state.set(pointer, ListObject(held, sort))
            case MapObject(items=entries, table=table):
                made = tuple(
                    replace(e, value=self.guarded_secret(name, e.value, e.span or span))
                    if _is_held(name, e)
                    else e
                    for e in entries
                )
                self.state.set(pointer, MapObject(made, table))


def _is_held(name: str, entry: MapItem) -> bool:
    """True if an entry of a map of credentials is one by what the map is called: not its users, types and addresses."""
    if _SEVERAL.search(name):
        return True
    key = entry.key.value
    match entry.value:
        case Known(value=str() as text):
            return len(text) >= _SHORTEST_HELD and not (isinstance(key, str) and key.lower() in _PUBLIC)
        case _:
            return not (isinstance(key, str) and key.lower() in _PUBLIC)


def secret_name(name: str) -> str:
    """The name of a secret made from that of a variable, key or header: capitals, digits, underscores."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name).strip("_").upper() or "SECRET"

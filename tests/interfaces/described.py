"""A document of OpenAPI as somebody else reads it: finds operations, checks messages, makes answers. Knows nothing of
what made the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from migrate.interfaces import Exchange

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
Document = dict[str, Any]
Schema = dict[str, Any]


@dataclass(frozen=True)
class Operation:
    """An operation of a document, with the values that a URL gives to the parameters of its path."""

    document: Document
    path: str
    method: str
    content: dict[str, Any]
    given: dict[str, str]

    @property
    def name(self) -> str:
        """Its operationId."""
        return str(self.content["operationId"])


def operations(document: Document) -> Iterator[Operation]:
    """All operations of a document."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield Operation(document, path, method, item[method], {})


def found(documents: Iterable[Document], method: str, url: str) -> Operation | None:
    """The operation that a request is of: one of a server that is known, with the fewest parameters in its path."""
    address = url.partition("?")[0]
    fitting = []
    for document in documents:
        for operation in operations(document):
            forms = _addresses(document, operation.path) if operation.method == method.lower() else ()
            for form, is_known in forms:
                match = form.fullmatch(address)
                if match is not None:
                    given = {name.replace("_0_", "-"): value for name, value in match.groupdict().items()}
                    rank = (not is_known, operation.path.count("{"), -len(operation.path))
                    fitting.append((rank, replace(operation, given=given)))
                    break
    return min(fitting, key=lambda one: one[0])[1] if fitting else None


def _addresses(document: Document, path: str) -> Iterator[tuple[re.Pattern[str], bool]]:
    """What a URL of a path looks like, and whether its server is known; a variable of one may be any text."""
    for server in document["servers"]:
        url = server["url"]
        any_base = url.startswith("{")
        base = _pattern(url, lambda name: r"https?://[^?#]+" if any_base else r"[^/?#]+")  # noqa: B023  # used at once
        rest = _pattern(path, lambda name: f"(?P<{name.replace('-', '_0_')}>[^/?#]+)")
        yield re.compile(f"{base}{rest}"), "{" not in url
        if path == "/":
            yield re.compile(base), "{" not in url


def _pattern(template: str, named: Callable[[str], str]) -> str:
    parts = re.split(r"\{([^{}]*)\}", template)
    return "".join(named(part) if number % 2 else re.escape(part) for number, part in enumerate(parts))


# --- what is said and what is sent -----------------------------------------------------------------------------------


def faults_of_request(operation: Operation, exchange: Exchange, headers: dict[str, str]) -> list[str]:
    """What of a request the document does not say, or says otherwise."""
    content = operation.content
    parameters = {(one["in"], one["name"]): one for one in content.get("parameters", ())}
    keys = [scheme for scheme in _schemes(operation) if scheme["type"] == "apiKey"]
    in_query = {scheme["name"] for scheme in keys if scheme["in"] == "query"}
    faults = []
    for name, value in parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True):
        if name in in_query:
            continue
        known = parameters.get(("query", name))
        if known is None:
            faults.append(f"query {name}: not described")
        else:
            faults += _of_text(known["schema"], value, f"query {name}")
    for name, value in operation.given.items():
        known = parameters.get(("path", name))
        if known is None:
            faults.append(f"path {name}: not described")
        else:
            faults += _of_text(known["schema"], value, f"path {name}")
    faults += _of_credentials(operation, exchange, headers)
    body = content.get("requestBody")
    if exchange.sent_type and body is None:
        faults.append("body: not described")
    elif body is not None and (exchange.sent_type or body.get("required")):
        faults += _of_body(operation, body["content"], exchange.sent_type, exchange.sent, "body")
    named = {name.lower() for where, name in parameters if where == "header"}
    named |= {scheme["name"].lower() for scheme in keys if scheme["in"] == "header"}
    own = (name for name in headers if name.startswith("x-") and name != "x-scheme")
    return [*faults, *(f"header {name}: not described" for name in own if name not in named)]


def faults_of_answer(operation: Operation, exchange: Exchange) -> list[str]:
    """What of an answer the document does not say, or says otherwise; every field has to stand in it."""
    responses = operation.content["responses"]
    status = str(exchange.status)
    described = responses.get(status) or responses.get(f"{status[0]}XX")
    if described is None:
        return [f"status {status}: not described"]
    if not exchange.answered_type or "content" not in described:
        return []
    return _of_body(operation, described["content"], exchange.answered_type, exchange.answered, "answer")


def _schemes(operation: Operation) -> list[dict[str, Any]]:
    schemes = operation.document.get("components", {}).get("securitySchemes", {})
    return [schemes[name] for one in operation.content.get("security", ()) for name in one]


def _of_credentials(operation: Operation, exchange: Exchange, headers: dict[str, str]) -> Iterator[str]:
    """Each request satisfies one of the alternatives."""
    requirements = operation.content.get("security")
    if not requirements:
        return
    schemes = operation.document["components"]["securitySchemes"]
    query = {name for name, _ in parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)}
    if not any(all(_given(schemes[name], query, headers) for name in one) for one in requirements):
        yield "credentials: not as described"


def _given(scheme: dict[str, Any], query: set[str], headers: dict[str, str]) -> bool:
    authorization = headers.get("authorization", "").partition(" ")[0].lower()
    match scheme:
        case {"type": "apiKey", "in": "query", "name": name}:
            return name in query
        case {"type": "apiKey", "in": "header", "name": name}:
            return name.lower() in headers
        case {"type": "http", "scheme": word}:
            return authorization == str(word)
        case {"type": "oauth2"}:
            return authorization == "bearer"
    return False


def _of_body(
    operation: Operation, content: dict[str, Any], media_type: str, value: object, place: str
) -> list[str]:
    """Faults of a body, of which every field has to be described."""
    described = content.get(media_type) or content.get("*/*")
    if media_type not in content and "*/*" not in content:
        return [f"{place}: {media_type or 'none'} is not described"]
    if not described or "schema" not in described or value is None:
        return []
    schema = resolved(operation.document, described["schema"])
    if media_type == FORM and isinstance(value, dict):
        properties = schema.get("properties", {})
        value = {name: _read(properties.get(name, {}), text) for name, text in value.items()}
    return _invalid(close(schema), value, place)


def _of_text(schema: Schema, text: str, place: str) -> list[str]:
    return _invalid(schema, _read(schema, text), place)


def _read(schema: Schema, text: str) -> object:
    """A text as a value of a type that it may be."""
    types = schema.get("type", "string")
    for type_ in [types] if isinstance(types, str) else types:
        if type_ == "boolean" and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if type_ in ("integer", "number") and re.fullmatch(r"-?\d+(\.\d+)?", text):
            return int(text) if "." not in text else float(text)
    return text


def _invalid(schema: Schema, value: object, place: str) -> list[str]:
    """Where a value is not of a schema that refers to no other."""
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [
        f"{place} /{'/'.join(map(str, error.absolute_path))}: {error.validator}"
        for error in validator.iter_errors(value)
    ]


def resolved(document: Document, schema: Schema) -> Schema:
    """The schema that a reference leads to."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    return dict(node)


def close(schema: Schema) -> Schema:
    """The schema that allows no more fields than those that it names."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: close(one) for name, one in schema["properties"].items()}
        closed.setdefault("additionalProperties", False)
    if isinstance(schema.get("items"), dict):
        closed["items"] = close(schema["items"])
    return closed


# --- what a mock server says -----------------------------------------------------------------------------------------


def example(document: Document, schema: Schema) -> object:
    """A value of a schema with all the fields that it names: nothing but the document says what."""
    schema = resolved(document, schema)
    if "examples" in schema:
        return schema["examples"][0]
    types = schema.get("type")
    type_ = types[0] if isinstance(types, list) else types
    if type_ == "object" or (type_ is None and "properties" in schema):
        return {name: example(document, one) for name, one in schema.get("properties", {}).items()}
    if type_ == "array" or (type_ is None and "items" in schema):
        return [example(document, schema["items"])]
    formats = {
        "date": "2026-01-15",
        "date-time": "2026-01-15T10:00:00Z",
        "email": "somebody@mail.example",
        "uuid": "00000000-0000-4000-8000-000000000000",
        "uri": "https://host.example/",
    }
    values = {
        "string": formats.get(schema.get("format", ""), "text"),
        "integer": 1,
        "number": 1.5,
        "boolean": True,
    }
    return values.get(str(type_))

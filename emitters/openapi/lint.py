"""Rules of style beyond the specification: those of Spectral's set `spectral:oas` that are on by default, by its names.

Left out: `info-contact`, since nobody has said whom to ask, and rules for OpenAPI 2. `oas3-unused-component` and
`oas3-api-servers` hold for documents with paths: one of entities alone has no use for them and no server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Found = Iterator[tuple[str, str]]

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_IN_URL = re.compile(r"[A-Za-z0-9-._~:/?#\[\]@!$&'()*+,;=]*")


@dataclass(frozen=True)
class Fault:
    """A rule that a document breaks, and where (a JSON Pointer)."""

    rule: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} ({self.rule})"


Rule = Callable[[Document], Found]
RULES: dict[str, Rule] = {}


def _rule(name: str) -> Callable[[Rule], Rule]:
    def register(check: Rule) -> Rule:
        RULES[name] = check
        return check

    return register


def lint(document: Document) -> tuple[Fault, ...]:
    """The faults of a document that is valid by the specification."""
    return tuple(
        Fault(name, place, message) for name, check in RULES.items() for place, message in check(document)
    )


def operations_of(document: Document) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """The operations: JSON Pointer, path, method and the operation itself."""
    for path, item in (document.get("paths") or {}).items():
        for method in _METHODS:
            if method in item:
                pointer = "/paths/" + path.replace("~", "~0").replace("/", "~1") + "/" + method
                yield pointer, path, method, item[method]


def _walk(node: object, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            if not str(key).startswith("x-"):
                yield from _walk(value, f"{place}/{key}")
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _walk(value, f"{place}/{number}")


_TYPES: dict[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "string": (str,),
    "array": (list,),
    "object": (dict,),
}


def _is_of_type(value: object, types: object) -> bool:
    """True for a value of one of the types; without any, for all."""
    names = [types] if isinstance(types, str) else types
    if not isinstance(names, list):
        return True
    return any(
        isinstance(value, _TYPES[name]) and isinstance(value, bool) == (name == "boolean") for name in names
    )


@_rule("info-description")
def _info_description(document: Document) -> Found:
    if not document["info"].get("description"):
        yield "/info", "has no description"


@_rule("oas3-api-servers")
def _api_servers(document: Document) -> Found:
    if document.get("paths") and not document.get("servers"):
        yield "/servers", "there is none"


@_rule("oas3-server-trailing-slash")
def _trailing_slash(document: Document) -> Found:
    for number, server in enumerate(document.get("servers", ())):
        if server["url"] != "/" and server["url"].endswith("/"):
            yield f"/servers/{number}/url", "ends with a slash"


@_rule("oas3-server-not-example.com")
def _not_example(document: Document) -> Found:
    for number, server in enumerate(document.get("servers", ())):
        if re.search(r"\bexample\.com\b", server["url"]):
            yield f"/servers/{number}/url", "points at example.com"


@_rule("oas3-server-variables")
def _server_variables(document: Document) -> Found:
    for number, server in enumerate(document.get("servers", ())):
        used, declared = set(_PLACEHOLDER.findall(server["url"])), set(server.get("variables", ()))
        for name in sorted(used ^ declared):
            said = "is not declared" if name in used else "is not used"
            yield f"/servers/{number}/variables", f"{name} {said}"


@_rule("openapi-tags-uniqueness")
def _unique_tags(document: Document) -> Found:
    names = [tag["name"] for tag in document.get("tags", ())]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield "/tags", f"{name} stands twice"


@_rule("operation-tag-defined")
def _defined_tags(document: Document) -> Found:
    names = {tag["name"] for tag in document.get("tags", ())}
    for pointer, _, _, operation in operations_of(document):
        for tag in operation.get("tags", ()):
            if tag not in names:
                yield f"{pointer}/tags", f"{tag} is not declared"


@_rule("operation-tags")
def _has_tags(document: Document) -> Found:
    for pointer, _, _, operation in operations_of(document):
        if not operation.get("tags"):
            yield pointer, "has no tag"


@_rule("operation-description")
def _has_description(document: Document) -> Found:
    for pointer, _, _, operation in operations_of(document):
        if not operation.get("description"):
            yield pointer, "has no description"


@_rule("operation-operationId")
def _has_id(document: Document) -> Found:
    for pointer, _, _, operation in operations_of(document):
        if not operation.get("operationId"):
            yield pointer, "has no operationId"


@_rule("operation-operationId-unique")
def _unique_ids(document: Document) -> Found:
    seen: set[str] = set()
    for pointer, _, _, operation in operations_of(document):
        id_ = operation.get("operationId", "")
        if id_ and id_ in seen:
            yield pointer, f"the operationId {id_} stands twice"
        seen.add(id_)


@_rule("operation-operationId-valid-in-url")
def _id_in_url(document: Document) -> Found:
    for pointer, _, _, operation in operations_of(document):
        if not _IN_URL.fullmatch(operation.get("operationId", "")):
            yield pointer, "the operationId has characters that no URL has"


@_rule("operation-success-response")
def _success(document: Document) -> Found:
    for pointer, _, _, operation in operations_of(document):
        if not any(str(status)[:1] in "23" for status in operation.get("responses", ())):
            yield f"{pointer}/responses", "there is none of 2xx or 3xx"


@_rule("operation-parameters")
def _unique_parameters(document: Document) -> Found:
    for pointer, _, _, operation in operations_of(document):
        named = [(one.get("in"), one.get("name")) for one in operation.get("parameters", ())]
        for where, name in sorted({one for one in named if named.count(one) > 1}):
            yield f"{pointer}/parameters", f"{name} in {where} stands twice"


@_rule("path-params")
def _path_parameters(document: Document) -> Found:
    for pointer, path, _, operation in operations_of(document):
        used = _PLACEHOLDER.findall(path)
        declared = {one["name"] for one in operation.get("parameters", ()) if one.get("in") == "path"}
        for name in sorted({name for name in used if used.count(name) > 1}):
            yield pointer, f"{name} stands twice in the path"
        for name in sorted(set(used) ^ declared):
            yield pointer, f"{name} {'is not declared' if name in used else 'is not in the path'}"


@_rule("path-declarations-must-exist")
def _declarations(document: Document) -> Found:
    for path in document.get("paths") or ():
        if "{}" in path:
            yield "/paths", f"{path} has a parameter without a name"


@_rule("path-keys-no-trailing-slash")
def _no_slash(document: Document) -> Found:
    for path in document.get("paths") or ():
        if path != "/" and path.endswith("/"):
            yield "/paths", f"{path} ends with a slash"


@_rule("path-not-include-query")
def _no_query(document: Document) -> Found:
    for path in document.get("paths") or ():
        if "?" in path:
            yield "/paths", f"{path} has a query"


@_rule("no-ambiguous-paths")
def _not_ambiguous(document: Document) -> Found:
    seen: dict[str, str] = {}
    for path in document.get("paths") or ():
        bare = _PLACEHOLDER.sub("{}", path)
        if bare in seen:
            yield "/paths", f"{path} is the same as {seen[bare]}"
        seen.setdefault(bare, path)


@_rule("oas3-operation-security-defined")
def _security_defined(document: Document) -> Found:
    names = set(document.get("components", {}).get("securitySchemes", ()))
    for pointer, _, _, operation in operations_of(document):
        for requirement in operation.get("security", ()):
            for name in requirement:
                if name not in names:
                    yield f"{pointer}/security", f"{name} is no scheme of the document"


@_rule("oas3-unused-component")
def _unused(document: Document) -> Found:
    if not document.get("paths"):
        return
    used = {node["$ref"] for _, node in _walk(document) if isinstance(node.get("$ref"), str)}
    for name in document.get("components", {}).get("schemas", ()):
        if f"#/components/schemas/{name}" not in used:
            yield f"/components/schemas/{name}", "is not used"


@_rule("oas3-valid-schema-example")
def _examples(document: Document) -> Found:
    for place, node in _walk(document):
        examples = node.get("examples")
        if not isinstance(examples, list) or "$ref" in node:
            continue
        for example in examples:
            if not _is_of_type(example, node.get("type")):
                yield f"{place}/examples", "is not of the schema"


@_rule("array-items")
def _items(document: Document) -> Found:
    for place, node in _walk(document):
        if node.get("type") == "array" and "items" not in node:
            yield place, "a list says nothing of its items"


@_rule("typed-enum")
def _typed_enum(document: Document) -> Found:
    for place, node in _walk(document):
        if isinstance(node.get("enum"), list) and "type" in node:
            for value in node["enum"]:
                if not _is_of_type(value, node["type"]):
                    yield f"{place}/enum", "is not of the type"


@_rule("duplicated-entry-in-enum")
def _enum_twice(document: Document) -> Found:
    for place, node in _walk(document):
        values = node.get("enum")
        if isinstance(values, list) and len({repr(one) for one in values}) < len(values):
            yield f"{place}/enum", "a value stands twice"


@_rule("no-script-tags-in-markdown")
def _no_script(document: Document) -> Found:
    for place, node in _walk(document):
        for key in ("title", "description"):
            if isinstance(node.get(key), str) and re.search(r"<script|\beval\(", node[key]):
                yield f"{place}/{key}", "holds a script"

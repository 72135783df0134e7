"""The document of one system."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from emitters.openapi.naming import operation_ids, schema_name, tag_of
from emitters.openapi.schemas import MARK, Schema, schema_of
from emitters.openapi.security import in_words, requirements_of, schemes_of
from migrate.interfaces import (
    Answered,
    Content,
    Interface,
    InterfaceOperation,
    InterfaceParameter,
    InterfaceServer,
    PagedBy,
)

VERSION = "3.1.0"
NOT_VERSIONED = "as-used"
"""The version of an interface that nobody has stated."""
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PURPOSES = {"read": "Read by", "write": "Written by", "auth": "A login of"}
_MOST_NAMED = 3

Document = dict[str, Any]


@dataclass
class _Components:
    """The parts that operations refer to."""

    schemas: dict[str, Schema] = field(default_factory=dict)

    def refer(self, name: str, schema: Schema) -> Schema:
        """A reference to a schema, which becomes a component; an empty schema stands for itself."""
        if not schema:
            return schema
        self.schemas[name] = schema
        return {"$ref": f"#/components/schemas/{name}"}


def document_of(interface: Interface, sources: Sequence[str]) -> Document:
    """The document of a system; `sources` name the files that it was made of, with their hashes."""
    components = _Components()
    paths: dict[str, dict[str, Any]] = {}
    named = zip(operation_ids(interface.operations), interface.operations, strict=True)
    for id_, operation in named:
        written = paths.setdefault(_path(operation, paths), {})
        written[operation.method.lower()] = _operation(id_, operation, components)
    parts: dict[str, Any] = {}
    if components.schemas:
        parts["schemas"] = components.schemas
    schemes = schemes_of(interface.operations)
    if schemes:
        parts["securitySchemes"] = schemes
    tags = sorted({tag_of(one) for one in interface.operations})
    document: Document = {
        "openapi": VERSION,
        "info": {
            "title": interface.id,
            "version": NOT_VERSIONED,
            "description": _description(interface),
            f"{MARK}sources": list(sources),
        },
        "servers": [_server(one) for one in interface.servers],
        "tags": [{"name": tag} for tag in tags],
        "paths": paths,
    }
    if parts:
        document["components"] = parts
    return document


def _path(operation: InterfaceOperation, paths: Iterable[str]) -> str:
    """The path; that of another method with other names for the same parts is the same."""
    bare = _PLACEHOLDER.sub("{}", operation.path)
    return next((path for path in paths if _PLACEHOLDER.sub("{}", path) == bare), operation.path)


def _description(interface: Interface) -> str:
    flows = interface.flows
    used = f"the flow {flows[0]} uses" if len(flows) == 1 else f"the flows {', '.join(flows)} use"
    return (
        f"What {used} of this system, as their code shows it, and recorded traffic where it was given. "
        "The system itself may offer more and ask for more: what does not stand here is not known."
    )


def _server(server: InterfaceServer) -> dict[str, Any]:
    made: dict[str, Any] = {"url": server.url}
    names = list(dict.fromkeys(_PLACEHOLDER.findall(server.url)))
    if names:
        defaults = dict(server.defaults)
        made["variables"] = {name: _variable(name, defaults.get(name), server.url) for name in names}
    return made


def _variable(name: str, default: str | None, url: str) -> dict[str, str]:
    if default is not None:
        return {"default": default, "description": f"Given by configuration ({name})."}
    stand_in = name.lower().replace("_", "-")
    whole = url == f"{{{name}}}"
    return {
        "default": f"https://{stand_in}.invalid" if whole else stand_in,
        "description": f"Given by configuration ({name}); the default only stands in for what is not known.",
    }


# --- operations ------------------------------------------------------------------------------------------------------


def _operation(id_: str, operation: InterfaceOperation, components: _Components) -> dict[str, Any]:
    flows = list(dict.fromkeys(use.flow for use in operation.uses))
    made: dict[str, Any] = {
        "operationId": id_,
        "summary": f"{operation.method} {operation.path}",
        "description": _told(operation, flows),
        "tags": [tag_of(operation)],
        f"{MARK}integrations": flows,
        f"{MARK}source": list(dict.fromkeys(use.place for use in operation.uses)),
    }
    if operation.paging:
        made[f"{MARK}paging"] = [_paging(one) for one in operation.paging]
    if operation.parameters:
        made["parameters"] = [_parameter(one) for one in operation.parameters]
    if operation.request is not None:
        made["requestBody"] = _body(operation.request, schema_name(id_, "Request"), components)
    made["responses"] = _responses(id_, operation.answers, components)
    requirements = requirements_of(operation)
    if requirements is None:
        words = [one.name for way in operation.security for one in way if one.kind == "other"]
        made[f"{MARK}security"] = list(dict.fromkeys(words))
    else:
        made["security"] = requirements
    return made


def _told(operation: InterfaceOperation, flows: Sequence[str]) -> str:
    """What an operation is for, in sentences."""
    named = ", ".join(flows) if len(flows) <= _MOST_NAMED else f"{len(flows)} flows"
    sentences = [f"{_PURPOSES[operation.purpose]} {named}."]
    if operation.protocol == "graphql":
        sentences.append("The body is a document of GraphQL.")
    if operation.protocol == "soap":
        sentences.append("The body is an envelope of SOAP.")
    if operation.exact:
        sentences.append("Requests go to the server's URL itself, with no slash behind it.")
    sentences += [_paging_told(one) for one in operation.paging]
    sentences += in_words(operation)
    return " ".join(sentences)


_PAGING_TOLD = {
    "offset": "by an offset",
    "page": "by the number of a page",
    "cursor": "by a cursor that an answer gives",
    "link-header": "by the header `Link` of an answer (RFC 8288)",
}


def _paging_told(paged: PagedBy) -> str:
    text = f"Pages through the collection {_PAGING_TOLD[paged.kind]}"
    text += f", in `{paged.parameter}`" if paged.parameter else ""
    named = ".".join(paged.source)
    return f"{text}{f', from `{named}`' if named and paged.kind == 'cursor' else ''}."


def _paging(paged: PagedBy) -> dict[str, str]:
    made: dict[str, str] = {"kind": paged.kind}
    if paged.parameter:
        made["parameter"] = paged.parameter
    if paged.source:
        made["next"] = ".".join(paged.source)
    return made


def _parameter(parameter: InterfaceParameter) -> dict[str, Any]:
    made: dict[str, Any] = {"name": parameter.name, "in": parameter.location}
    if parameter.location == "path":
        made["required"] = True
    if parameter.secret:
        made["description"] = "A credential."
        made[f"{MARK}secret"] = parameter.secret
    made["schema"] = schema_of(parameter.shape)
    return made


def _body(content: Content, name: str, components: _Components) -> dict[str, Any]:
    made: dict[str, Any] = {"required": True} if not content.optional else {}
    made["content"] = _content(content, name, components)
    if content.named:
        made["description"] = f"Fields whose place is not known: {', '.join(content.named)}."
    made[f"{MARK}known-from"] = list(content.known)
    return made


def _content(content: Content, name: str, components: _Components) -> dict[str, Any]:
    schema = components.refer(name, schema_of(content.shape))
    shown = {type_: dict(schema) if _has_fields(type_) else {} for type_ in content.media_types or ("*/*",)}
    if not any(shown.values()):
        components.schemas.pop(name, None)
    return {type_: {"schema": one} if one else {} for type_, one in shown.items()}


def _has_fields(media_type: str) -> bool:
    """True for media types whose contents a schema describes."""
    return media_type in (
        "application/json",
        "application/x-www-form-urlencoded",
        "*/*",
    ) or media_type.endswith("+json")


def _responses(id_: str, answers: Sequence[Answered], components: _Components) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for answered in answers:
        suffix = "Response" if answered.status == "2XX" else f"Response{answered.status}"
        made[answered.status] = _response(answered, schema_name(id_, suffix), components)
    if not any(status.startswith(("2", "3")) for status in made):
        made["2XX"] = {"description": "An answer of which flows read nothing, as far as their code shows."}
    return made


def _response(answered: Answered, name: str, components: _Components) -> dict[str, Any]:
    made: dict[str, Any] = {"description": _described(answered)}
    if answered.headers:
        made["headers"] = {one: {"schema": {"type": "string"}} for one in answered.headers}
    if answered.content is not None:
        made["content"] = _content(answered.content, name, components)
        made[f"{MARK}known-from"] = list(answered.content.known)
    return made


def _described(answered: Answered) -> str:
    if answered.status == "2XX":
        return "What flows read of an answer."
    try:
        phrase = HTTPStatus(int(answered.status)).phrase
    except ValueError:
        phrase = f"Status {answered.status}"
    return f"{phrase}, as recorded traffic shows it."

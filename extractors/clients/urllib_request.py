"""`urllib.request` of the standard library: https://docs.python.org/3/library/urllib.request.html.

Reads: `urlopen` of a URL or a `Request` with data, headers and method; the answer's `read()`, `status`, `headers`; an
    `HTTPError`, which is the answer that was refused.
Becomes: reads and writes with the library's defaults made explicit: redirects followed, TLS verified, no time-out, an
    error for every status but 200 to 299.
Cannot see: what the environment adds (proxies); openers and handlers, TLS contexts of the script's own, answers that
    are read in parts. Their requests are read behind a gap.
Example:
    import json
    import os
    import urllib.request
    request = urllib.request.Request("https://crm.example/contacts", headers={"X-Key": os.environ["CRM_KEY"]})
    with urllib.request.urlopen(request, timeout=30) as response:
        contacts = json.loads(response.read())
    for contact in contacts:
        data = json.dumps({"email": contact["email"]}).encode("utf-8")
        made = urllib.request.Request("https://mail.example/members", data=data, method="POST")
        made.add_header("Content-Type", "application/json")
        urllib.request.urlopen(made)
"""

from __future__ import annotations

from extractors.clients.answers import body_bytes, header_map, request_of
from extractors.clients.request_arguments import (
    BY_HAND,
    answered,
    entries,
    named,
    not_read,
    read_or,
    seconds,
    unread_parts,
    unread_url,
)
from extractors.clients.urls import has_user_information, split_url, without_credentials
from extractors.evaluator import Evaluator, Knowledge, operators, utf8
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request, StatusCheck
from extractors.evaluator.values import (
    NONE,
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
from migrate.model import Body, Constant, HttpOperation, Parameter, Reference, SourceSpan

KNOWLEDGE = Knowledge()
REQUEST, RESPONSE, HEADERS = "urllib.request.Request", "urllib.Response", "urllib.Headers"
_OPENER = "urllib.request.OpenerDirector"
_NOT_SUCCESS = ((100, 199), (300, 999))
KNOWLEDGE.refused_answers.add(RESPONSE)

# --- requests ----------------------------------------------------------------------------------------------------


@KNOWLEDGE.function(REQUEST, "six.moves.urllib.request.Request", "urllib2.Request")
def _request(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("url", "data", "headers", "origin_req_host", "unverifiable", "method"))
    if bound is None or "url" not in bound:
        return context.gap("HS101", "this call of urllib.request.Request", span)
    given = entries(context, bound.get("headers", NONE))
    problem = NONE if given is not None else Known("its headers are known at run time only")
    held = context.state.allocate(MapObject(()))
    for item in given or ():
        _put(context, held, item, span)
    kept = {name: bound.get(name, NONE) for name in ("url", "data", "method")}
    made = kept | {"headers": held, "(problem)": problem}
    return context.state.allocate(Instance(External(REQUEST), made))


KNOWLEDGE.settable |= {(REQUEST, name) for name in ("data", "method", "get_method")}


def _put(context: Evaluator, held: Pointer, item: MapItem, span: SourceSpan) -> bool:
    """Sets a header; the library keeps one of each name, whatever its case. False if it cannot be set."""
    found, name = context.state.get(held), item.key.value
    if not (isinstance(found, MapObject) and isinstance(name, str)):
        return False
    value = context.guarded_secret(name, item.value, item.span or span)
    others = tuple(one for one in found.items if str(one.key.value).lower() != name.lower())
    context.state.set(held, MapObject((*others, MapItem(item.key, value, item.when, item.span or span))))
    return True


@KNOWLEDGE.method(REQUEST, "add_header", "add_unredirected_header")
def _add_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("key", "val")
    held = context.state.read((receiver.address, "headers"))
    if bound is None or len(bound) != 2 or not isinstance(held, Pointer):
        return context.gap("HS101", "this call of add_header", span)
    name = bound["key"]
    if not isinstance(name, Known) or not _put(context, held, MapItem(name, bound["val"], None, span), span):
        return context.gap("HS103", "a header whose name is known at run time only", span)
    return NONE


@KNOWLEDGE.function("urllib.request.urlopen", "six.moves.urllib.request.urlopen", "urllib2.urlopen")
def _urlopen(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    names = ("url", "data", "timeout", "cafile", "capath", "cadefault")
    return sent(context, named(arguments, names), (), span)


def sent(
    context: Evaluator, bound: dict[str, Value] | None, problems: tuple[str, ...], span: SourceSpan
) -> Value:
    """A request by its URL or by an object made before; what is not read of it is a gap ahead."""
    found = [*problems]
    if bound is None or "url" not in bound:
        return not_read(context, "its arguments do not fit", span)
    found += [
        f"the argument {name} is not followed" for name in sorted(set(bound) - {"url", "data", "timeout"})
    ]
    sheet = {"url": bound["url"], "data": NONE, "headers": NONE, "method": NONE, "(problem)": NONE}
    one = bound["url"]
    made = context.state.get(one) if isinstance(one, Pointer) else None
    if isinstance(made, Instance) and made.of == External(REQUEST):
        sheet = {name: made.attributes.get(name, NONE) for name in sheet}
        if "get_method" in made.attributes:
            result = context.call(made.attributes["get_method"], Arguments((), {}), span)
            sheet["method"] = result
    if bound.get("data", NONE) != NONE:
        sheet["data"] = bound["data"]
    match sheet["(problem)"]:
        case Known(value=str() as problem):
            found.append(problem)
    operation = _operation(context, sheet, bound.get("timeout", NONE), found, span)
    if found:
        not_read(context, found[0], span)
    request = context.new_id("request")
    context.emit(Request(request, operation, span))
    answer = answered(context, RESPONSE, request)
    context.emit(StatusCheck(request, "urllib.HTTPError", answer.address, _NOT_SUCCESS, span))
    return answer


def _operation(
    context: Evaluator, sheet: dict[str, Value], timeout: Value, problems: list[str], span: SourceSpan
) -> HttpOperation:
    problems += [value.reason for value in sheet.values() if isinstance(value, Unknown)]
    given = context.snapshot(sheet["url"], span)
    if has_user_information(given):
        problems.append("its URL holds a user name or password")
        url = unread_url()
    else:
        shown = without_credentials(context, given, span)
        url = read_or(problems, split_url(shown), unread_url(shown))
    headers = _headers(context, sheet["headers"], problems, span)
    body = _body(context, sheet["data"], problems, span)
    match sheet["method"]:
        case Known(value=str() as method):
            verb = method
        case Known(value=None):
            verb = "GET" if body is None else "POST"
        case _:
            problems.append("its method is known at run time only")
            verb = "{method}"
    if verb != verb.upper():
        problems.append("its method is written in small letters")
    parameters = (*url.parameters, *headers)
    problems += unread_parts(context, parameters)
    return HttpOperation(
        client="urllib",
        method=verb,
        server=url.server,
        path=url.path,
        parameters=parameters,
        body=body,
        timeout_seconds=read_or(problems, seconds(timeout), None),
        evidence="unresolved" if problems else "literal" if url.literal else "folded",
        span=span,
    )


def _headers(context: Evaluator, value: Value, problems: list[str], span: SourceSpan) -> list[Parameter]:
    made: list[Parameter] = []
    given = entries(context, value)
    if given is None:
        problems.append("its headers are known at run time only")
    for item in given or ():
        name = item.key.value
        if not isinstance(name, str) or item.when is not None:
            problems.append("a header that may be there or not, or whose name is no text")
            continue
        if name.lower() in (*BY_HAND, "connection"):
            problems.append(f"the header {name} is set by hand")
        shown = context.snapshot(item.value, span)
        made.append(Parameter(name=name, location="header", value=shown, span=item.span or span))
    return made


def _body(context: Evaluator, data: Value, problems: list[str], span: SourceSpan) -> Body | None:
    """The bytes of a body: of a text in UTF-8, or as they are known at run time."""
    if data == NONE:
        return None
    content = utf8.data_of(context, data, span)
    if content is None:
        problems.append("its data is no bytes")
        content = context.snapshot(data, span)
    return Body(encoder="urllib.data", content=content, span=span)


@KNOWLEDGE.function("urllib.request.urlretrieve")
def _urlretrieve(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("url", "filename", "reporthook", "data"))
    path = (bound or {}).pop("filename", NONE)
    sent(context, bound, ("its answer becomes a file",), span)
    return TupleValue((path, NONE))


# --- openers -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.function("urllib.request.build_opener", "urllib2.build_opener")
def _opener(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    return context.state.allocate(Instance(External(_OPENER), {}))


@KNOWLEDGE.method(_OPENER, "open")
def _open(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("url", "data", "timeout"))
    return sent(context, bound, ("it is opened by handlers of the script's own",), span)


# --- answers -----------------------------------------------------------------------------------------------------


@KNOWLEDGE.method(RESPONSE, "read")
def _read(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """All bytes of the body, once."""
    if arguments.positional or arguments.keywords:
        context.gap("HS101", "an answer that is read in parts", span)
    elif context.state.read((receiver.address, "(read)")) is not None:
        context.gap("HS101", "an answer that is read a second time", span)
    context.state.write((receiver.address, "(read)"), Known(True))
    return body_bytes(context, receiver, span)


@KNOWLEDGE.method(RESPONSE, "getcode")
def _getcode(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _status(context, receiver, span)


def _status(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    return Symbolic(Reference(step=request_of(context, receiver), part="status"))


KNOWLEDGE.attributes[RESPONSE, "code"] = _status


@KNOWLEDGE.method(RESPONSE, "__enter__")
def _enter(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return receiver


@KNOWLEDGE.method(RESPONSE, "close", "__exit__")
def _close(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return NONE


@KNOWLEDGE.method(RESPONSE, "info")
def _info(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    return _headers_of(context, receiver, span)


def _headers_of(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
    held = Symbolic(header_map(context, receiver, span))
    return context.state.allocate(Instance(External(HEADERS), {"(headers)": held}))


KNOWLEDGE.attributes[RESPONSE, "headers"] = _headers_of


@KNOWLEDGE.method(HEADERS, "get", "__getitem__")
def _header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    """The first header of the name, else the default, also where it is asked for in brackets."""
    bound = arguments.bind("name", "failobj")
    name = (bound or {}).get("name", NONE)
    if bound is None or not (isinstance(name, Known) and isinstance(name.value, str)):
        return context.gap("HS103", "a header of an answer whose name is known at run time only", span)
    default = context.data(bound.get("failobj", NONE), span)
    headers = header_map(context, receiver, span)
    return context.symbolic(
        operators.call("python.get", headers, Constant(value=name.value.lower()), default), span
    )


def _unfollowed(name: str, what: str) -> None:
    def attribute(context: Evaluator, receiver: Pointer, span: SourceSpan) -> Value:
        return Unknown("HS102", f"{what} of an answer is not followed", span)

    KNOWLEDGE.attributes[RESPONSE, name] = attribute


for _name, _what in {
    "url": "the final URL",
    "reason": "the reason phrase",
    "msg": "the reason phrase",
}.items():
    _unfollowed(_name, _what)

"""What the `requests` library makes of the arguments of a call and the settings of its session: one operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from extractors.clients.request_arguments import (
    BY_HAND,
    answered,
    entries,
    not_read,
    once_each,
    pairs,
    proven_by,
    read_or,
    seconds,
    unread_parts,
    unread_url,
)
from extractors.clients.requests_auth import Proof, proof_of
from extractors.clients.urls import UrlTemplate, has_user_information, split_url, without_credentials
from extractors.evaluator import Evaluator, containers, texts
from extractors.evaluator.ownership import sort_of
from extractors.evaluator.parts import Arguments
from extractors.evaluator.residual import Request
from extractors.evaluator.state import choice
from extractors.evaluator.tuples import holds_tuple
from extractors.evaluator.utf8 import text_of
from extractors.evaluator.values import (
    NONE,
    TRUE,
    EitherValue,
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
from migrate.model import Body, Call, Constant, HttpOperation, Parameter, SourceSpan
from migrate.secrets.recognition import names_credential, names_key

RESPONSE = "requests.Response"
COOKIES_SET = "(cookies)"
"""The attribute of a session that is true if the script sets cookies itself."""
ARGUMENTS = (
    *("method", "url", "params", "data", "headers", "cookies", "files", "auth", "timeout", "allow_redirects"),
    *("proxies", "hooks", "stream", "verify", "cert", "json"),
)
"""What `Session.request` takes, in its order."""
_STANDARD = ("user-agent", "accept", "accept-encoding", "connection")
"""The headers that the library sends by itself, unless one is null."""
_UNREAD = ("cookies", "files", "proxies", "cert", "stream")
_OF_SESSION = ("proxies", "cert", "trust_env", "max_redirects")


@dataclass(frozen=True)
class Sheet:
    """What is known of a request before it is sent: the arguments of the call over the session's settings."""

    arguments: dict[str, Value]
    session: dict[str, Value]
    by_head: bool
    """True for `head()`, which does not follow redirects unless it is told to."""
    problems: list[str] = field(default_factory=list)
    """What is not read of it, the first one first."""

    def argument(self, name: str) -> Value:
        """The call's own argument, or None's value."""
        return self.arguments.get(name, NONE)

    def setting(self, name: str) -> Value:
        """The call's own argument, else the session's setting."""
        own = self.argument(name)
        return own if own != NONE else self.session.get(name, NONE)


def sent(
    context: Evaluator,
    bound: dict[str, Value] | None,
    method: Value,
    session: dict[str, Value],
    span: SourceSpan,
    *,
    by_head: bool = False,
    problems: tuple[str, ...] = (),
) -> Value:
    """A request; what cannot be described truthfully is a gap ahead of it, where the run ends."""
    found = [*problems, *_problems(context, bound, method, session)]
    if bound is None or "url" not in bound:
        return not_read(context, found[0], span)
    verb = str(method.value).upper() if isinstance(method, Known) else "{method}"
    sheet = Sheet(bound, session, by_head, found)
    operation = _operation(context, verb, sheet, span)
    if found:
        not_read(context, found[0], span)
    request = context.new_id("request")
    context.emit(Request(request, operation, span))
    answer = answered(context, RESPONSE, request)
    for hook in _hooks(context, (sheet.session, sheet.arguments)):
        # Behind the gap for hooks: what they send is read all the same.
        context.call(hook, Arguments((answer,), {}), span)
    return answer


def _problems(
    context: Evaluator, bound: dict[str, Value] | None, method: Value, session: dict[str, Value]
) -> Iterator[str]:
    """What is wrong with the arguments by themselves."""
    if bound is None:
        yield "its arguments do not fit"
        return
    for unexpected in sorted(set(bound) - set(ARGUMENTS)):
        yield f"the argument {unexpected} is not known"
    for name in _UNREAD:
        value = bound.get(name, NONE)
        is_switch = name == "stream" and isinstance(value, Known)
        if value != NONE and not is_switch and (name == "files" or entries(context, value) != ()):
            yield f"the argument {name} is not followed"
    for name in _OF_SESSION:
        if name in session and entries(context, session[name]) != ():
            yield f"the setting {name} of its session is not followed"
    if any(_hooks(context, (session, bound))):
        yield "a function of the script gets its answer first"
    if not (isinstance(method, Known) and isinstance(method.value, str)):
        yield "its method is known at run time only"
    if "url" not in bound:
        yield "it has no URL"


def _hooks(context: Evaluator, settings: tuple[dict[str, Value], ...]) -> Iterator[Value]:
    """The functions that get the answer: one, or a list of them."""
    for each in settings:
        given = entries(context, each.get("hooks", NONE))
        for entry in (MapItem(Known("response"), each["hooks"]),) if given is None else given:
            if entry.key == Known("response"):
                found = context.fixed_items(entry.value)
                yield from (entry.value,) if found is None else found


def _operation(context: Evaluator, method: str, sheet: Sheet, span: SourceSpan) -> HttpOperation:
    """The operation as far as it can be read; adds what is not read to the problems."""
    problems = sheet.problems
    for settings in (sheet.session, sheet.arguments):
        problems += [value.reason for value in settings.values() if isinstance(value, Unknown)]
    proof = proof_of(context, sheet.setting("auth"), _given_headers(context, sheet), method, span)
    url = _url(context, sheet, span)
    headers = _headers(context, sheet, proof, span)
    query = _query(context, sheet, span)
    body = read_or(problems, _body(context, sheet, span), None)
    timeout = read_or(problems, _timeout(sheet.argument("timeout")), None)
    if proof.problem is not None:
        problems.append(proof.problem)
    parameters = (*url.parameters, *query, *headers, *proof.parameters, *_certificate(sheet, span))
    if _is_member(context, sheet) and not any(map(_proves, parameters)):
        parameters = (*parameters, proven_by("session", span))
    problems += unread_parts(context, parameters)
    return HttpOperation(
        client="requests",
        session=_session_id(sheet),
        method=method,
        server=url.server,
        path=url.path,
        parameters=parameters,
        body=body,
        timeout_seconds=timeout,
        follow_redirects=_follows(sheet),
        verify_tls=_verifies(sheet),
        evidence="unresolved" if problems else "literal" if url.literal else "folded",
        span=span,
    )


def _certificate(sheet: Sheet, span: SourceSpan) -> list[Parameter]:
    """The mark of a client's own certificate."""
    if sheet.setting("cert") == NONE:
        return []
    return [proven_by("mtls", span)]


def _is_member(context: Evaluator, sheet: Sheet) -> bool:
    """True if cookies tell who calls: such as are not constant, or are called as credentials are."""
    if sheet.session.get(COOKIES_SET) == TRUE:
        return True
    given = sheet.argument("cookies")
    found = entries(context, given)
    if found is None:
        return given != NONE
    return any(not isinstance(one.value, Known) or names_credential(str(one.key.value)) for one in found)


def _proves(parameter: Parameter) -> bool:
    name = parameter.name.lower()
    return parameter.location == "header" and (":" in name or names_key(name))


def _url(context: Evaluator, sheet: Sheet, span: SourceSpan) -> UrlTemplate:
    value = sheet.arguments["url"]
    if holds_tuple(context, value):
        sheet.problems.append("its URL is a tuple")
    given = context.snapshot(value, span)
    if has_user_information(given):
        sheet.problems.append("its URL holds a user name or password")
        return unread_url()
    text = _text_of_parameters(sheet)
    if text is not None:
        joined = texts.concatenate(context, [value, Known("?"), text], span)
        has_more = any(sign in str(given) for sign in "?#")
        given = context.snapshot(joined, span)
        if has_more:
            sheet.problems.append("its query parameters are a text behind those that its URL has")
        elif not _is_encoded(text):
            sheet.problems.append("its query parameters are a text that may not be encoded")
    shown = without_credentials(context, given, span)
    return read_or(sheet.problems, split_url(shown), unread_url(shown))


def _text_of_parameters(sheet: Sheet) -> Value | None:
    """Query parameters that are a text at run time; those that are constant are taken apart."""
    match sheet.argument("params"):
        case Symbolic(expression=Call(function="python.form_text" | "concat")) as text:
            return text
        case _:
            return None


def _is_encoded(text: Value) -> bool:
    expression = text.expression if isinstance(text, Symbolic) else None
    return isinstance(expression, Call) and expression.function == "python.form_text"


def _verifies(sheet: Sheet) -> bool:
    verify = sheet.arguments.get("verify", sheet.session.get("verify", TRUE))
    if sheet.argument("verify") == NONE:
        verify = sheet.session.get("verify", TRUE)
    if isinstance(verify, Known) and (verify.value is True or not verify.value):
        return bool(verify.value)
    sheet.problems.append("its verify argument is no constant")
    return True


def _follows(sheet: Sheet) -> bool:
    match sheet.argument("allow_redirects"):
        case Known(value=bool() as follow):
            return follow
        case Known(value=None):
            return "allow_redirects" not in sheet.arguments and not sheet.by_head
        case _:
            sheet.problems.append("its allow_redirects argument is no constant")
            return True


def _session_id(sheet: Sheet) -> str | None:
    match sheet.session.get("session_id"):
        case Known(value=str() as name):
            return name
        case _:
            return None


def _given_headers(context: Evaluator, sheet: Sheet) -> list[MapItem]:
    """The headers of session and call, in their order, the later ones of a name last."""
    given: list[MapItem] = []
    for value in (sheet.session.get("headers", NONE), sheet.argument("headers")):
        found = entries(context, value)
        if found is None:
            sheet.problems.append("its headers are known at run time only")
            continue
        given += found
    return given


def _headers(context: Evaluator, sheet: Sheet, proof: Proof, span: SourceSpan) -> list[Parameter]:
    """The session's headers under those of the call; names are compared without case, null takes a header away."""
    problems = sheet.problems
    merged: dict[str, Parameter | None] = {}
    for entry in proof.headers:
        name = entry.key.value
        if not isinstance(name, str):
            problems.append("a header's name is no text")
            continue
        folded = name.lower()
        before = merged.pop(folded, None)
        merged[folded] = None
        expression = context.snapshot(context.guarded_secret(name, entry.value, span), span)
        if folded in _STANDARD and context.type_of(expression) != "text":
            problems.append("a standard header is taken away, or could be")
        if entry.when is not None:
            otherwise = Constant(value=None) if before is None else before.value
            expression = choice(entry.when, expression, otherwise)
        if expression != Constant(value=None):
            merged[folded] = Parameter(
                name=name, location="header", value=expression, span=entry.span or span
            )
        if folded in BY_HAND:
            problems.append(f"the header {name} is set by hand")
    return [parameter for parameter in merged.values() if parameter is not None]


def _query(context: Evaluator, sheet: Sheet, span: SourceSpan) -> list[Parameter]:
    """The session's parameters under those of the call."""
    merged: dict[str, Parameter] = {}
    of_session, own = sheet.session.get("params", NONE), sheet.argument("params")
    if _text_of_parameters(sheet) is not None:
        own = NONE
    elif entries(context, own) is None and entries(context, of_session) != ():
        sheet.problems.append("its query parameters take the place of those of the session")
    for value in (of_session, own):
        given = _pairs_of_text(value)
        if given is None and isinstance(value, (TupleValue, Pointer)):
            given = pairs(context, value)
        if given is None:
            given = entries(context, value)
        if given is None:
            sheet.problems.append("its query parameters are known at run time only")
            continue
        for entry in once_each(context, given, sheet.problems):
            name = entry.key.value
            if not isinstance(name, str):
                sheet.problems.append("a query parameter's name is no text")
                continue
            if entry.when is not None:
                absent = Constant(value=None)
                shown = choice(entry.when, context.snapshot(entry.value, span), absent)
                merged[name] = Parameter(name=name, location="query", value=shown, span=entry.span or span)
                continue
            if value is not of_session and entry.value == NONE:
                merged.pop(name, None)
                continue
            expression = context.snapshot(context.guarded_parameter(name, entry.value, span), span)
            merged[name] = Parameter(name=name, location="query", value=expression, span=entry.span or span)
    return list(merged.values())


def _pairs_of_text(value: Value) -> tuple[MapItem, ...] | None:
    """Query parameters that are a constant text, where encoding them again gives the same text; else None."""
    if not (isinstance(value, Known) and isinstance(value.value, (str, bytes))):
        return None
    text = value.value if isinstance(value.value, str) else value.value.decode("latin-1")
    parts = parse_qsl(text, keep_blank_values=True)
    if urlencode(parts) != text:
        return None
    return tuple(MapItem(Known(name), Known(one)) for name, one in parts)


def _body(context: Evaluator, sheet: Sheet, span: SourceSpan) -> Body | str | None:
    data, json = sheet.argument("data"), sheet.argument("json")
    if data != NONE:
        if json != NONE:
            return "it has both data and json"
        data = text_of(context, data) or data
        found = context.state.get(data) if isinstance(data, Pointer) else None
        if isinstance(found, MapObject):
            return Body(encoder="requests.form", content=context.snapshot(data, span), span=span)
        if isinstance(found, Instance):
            return "its data is an object of a class"
        expression = context.snapshot(data, span)
        if isinstance(data, (Known, Symbolic)) and context.type_of(expression) == "text":
            return Body(encoder="requests.text", content=expression, span=span)
        if isinstance(data, (Known, Symbolic, TupleValue, EitherValue)) or (
            found is not None and sort_of(found) in ("list", "map", "any")
        ):
            return Body(encoder="requests.data", content=expression, span=span)
        return "its data is neither a text nor a form"
    if "json" in sheet.arguments and json != NONE:
        json = containers.as_json(context, json, span)
        found = context.state.peek(json) if isinstance(json, Pointer) else None
        if isinstance(found, Instance):
            return "its json is an object of a class"
        if isinstance(json, (Known, Symbolic, TupleValue, Pointer, EitherValue)):
            return Body(encoder="requests.json", content=context.snapshot(json, span), span=span)
        return "its json is no data"
    return None


def _timeout(value: Value) -> float | str | None:
    """Seconds; of a pair (connect, read) the larger one, and none where reading has no limit."""
    items = value.items if isinstance(value, TupleValue) else (value,)
    if items and items[-1] == NONE:
        return None
    found = [seconds(item) for item in items]
    problem = next((one for one in found if isinstance(one, str)), None)
    return problem or max((one for one in found if isinstance(one, float)), default=None)

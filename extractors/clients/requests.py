"""The `requests` library, 2.x: https://requests.readthedocs.io.

Reads: `requests.get` and its sisters, `requests.Session` with `headers`, `auth`, `params`, `verify`;
    `HTTPBasicAuth` and the script's own functions and objects for `auth`; `Response.json()`, `.text`, `.content`,
    `.status_code`, `.ok`, `.raise_for_status()`, single headers, `.links`, `.is_redirect`; `requests.codes`.
Becomes: reads and writes with the library's defaults made explicit: redirects followed, TLS verified, no time-out;
    retries that are mounted become attempts one by one, without the pauses, after a redirect from the first address on.
Cannot see: what the environment adds (`.netrc`, proxies, certificate bundles). Read, but as a gap: hooks, client
    certificates, files, cookies, prepared requests, digests and signatures of other libraries.
Example:
    import os
    import requests
    session = requests.Session()
    session.headers.update({"Authorization": f"Bearer {os.environ['CRM_TOKEN']}"})
    for contact in session.get("https://crm.example/contacts", params={"limit": 10}).json()["data"]:
        session.post("https://mail.example/members", json={"email": contact["email"]}).raise_for_status()
"""

from __future__ import annotations

from extractors.clients import requests_answer, requests_auth, requests_retries, requests_session
from extractors.clients.request_arguments import attributes_of, named
from extractors.clients.requests_codes import CODES
from extractors.clients.requests_retries import Retries, retries_of, sent_again
from extractors.clients.requests_sending import ARGUMENTS, sent
from extractors.clients.requests_session import SESSION
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.alternatives import for_each
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, EitherValue, Known, Pointer, Symbolic, Value
from migrate.model import Choice, Constant, Expression, SourceSpan

KNOWLEDGE = Knowledge()
for _part in (requests_answer, requests_auth, requests_retries, requests_session):
    KNOWLEDGE.include(_part.KNOWLEDGE)


def _register(verb: str) -> None:
    positional = {
        "GET": ("url", "params"),
        "POST": ("url", "data", "json"),
        "PUT": ("url", "data"),
        "PATCH": ("url", "data"),
    }.get(verb, ("url",))
    of_session = {"GET": ("url",)}.get(verb, positional)

    @KNOWLEDGE.function(f"requests.{verb.lower()}", f"requests.api.{verb.lower()}")
    def function(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return sent(context, named(arguments, positional), Known(verb), {}, span, by_head=verb == "HEAD")

    @KNOWLEDGE.method(SESSION, verb.lower())
    def method(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _of_session(context, receiver, named(arguments, of_session), Known(verb), span)


for _verb in ("GET", "OPTIONS", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
    _register(_verb)


@KNOWLEDGE.function("requests.request", "requests.api.request")
def _request(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ("method", "url"))
    method = (bound or {}).pop("method", NONE)
    return for_each(context, _apart(method), lambda one: sent(context, bound, one, {}, span), span)


@KNOWLEDGE.method(SESSION, "request")
def _session_request(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = named(arguments, ARGUMENTS)
    method = (bound or {}).pop("method", NONE)
    return for_each(
        context, _apart(method), lambda one: _of_session(context, receiver, bound, one, span), span
    )


def _apart(method: Value) -> Value:
    """A method that a condition decides on, as one of several known ones."""
    match method:
        case Symbolic(expression=Choice(test=test, then=then, otherwise=otherwise)):
            one, other = _apart(_value(then)), _apart(_value(otherwise))
            known = all(isinstance(side, Known | EitherValue) for side in (one, other))
            return EitherValue(test, one, other) if known else method
        case _:
            return method


def _value(expression: Expression) -> Value:
    """A constant as what it is."""
    return Known(expression.value) if isinstance(expression, Constant) else Symbolic(expression)


def _of_session(
    context: Evaluator, receiver: Pointer, bound: dict[str, Value] | None, method: Value, span: SourceSpan
) -> Value:
    """A request of a session, sent again as the adapters say that are mounted on it."""
    settings = attributes_of(context, receiver)
    retries = retries_of(context, settings, method)
    if bound is not None and isinstance(retries, Retries):
        return sent_again(context, retries, receiver, bound, method, span)
    problems = (retries,) if isinstance(retries, str) else ()
    by_head = method == Known("HEAD")
    return sent(context, bound, method, settings, span, by_head=by_head, problems=problems)


def _code(name: str, code: int) -> None:
    for of in ("requests.codes", "requests.status_codes.codes"):
        for shown in (name, name.upper()):
            KNOWLEDGE.values[f"{of}.{shown}"] = lambda context, span: Known(code)


for _name, _number in CODES.items():
    _code(_name, _number)

"""What `auth=` of the `requests` library does to a request: user and password, or an object that is called with it.

The objects of other libraries (OAuth 1, AWS signatures, NTLM) are named and not followed: a request that needs one is
read behind a gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from extractors.clients.request_arguments import (
    basic,
    header_map,
    kept_headers,
    register_basic,
    register_headers,
)
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    NONE,
    ClassValue,
    External,
    FunctionValue,
    Instance,
    Known,
    MapItem,
    MapObject,
    Method,
    Pointer,
    Unknown,
    Value,
)
from migrate.model import Parameter, SequenceExpression, SourceSpan

KNOWLEDGE = Knowledge()
HEADERS, PREPARED = "requests.Headers", "requests.PreparedRequest"
register_headers(KNOWLEDGE, HEADERS)
register_basic(KNOWLEDGE, "requests.auth.HTTPBasicAuth")
KNOWLEDGE.plain_bases.add("requests.auth.AuthBase")
_OAUTH1 = ("client_key", "client_secret", "resource_owner_key", "resource_owner_secret")
_AWS = ("aws_access_key", "aws_secret_access_key")
_NOT_FOLLOWED: dict[str, tuple[str, tuple[str, ...]]] = {
    "requests.auth.HTTPDigestAuth": ("digest", ("username", "password")),
    "requests.auth.HTTPProxyAuth": ("other", ("username", "password")),
    "requests_oauthlib.OAuth1": ("oauth1", _OAUTH1),
    "authlib.integrations.requests_client.OAuth1Auth": ("oauth1", ("client_id", "client_secret")),
    "requests_aws4auth.AWS4Auth": ("sigv4", _AWS),
    "aws_requests_auth.aws_auth.AWSRequestsAuth": ("sigv4", _AWS),
    "aws_requests_auth.boto_utils.BotoAWSRequestsAuth": ("sigv4", ()),
    "requests_auth_aws_sigv4.AWSSigV4": ("sigv4", ()),
    "requests_ntlm.HttpNtlmAuth": ("other", ("username", "password")),
    "requests_kerberos.HTTPKerberosAuth": ("other", ()),
    "requests_negotiate_sspi.HttpNegotiateAuth": ("other", ()),
    "httpx.DigestAuth": ("digest", ("username", "password")),
    "authlib.integrations.httpx_client.OAuth1Auth": ("oauth1", ("client_id", "client_secret")),
}
"""Classes of authentication objects that are only named: the word in `UnmappedScheme`, the first arguments."""
_FOREIGN = "an authentication that is named"


@dataclass(frozen=True)
class Proof:
    """What the authentication adds: credentials, the headers as they are after it, and what is not read of it."""

    headers: tuple[MapItem, ...]
    parameters: tuple[Parameter, ...] = ()
    problem: str | None = None


def foreign_object(context: Evaluator, scheme: str, made_of: dict[str, Value]) -> Pointer:
    """An authentication object that is only named, and the secrets that it is made of."""
    held = {f"({name})": value for name, value in made_of.items()}
    return context.state.allocate(Instance(External(_FOREIGN), {"(scheme)": Known(scheme), **held}))


def _register_foreign(name: str, scheme: str, names: tuple[str, ...]) -> None:
    @KNOWLEDGE.function(name)
    def made(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        given = dict(zip(names, arguments.positional, strict=False)) | arguments.keywords
        held = {key: context.guarded_secret(key, one, span) for key, one in given.items()}
        return foreign_object(context, scheme, held)


for _name, (_scheme, _names) in _NOT_FOLLOWED.items():
    _register_foreign(_name, _scheme, _names)


def proof_of(context: Evaluator, auth: Value, headers: list[MapItem], method: str, span: SourceSpan) -> Proof:
    """What the value of `auth` makes of a request with these headers."""
    given = tuple(headers)
    if auth == NONE:
        return Proof(given)
    foreign = foreign_proof(context, auth, span)
    if foreign is not None:
        return Proof(given, foreign, "its authentication is not followed")
    function = _called(context, auth)
    if function is not None:
        return _after(context, function, given, method, span)
    problems: list[str] = []
    credentials = basic(context, auth, span, problems)
    return Proof(given, tuple(credentials), next(iter(problems), None))


def foreign_proof(context: Evaluator, auth: Value, span: SourceSpan) -> tuple[Parameter, ...] | None:
    """The mark of an authentication object that is only named, with the secrets that it is made of; else None."""
    found = context.state.get(auth) if isinstance(auth, Pointer) else None
    if not (isinstance(found, Instance) and found.of == External(_FOREIGN)):
        return None
    scheme = found.attributes["(scheme)"]
    assert isinstance(scheme, Known)
    made_of = [
        one for key, one in found.attributes.items() if key != "(scheme)" and not isinstance(one, Unknown)
    ]
    value = SequenceExpression(items=tuple(context.snapshot(one, span) for one in made_of))
    return (Parameter(name=f"unmapped:{scheme.value!s}", location="header", value=value, span=span),)


def _called(context: Evaluator, auth: Value) -> Value | None:
    """The function of the script that gets the request; None for what is none."""
    if isinstance(auth, (FunctionValue, Method)):
        return auth
    found = context.state.get(auth) if isinstance(auth, Pointer) else None
    if isinstance(found, Instance) and isinstance(found.of, ClassValue):
        function = context.class_attribute(found.of, "__call__")
        return replace(function, bound=auth) if isinstance(function, FunctionValue) else None
    return None


def _after(
    context: Evaluator, function: Value, headers: tuple[MapItem, ...], method: str, span: SourceSpan
) -> Proof:
    """The headers after the script's own function, which may read and set them and nothing else of the request."""
    kept = kept_headers(context, HEADERS, _without_case(headers))
    unread = {name: Unknown("HS102", f"the {name} of a prepared request", span) for name in ("url", "body")}
    prepared = context.state.allocate(
        Instance(External(PREPARED), {"headers": kept, "method": Known(method), **unread})
    )
    result = context.call(function, Arguments((prepared,), {}), span)
    found = context.state.get(header_map(context, kept))
    if result != prepared or not isinstance(found, MapObject):
        return Proof(headers, problem="its authentication is not followed")
    return Proof(found.items)


def _without_case(headers: tuple[MapItem, ...]) -> tuple[MapItem, ...]:
    """The headers, of those of one name the last."""
    made: dict[str, MapItem] = {}
    for item in headers:
        made[str(item.key.value).lower()] = item
    return tuple(made.values())

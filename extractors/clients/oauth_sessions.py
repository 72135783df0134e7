"""Sessions of `requests` that log in by OAuth: `requests_oauthlib`, `authlib`, `google.auth`, and other extensions.

Reads: the session's requests as those of `requests.Session`; `fetch_token` and `refresh_token` of OAuth 2.
Becomes: reads and writes behind a gap, with the way in which the session proves who calls.
Cannot see: which headers the library adds, and when it asks for a token again.
Example:
    import os
    from requests_oauthlib import OAuth2Session
    session = OAuth2Session(client_id="hubshift")
    session.fetch_token("https://crm.example/oauth/token", client_secret=os.environ["CRM_SECRET"])
    session.get("https://crm.example/contacts")
"""

from __future__ import annotations

from extractors.clients.request_arguments import attributes_of
from extractors.clients.requests_auth import foreign_object
from extractors.clients.requests_session import SESSION, new_session
from extractors.clients.unmapped_requests import Asked, asked
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, MapItem, MapObject, Pointer, Value
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_SESSIONS = {
    "requests_oauthlib.OAuth1Session": ("oauth1", ("client_key", "client_secret", "token", "token_secret")),
    "authlib.integrations.requests_client.OAuth1Session": ("oauth1", ("client_id", "client_secret")),
    "requests_oauthlib.OAuth2Session": ("oauth2", ("client_id", "client")),
    "authlib.integrations.requests_client.OAuth2Session": ("oauth2", ("client_id", "client_secret")),
    "google.auth.transport.requests.AuthorizedSession": ("oauth2", ("credentials",)),
    "requests_html.HTMLSession": ("", ()),
    "requests_cache.CachedSession": ("", ()),
    "cloudscraper.create_scraper": ("", ()),
    "requests_futures.sessions.FuturesSession": ("", ()),
    "canonicalwebteam.http.Session": ("", ()),
}
"""Makers of sessions: how they prove who calls, and the names of their first arguments."""
_GRANT = "(grant)"
_CLIENTS = {
    "BackendApplicationClient": "client_credentials",
    "LegacyApplicationClient": "password",
    "WebApplicationClient": "authorization_code",
    "MobileApplicationClient": "authorization_code",
}
"""Classes of `oauthlib.oauth2` for the client of a session, each with the grant that it asks by."""


def _register(name: str, scheme: str, names: tuple[str, ...]) -> None:
    @KNOWLEDGE.function(name)
    def session(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        given = dict(zip(names, arguments.positional, strict=False)) | arguments.keywords
        context.gap("HS102", f"the requests of {name} are read, but not run", span)
        made = new_session(context)
        if scheme == "oauth1":
            held = {
                key: context.guarded_secret(key, value, span) for key, value in given.items() if key in _KEYS
            }
            context.state.write((made.address, "auth"), foreign_object(context, "oauth1", held))
        elif scheme == "oauth2":
            context.state.write((made.address, "auth"), foreign_object(context, "oauth2", {}))
            client = given.get("client", NONE)
            grant = attributes_of(context, client).get(_GRANT, NONE) if isinstance(client, Pointer) else NONE
            context.state.write((made.address, _GRANT), grant)
        return made


_KEYS = (
    *("client_key", "client_secret", "token", "token_secret", "resource_owner_key", "resource_owner_secret"),
    "client_id",
)
for _name, (_scheme, _names) in _SESSIONS.items():
    _register(_name, _scheme, _names)


def _register_client(name: str, grant: str) -> None:
    @KNOWLEDGE.function(f"oauthlib.oauth2.{name}")
    def client(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        return context.state.allocate(Instance(External("oauthlib.oauth2.Client"), {_GRANT: Known(grant)}))


for _name, _grant in _CLIENTS.items():
    _register_client(_name, _grant)


def _register_token(name: str, otherwise: str) -> None:
    @KNOWLEDGE.method(SESSION, name)
    def token(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        """The token, as the server sends it."""
        given = dict(zip(("url", "code"), arguments.positional, strict=False)) | arguments.keywords
        url = given.get("token_url", given.get("url", NONE))
        grant = given.get("grant_type", attributes_of(context, receiver).get(_GRANT, NONE))
        if otherwise == "refresh_token" or grant == NONE:
            shown = "password" if "password" in given and otherwise != "refresh_token" else otherwise
            grant = Known(shown)
        items = [MapItem(Known("grant_type"), grant, None, span)]
        for key, value in given.items():
            if key in (
                "client_id",
                "client_secret",
                "username",
                "password",
                "refresh_token",
                "code",
                "scope",
            ):
                items.append(MapItem(Known(key), context.guarded_secret(key, value, span), None, span))
        body = context.state.allocate(MapObject(tuple(items)))
        what = Asked(method=Known("POST"), url=url, body=body, encoder="unmapped.form")
        answer = asked(
            context, what, "requests.Response", "a token is fetched by an extension of requests", span
        )
        return context.call(context.attribute(answer, "json", span), Arguments((), {}), span)


_register_token("fetch_token", "authorization_code")
_register_token("refresh_token", "refresh_token")

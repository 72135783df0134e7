"""Kinds of errors, and which are special cases of which.

A kind is the name of Python's own class (`KeyError`), of a client library's with the library before it
(`requests.HTTPError`), or of a class of the script. Sources: the Python Library Reference, "Exception hierarchy";
`requests.exceptions` of requests 2.34; `httpx` 0.28, whose tree is drawn at the top of its `_exceptions.py`;
"smtplib" and "socket" of the Library Reference.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable


def _of_python() -> dict[str, tuple[str, ...]]:
    """Python's own classes of errors with the classes that they extend, down from `Exception`."""
    found = vars(builtins).values()
    errors = [one for one in found if isinstance(one, type) and issubclass(one, Exception)]
    return {one.__name__: tuple(base.__name__ for base in one.__bases__) for one in errors}


ERRORS: dict[str, tuple[str, ...]] = {
    **_of_python(),
    "json.JSONDecodeError": ("ValueError",),
    "csv.Error": ("Exception",),
    "re.error": ("Exception",),
    "yaml.YAMLError": ("Exception",),
    "configparser.Error": ("Exception",),
    "configparser.NoSectionError": ("configparser.Error",),
    "configparser.NoOptionError": ("configparser.Error",),
    "configparser.DuplicateSectionError": ("configparser.Error",),
    "configparser.DuplicateOptionError": ("configparser.Error",),
    "configparser.ParsingError": ("configparser.Error",),
    "configparser.MissingSectionHeaderError": ("configparser.ParsingError",),
    "decouple.UndefinedValueError": ("Exception",),
    "environs.EnvError": ("ValueError",),
    "sqlite3.Warning": ("Exception",),
    "sqlite3.Error": ("Exception",),
    "sqlite3.InterfaceError": ("sqlite3.Error",),
    "sqlite3.DatabaseError": ("sqlite3.Error",),
    "sqlite3.DataError": ("sqlite3.DatabaseError",),
    "sqlite3.OperationalError": ("sqlite3.DatabaseError",),
    "sqlite3.IntegrityError": ("sqlite3.DatabaseError",),
    "sqlite3.InternalError": ("sqlite3.DatabaseError",),
    "sqlite3.ProgrammingError": ("sqlite3.DatabaseError",),
    "sqlite3.NotSupportedError": ("sqlite3.DatabaseError",),
    "smtplib.SMTPException": ("OSError",),
    "smtplib.SMTPServerDisconnected": ("smtplib.SMTPException",),
    "smtplib.SMTPResponseException": ("smtplib.SMTPException",),
    "smtplib.SMTPSenderRefused": ("smtplib.SMTPResponseException",),
    "smtplib.SMTPRecipientsRefused": ("smtplib.SMTPException",),
    "smtplib.SMTPDataError": ("smtplib.SMTPResponseException",),
    "smtplib.SMTPConnectError": ("smtplib.SMTPResponseException",),
    "smtplib.SMTPHeloError": ("smtplib.SMTPResponseException",),
    "smtplib.SMTPAuthenticationError": ("smtplib.SMTPResponseException",),
    "smtplib.SMTPNotSupportedError": ("smtplib.SMTPException",),
    "socket.gaierror": ("OSError",),
    "requests.RequestException": ("OSError",),
    "requests.HTTPError": ("requests.RequestException",),
    "requests.ConnectionError": ("requests.RequestException",),
    "requests.ProxyError": ("requests.ConnectionError",),
    "requests.SSLError": ("requests.ConnectionError",),
    "requests.Timeout": ("requests.RequestException",),
    "requests.ConnectTimeout": ("requests.ConnectionError", "requests.Timeout"),
    "requests.ReadTimeout": ("requests.Timeout",),
    "requests.URLRequired": ("requests.RequestException",),
    "requests.TooManyRedirects": ("requests.RequestException",),
    "requests.MissingSchema": ("requests.RequestException", "ValueError"),
    "requests.InvalidSchema": ("requests.RequestException", "ValueError"),
    "requests.InvalidURL": ("requests.RequestException", "ValueError"),
    "requests.InvalidProxyURL": ("requests.InvalidURL",),
    "requests.InvalidHeader": ("requests.RequestException", "ValueError"),
    "requests.ChunkedEncodingError": ("requests.RequestException",),
    "requests.ContentDecodingError": ("requests.RequestException", "urllib3.HTTPError"),
    "requests.StreamConsumedError": ("requests.RequestException", "TypeError"),
    "requests.RetryError": ("requests.RequestException",),
    "requests.UnrewindableBodyError": ("requests.RequestException",),
    "requests.InvalidJSONError": ("requests.RequestException",),
    "requests.JSONDecodeError": ("requests.InvalidJSONError", "json.JSONDecodeError"),
    "httpx.HTTPError": ("Exception",),
    "httpx.RequestError": ("httpx.HTTPError",),
    "httpx.TransportError": ("httpx.RequestError",),
    "httpx.TimeoutException": ("httpx.TransportError",),
    "httpx.ConnectTimeout": ("httpx.TimeoutException",),
    "httpx.ReadTimeout": ("httpx.TimeoutException",),
    "httpx.WriteTimeout": ("httpx.TimeoutException",),
    "httpx.PoolTimeout": ("httpx.TimeoutException",),
    "httpx.NetworkError": ("httpx.TransportError",),
    "httpx.ConnectError": ("httpx.NetworkError",),
    "httpx.ReadError": ("httpx.NetworkError",),
    "httpx.WriteError": ("httpx.NetworkError",),
    "httpx.CloseError": ("httpx.NetworkError",),
    "httpx.ProtocolError": ("httpx.TransportError",),
    "httpx.LocalProtocolError": ("httpx.ProtocolError",),
    "httpx.RemoteProtocolError": ("httpx.ProtocolError",),
    "httpx.ProxyError": ("httpx.TransportError",),
    "httpx.UnsupportedProtocol": ("httpx.TransportError",),
    "httpx.DecodingError": ("httpx.RequestError",),
    "httpx.TooManyRedirects": ("httpx.RequestError",),
    "httpx.HTTPStatusError": ("httpx.HTTPError",),
    "httpx.InvalidURL": ("Exception",),
    "httpx.CookieConflict": ("Exception",),
    "httpx.StreamError": ("RuntimeError",),
    "httpx.StreamConsumed": ("httpx.StreamError",),
    "httpx.StreamClosed": ("httpx.StreamError",),
    "httpx.ResponseNotRead": ("httpx.StreamError",),
    "httpx.RequestNotRead": ("httpx.StreamError",),
    "urllib.URLError": ("OSError",),
    "urllib.HTTPError": ("urllib.URLError",),
    "urllib.ContentTooShortError": ("urllib.URLError",),
    "http.HTTPException": ("Exception",),
    "http.BadStatusLine": ("http.HTTPException",),
    "http.CannotSendRequest": ("http.ImproperConnectionState",),
    "http.ImproperConnectionState": ("http.HTTPException",),
    "http.IncompleteRead": ("http.HTTPException",),
    "http.InvalidURL": ("http.HTTPException",),
    "http.RemoteDisconnected": ("ConnectionResetError", "http.BadStatusLine"),
    "aiohttp.ClientError": ("Exception",),
    "aiohttp.ClientResponseError": ("aiohttp.ClientError",),
    "aiohttp.ContentTypeError": ("aiohttp.ClientResponseError",),
    "aiohttp.TooManyRedirects": ("aiohttp.ClientResponseError",),
    "aiohttp.ClientPayloadError": ("aiohttp.ClientError",),
    "aiohttp.InvalidURL": ("aiohttp.ClientError", "ValueError"),
    "aiohttp.ClientConnectionError": ("aiohttp.ClientError",),
    "aiohttp.ClientOSError": ("aiohttp.ClientConnectionError", "OSError"),
    "aiohttp.ClientConnectorError": ("aiohttp.ClientOSError",),
    "aiohttp.ServerConnectionError": ("aiohttp.ClientConnectionError",),
    "aiohttp.ServerDisconnectedError": ("aiohttp.ServerConnectionError",),
    "aiohttp.ServerTimeoutError": ("aiohttp.ServerConnectionError", "TimeoutError"),
    "urllib3.HTTPError": ("Exception",),
    "urllib3.PoolError": ("urllib3.HTTPError",),
    "urllib3.RequestError": ("urllib3.PoolError",),
    "urllib3.MaxRetryError": ("urllib3.RequestError",),
    "urllib3.TimeoutError": ("urllib3.HTTPError",),
    "urllib3.ReadTimeoutError": ("urllib3.TimeoutError", "urllib3.RequestError"),
    "urllib3.ConnectTimeoutError": ("urllib3.TimeoutError",),
    "urllib3.NewConnectionError": ("urllib3.ConnectTimeoutError", "urllib3.HTTPError"),
    "urllib3.ProtocolError": ("urllib3.HTTPError",),
    "urllib3.SSLError": ("urllib3.HTTPError",),
    "urllib3.LocationParseError": ("urllib3.LocationValueError",),
    "urllib3.LocationValueError": ("ValueError", "urllib3.HTTPError"),
    "tenacity.RetryError": ("Exception",),
}
"""Known kinds by name, each with the kinds that it is a special case of."""


def is_a(kind: str, general: str) -> bool:
    """True if an error of the kind is one of the general kind: the same, or a special case of it."""
    return kind == general or any(is_a(parent, general) for parent in ERRORS.get(kind, ()))


def handles(kinds: Iterable[str], kind: str) -> bool:
    """True if a handler of these kinds handles an error of the kind; one without kinds handles every error."""
    named = tuple(kinds)
    return not named or any(is_a(kind, one) for one in named)

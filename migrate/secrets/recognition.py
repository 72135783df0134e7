"""What looks like a secret: names of variables, keys and headers, and texts. In doubt, it is one."""

from __future__ import annotations

import re
from itertools import pairwise

IN_SOURCE = "_IN_SOURCE"
"""What the name of a hard-coded secret ends with where an environment variable could have the same."""
_SECRET_NAME = re.compile(
    r"""token|secret|passw|pwd|pass(?:$|_|phrase|code)|api_?key|access_?key|account_?key|auth(?!ors?(?![a-z]))
      | credential|private|bearer|cookie|session_?id|(?:^|_)sid$|signature|(?:^|_)sig$|connection_?string
      | (?:client|encryption|signing|shared|master|subscription|app|license|hook)_?key
      | ^x_(?!(?:idempotency|cache|surrogate|routing|partition)_key$)(?:\w+_)?key$    # a header such as X-Shop-Key""",
    re.VERBOSE,
)
_KEY_OF_URL = re.compile(r"^(?:key|code|sig|sid)$", re.IGNORECASE)

_KNOWN_FORMS = re.compile(
    r"""eyJ[\w-]{6,}\.[\w-]+                           # JSON Web Token
      | (?i:\bbearer)\s+\S | \bBasic\s+\S             # Authorization headers
      | \b(?:AKIA|ASIA)[0-9A-Z]{8,}
      | \bgh[pousr]_\w | \bgithub_pat_\w | \bglpat-\S
      | \b(?:sk|pk|rk)[-_][\w-]{6,} | \bwhsec_\w
      | \bxox[abeoprs]-\S | \bxapp-\S
      | \bAIza[\w-]{10,} | \bya29\.\S | \bSG\.[\w-]{8,} | \bpat-[\w-]{8,} | \bshp(?:at|ss|ca|pa)_\w
      | -----BEGIN\ [A-Z ]*PRIVATE\ KEY
      | ://[^/\s@]+@                                  # user information of an address
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(
    r"\{[^{}]*\}|%s|%\(\w+\)s|\$\w+|\$\{[^{}]*\}|<[\w -]+>|:\w+|\?|null|None|true|false"
)
_PAIR = re.compile(r"""(?P<name>[\w.-]+)["']?\s*(?P<sign>[=:])\s*["']?(?P<value>[^\s"'&;,}]+)""")
_PARAMETER = re.compile(r"[?&;](?P<name>[\w.-]+)=(?P<value>[^\s&;#]+)")

_WORD = re.compile(r"[A-Za-z0-9_\-+/=.]{16,}")
_PLAIN_PART = re.compile(r"(?:[A-Z]?[a-z]{1,20}|[A-Z]{1,12}|(?:19|20)\d{6}|\d{1,4}|[A-Za-z]{1,8}\d{1,2})")
_CAMEL_PARTS = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]+(?![a-z])")


def is_secret_name(name: str) -> bool:
    """Whether a variable, key, parameter or header of this name holds a secret (`apiKey`, `X-Api-Key`)."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return _SECRET_NAME.search(re.sub(r"[\W_]+", "_", snake).lower()) is not None


_INNOCUOUS_NAME = re.compile(
    r"""_(?:url|uri|header|headers|type|prefix|field|fields|name|endpoint|path|host|file|filename|dir|ttl|lifetime|scheme
        |method|format|scope|scopes|template|enabled|location|header_key|required|expir\w*|param\w*|key_name|timeout|status|count)s?$
      | (?:page|next|cursor|continuation|sync|delta)_?token | ^x_atlassian_token$ | authorized | compass | tokeni[sz]
      | private_(?!key|token|access|auth|pass|secret)
      | (?:^|_)auth_(?!\w*(?:key|token|secret|pass|pwd|code|bearer|cookie|cred|sig|string|data|header|hash))[a-z]{2}
      | ^(?:header|headers)$ | (?:^|_)private$
      | ^(?:http_)?access_control_                                    # the headers of CORS""",
    re.VERBOSE,
)


def names_credential(name: str) -> bool:
    """Whether what has this name is itself a credential: `API_TOKEN` is one, `TOKEN_URL` and `page_token` are not.

    Narrower than `is_secret_name`, which masks in doubt: this one decides what a constant or variable is.
    """
    snake = re.sub(r"[\W_]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)).lower()
    return is_secret_name(name) and _INNOCUOUS_NAME.search(snake) is None


_WORDS = re.compile(
    r"x-[\w-]+|private-token|job-token|authorization|api[-_]?key|api[-_]?token|access[-_]?token|token|key|bearer|basic"
    r"|headers?|cookies?|query_string|password|oauth2?|oidc|saml|ldap|ntlm|kerberos|jwt|hmac",
    re.IGNORECASE,
)


_NAME_OF_VARIABLE = re.compile(r"[A-Z]+(?:_[A-Z]+)+")


def is_word_for_credentials(text: str) -> bool:
    """Whether a text only says how credentials are given: the name of a header, field or variable, or a scheme."""
    if _NAME_OF_VARIABLE.fullmatch(text):
        return is_secret_name(text) or may_name_key(text)
    return _WORDS.fullmatch(text) is not None


def is_placeholder(text: str) -> bool:
    """Whether a text only fills the place of a credential: a name of one, or nothing but marks such as `{}`."""
    return is_word_for_credentials(text.strip()) or re.search(r"\w", text) is None


_FILLER = re.compile(
    r"""\w | x+ | (?:user(?:name)?:)?(?:pass|pw|passwd|password|pwd|secret)
      | test | dummy | example | sample | fake | foo | bar | foobar | todo | default | placeholder | change-?me
      | .*\b(?:your|insert|replace|paste|put|enter|add)[ -]
        .*\b(?:key|token|secret|pass\w*|here|id|api|auth|credential\w*)\b.*
      | .*[ -]here\W* | <[\w -]+> | \[[\w -]+\] | \{[\w-]+\}
    """,
    re.VERBOSE | re.IGNORECASE,
)


_USER_OF_ADDRESS = re.compile(r"://([^/\s@]+)@")


def asks_for_credential(text: str) -> bool:
    """Whether people are to put a credential in the place of a text (`PUT-YOUR-KEY-HERE`, `changeme`), or it has one
    character only.

    Wider than `is_placeholder`, and a guess: what it says is no secret in a list is masked all the same.
    """
    user = _USER_OF_ADDRESS.search(text)
    text = (text if user is None else user[1]).strip()
    return is_placeholder(text) or _FILLER.fullmatch(text.replace("_", "-")) is not None


_KEY_NAME = re.compile(r"(?:^|_)(?:key|pin|pass|pw|pat|code|login|auth)$", re.IGNORECASE)
_OF_DATA = re.compile(
    r"(?:^|_)(?:base|bucket|cache|foreign|issue|object|partition|primary|project|row|sheet|sort|space|spreadsheet|status"
    r"|country|currency|language|zip|postal|area|error|exit)_(?:key|code)$",
    re.IGNORECASE,
)


def may_name_key(name: str) -> bool:
    """Whether a variable of this name may hold a secret, though other things are called so too (`SHOP_KEY`)."""
    return _KEY_NAME.search(name) is not None and _OF_DATA.search(name) is None


_GROUPS = frozenset({"auth", "credentials", "private", "cookie", "cookies", "authentication", "bearer"})


def names_group(name: str) -> bool:
    """Whether a name is that of what holds credentials, or of a way to use them, not of one."""
    return name.lower() in _GROUPS


_KEY_PARAMETERS = frozenset({"key", "apikey", "appid", "app_key", "sig", "pwd"})


def names_key(name: str) -> bool:
    """Whether a parameter or field of a request of this name carries a credential (`apikey`, `token`, `appid`)."""
    return names_credential(name) or name.lower() in _KEY_PARAMETERS


_SHORTEST_UNKNOWN = 8
"""Values of fewer characters stand in other texts by chance."""


def may_be_credential(name: str, value: str) -> bool:
    """Whether a variable of which only name and value are known could hold a secret; an address without one is none."""
    if is_secret_name(name) or is_credential(value):
        return True
    return len(value) >= _SHORTEST_UNKNOWN and "://" not in value


def is_credential(text: str) -> bool:
    """Whether a constant is a credential by its form alone: a known form, or one long random word (no UUID)."""
    found = _KNOWN_FORMS.search(text)
    if found:
        scheme, *words = text[found.start() :].split(maxsplit=2)
        rest = (words[0] if words and scheme.lower() in ("bearer", "basic") else scheme).strip("\"'`")
        return _PLACEHOLDER.fullmatch(rest) is None and "{" not in rest and "%s" not in rest
    if _UUID.fullmatch(text) or not _ONE_WORD.fullmatch(text):
        return False
    runs = re.findall(r"[A-Za-z0-9]{16,}", text)
    return any(re.search(r"[A-Za-z]", run) and len(re.findall(r"[0-9]", run)) >= 3 for run in runs)


_STRUCTURED = re.compile(
    r"""\s*[\[{<]
      | [\w.-]+=[^\s&]*(?:&[\w.-]+=[^\s&]*)*$                                    # a form
      | [\w.\- ]+=[^;=\n]*(?:;[\w.\- ]+=[^;=\n]*)+;?\s*$                         # the settings of a connection: ODBC,
      | \w+=\S*(?:\s+\w+=\S*)+\s*$                                              # libpq""",
    re.VERBOSE,
)
_FIELD = re.compile(
    r"""(?P<name>[\w.-]+)["']?\s*[=:]\s*["']?(?P<value>[^\s"'&;,<>{}\[\]]+)
      | <(?P<tag>[\w:.-]+)[^<>]*>(?P<text>[^<>{}]+)</""",
    re.VERBOSE,
)


_ADDRESS = re.compile(r"\s*[A-Za-z][\w+.-]*://[^/?#\s]*")
_SEGMENT = re.compile(r"(?<=/)[^/?#\s]+")


def credentials_in(text: str) -> list[tuple[str, int, int]]:
    """Name, start and end of each credential in a text that is JSON, XML, a form, an address or settings."""
    if address := _ADDRESS.match(text):
        path = re.split(r"[?#]", text, maxsplit=1)[0]
        segments = _SEGMENT.finditer(path, address.end())
        return [("path_key", *found.span()) for found in segments if is_credential(found.group())]
    if not _STRUCTURED.match(text):
        return []
    found = []
    for field in _FIELD.finditer(text):
        group = "value" if field["name"] else "text"
        name = field["name"] or field["tag"].rpartition(":")[2]
        if names_credential(name) and not _PLACEHOLDER.fullmatch(field[group]) and "%" not in field[group]:
            found.append((name, field.start(group), field.end(group)))
    return found


_ONE_WORD = re.compile(r"[A-Za-z0-9+=_~-]{20,}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def looks_like_secret(text: str) -> bool:
    """Whether a text holds a credential: by its form, by a name in it, or as a long word without meaning."""
    if _KNOWN_FORMS.search(text) or any(_is_random(word.group()) for word in _WORD.finditer(text)):
        return True
    pairs = ((pair["name"], pair["value"]) for pair in _PAIR.finditer(text))
    parameters = ((pair["name"], pair["value"]) for pair in _PARAMETER.finditer(text))
    return any(is_secret_name(name) and not _PLACEHOLDER.fullmatch(value) for name, value in pairs) or any(
        (is_secret_name(name) or _KEY_OF_URL.match(name)) and not _PLACEHOLDER.fullmatch(value)
        for name, value in parameters
    )


def _is_random(word: str) -> bool:
    """Whether a word of 16 characters or more is no path, address, date or identifier that people write."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", word) if part]
    if not any(character.isalpha() for character in word):
        return any(len(part) >= 16 for part in parts)
    if not any(character.isdigit() for character in word):
        return any(len(part) >= 16 and _is_jumbled(part) for part in parts)
    return not all(_PLAIN_PART.fullmatch(part) or _is_camel(part) for part in parts)


def _is_camel(part: str) -> bool:
    """Whether letters alone form words in camel case (`getCustomerDetails`)."""
    return part.isalpha() and not _is_jumbled(part) and "".join(_CAMEL_PARTS.findall(part)) == part


def _is_jumbled(part: str) -> bool:
    """Whether upper and lower case change more often than words would have it."""
    changes = sum(left.islower() != right.islower() for left, right in pairwise(part))
    return changes / len(part) > 0.35

"""Credentials that a script takes from its surroundings, found by how its code names them, in all of its code.

The evaluator meets those that it passes. This looks at the rest too: at code that is never reached, or not followed.
Only what is called a credential counts, and only where the code shows where it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from extractors.evaluator.hard_coded import nodes_of
from extractors.ir import (
    Argument,
    Assign,
    Attribute,
    CallExpr,
    ClassDef,
    Delete,
    Expr,
    Import,
    Index,
    LiteralExpr,
    MapEntry,
    Name,
    Script,
)
from migrate.model import SourceSpan
from migrate.secrets.recognition import may_name_key, names_credential, names_group

Storage = Literal["env", "config", "arg", "store"]

_ENVIRONMENT = re.compile(
    r"(?:^|\.)(?:getenv|environ|environ\.get|environ\.pop|environ\.setdefault|(?i:env)|env\.str|envvar)$"
)
_CONFIGURATION = re.compile(
    r"(?:config|conf|cfg|configuration|settings|secrets|creds|credentials)\d*$|(?:^|[._])(?:keys|parser|toml)$",
    re.IGNORECASE,
)
_MODULE = re.compile(r"(?:^|[._])(?:config\w*|conf|cfg|settings|secrets?|creds|credentials|keys|constants)$")
_SETTINGS = re.compile(r"^(?:config|conf|cfg|configuration|settings|secrets)$")
_ARGUMENTS = re.compile(r"^(?:args|arguments|opts|options|parsed|parsed_args|namespace|ns|flags)$")
_DECLARES = re.compile(
    r"(?:^|\.)(?:add_argument|add_option|option|Option|argument|DEFINE_string)$|parser\.add$"
)
_ASKS = re.compile(r"(?:^|\.)(?:prompt|getpass|raw_input|input|ask|askstring)$")
_DECODES = re.compile(
    r"(?:^|\.)(?:json|simplejson|yaml|toml|tomllib|tomli|tomlkit)\.(?:load|safe_load|full_load)$"
)
_FILE = re.compile(r"^(?:f|fp|fh|fd|fin|stream|infile)$|file$|config$|json$|conf$", re.IGNORECASE)
_SETTINGS_CLASS = re.compile(r"(?:^|\.)BaseSettings$")
_STORE = re.compile(
    r"(?:^|[._])(?:get_secret|get_secret_value|access_secret|access_secret_version|read_secret|fetch_secret|getsecret"
    r"|get_parameter|get_password|load_secret)$",
    re.IGNORECASE,
)
_READS = ("get", "getpass", "str", "pop", "get_value", "getvalue", "require", "fetch")
_IN_PATH = re.compile(r"(?:^|/)([\w.-]+?)(?:/versions/\w+)?$")


@dataclass(frozen=True)
class Mention:
    """A credential by its name, where it is kept, and where the script takes it."""

    name: str
    storage: Storage
    span: SourceSpan


def mentioned_secrets(scripts: Sequence[Script]) -> Iterator[Mention]:
    """The credentials that the code of a script and of its modules names, as often as they stand there."""
    made = frozenset(name for script in scripts for name in _made(script))
    files = frozenset(PurePosixPath(script.file).stem for script in scripts)
    for script in scripts:
        yield from _of_script(script, made, files)


def _of_script(script: Script, made: frozenset[str], files: frozenset[str]) -> Iterator[Mention]:
    written = _assigned(script)
    loaded = _loaded(script)
    options = _options(script)
    for node in nodes_of(script.body):
        if id(node) in written:
            continue
        match node:
            case CallExpr():
                yield from _of_call(node)
            case Index(value=value, index=LiteralExpr(value=str() as key)):
                storage = "config" if _dotted(value) in loaded else _storage(_dotted(value))
                if storage is not None and _is_credential(key) and key not in made:
                    yield Mention(key, storage, node.span)
            case Attribute(value=Name(name=base), name=name) if name not in made and _is_credential(name):
                if _ARGUMENTS.match(base):
                    yield Mention(name, "arg", node.span)
                elif _SETTINGS.match(base) and base not in files:
                    yield Mention(name, "config", node.span)
            case Assign(targets=(Name(name=name),), value=CallExpr(function=function) as asked) if (
                _ASKS.search(_dotted(function)) and _is_credential(name) and name not in options
            ):
                yield Mention(name, "arg", asked.span)
            case ClassDef(bases=bases, fields=fields) if any(
                _SETTINGS_CLASS.search(_dotted(base.value)) for base in bases
            ):
                yield from (Mention(one.name, "env", one.span) for one in fields if _is_credential(one.name))
            case Import(module=module, names=names) if _MODULE.search(module):
                if module.rpartition(".")[2] not in files:
                    for one in names:
                        if _is_credential(one[0]):
                            yield Mention(one[0], "config", node.span)


def _loaded(script: Script) -> set[str]:
    """The names of what the script decodes from files: its configuration."""
    found: set[str] = set()
    for node in nodes_of(script.body):
        match node:
            case Assign(
                targets=(Name(name=name),),
                value=CallExpr(function=function, arguments=[Argument(value=of), *_]),
            ) if _DECODES.search(_dotted(function)) and (_dotted(of) == "open" or _FILE.search(_dotted(of))):
                found.add(name)
    return found


def _assigned(script: Script) -> set[int]:
    """The targets of assignments with all below: what is set there is not taken from anywhere."""
    found: set[int] = set()
    for node in nodes_of(script.body):
        if isinstance(node, (Assign, Delete)):
            found |= {id(one) for target in node.targets for one in nodes_of(target)}
    return found


def _made(script: Script) -> set[str]:
    """The names that the script itself sets in maps, attributes and arguments: what it takes by them is its own."""
    found: set[str] = set()
    for node in nodes_of(script.body):
        match node:
            case MapEntry(key=LiteralExpr(value=str() as key)) | Argument(keyword=str() as key):
                found.add(key)
            case Assign(targets=targets):
                found |= {target.name for target in targets if isinstance(target, Attribute)}
    return found


def _of_call(call: CallExpr) -> Iterator[Mention]:
    function = _dotted(call.function)
    given = (one.value for one in call.arguments if one.keyword is None)
    texts = [one.value for one in given if isinstance(one, LiteralExpr) and isinstance(one.value, str)]
    if _DECLARES.search(function):
        yield from _declared(call)
    elif _STORE.search(function):
        for text in texts:
            found = _IN_PATH.search(text)
            if found is not None and found[1]:
                yield Mention(found[1], "store", call.span)
                return
    elif _ENVIRONMENT.search(function):
        yield from (Mention(text, "env", call.span) for text in texts[:1] if _is_credential(text))
    elif isinstance(call.function, Attribute) and call.function.name in _READS:
        storage = _storage(_dotted(call.function.value))
        for text in reversed(texts[:2] if storage == "config" else texts[:1]):
            if storage is not None and _is_credential(text):
                yield Mention(text, storage, call.span)
                return


def _options(script: Script) -> set[str]:
    """The options of the command line: one that is asked for where it is not given is the same."""
    calls = (node for node in nodes_of(script.body) if isinstance(node, CallExpr))
    return {_option(call) for call in calls if _DECLARES.search(_dotted(call.function))}


def _declared(call: CallExpr) -> Iterator[Mention]:
    """An option of the command line, by the name under which the script has it, or by the variable it may stand in."""
    given = {one.keyword: one.value for one in call.arguments if one.keyword is not None}
    match given.get("envvar"):
        case LiteralExpr(value=str() as variable) if _is_credential(variable):
            yield Mention(variable, "env", call.span)
            return
    match given.get("action"), given.get("is_flag"):
        case (LiteralExpr(value="store_true" | "store_false" | "count"), _) | (_, LiteralExpr(value=True)):
            return
    name = _option(call)
    if _is_credential(name):
        yield Mention(name, "arg", call.span)


def _option(call: CallExpr) -> str:
    """The name under which the script has an option; empty where that is not stated."""
    named = [one.value for one in call.arguments if one.keyword == "dest"]
    texts = [one.value for one in call.arguments if one.keyword is None]
    names = [one.value for one in (*named, *texts) if isinstance(one, LiteralExpr)]
    options = [one for one in names if isinstance(one, str)]
    chosen = options[:1] if named else [one for one in options if one.startswith("--")] or options
    return chosen[0].lstrip("-").replace("-", "_") if chosen else ""


def _storage(base: str) -> Storage | None:
    if _ENVIRONMENT.search(base):
        return "env"
    if _ARGUMENTS.match(base):
        return "arg"
    return "config" if _CONFIGURATION.search(base) else None


def _is_credential(name: str) -> bool:
    return (names_credential(name) or may_name_key(name)) and not names_group(name)


def _dotted(expression: Expr) -> str:
    """The name of a function or object as it is written; items by what they are taken from."""
    match expression:
        case Name(name=name):
            return name
        case Attribute(value=value, name=name):
            return f"{_dotted(value)}.{name}"
        case Index(value=value):
            return _dotted(value)
        case CallExpr(function=function):
            return _dotted(function)
        case _:
            return ""

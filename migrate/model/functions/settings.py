"""Files of configuration: the INI files of `configparser`, YAML and TOML.

Sources: the Python Library Reference, 3.11, "configparser" and "tomllib"; PyYAML 6.0, whose `safe_load` reads YAML 1.1.
"""

from __future__ import annotations

import configparser
import tomllib
from datetime import date, datetime
from typing import Any

import yaml

from migrate.model.functions.declaration import kernel
from migrate.model.functions.text import require_text
from migrate.model.values import EvaluationError, UnmappedReached


@kernel("configparser.sections", result="map")
def _sections(text: Any, raw: Any = False, cased: Any = False) -> Any:
    """The sections of an INI file with their options, those of DEFAULT in each; of null none.

    Unless `raw`, `%(name)s` stands for another option; unless `cased`, names of options are in lower case.
    """
    parser = configparser.ConfigParser(interpolation=None if raw else configparser.BasicInterpolation())
    if cased:
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # as documented
    try:
        if text is not None:
            require_text(text)
            parser.read_string(text)
    except configparser.Error as failure:
        raise EvaluationError(f"configparser.{type(failure).__name__}", "the text is no INI file") from None
    try:
        return {name: dict(parser.items(name)) for name in (parser.default_section, *parser.sections())}
    except configparser.Error:
        raise UnmappedReached("HS103: an option names another that is not there") from None


_BOOLEANS = configparser.ConfigParser.BOOLEAN_STATES


@kernel("configparser.boolean", result="boolean")
def _boolean(text: Any) -> Any:
    """`getboolean`: 1, yes, true, on are true and 0, no, false, off are false, in any case; else ValueError."""
    require_text(text)
    if text.lower() not in _BOOLEANS:
        raise ValueError
    return _BOOLEANS[text.lower()]


@kernel("yaml.value", result=None)
def _yaml(text: Any) -> Any:
    """`yaml.safe_load(text)`; what no JSON holds but times, and keys that are no texts, are not followed."""
    require_text(text)
    try:
        return _data(yaml.safe_load(text))
    except yaml.YAMLError:
        raise EvaluationError("yaml.YAMLError", "the text is no YAML") from None


@kernel("toml.value", result="map")
def _toml(text: Any) -> Any:
    """`tomllib.loads(text)`; times of a day are not followed."""
    require_text(text)
    try:
        return _data(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        raise EvaluationError("ValueError", "the text is no TOML") from None


def _data(value: Any) -> Any:
    match value:
        case None | bool() | int() | float() | str() | datetime() | date():
            return value
        case list():
            return [_data(one) for one in value]
        case dict() if all(isinstance(key, str) for key in value):
            return {key: _data(one) for key, one in value.items()}
        case _:
            raise UnmappedReached("HS101: a document that holds what no JSON does")

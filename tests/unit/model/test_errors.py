"""The catalogue of errors says what the classes of Python and of the libraries say."""

from __future__ import annotations

import builtins
import configparser
import csv
import http.client
import json
import re
import smtplib
import socket
import sqlite3
import urllib.error

import httpx
import pytest
import requests
import yaml

from migrate.model.errors import ERRORS, handles, is_a

URLLIB3 = requests.packages.urllib3.exceptions  # type: ignore[attr-defined]  # made when requests is imported
LIBRARIES = {
    "httpx": httpx,
    "requests": requests.exceptions,
    "json": json,
    "csv": csv,
    "smtplib": smtplib,
    "socket": socket,
    "sqlite3": sqlite3,
    "urllib3": URLLIB3,
    "urllib": urllib.error,
    "http": http.client,
    "re": re,
    "yaml": yaml,
    "configparser": configparser,
}
HERE = [kind for kind in ERRORS if not kind.startswith(("aiohttp.", "decouple.", "environs.", "tenacity."))]
"""Kinds whose classes are installed."""


def class_of(kind: str) -> type[Exception]:
    library, _, name = kind.rpartition(".")
    found = getattr(LIBRARIES.get(library, builtins), name)
    assert isinstance(found, type)
    return found


@pytest.mark.parametrize("kind", HERE)
def test_a_kind_is_a_special_case_of_another_where_the_classes_are(kind: str) -> None:
    mine = {other for other in ERRORS if is_a(kind, other)}
    assert mine == {other for other in HERE if issubclass(class_of(kind), class_of(other))}


def test_every_error_class_of_requests_is_known() -> None:
    found = {
        f"requests.{name}"
        for name, one in vars(requests.exceptions).items()
        if isinstance(one, type)
        and issubclass(one, requests.RequestException)
        and one.__module__.startswith("requests")
    }
    assert found <= ERRORS.keys()


def test_every_error_class_of_httpx_is_known() -> None:
    found = {
        f"httpx.{name}"
        for name, one in vars(httpx).items()
        if isinstance(one, type) and issubclass(one, Exception)
    }
    assert found <= ERRORS.keys()


@pytest.mark.parametrize(
    ("errors", "kind", "expected"),
    [
        ((), "KeyError", True),
        (("LookupError",), "KeyError", True),
        (("KeyError",), "LookupError", False),
        (("ValueError", "OSError"), "requests.HTTPError", True),
        (("SyncError",), "SyncError", True),
        (("Exception",), "SyncError", False),
    ],
)
def test_a_handler_handles_what_it_names_and_special_cases_of_it(
    errors: tuple[str, ...], kind: str, expected: bool
) -> None:
    assert handles(errors, kind) is expected

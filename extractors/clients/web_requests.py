"""Requests that a web framework hands to a route: Flask's and Quart's `request`, Bottle's.

Reads: `request.json`, `get_json()`, `args`, `form`, `values`, `data`, `headers`; Bottle's `query`, `forms`.
Becomes: what the route is called with, which is not known: a gap; what is made of it is read on.
Cannot see: anything that runs: a route is an entry point.
Example:
    import requests
    from flask import Flask, request
    app = Flask("hooks")
    @app.route("/hook", methods=["POST"])
    def hook():
        requests.post("https://b.example/in", json={"id": request.args.get("id"), "title": request.json["title"]})
        return "", 204
"""

from __future__ import annotations

from collections.abc import Callable

from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import Value
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
_PARTS = ("args", "cookies", "data", "form", "forms", "headers", "json", "params", "query", "values")
_METHODS = ("get_data", "get_json")


def _part(name: str) -> Callable[[Evaluator, SourceSpan], Value]:
    def value(context: Evaluator, span: SourceSpan) -> Value:
        return context.supposed(context.gap("HS110", f"what the request brings as {name}", span))

    return value


def _called(name: str) -> Callable[[Evaluator, Arguments, SourceSpan], Value]:
    part = _part(name)
    return lambda context, arguments, span: part(context, span)


for _framework in ("flask", "quart", "bottle"):
    KNOWLEDGE.values.update({f"{_framework}.request.{name}": _part(name) for name in _PARTS})
    KNOWLEDGE.functions.update({f"{_framework}.request.{name}": _called(name) for name in _METHODS})

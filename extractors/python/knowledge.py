"""All that is known when Python scripts are read: the built-ins and every client library."""

from __future__ import annotations

from extractors.clients import encodings, requests, standard
from extractors.evaluator import Knowledge
from extractors.python import builtins, scalars


def python_knowledge() -> Knowledge:
    """The built-ins and the client libraries in one table."""
    knowledge = Knowledge()
    for part in (
        builtins.KNOWLEDGE,
        scalars.KNOWLEDGE,
        standard.KNOWLEDGE,
        encodings.KNOWLEDGE,
        requests.KNOWLEDGE,
    ):
        knowledge.include(part)
    return knowledge

"""Checks documents: by the specification's schema, and by rules of style beyond it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from emitters.openapi.lint import lint

SUFFIX = ".openapi.yaml"
_PACKAGE = "openapi-spec-validator"
_MOST = 20


class OpenApiValidator:
    """The package `openapi-spec-validator`, and our rules after those of Spectral."""

    def version(self) -> str:
        """The version of OpenAPI, and that of the validator where it is installed."""
        return f"OpenAPI 3.1, {_PACKAGE} {version(_PACKAGE)}" if self.missing() is None else "OpenAPI 3.1"

    def missing(self) -> str | None:
        """None where the validator is installed; else the command that installs it."""
        if importlib.util.find_spec("openapi_spec_validator") is None:
            return f"{_PACKAGE} is not installed; pip install 'hubshift[openapi]'"
        return None

    def faults(self, artefacts: Path) -> tuple[str, ...]:
        """What is wrong with the documents below a folder, each with its file."""
        files = sorted(artefacts.rglob(f"*{SUFFIX}"))
        if not files:
            return (f"there is no *{SUFFIX}",)
        return tuple(
            f"{path.relative_to(artefacts).as_posix()}: {fault}" for path in files for fault in _of_file(path)
        )


def _of_file(path: Path) -> Iterator[str]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as problem:
        yield f"cannot be read: {problem.strerror}"
        return
    except (ValueError, yaml.YAMLError) as problem:
        yield f"is no YAML: {type(problem).__name__}"
        return
    if not isinstance(document, dict):
        yield "is no map"
        return
    invalid = list(_invalid(document))
    yield from invalid
    if not invalid:
        yield from (str(fault) for fault in lint(document))


def _invalid(document: dict[str, Any]) -> Iterator[str]:
    """What the validator says, the first twenty; a document of which it can make nothing is said to be that."""
    from openapi_spec_validator import OpenAPIV31SpecValidator

    try:
        for number, error in enumerate(OpenAPIV31SpecValidator(document).iter_errors()):
            if number == _MOST:
                return
            place = "/".join(str(part) for part in error.absolute_path)
            yield f"/{place}: {error.message}"
    except Exception as problem:  # noqa: BLE001  # the validator raises what its libraries raise
        yield f"cannot be checked: {type(problem).__name__}"

"""What a run knows at a moment: configuration, the latest result of each step, the loop variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from migrate.model import Integration, Reference
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached, Value
from migrate.reference.coverage import Tally
from migrate.reference.exchange import Answer, Incoming, TransportError, kind_of


class Result(Protocol):
    """The named result of one execution of a step."""

    def part(self, name: str) -> Value:
        """The part that a reference names. Raises EvaluationError."""


@dataclass(frozen=True, repr=False)
class Single:
    """A result with one part: the value of a translate or the item of a split."""

    value: Value

    def part(self, name: str) -> Value:
        """The value, whichever of the two names it has."""
        return self.value


@dataclass(frozen=True, repr=False)
class Parts:
    """The result of an access to a file or of a statement: parts by name; `body` is made of `text` when asked for."""

    values: dict[str, Value]
    decoder: str | None = None

    def part(self, name: str) -> Value:
        """The part that a reference names; validation has seen to it that there is one. Raises EvaluationError."""
        if name == "body" and self.decoder is not None:
            return DOCUMENTS[self.decoder](self.values["text"])
        return self.values[name]


def came_in(request: Incoming) -> Parts:
    """The results of a webhook."""
    headers = dict[str, Value](request.headers)
    return Parts({"method": request.method, "path": request.path, "headers": headers, "bytes": request.body})


@dataclass(frozen=True, repr=False)
class Attempt:
    """The result of a try so far: the error that is or was handled, the number of the handler, and how far it came."""

    error: EvaluationError | TransportError | None = None
    handler: int | None = None
    reached: int = 0

    def part(self, name: str) -> Value:
        """`failed`, `handler`, `reached`, `error` (the kind), `message` or `representation`.

        Raises UnmappedReached where what the error says is not known.
        """
        match name:
            case "message" | "representation" if self.error is not None:
                original = self.error.original if isinstance(self.error, EvaluationError) else None
                if original is None:
                    raise UnmappedReached(f"what an error of the kind {self.error.kind} says is not known")
                return str(original) if name == "message" else repr(original)
            case "failed":
                return self.error is not None
            case "handler":
                return self.handler
            case "reached":
                return self.reached
            case _:
                return self.error.kind if self.error is not None and name == "error" else None


DOCUMENTS = {"python.json": FUNCTIONS["python.json_value"]}
"""Decoders of the codec catalogue that make a value of a text."""

DECODERS: dict[str, Callable[[Answer], Value]] = {
    "requests.json_answer": lambda answer: answer.json(),
    "httpx.json_answer": lambda answer: answer.json(),
    "urllib.json_answer": lambda answer: answer.json(),
    "jq-1.6.json_answer": lambda answer: FUNCTIONS["jq-1.6.json_value"](answer.text()),
}
"""Decoders of the codec catalogue; each raises ValueError or RecursionError for a body it refuses."""


class Response:
    """The result of a read or write; its body is decoded at its first use, where a script may fail."""

    def __init__(self, answer: Answer, decoder: str | None) -> None:
        self._answer = answer
        self._decoder = decoder
        self._decoded: list[Value] = []

    def part(self, name: str) -> Value:
        """`status`, `headers` (a map with names in lower case), `text`, `bytes` or the decoded `body`."""
        if name == "status":
            return self._answer.status
        if name == "headers":
            return dict[str, Value](self._answer.headers)
        if name == "text":
            return self._answer.text()
        if name == "bytes":
            return self._answer.content
        if not self._decoded:
            self._decoded.append(self._decode())
        return self._decoded[0]

    def _decode(self) -> Value:
        if self._decoder is None:
            raise EvaluationError("TypeError", "the body has no decoder")
        try:
            return DECODERS[self._decoder](self._answer)
        except (ValueError, RecursionError) as failure:
            kind = kind_of(failure)
        raise EvaluationError(kind, f"the body is refused by {self._decoder}")


@dataclass(repr=False)
class State:
    """The state of one run; made anew for each. `environment` holds variables and secrets by name.

    `tally` may be shared by several runs.
    """

    integration: Integration
    environment: Mapping[str, str]
    results: dict[str, Result] = field(default_factory=dict)
    loops: dict[str, dict[str, Value]] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def variable(self, name: str) -> Value:
        """A configuration value: the environment's text, else the default. Raises EvaluationError."""
        if name in self.environment:
            return self.environment[name]
        declared = next((variable for variable in self.integration.variables if variable.name == name), None)
        if declared is None or (declared.required and declared.default is None):
            kind = "KeyError" if declared is None else declared.missing
            raise EvaluationError(kind, f"the variable {name} is not set")
        return declared.default

    def secret(self, name: str) -> str:
        """The value of a secret. Raises EvaluationError, of the kind that the secret names."""
        if name in self.environment:
            return self.environment[name]
        declared = next((secret for secret in self.integration.secrets if secret.name == name), None)
        if declared is not None and declared.default is not None:
            return self.secret(declared.default)
        kind = "KeyError" if declared is None else declared.missing
        raise EvaluationError(kind, f"the secret {name} is not set")

    def secret_value(self, name: str) -> Value:
        """The value of a secret in an expression: null for one that is not required and not set."""
        optional = any(one.name == name and not one.required for one in self.integration.secrets)
        return None if optional and name not in self.environment else self.secret(name)

    def result(self, reference: Reference) -> Value:
        """A part of a step's latest result. Raises EvaluationError (NameError) if the step has not run."""
        if reference.step not in self.results:
            raise EvaluationError("NameError", f"the step {reference.step} has not run")
        return self.results[reference.step].part(reference.part)

    def loop_value(self, loop: str, name: str) -> Value:
        """The present or last value of a loop variable. Raises EvaluationError if the loop has not run."""
        if loop not in self.loops:
            raise EvaluationError("NameError", f"the loop {loop} has not run")
        return self.loops[loop][name]

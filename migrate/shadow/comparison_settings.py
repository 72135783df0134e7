"""The section `comparison` of `hubshift.yaml`: business keys, batches, and the rules that people declare."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from migrate.shadow.comparison_rules import RULES
from migrate.shadow.patterns import FieldPattern, OperationPattern


def _operation(text: str) -> str:
    OperationPattern(text)
    return text


def _field(text: str) -> str:
    FieldPattern(text)
    return text


def _key_field(text: str) -> str:
    FieldPattern(text).below("body")
    return text


def _rule(text: str) -> str:
    if text not in RULES:
        raise ValueError(f"is no rule that is known here; there are {', '.join(RULES)}")
    return text


Operation = Annotated[str, AfterValidator(_operation)]
FieldPath = Annotated[str, AfterValidator(_field)]
KeyPath = Annotated[str, AfterValidator(_key_field)]
Text = Annotated[str, Field(min_length=1)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BusinessKey(_Declared):
    """Writes of an operation are of the same record where all of these fields are equal."""

    operation: Operation
    key: Annotated[tuple[KeyPath, ...], Field(min_length=1)]

    @property
    def paths(self) -> tuple[tuple[str, ...], ...]:
        """The names that lead to each field, below the body."""
        return tuple(FieldPattern(path).below("body") for path in self.key)


class Batch(_Declared):
    """An operation takes many records at once, in the list at `records`; how many is nothing that the receiver keeps.

    So another batch size wants a review and is no difference; records are compared one by one in any case.
    """

    operation: Operation
    records: KeyPath = "body"

    @property
    def path(self) -> tuple[str, ...]:
        """The names that lead to the list, below the body."""
        return FieldPattern(self.records).below("body")


class DeclaredRule(_Declared):
    """A named rule holds at fields, or for an operation; who says so, and why."""

    rule: Annotated[str, AfterValidator(_rule)]
    at: FieldPath | None = None
    operation: Operation | None = None
    reason: Text
    owner: Text

    @model_validator(mode="after")
    def _in_scope(self) -> DeclaredRule:
        scope = RULES[self.rule].scope
        if scope == "operation" and (self.at is not None or self.operation is None):
            raise ValueError(f"{self.rule} holds for an operation: it needs `operation`, and no `at`")
        if scope != "operation" and self.at is None:
            raise ValueError(f"{self.rule} holds at fields: it needs `at`")
        return self

    @property
    def place(self) -> str:
        """Where it holds: fields, an operation, or fields of one."""
        return " of ".join(part for part in (self.at, self.operation) if part)

    def __str__(self) -> str:
        return f"{self.rule} at {self.place} ({self.owner}: {self.reason})"


class ComparisonSettings(_Declared):
    """What people declare about equality; nothing of it holds unless it is declared."""

    keys: tuple[BusinessKey, ...] = ()
    batches: tuple[Batch, ...] = ()
    rules: tuple[DeclaredRule, ...] = ()


NOTHING_DECLARED = ComparisonSettings()

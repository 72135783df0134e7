"""Attributes of objects, classes, modules and libraries."""

from __future__ import annotations

from dataclasses import replace

from extractors.evaluator import time_methods
from extractors.evaluator.alternatives import for_each
from extractors.evaluator.credentials import Credentials
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import (
    ClassValue,
    EitherValue,
    External,
    Frame,
    FunctionValue,
    Instance,
    Method,
    ModuleValue,
    Pointer,
    Ruined,
    Symbolic,
    Unknown,
    Value,
)
from migrate.model import SourceSpan


class Attributes(Credentials):
    """The part of the evaluator that takes attributes."""

    def read_value(self, value: Value, span: SourceSpan) -> Value:
        """What a name or an attribute holds; that it may hold nothing shows where it is read."""
        raise NotImplementedError

    def attribute(self, value: Value, name: str, span: SourceSpan) -> Value:
        """`value.name`."""
        match value:
            case Unknown():
                return value
            case EitherValue():
                return for_each(self, value, lambda one: self.attribute(one, name, span), span)
            case External(name=qualified):
                return self.external_attribute(qualified, name, span)
            case ModuleValue():
                return self.module_attribute(value, name, span)
            case ClassValue():
                found = self.class_attribute(value, name)
                if isinstance(found, FunctionValue) and found.binding == "class":
                    return replace(found, bound=value)
                if isinstance(found, FunctionValue) and found.binding in ("property", "once"):
                    return self.unknown("HS101", "a property of a class itself", span)
                return (
                    found
                    if found is not None
                    else self.unknown("HS103", f"the class has no attribute {name}", span)
                )
            case Pointer():
                match self.state.peek(value):
                    case Ruined(unknown=unknown):
                        return unknown
                    case Instance(of=of, attributes=attributes):
                        if name in attributes:
                            return self.read_value(attributes[name], span)
                        if isinstance(of, ClassValue):
                            return self._instance_attribute(value, of, name, span)
            case Symbolic():
                field = time_methods.attribute(self, value, name, span)
                if field is not None:
                    return field
        return Method(value, name)

    def kept_value(self, instance: Pointer, name: str, getter: FunctionValue, span: SourceSpan) -> Value:
        """An attribute that is computed where it is first asked for, and kept."""
        raise NotImplementedError

    def module_attribute(self, module: ModuleValue, name: str, span: SourceSpan) -> Value:
        """An attribute of a module of the project."""
        raise NotImplementedError

    def external_attribute(self, qualified: str, name: str, span: SourceSpan) -> Value:
        """An attribute of something of a library."""
        return External(f"{qualified}.{name}")

    def class_attribute(self, of: ClassValue, name: str) -> Value | None:
        """An attribute of a class or of its bases, depth first."""
        attributes = self.state.get(of.attributes)
        if isinstance(attributes, Frame) and name in attributes.names:
            return attributes.names[name]
        for base in of.bases:
            if isinstance(base, ClassValue) and (found := self.class_attribute(base, name)) is not None:
                return found
        return None

    def _instance_attribute(self, instance: Pointer, of: ClassValue, name: str, span: SourceSpan) -> Value:
        found = self.class_attribute(of, name)
        if isinstance(found, FunctionValue):
            match found.binding:
                case "instance":
                    return replace(found, bound=instance)
                case "class":
                    return replace(found, bound=of)
                case "property":
                    return self.call(replace(found, bound=instance), Arguments((), {}), span)
                case "once":
                    return self.kept_value(instance, name, replace(found, bound=instance), span)
                case _:
                    return found
        if found is None:
            return self.unknown("HS103", f"the instance has no attribute {name} here", span)
        return found

"""The estate as a whole: which flows join which systems, with which credentials, and what several of them map.

Only what the models say exactly; nothing is guessed from names.
"""

from migrate.estate.graph import Credential, Link, System, SystemGraph, system_graph
from migrate.estate.mapped import MappedField, MappedRule, mapped_twice

__all__ = [
    "Credential",
    "Link",
    "MappedField",
    "MappedRule",
    "System",
    "SystemGraph",
    "mapped_twice",
    "system_graph",
]

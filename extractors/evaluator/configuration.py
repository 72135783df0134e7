"""What a script takes from its surroundings, and the credentials that stand in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from migrate.model import Constant, SourceSpan
from migrate.secrets.recognition import IN_SOURCE


@dataclass
class Configuration:
    """Variables of the environment and secrets, by name, each with the first place that names it."""

    variables: dict[str, SourceSpan] = field(default_factory=dict)
    defaults: dict[str, Constant] = field(default_factory=dict)
    """What variables are where the environment does not set them."""
    secret_defaults: dict[str, str] = field(default_factory=dict)
    """The same for those whose default is a secret, by its name."""
    required: set[str] = field(default_factory=set)
    """The variables without which a run fails."""
    storages: dict[str, str] = field(default_factory=dict)
    """Where the script has variables from, those that are not of the environment: `arg` or `config`."""
    missing: dict[str, str] = field(default_factory=dict)
    """The error where a required variable is not set, for those where it is no `KeyError`."""
    read_differently: set[str] = field(default_factory=set)
    """Variables that are required in one place and not in another, or have several defaults: found in an evaluation
    before this one."""
    found_differently: set[str] = field(default_factory=set)
    """The same, found in this one."""
    file_secrets: dict[str, SourceSpan] = field(default_factory=dict)
    """Credentials that the script takes from files of configuration when it runs, by their keys."""
    secret_values: dict[str, str] = field(default_factory=dict)
    """The credentials that stand in the source; nothing but the masking of texts looks at them."""
    secret_spans: dict[str, SourceSpan] = field(default_factory=dict)
    mentioned_names: frozenset[str] = frozenset()
    """What the script's own texts name, as variables of the environment perhaps."""

    def with_default(self) -> frozenset[str]:
        """The variables that have a value in every run."""
        return frozenset(self.defaults) | frozenset(self.secret_defaults)

    def name_secret(self, name: str, value: str, span: SourceSpan) -> str:
        """The name of a credential that stands in the source: one value has one name, and one name one value."""
        known = next((one for one, held in self.secret_values.items() if held == value), None)
        if known is not None:
            return known
        if name in self.mentioned_names:
            name = f"{name}{IN_SOURCE}"  # the name may be that of an environment variable
        base, number = name, 2
        while self.secret_values.get(name, value) != value:
            name, number = f"{base}_{number}", number + 1
        self.secret_values[name] = value
        self.secret_spans.setdefault(name, span)
        return name

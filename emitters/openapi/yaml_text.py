"""YAML as a person would write it, the same each time: keys in their order, lines unbroken, texts of lines as such."""

from __future__ import annotations

from typing import Any

import yaml

_WIDE = 1_000_000


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]  # the C one, where it is built
    """Without anchors: what stands twice is written twice."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def yaml_text(document: dict[str, Any]) -> str:
    """A document as YAML."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE)

"""Why a survivor does no harm: `survivors.yaml`, read strictly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from tests.mutation.plan import Mutant

FILE = Path(__file__).with_name("survivors.yaml")


class Argument(BaseModel):
    """Says why the mutants that it fits do no harm. All but `why` are regular expressions, matched as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operator: str
    id: str = ".*"
    flow: str = ".*"
    node: str = ".*"
    before: str = ".*"
    after: str = ".*"
    why: str

    def fits(self, mutant: Mutant) -> bool:
        """Whether it speaks of the mutant."""
        flow = mutant.id.rsplit("/", 2)[0]
        pairs = (
            (self.operator, mutant.operator),
            (self.id, mutant.id),
            (self.flow, flow),
            (self.node, mutant.node.rpartition(":")[0] if re.search(r":\d+$", mutant.node) else mutant.node),
            (self.before, mutant.before),
            (self.after, mutant.after),
        )
        return all(re.fullmatch(pattern, text, re.DOTALL) for pattern, text in pairs)


def arguments() -> tuple[Argument, ...]:
    """All arguments, in the file's order."""
    held = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return tuple(TypeAdapter(list[Argument]).validate_python(held))


def argument_for(mutant: Mutant, given: Sequence[Argument]) -> str | None:
    """Why the mutant does no harm; None where nobody has said it."""
    return next((" ".join(one.why.split()) for one in given if one.fits(mutant)), None)

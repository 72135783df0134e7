"""The generated pages of the documentation; `make pages` writes them, a test compares them with the code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from migrate.diagnostics import RULES, Rule
from migrate.pipeline.models import schema_text
from tests.diagnostics.cases import Case, cases
from tests.docs.commands import commands_page
from tests.docs.comparison import comparison_page
from tests.docs.figures import figures_page
from tests.docs.functions import functions_page
from tests.docs.inventory import inventory_page
from tests.docs.libraries import libraries_page
from tests.docs.mutation import mutation_page
from tests.docs.sample_estate import sample_estate_page

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"


def diagnostics_page() -> str:
    """All codes: a table, then a section each with meaning, example, what is printed, and what to do."""
    by_code = {case.code: case for case in cases()}
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity} | {rule.title} |" for rule in RULES.values()
    ]
    table = "\n".join(["| code | level | what |", "| --- | --- | --- |", *rows])
    return "\n\n".join([HEAD, table, *(_section(rule, by_code[rule.code]) for rule in RULES.values())]) + "\n"


HEAD = """# Diagnostics

<!-- Generated from migrate/diagnostics/rules.py, risks.py and tests/diagnostics/scripts: `make pages`. -->

What hubshift cannot read, carry over or vouch for has a code, a place and a remedy; `hubshift explain CODE` prints the
section below. A code keeps its meaning for ever. What is carried over has three levels:

- a **gap** is not carried over: a flow with one never gets the verdict PASS, and a run that reaches it ends there;
- a **warning** asks a person to look;
- a **note** says what a flow does otherwise by intent.

Codes HS4 are about the scripts themselves, wherever they run: secrets that stand open, failures that nobody learns of,
logic that is copied. They say nothing about what is carried over, and have levels of their own:

- **high**: data or a system is open to others, or data is lost, as it stands;
- **medium**: it will be when something fails or somebody looks;
- **low**: it makes operation or maintenance harder.

`audit` alone looks for them, in the models and in what the code shows: what is not certain is left out. `--fail-on`
says from which level on they ask for review (exit code 1; `high` without it). They stand in the reports and, with all
other findings, in `report.sarif` (SARIF 2.1.0, for editors and code scanning), which `--format sarif` prints as well.

A comment takes back findings of its line: `# hubshift: ignore[HS406]`, or several codes with commas, in the first or
last line of the place. For what is known and accepted for now, `--write-baseline FILE` writes the fingerprints of all
findings HS4 that there are, and `--baseline FILE` leaves them out from then on, so that only new ones count. A
fingerprint is made of the code, the file and the line's text with secrets masked: lines above may come and go. In SARIF
both are suppressed results. Other codes cannot be taken back: nothing that is not carried over goes unseen.

`audit`, `emit` and `shadow` collect all of them, go on, and decide at the end. `--on-gap` says what gaps do then:

| `--on-gap` | gaps are printed | exit code with gaps | what is written |
| --- | --- | --- | --- |
| `ignore` | no | as without them | everything; reports list the gaps |
| `warn` (default) | yes | 1 | everything |
| `fail` | yes | 2 | by `audit` its report; by `emit` and `shadow` nothing |

No value of `--on-gap` changes the verdict of a shadow run, and none silences a warning."""


def _section(rule: Rule, case: Case) -> str:
    printed = "\n".join(str(one) for one in case.findings() if one.code == rule.code)
    parts = [f"## {rule.code}", f"{rule.title} ({rule.severity}). {rule.meaning}"]
    if rule.example:
        language = {".py": "python", ".rb": "ruby"}[case.script.suffix]
        parts.append(f"```{language}\n{rule.example.strip(chr(10))}\n```")
    parts += [f"```text\n{printed}\n```", f"What to do: {rule.remedy}"]
    if rule.near_miss:
        parts.append(f"Not reported:\n\n```python\n{rule.near_miss.strip(chr(10))}\n```")
    if rule.sources:
        parts.append(f"Rests on: {', '.join(rule.sources)}")
    return "\n\n".join(parts)


PAGES: dict[Path, Callable[[], str]] = {
    DOCS / "commands.md": commands_page,
    DOCS / "figures.md": figures_page,
    DOCS / "functions.md": functions_page,
    DOCS / "diagnostics.md": diagnostics_page,
    DOCS / "inventory.md": inventory_page,
    DOCS / "libraries.md": libraries_page,
    DOCS / "mutation.md": mutation_page,
    DOCS / "sample-estate.md": sample_estate_page,
    DOCS / "comparison.md": comparison_page,
    DOCS / "schema" / "estate.schema.json": schema_text,
}
"""What makes each page, by its path."""


def update() -> None:
    """Writes all pages anew."""
    for path, make in PAGES.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    update()

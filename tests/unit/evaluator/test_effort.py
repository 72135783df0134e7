"""How much the evaluator follows: it grows with the nesting of loops, not with the product of their rounds."""

from __future__ import annotations

from extractors.evaluator import Evaluator
from extractors.ir import Script
from extractors.python.front import lower
from extractors.python.knowledge import python_knowledge

LOOP = """{0}page{1} = 1
{0}while True:
{0}    answer{1} = requests.get(f"https://a.example/level{1}", params={{"page": page{1}}}).json()
{0}    total += len(answer{1}["items"])
{0}    if not answer{1}["next"]:
{0}        break
{0}    page{1} += 1
"""


def statements_of(depth: int) -> int:
    loops = "".join(LOOP.format("    " * level, level) for level in range(depth))
    script = lower("script.py", f"import requests\ntotal = 0\n{loops}print(total)\n")
    assert isinstance(script, Script)
    return Evaluator.of(script, python_knowledge()).statements


def test_a_loop_in_a_loop_is_not_learned_anew_in_each_round() -> None:
    assert statements_of(6) < 3 * statements_of(4)

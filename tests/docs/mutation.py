"""`docs/mutation.md`: how emitted flows are made wrong, and how it is judged whether the shadow run sees it."""

from __future__ import annotations

from tests.mutation.arguments import arguments
from tests.mutation.campaign import MOST_SURVIVORS
from tests.mutation.equivalents import RULES
from tests.mutation.operators import OPERATORS

HEAD = f"""# Mutation of emitted flows

<!-- Generated from tests/mutation/operators.py and tests/mutation/survivors.yaml: `make pages`. -->

A comparison that never fails proves nothing. `make mutation` makes the emitted Node-RED flows of the fixtures wrong
in one place at a time, as a person or an emitter might, runs each on the real engine, and holds against each other
two answers that know nothing of each other:

- **Harmful**: on some input the mutant sent other bytes than the flow itself on the same engine. The bytes are
  those of requests (method, target, header lines in their order, body), mails, files left behind and answers to
  what came in, as they came: no rule for noise, no order, no decoding, no redaction. Two more things count: whether
  the run ended well, and whether it ended at all. Of a flow that sends several requests at a time, the order of the
  requests does not count.
- **Detected**: the verdict of the shadow run, `migrate.shadow.verdict.judge` on the script's own run and the
  mutant's, is FAIL or REVIEW for a difference between them.

It prints all mutants by flow, and each survivor (no harm seen, or harm not detected) with the reason. It ends with
exit status 1 unless all harmful mutants are detected, at most {MOST_SURVIVORS:.0%} of all survive, and each
survivor is argued below. An input on which bytes differ and nothing is said is printed too, where another input
detects the mutant.

```sh
make mutation                                       # all flows, all mutants
make mutation MUTATION="join watermark --show"      # two flows; says of every mutant what became of it
python -m tests.mutation --every 10 --inputs 20     # a sample
python -m tests.mutation --json
python -m tests.mutation --anew                     # without what was found before
```

What was found is kept in the cache folder (`tests/mutation/store.py`), under digests of the flow, its inputs, the
mutant and the modules that decide what is sent (`tests/mutation/code.py`). A campaign that was interrupted goes on
where it was; a flow that changed runs anew, the others do not. Where the comparison changed, what was sent is judged
anew without a run. A run of all mutants prints the arguments that fit no survivor.

A mutant's name is `flow/operator/node.number`, the same each time; `before` and `after` stand beside it.

## Inputs

The recorded runs of a fixture, and inputs made of them (`tests/mutation/inputs.py`). Each run is rehearsed on the
model by the reference runner, within the process and without a network, and varied: answers in which one field that
the model reads is missing, null, empty, of another type, at the border of what it is compared with, or another key of
a table; longer and shorter lists; other statuses, one on each side of every border; bodies that are no JSON or come
in UTF-16; no answer at all; an answer that is another only the first time; variables, files, cells and rows that are
missing, empty or something else; requests that come in by other paths, with other headers, bodies and signatures,
right ones among them. What reaches a step for the first time is varied there again. Changes that do not end the run
are also packed together. Of all these those are kept that reach something no other does: a side of a condition, the
border of a comparison, a kind of value of a field, a row of a table, an end of the run. Longer lists are cut to three
items.

Each is run by the script against a server that also answers requests which were not recorded, as it answered others
to the same place. What the script then asked and got is the recording that the mutants are judged with. Inputs on
which the flow itself differs from the script are printed, and no mutant is judged on them: they are defects of their
own, which a shadow run reports. A mutant runs on the inputs on which one of its nodes gets a message, until it is
detected: first on the one that reaches most nodes, then on those that vary what its nodes name. What became of other
mutants has no part in that order, so a sample, an interrupted campaign and a whole one find the same.

Of a mutant that three inputs have not shown, the changed node is tried beside a run of the flow itself, on each input
(`tests/mutation/probe.js`): both codes get a copy of each message in the node's own context. Where what they return,
send, throw and leave in the message is the same, values with their types, order of keys and sharing, the mutant is the
flow itself on that input and does not run. Only nodes whose code is a function of its message are tried
(`tests/mutation/probing.py`); flows that take in requests or send several at a time are left out. A test holds what is
tried against the runs themselves.

## Many mutants in one process

One sandbox serves one Node-RED (`tests/mutation/run_batch.js`) that loads a mutant, fires it, waits until its event
loop is empty, and reports; the endpoint outside begins a new journal and replay for each. Only nodes that changed
and the library are started anew; the clock stands still and random bytes are the same in each run. Of a run that
delivers three times as many messages as the flow itself, and some more, no more are delivered; one that takes more of
the processor than a run may, or a function that never yields, ends the process, which is started again. A request that
nothing is left to answer is given up at once. Before and after its mutants the unmutated flow runs in the same process
and has to send what it sent alone, and what was found counts only then; a test holds the batch against a run alone.

## What no operator does

Nothing changes the order of keys in a JSON object (RFC 8259, section 4) or of headers with different names (RFC
9110, section 5.3), the text of an error in the log, headers of one connection (RFC 9110, section 7.6.1), or the
library that all flows share, which has tests of its own. A shadow run fires each flow once: a wrong schedule is not
seen by it. Within a check, whose value is not used, only the whole check is dropped.
"""


PROVED = """## What is proved to change nothing

Some changes are no mutants: a rule proves from the flow alone that it does the same as before
(`tests/mutation/equivalents.py`), as compilers do. They are counted by rule, and not among the mutants.
"""


def mutation_page() -> str:
    """The page with its tables."""
    rows = [f"| {name} | {what} |" for name, what in sorted(OPERATORS.items())]
    table = "\n".join(["| operator | what is wrong |", "| --- | --- |", *rows])
    reasons = [
        f"- {_where(one.operator, one.flow, one.node)}: {' '.join(one.why.split())}" for one in arguments()
    ]
    rules = "\n".join(f"- *{rule}*: {what}." for rule, what in RULES.items())
    parts = [HEAD, f"## Operators\n\n{table}\n", f"{PROVED}\n{rules}\n"]
    return "\n".join([*parts, "## Why survivors do no harm\n", *reasons, ""])


def _where(operator: str, flow: str, node: str) -> str:
    parts = [f"`{operator}`"]
    parts += [f"in `{flow}`"] if flow != ".*" else []
    parts += [f"of nodes `{node}`"] if node != ".*" else []
    return " ".join(parts)

"""Sentences that never change: what an empty list means, what a part of the report is about."""

from __future__ import annotations

EVIDENCE = {
    "literal": "written so in the script",
    "folded": "computed by the script",
    "inferred": "concluded from how it is used",
    "observed": "seen in recorded traffic",
    "unresolved": "not known",
}
NO_FLOWS = "No integration was found."
NO_UNREAD = "Every file could be read."
NO_STEPS = "No step was found."
NO_RULES = "This flow has no mapping rule."
NO_FINDINGS = "No findings: the analysis met no gap, and has no warning and no note."
NO_LEGS = "No leg was run."
NO_COMPARISONS = "No two legs were compared."
NO_REASONS = "No reason is given for this verdict."
NO_OTHERS = (
    "Nothing varied from run to run, and nothing was found of which nobody can tell whether it is equal."
)
NO_REFUSED = (
    "No request was refused: the recording answers each, but for writes that got a stand-in for an answer."
)
NO_UNUSED = "Every recorded request was made by every leg."
NOT_REPLAYED = "No leg was run, so nothing is known of what the recording answers."
NOTHING_NEAR = "nothing like it was recorded"
NO_VARIABLES = "The script reads no configuration value."
NO_SECRETS = "The script uses no secret."
NO_ARTEFACTS = "Nothing was emitted."
NO_SYSTEMS = "No system was found."
SECRETS = "By name only; this report holds no secret value."
NO_PROOF = "No shadow run was asked for: this page says what the scripts do, and proves nothing yet."
SAME = "on the recorded input, script, model and emitted flow wrote the same, record by record"
MAP = (
    "At the left what flows read, in the middle the flows, at the right what they write. Colour, line and sign of a "
    "flow are those of its verdict."
)
MAP_GROUPED = "Flows that join the same systems with the same verdict are one box."
NO_SHARED = "No two flows use one credential, as far as names and hard-coded values tell."
NO_MAPPED = "No field of a request is set by rules of several flows."
STORAGE = {"env": "from the environment", "arg": "an argument", "hardcoded": "hard-coded"}
ABOUT_COVERAGE = (
    "Counted while the model ran on the recording. What was never exercised is not proved, whatever the verdict; a "
    "recording that reaches it would prove it."
)
ALL_COVERED = "The recording exercised all of it."
NO_COVERAGE = "The model was not run to an end, so nothing is known of what the recording exercises."
ABOUT_UNVERIFIED = (
    "A verdict speaks of what was compared on this recording. It says nothing of the following."
)
NO_UNVERIFIED = "Nothing is left open."
CONTRADICTION = (
    "The verdict is PASS, but the comparisons below do not show that all legs are equal. Do not rely on it."
)

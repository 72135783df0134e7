"""Findings as SARIF 2.1.0 (OASIS), for editors and for code scanning in a repository."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from migrate.diagnostics import RULES, Diagnostic, Rule, fingerprints, in_one_line, visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "hubshift/v1"
DOCS = "https://hubshift.example/docs/diagnostics.md"
"""Where docs/diagnostics.md is, unless somebody says where they publish it."""
_LEVELS = {
    "gap": "warning",
    "warning": "warning",
    "note": "note",
    "high": "error",
    "medium": "warning",
    "low": "note",
}
_SCORES = {"high": "8.0", "medium": "5.5", "low": "3.0"}
"""What code scanning sorts security findings by (a property `security-severity`, 0 to 10)."""
_CWE = re.compile(r"CWE-(\d+)")
_SURROGATE = re.compile("[\ud800-\udfff]")


def render_sarif(
    findings: Sequence[Diagnostic],
    version: str,
    docs: str = DOCS,
    in_source: Sequence[Diagnostic] = (),
    in_baseline: Sequence[Diagnostic] = (),
) -> str:
    """SARIF text, indented by two.

    `docs` is the address of the page with the codes, to which `#hs401` is added. `in_source` are findings that a
    comment takes back, `in_baseline` those of a baseline: they are in the file as suppressed results.
    """
    everything = (*findings, *in_source, *in_baseline)
    codes = sorted({one.code for one in everything})
    kinds = [""] * len(findings) + ["inSource"] * len(in_source) + ["external"] * len(in_baseline)
    results = [
        _result(one, codes.index(one.code), fingerprint, kind)
        for one, fingerprint, kind in zip(everything, fingerprints(everything), kinds, strict=True)
    ]
    driver = {
        "name": "hubshift",
        "semanticVersion": version,
        "rules": [_rule(RULES[code], docs) for code in codes],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    text = json.dumps(whole, ensure_ascii=False, indent=2)
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _rule(rule: Rule, docs: str) -> dict[str, Any]:
    tags = [f"external/cwe/cwe-{number}" for source in rule.sources for number in _CWE.findall(source)]
    properties: dict[str, Any] = {"hubshift-severity": rule.severity}
    if tags:
        properties["tags"] = ["security", *tags] if rule.security else tags
    if rule.security:
        properties["security-severity"] = _SCORES[rule.severity]
    return {
        "id": rule.code,
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.meaning},
        "help": {"text": f"{rule.remedy} More: hubshift explain {rule.code}"},
        "helpUri": f"{docs}#{rule.code.lower()}",
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": properties,
    }


def _result(one: Diagnostic, index: int, fingerprint: str, suppressed: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.rule.severity],
        "message": {"text": visible(one.message)},
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if one.span is not None:
        region: dict[str, Any] = {"startLine": one.span.line, "startColumn": one.span.column + 1}
        if one.span.end_line > one.span.line or one.span.end_column > one.span.column:
            region |= {"endLine": one.span.end_line, "endColumn": one.span.end_column + 1}
        if one.excerpt is not None and one.excerpt.redacted:
            region["snippet"] = {"text": visible(one.excerpt.redacted)}
        location = {"uri": quote(in_one_line(one.span.file)), "uriBaseId": "SRCROOT"}
        made["locations"] = [{"physicalLocation": {"artifactLocation": location, "region": region}}]
    if suppressed:
        made["suppressions"] = [{"kind": suppressed}]
    return made

"""Reports made by hand: a small one with a bit of everything, an empty one, and one full of hostile text."""

from __future__ import annotations

from dataclasses import replace

from migrate.report.content import (
    ComparisonRow,
    CoverageRow,
    CredentialRow,
    DifferenceRow,
    EstateMap,
    Finding,
    FlowPage,
    LegRow,
    LinkRow,
    LossRow,
    MappedFieldRow,
    MappedRow,
    Place,
    RefusedRow,
    Report,
    RuleRow,
    SampleRow,
    SourceRow,
    StepRow,
    SystemRow,
    UnusedRow,
)

SCRIPT = "crm/sync_contacts.py"
CRM = "crm.northwind.example"
MAILHUB = "api.mailhub.example"


def at(line: int, excerpt: str = "") -> Place:
    return Place(SCRIPT, line, excerpt)


LEFT_OUT = "transport-headers: user-agent not compared in 40 pairs where it differs"
EMAIL = at(50, '"email": c["email"],')
STATUS = at(53, '"status": STATUS.get(c["status"], "pending"),')

FLOW = FlowPage(
    id="sync_contacts",
    name="sync_contacts",
    sources=(SCRIPT,),
    systems=(CRM, MAILHUB),
    variables=("CRM_BASE",),
    secrets=("CRM_TOKEN", "MAILHUB_TOKEN"),
    verdict="FAIL",
    reasons=("FAIL writes-differ: 2 writes of legacy and node_red differ",),
    steps=(
        StepRow("pages", "loop", 0, "until a page is not full", at(76, "while True:")),
        StepRow("contacts", "read", 1, f"GET https://{CRM}/api/v2/contacts", at(77, "r = session.get(")),
        StepRow("each", "split", 1, "each of contacts.body.data", at(88, "for c in contacts:")),
        StepRow("member", "translate", 2, "2 fields", at(47)),
        StepRow("put", "write", 2, f"PUT https://{MAILHUB}/v1/members/{{id}}", at(99, "resp = session.put(")),
    ),
    rules=(
        RuleRow(
            "member.email", "member", "email", "each.item.email", "", "$item.email", "folded", EMAIL,
            40, 2, SampleRow((("each.item.email", '"ada@example.org"'),), '"ada@example.org"'),
        ),
        RuleRow(
            "member.status", "member", "status", 'STATUS[each.item.status] or "pending"',
            "each.item.status != null",
            '$lookup(STATUS, $item.status) ? : "pending"', "unresolved", STATUS, 7,
        ),
    ),
    findings=(
        Finding("HS201", "warning", "The script waits; the emitted flow does not",
                "time.sleep(1) after each page.", "Add a delay if the receiver needs it.",
                at(101, "time.sleep(1)")),
        Finding("HS103", "gap", "A value cannot be determined", "It is read from the clock.",
                "State the value in the model by hand.", None),
    ),
    target="node_red",
    losses=(LossRow("member.status", "todo", "No table with a fallback yet."),),
    artefacts=("sync_contacts/flows.json", "sync_contacts/IMPORT.md"),
    legs=(
        LegRow("legacy", "completed", 40, 5, ""),
        LegRow("reference", "not-run", 0, 0, "a gap: HS103"),
        LegRow("node_red", "completed", 40, 5, ""),
    ),
    comparisons=(
        ComparisonRow("legacy", "node_red", False, 40, 40, 33, (LEFT_OUT,)),
        ComparisonRow("legacy", "reference", None, 40, 0, 0),
    ),
    differences=(
        *(
            DifferenceRow("legacy, node_red", "different", "body.status",
                          f'PUT https://{MAILHUB}/v1/members/{number}: body.status: "pending" became null',
                          "member.status", STATUS)
            for number in range(1, 8)
        ),
        DifferenceRow("legacy, node_red", "outcome", "",
                      "the run ended well on the left and failed on the right", "", None),
    ),
    other_findings=(
        DifferenceRow("legacy, node_red", "noise", "body.seen_at",
                      f'PUT https://{MAILHUB}/v1/members/1: body.seen_at: "2026-11-22T16:00:00Z" became '
                      '"2026-11-22T16:00:07Z" [varies from run to run, held to its shape: text, date]',
                      "", None),
        DifferenceRow("legacy, node_red", "unverifiable", "body.counter",
                      f"PUT https://{MAILHUB}/v1/members/1: body.counter: 41 became 42 "
                      "[varies from run to run on the left and has no shape that is known]", "", None),
    ),
    refused=(
        RefusedRow((("legacy", 1), ("node_red", 2)), f"GET https://{CRM}/api/v2/contacts?page=3",
                   f"GET https://{CRM}/api/v2/contacts?page=2 (entries[4])",
                   ("query page: 3 instead of 2",)),
        RefusedRow((("node_red", 1),), f"GET https://{CRM}/api/v3/contacts"),
    ),
    unused=(
        UnusedRow(("legacy", "node_red"), f"PUT https://{MAILHUB}/v1/members/*",
                  ("entries[40]", "entries[41]", "entries[42]", "entries[43]")),
        UnusedRow(("node_red",), f"GET https://{CRM}/api/v2/contacts", ("entries[3]",)),
    ),
    coverage=(
        CoverageRow("step", "member", "translate", "ran", 40, False, at(47)),
        CoverageRow("rule", "member.email", "email", "set", 40, False, EMAIL),
        CoverageRow("rule", "member.status", "status", "set", 7, False, STATUS),
        CoverageRow("lookup", "member.status", "STATUS", '"active"', 7, False, STATUS),
        CoverageRow("lookup", "member.status", "STATUS", '"churned"', 0, False, STATUS),
        CoverageRow("branch", "keep", "truth(each.item.email)", "false", 0, False, at(89)),
        CoverageRow("step", "stop", "stop", "ran", 0, True, at(90)),
        CoverageRow("passes", "pages", "loop", "several passes", 1, False, at(76)),
        CoverageRow("error answer", "put", "status 400 to 599", "answered", 0, False, at(99)),
    ),
)  # fmt: skip

BARE = FlowPage(
    id="nightly",
    name="nightly export",
    sources=("nightly.py",),
    systems=(),
    variables=(),
    secrets=(),
    verdict="NOT COMPARED",
    reasons=(),
    steps=(),
    rules=(),
    findings=(),
)

UNREAD = Finding(
    code="HS001",
    severity="gap",
    title="The file cannot be parsed",
    message="expected an indented block",
    remedy="Repair the syntax error, or leave the file out.",
    place=Place("old/import.py", 12, "if x:"),
)

LEGACY_ERP = "http://erp.northwind.example"

ESTATE = EstateMap(
    systems=(
        SystemRow(f"https://{CRM}", "web", False, ("sync_contacts",), ()),
        SystemRow(f"https://{MAILHUB}", "web", False, (), ("sync_contacts", "nightly")),
        SystemRow(LEGACY_ERP, "web", True, ("nightly",), ()),
    ),
    links=(
        LinkRow("sync_contacts", f"https://{CRM}", "reads", ("GET /api/v2/contacts",), False, False, (), at(77)),
        LinkRow("sync_contacts", f"https://{MAILHUB}", "writes", ("PUT /v1/members/{id}",), False, False,
                ("MAILHUB_TOKEN",), at(99)),
        LinkRow("nightly", LEGACY_ERP, "reads", ("GET /export",), True, False, (), None),
        LinkRow("nightly", f"https://{MAILHUB}", "writes", ("PUT /v1/members/{id}",), False, True,
                ("MAILHUB_TOKEN",), None),
    ),
    credentials=(
        CredentialRow(
            (("sync_contacts", "MAILHUB_TOKEN"), ("nightly", "MAILHUB_TOKEN")), "env", (f"https://{MAILHUB}",),
            "one name, sent to one system", (at(40),),
        ),
    ),
    mapped=(
        MappedFieldRow(
            f"PUT https://{MAILHUB}/v1/members/{{}}", "status", False,
            (
                MappedRow("sync_contacts", "member.status", 'STATUS[item.status] or "pending"', STATUS),
                MappedRow("nightly", "row.status", '"subscribed"', None),
            ),
        ),
    ),
)  # fmt: skip

SMALL = Report(
    "Northwind: contacts to the mailing list",
    (FLOW, BARE),
    (UNREAD,),
    "0.1.0",
    ESTATE,
    (("hubshift", "0.1.0"), ("Python", "3.11.7"), ("target node_red", "Node-RED 4.1.2")),
    (SourceRow(SCRIPT, "5f" * 32), SourceRow("nightly.py", "a0" * 32)),
)

EMPTY = Report("Nothing here", ())

MARK = (
    "<script>alert(1)</script>|a`b``c\"d'e&f\\|g\n# h\r\n- i [j](https://evil.example) ![k](x) *l* _m_ "
    "</style>{{ 7*7 }} url(https://evil.example/x) \u202eesrever\udc80\x00"
)
"""Ends tags, cells, code spans, attributes, lines and links."""


def hostile() -> Report:
    """Every text of the report is `MARK`."""
    place = Place(MARK, 1, MARK)
    finding = Finding(MARK, MARK, MARK, MARK, MARK, place)
    rule = RuleRow(MARK, MARK, MARK, MARK, MARK, MARK, MARK, place, 1, 0, SampleRow(((MARK, MARK),), MARK))
    flow = FlowPage(
        id=MARK,
        name=MARK,
        sources=(MARK,),
        systems=(MARK,),
        variables=(MARK,),
        secrets=(MARK,),
        verdict=MARK,
        reasons=(MARK,),
        steps=(StepRow(MARK, "write", 1, MARK, place), StepRow("2", "read", 0, MARK, None)),
        rules=(rule, replace(rule, id="other", step="other")),
        findings=(finding,),
        target=MARK,
        losses=(LossRow(MARK, MARK, MARK),),
        artefacts=(MARK,),
        legs=(LegRow(MARK, MARK, 1, 2, MARK),),
        comparisons=(ComparisonRow(MARK, MARK, False, 1, 1, 0, (MARK,)),),
        differences=(DifferenceRow(MARK, MARK, MARK, MARK, MARK, place),),
        other_findings=(DifferenceRow(MARK, MARK, MARK, MARK, MARK, place),),
        refused=(RefusedRow(((MARK, 1),), MARK, MARK, (MARK,), (MARK,)),),
        unused=(UnusedRow((MARK,), MARK, (MARK,)),),
        coverage=(CoverageRow(MARK, MARK, MARK, MARK, 0, False, place),),
    )
    estate = EstateMap(
        (SystemRow(MARK, MARK, True, (MARK,), (MARK,)),),
        (LinkRow(MARK, MARK, "reads", (MARK,), True, True, (MARK,), place),),
        (CredentialRow(((MARK, MARK),), MARK, (MARK,), MARK, (place,)),),
        (MappedFieldRow(MARK, MARK, False, (MappedRow(MARK, MARK, MARK, place),)),),
    )
    flows = (flow, replace(flow, id="other", systems=("elsewhere",)))
    return Report(MARK, flows, (finding,), MARK, estate, ((MARK, MARK),), (SourceRow(MARK, MARK),))

"""The model of a fixture, written by hand, sends what its script sent in each recorded run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fixtures.case import Run, case_in, environment_in
from fixtures.contacts_to_mailing.vendor import vendors
from fixtures.har import har
from fixtures.loopback import serving
from migrate.model import (
    Body,
    Branch,
    Call,
    Check,
    Constant,
    Expression,
    Filter,
    HttpBearer,
    HttpOperation,
    Integration,
    Lookup,
    LookupCase,
    Loop,
    LoopExit,
    LoopValue,
    LoopVariable,
    MappingRule,
    Parameter,
    Read,
    Reference,
    Route,
    Secret,
    SequenceExpression,
    Split,
    StatusRule,
    Translate,
    Write,
)
from migrate.shadow.classification import Classification
from migrate.shadow.location import locate
from migrate.shadow.messages import Exchange
from migrate.shadow.recording import read_har
from migrate.shadow.verdict import Judgement, LegResult, Verdict, judge
from migrate.shadow.writes import records

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "fixtures" / "contacts_to_mailing"
CASE = case_in(FOLDER)
CONTACT = Reference(step="each", part="item")
OFFSET = LoopValue(loop="pages", name="offset")


def const(value: int | str | None) -> Constant:
    return Constant(value=value)


def call(function: str, *arguments: Expression | str) -> Call:
    values = tuple(const(one) if isinstance(one, str) else one for one in arguments)
    return Call(function=function, arguments=values)


def member(*keys: str) -> Expression:
    value: Expression = CONTACT
    for key in keys:
        value = call("python.member", value, key)
    return value


def get(key: str, *otherwise: Expression) -> Expression:
    return call("python.get", CONTACT, key, *otherwise)


def text(value: Expression) -> Expression:
    return call("python.text", value)


def table(name: str, key: Expression, otherwise: str, **rows: str) -> Lookup:
    cases = tuple(LookupCase(key=const(key), value=const(value)) for key, value in rows.items())
    return Lookup(table=name, cases=cases, key=key, otherwise=const(otherwise))


def rules(*rows: tuple[str, Expression]) -> tuple[MappingRule, ...]:
    return tuple(
        MappingRule(id=f"m.{path}", target=tuple(path.split(".")), value=value) for path, value in rows
    )


def operation(
    method: str, server: str, path: str, scheme: str, body: Body | None = None, **parameters: Expression
) -> HttpOperation:
    location = "path" if method == "PUT" else "query"
    return HttpOperation(
        client="requests",
        method=method,
        server=server,
        path=path,
        parameters=tuple(
            Parameter.model_validate({"name": name, "location": location, "value": value})
            for name, value in parameters.items()
        ),
        security=(scheme,),
        body=body,
        decoder="requests.json_answer",
        on_status=(StatusRule(first=400, last=599, action="abort"),),
        timeout_seconds=30,
    )


CONTACTS = call("python.member", Reference(step="page", part="body"), "data")
COUNTRIES = {"DE": "Germany", "AT": "Austria", "CH": "Switzerland", "FR": "France", "GB": "United Kingdom"}
STATUS = {"active": "subscribed", "prospect": "pending", "churned": "unsubscribed", "blocked": "cleaned"}
MEMBER = Translate(
    id="member",
    rules=rules(
        ("email", member("email")),
        ("full_name", call("concat", text(member("first_name")), " ", text(member("last_name")))),
        ("language", get("language", const("en"))),
        ("status", table("STATUS", member("status"), "pending", **STATUS)),
        ("location.city", call("python.get", member("address"), "city")),
        ("location.country", table("COUNTRY", member("address", "country"), "Other", **COUNTRIES)),
        ("customer_no", member("customer_no")),
        ("lifetime_value", member("lifetime_value")),
        ("tags", get("tags", SequenceExpression(items=()))),
        ("consent", get("consent")),
        ("source", const("crm")),
    ),
)
COUNTRY = next(rule for rule in MEMBER.rules if rule.id == "m.location.country")
PUT = operation(
    "PUT", "https://api.mailhub.example/v1", "/members/{id}", "mailhub",
    body=Body(encoder="requests.json", content=Reference(step="member", part="value")),
    id=text(member("id")),
)  # fmt: skip
PAGE = operation(
    "GET", "https://crm.northwind.example/api/v2", "/contacts", "crm",
    limit=const(10), offset=OFFSET, sort=const("created"),
)  # fmt: skip
INTEGRATION = Integration(
    id="contacts",
    name="contacts",
    sources=(),
    secrets=(Secret(name="CRM_TOKEN", storage="env"), Secret(name="MAILHUB_TOKEN", storage="env")),
    security_schemes=(
        HttpBearer(id="crm", secret="CRM_TOKEN"),
        HttpBearer(id="mailhub", secret="MAILHUB_TOKEN"),
    ),
    steps=(
        Loop(
            id="pages",
            variables=(
                LoopVariable(name="offset", initial=const(0), next=call("python.add", OFFSET, const(10))),
            ),
            steps=(
                Read(id="page", operation=PAGE),
                Check(id="data", expressions=(CONTACTS,)),
                Route(
                    id="none-left",
                    branches=(
                        Branch(when=call("not", call("python.truth", CONTACTS)), steps=(LoopExit(id="x1"),)),
                    ),
                ),
                Split(
                    id="each",
                    over=call("python.iterate", CONTACTS),
                    steps=(
                        Filter(id="reachable", condition=call("python.truth", get("email"))),
                        MEMBER,
                        Write(id="put", operation=PUT),
                    ),
                ),
                Route(
                    id="short",
                    branches=(
                        Branch(
                            when=call("python.less", call("python.length", CONTACTS), const(10)),
                            steps=(LoopExit(id="x2"),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)


def leg(name: str, file: Path, status: int) -> LegResult:
    recorded = read_har(file).exchanges
    exchanges = [Exchange(n, one.request, one.answer, "exact") for n, one in enumerate(recorded)]
    writes, reads = records(exchanges, Classification())
    return LegResult(name, "failed" if status else "completed", writes, reads)


def run_model(integration: Integration, run: Run, folder: Path) -> Judgement:
    """Runs the model against the fixture's vendors and compares with what the script sent to them."""
    model = folder / "model.json"
    model.write_text(integration.model_dump_json())
    environment = environment_in(FOLDER / CASE.env_file)
    with serving(vendors(environment, run.load)) as loopback:
        done = subprocess.run(
            [sys.executable, "-m", "migrate.reference", str(model)],
            cwd=ROOT,
            env={
                **environment,
                "PATH": os.environ["PATH"],
                "HOME": str(folder),
                "FIXTURE_VENDORS_PORT": str(loopback.port),
                "FIXTURE_PLAIN_VENDORS_PORT": str(loopback.plain_port),
                "PYTHONPATH": str(ROOT / "fixtures" / "reroute"),
            },
            capture_output=True,
            check=False,
        )
    secrets = {name: environment[name] for name in CASE.secrets}
    sent = folder / "sent.har"
    sent.write_bytes(har(loopback.exchanges, secrets))
    return judge([leg("legacy", FOLDER / run.recording, run.exit), leg("reference", sent, done.returncode)])


@pytest.mark.parametrize("run", CASE.runs, ids=[run.recording for run in CASE.runs])
def test_the_model_sends_what_the_script_sent(run: Run, tmp_path: Path) -> None:
    judgement = run_model(INTEGRATION, run, tmp_path)
    writes = judgement.comparisons[0].writes
    assert judgement.comparisons[0].differences == ()
    assert writes.hits == ()
    assert writes.equal == run.writes
    assert judgement.verdict is (Verdict.PASS if writes.equal else Verdict.REVIEW)


def test_a_wrong_rule_is_found_in_every_write_that_it_touches(tmp_path: Path) -> None:
    damaged = INTEGRATION.model_dump_json().replace('"Germany"', '"germany"')
    judgement = run_model(Integration.model_validate_json(damaged), CASE.runs[0], tmp_path)
    differences = judgement.comparisons[0].differences
    assert judgement.verdict is Verdict.FAIL
    assert {one.path for one in differences} == {"body.location.country"}
    assert {locate(one, INTEGRATION)[0] for one in differences} == {COUNTRY}


def test_a_wrong_credential_is_found(tmp_path: Path) -> None:
    damaged = INTEGRATION.model_dump_json().replace("MAILHUB_TOKEN", "CRM_TOKEN")
    judgement = run_model(Integration.model_validate_json(damaged), CASE.runs[0], tmp_path)
    assert judgement.verdict is Verdict.FAIL
    assert "headers.authorization" in {one.path for one in judgement.comparisons[0].differences}

"""The page of the sample estate: scripts from cases, crontab and models, faults from `fixtures/estate/planted.py`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from fixtures.case import Case, cases
from fixtures.estate.planted import FAULTS, LEGACY

ESTATE = LEGACY.parent

IDIOMS = {
    "absences_to_desk": "`asyncio.gather` with a semaphore, `httpx`, one call a record on both sides, 404 as an answer",
    "bank_to_books": "XML: **not migrated**, each place is named; regular expressions",
    "customers_to_crm": "paging by page number in a generator, `try`/`except` and on, table without default, exit 1",
    "dunning_mail": "paging by a flag, sums by customer, plain mail, nearly all of it at the top of the file",
    "fair_leads": "`csv.DictReader`, find or create, `int()` of a cell",
    "invoices_to_books": "new token on 401, `global`, form login, f-strings in paths, lines in lines",
    "newsletter_sync": "classes, paging by cursor, find or create, `partition`, `sorted`",
    "orders_to_ferrum": "paging by offset, watermark in a JSON file, rounding of money, filter, `or`, `.get(k, d)`",
    "parcels_sms": "text file as memory, form, default argument, status instead of exception",
    "price_list": "`sqlite3`, `csv.writer`, arithmetic, `:.2f`, `.title()`",
    "returns_hook": "receives web hooks, checks a signature, comprehension with filter, sum",
    "stock_to_shop": "all at the top of the file, batches of four with a flush at the end, seen-set, `max`",
    "subscriptions_to_wms": "join with another list, paging by `Link` header, `yield from`, 409 passed over",
    "tickets_to_chat": "paging by URL in the answer, generator, filter on tags, hook key in the path",
}
"""What each script shows, by its name."""

HEAD = """# The sample estate

<!-- Generated from fixtures/estate and tests/docs/sample_estate.py: `make pages`. -->

**Kornblum Kaffee** in Bremen roasts coffee, sells it in a web shop and to cafés, and packs subscriptions. The company,
its people, its vendors and all data are invented; hosts end in `.example`. On the host int01 lies a folder of Python
scripts that connect its systems, started by cron. Rolf Kamps wrote the first ones and has left, as has Jule Harms; Max
Behrens copied from them, Tomasz Nowak adds to them now. It is what hubshift is for: nobody knows any more what depends
on what.

`fixtures/estate/` holds:

- `legacy/`: the folder as it is found, with `crontab`, a README that is out of date, `requirements.txt`, `.env` and an
  older copy of it. The credentials are invented, and no system accepts them.
- `vendors/`: the systems, a module each, with their data in `vendors/data/`: umlauts, nulls, missing fields, numbers
  beyond 2**53, amounts that binary arithmetic rounds unexpectedly, records that stand there twice.
- a folder a script: `case.yaml` with its recorded runs, `traffic/` and the other recordings, the model, what is
  emitted.
- `planted.py`: what is deliberately wrong, and where.

`make fixtures` runs the scripts against the vendors again and writes the recordings byte for byte the same;
`python -m fixtures.record --check` only compares. The tests run every recording with the script itself, with the model
and with the flow on the real Node-RED; all three must write the same."""

SYSTEMS = {
    "Brieftaube": ("newsletter", "api.brieftaube.example"),
    "Ferrum": ("ERP, in the cellar, without TLS", "ferrum.kornblum.example"),
    "Funkspruch": ("text messages", "sms.funkspruch.example"),
    "Hochregal": ("warehouse", "wms.hochregal.example"),
    "Kontaktor": ("CRM", "api.kontaktor.example"),
    "mail server": ("mail", "mail.kornblum.example"),
    "Marktstand": ("web shop", "kornblum.marktstand.example"),
    "Palaver": ("chat", "hooks.palaver.example"),
    "Personalbogen": ("HR", "hr.personalbogen.example"),
    "Sorgenfrei": ("help desk", "kornblum.sorgenfrei.example"),
    "Weserbank": ("bank", "files.weserbank.example"),
    "Zahlmeister": ("bookkeeping", "api.zahlmeister.example"),
}
"""What each system is, and the host that scripts call."""


def sample_estate_page() -> str:
    """Company, systems, scripts and faults."""
    found = {Path(name).name: case for name, case in cases().items() if name.startswith("estate/")}
    assert list(found) == list(IDIOMS), "tests/docs/sample_estate.py says of each script what it shows"
    hosts = {name: _hosts(name) for name in found}
    systems = ["| system | what | host | called by |", "| --- | --- | --- | --- |"]
    for system, (what, host) in SYSTEMS.items():
        callers = ", ".join(f"`{name}`" for name in found if host in hosts[name])
        systems.append(f"| {system} | {what} | `{host}` | {callers} |")
    scripts = ["| script | what | when | shows |", "| --- | --- | --- | --- |"]
    scripts += [_row(name, case) for name, case in found.items()]
    faults = ["| what | where |", "| --- | --- |"]
    for fault in FAULTS:
        where = ", ".join(f"`{place.file}:{place.line}`" for place in fault.places)
        faults.append(f"| {fault.what} | {where} |")
    parts = [HEAD, "## Systems", "\n".join(systems), "## Scripts", SCHEDULE, "\n".join(scripts)]
    return "\n\n".join([*parts, "## What is wrong", FAULTY, "\n".join(faults)]) + "\n"


SCHEDULE = "*When* is what `crontab` says; the README beside the scripts says otherwise in places."
FAULTY = "On purpose; lines are those of the files in `fixtures/estate/legacy/`."


def _row(name: str, case: Case) -> str:
    return f"| `{name}` | {case.title} | {_schedule(name)} | {IDIOMS[name]} |"


def _schedule(name: str) -> str:
    lines = (LEGACY / "crontab").read_text(encoding="utf-8").splitlines()
    found = [line for line in lines if f"python3 {name}.py" in line and not line.startswith("#")]
    if not found:
        return "never"
    (line,) = found
    if line.startswith("@"):
        return f"`{line.split()[0]}`"
    return f"`{' '.join(line.split()[:5])}`"


def _hosts(name: str) -> set[str]:
    """The hosts that the script names in its source; the model would lack those behind a gap."""
    model = json.loads((ESTATE / name / "model.json").read_text(encoding="utf-8"))
    (integration,) = model["integrations"]
    read = {urlsplit(server["url"]).hostname for one in integration["systems"] for server in one["servers"]}
    source = (LEGACY / f"{name}.py").read_text(encoding="utf-8")
    named = set(re.findall(r"https?://([\w.-]+\.example)\b", source))
    assert read - {None} <= named | {"mail.kornblum.example"}, (
        f"{name} calls a host that its source does not name"
    )
    return {host for host in read if host} | named

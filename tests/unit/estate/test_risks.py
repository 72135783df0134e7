"""What the checks of scripts say on code that is near to what they look for."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrate.pipeline import audit
from migrate.pipeline.assessing import Assessment, assess

SECRET = "tr0ub4dor-canary-77"


def judged(folder: Path, **texts: str) -> Assessment:
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return assess(audit(folder), folder)


def codes(folder: Path, text: str) -> list[str]:
    """The codes but those of requests as such, which all of these have."""
    return [one.code for one in judged(folder, sync=text).all if one.code not in ("HS406", "HS407", "HS411")]


HEAD = "import logging\nimport os\nimport requests\n"
GET = 'orders = requests.get("https://shop.example/orders", timeout=9).json()\n'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('requests.get("https://a.example", headers={"X-Api-Key": "YOUR_API_KEY"})', []),
        ('requests.get("https://a.example", headers={"X-Api-Key": "<insert key>"})', []),
        (f'requests.get("https://a.example", headers={{"X-Api-Key": "{SECRET}"}})', ["HS401"]),
        ('requests.get("https://a.example", auth=("reader", os.environ["PASSWORD"]))', []),
        ('k = os.environ["API_KEY"]\nrequests.get(f"https://a.example/{k}/items")', ["HS402"]),
        ('token = os.environ["TOKEN"]\nlogging.info("token %s", token)\n' + GET, ["HS403"]),
        ('token = os.environ["TOKEN"]\nlogging.info("token %s", bool(token))\n' + GET, []),
        (GET + 'print("got " + orders["access_token"])', ["HS403"]),
        (GET + 'print("next", orders["next_token"], orders["token_type"])', []),
        ('requests.get("http://127.0.0.1:9/x")\nrequests.get("HTTP://shop.example/x")', ["HS405"]),
        ('requests.get("http://stock/x")', ["HS405"]),
        ('s = requests.Session()\ns.verify = False\ns.get("https://a.example/x")', ["HS404"]),
        ('requests.get("https://a.example/x", verify=0)', ["HS404"]),
        ("def eval(x):\n    return x\n" + GET + "eval(orders)", []),
        (GET + 'class Table:\n    pass\nexec("x = 1")', []),
        (GET + "exec(orders)", ["HS417"]),
    ],
)
def test_secrets_and_transport(text: str, found: list[str], tmp_path: Path) -> None:
    assert codes(tmp_path, HEAD + text + "\n") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("context = ssl.create_default_context()\ncontext.check_hostname = False\n", ["HS404"]),
        (
            "c = ssl.create_default_context()\nc.check_hostname = False\nc.verify_mode = ssl.CERT_NONE\n",
            ["HS404"],
        ),
        ("c = ssl.create_default_context()\nc.verify_mode = ssl.CERT_REQUIRED\n", []),
        ("ssl._create_default_https_context = ssl._create_unverified_context\n", ["HS404"]),
        ("context = ssl._create_unverified_context()\n", ["HS404"]),
        ('pool = urllib3.PoolManager(cert_reqs="CERT_NONE")\n', ["HS404"]),
        ('pool = urllib3.PoolManager(cert_reqs="CERT_REQUIRED")\n', []),
        ("connector = aiohttp.TCPConnector(ssl=False)\n", ["HS404"]),
        ("server = Server(ssl=False)\n", []),
        ('claims = jwt.decode(orders, "", verify=False)\n', []),
        ('options = {"verify_ssl": False}\n', ["HS404"]),
        ('options = {"verify_ssl": True, "tlsInsecure": False}\n', []),
        ("verify_ssl = False\n", []),
        ("curl.setopt(pycurl.SSL_VERIFYPEER, 0)\n", ["HS404"]),
        ("curl.setopt(pycurl.SSL_VERIFYPEER, 1)\n", []),
        (
            'session = requests.Session()\nsession.get("https://a.example/x", verify=False, timeout=9)\n',
            ["HS404"],
        ),
    ],
)
def test_certificates_that_are_not_looked_at(text: str, found: list[str], tmp_path: Path) -> None:
    head = "import aiohttp, jwt, pycurl, ssl, urllib3\n" + HEAD
    risks = [one for one in judged(tmp_path, sync=head + GET + text).all if one.code.startswith("HS4")]
    assert [one.code for one in risks if one.code == "HS404"] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('requests.get("https://a.example/x", timeout=(3, None))', 1),
        ('requests.get("https://a.example/x", timeout=(None, 3))', 0),
        ('httpx.get("https://a.example/x")', 0),
        ('httpx.get("https://a.example/x", timeout=None)', 1),
        ('number = partial(int, base=2)\nrequests.get("https://a.example/x")', 1),
        (
            's = requests.Session()\ns.request = partial(s.request, timeout=9)\ns.get("https://a.example/x")',
            0,
        ),
    ],
)
def test_requests_that_wait_for_ever(text: str, found: int, tmp_path: Path) -> None:
    risks = judged(tmp_path, sync=f"import httpx\nfrom functools import partial\n{HEAD}{text}\n").all
    assert [one.code for one in risks if one.code == "HS406"] == ["HS406"] * found


TRIED = """
for order in orders:
    try:
        requests.put("https://erp.example/orders/" + order["id"], json={{"open": True}}, timeout=9)
    except {caught}:
        {body}
"""


@pytest.mark.parametrize(
    ("caught", "body", "found"),
    [
        ("Exception", "pass", ["HS410"]),
        ("requests.RequestException", "continue", ["HS410"]),
        ("(ValueError, requests.exceptions.ConnectionError)", "...", ["HS410"]),
        ("KeyError", "pass", []),
        ("Exception", "raise", []),
        ("Exception as e", "print(e)", []),
        ("Exception", "failed = True", []),
        ("Exception", "break", []),
    ],
)
def test_an_error_is_swallowed_where_nothing_is_done(
    caught: str, body: str, found: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, HEAD + GET + TRIED.format(caught=caught, body=body)) == found


def test_a_handler_around_no_call_of_a_system_swallows_nothing(tmp_path: Path) -> None:
    text = 'try:\n    limit = int(os.environ["LIMIT"])\nexcept Exception:\n    pass\n'
    assert codes(tmp_path, HEAD + text + GET) == []


@pytest.mark.parametrize(
    ("query", "rest", "found"),
    [
        ('{"limit": 100}', "", ["HS409"]),
        ('{"limit": "100"}', "", ["HS409"]),
        ('{"limit": 1}', "", []),
        ('{"limit": 100, "since": "2024-01-01"}', "", []),
        ('{"limit": 100, "page": 3}', "", []),
        ('{"limit": 100}', 'if answer.headers.get("Link"):\n    raise SystemExit("more than a page")\n', []),
        ('{"limit": int(os.environ["LIMIT"])}', "", []),
    ],
)
def test_only_the_first_page_is_read(query: str, rest: str, found: list[str], tmp_path: Path) -> None:
    text = f'answer = requests.get("https://shop.example/orders", params={query}, timeout=9)\n{rest}'
    assert codes(tmp_path, HEAD + text + 'for order in answer.json():\n    print(order["id"])\n') == found


def test_a_list_that_its_vendor_documents_as_paged(tmp_path: Path) -> None:
    text = 'for issue in requests.get("https://api.github.com/repos/a/b/issues", timeout=9).json():\n    print(issue)\n'
    (only,) = [one for one in judged(tmp_path, sync=HEAD + text).all if one.code == "HS409"]
    assert only.message.startswith(
        "GET https://api.github.com/repos/a/b/issues gives 30 records at a time (docs."
    )


CREATED = """
for order in orders:
    requests.post("https://erp.example/{path}", json={record}, timeout=9).raise_for_status()
"""


@pytest.mark.parametrize(
    ("before", "path", "record", "found"),
    [
        ("", "orders", '{"total": order["total"]}', ["HS408"]),
        ("", "orders", '{"no": order["orderNo"], "total": order["total"]}', []),
        ("", "orders/upsert", '{"total": order["total"]}', []),
        ('known = requests.get("https://erp.example/orders", timeout=9).json()\n', "orders", '{"t": order["t"]}', []),
        ('seen = open("seen.txt").read()\n', "orders", '{"total": order["total"]}', []),
    ],
)  # fmt: skip
def test_what_is_sent_again_is_created_again(
    before: str, path: str, record: str, found: list[str], tmp_path: Path
) -> None:
    assert codes(tmp_path, HEAD + before + GET + CREATED.format(path=path, record=record)) == found


@pytest.mark.parametrize(
    ("comment", "url", "found"),
    [
        ("# v1 is deprecated", "https://shop.example/v1/x", ["HS415"]),
        ("# the endpoint reaches its end of life in May", "https://shop.example/v1/x", ["HS415"]),
        ("# replaces the deprecated v1 endpoint", "https://shop.example/v2/x", []),
        ("# v2 is not deprecated", "https://shop.example/v2/x", []),
        ("# the old function is deprecated", "https://shop.example/v2/x", []),
        ("", "https://kornblum.myshopify.com/admin/api/2023-10/orders.json", ["HS415"]),
        ("", "https://kornblum.myshopify.com/admin/api/2026-10/orders.json", []),
        ("", "https://acme.my.salesforce.com/services/data/v59.0/query", []),
    ],
)
def test_an_api_that_ends(comment: str, url: str, found: list[str], tmp_path: Path) -> None:
    assert codes(tmp_path, f'{HEAD}{comment}\nrequests.get("{url}", timeout=9)\n') == found


def test_a_module_of_two_flows_has_its_findings_once(tmp_path: Path) -> None:
    module = 'import requests\n\ndef orders():\n    return requests.get("http://shop.example/o", timeout=9).json()\n'
    flow = "import requests\nfrom shop import orders\nfor o in orders():\n    print(o)\n"
    found = judged(tmp_path, shop=module, one=flow, two=flow)
    assert [(one.code, str(one.span)) for one in found.all] == [("HS405", "shop.py:4")]


def test_a_function_of_one_project_is_no_copy(tmp_path: Path) -> None:
    function = 'def f(text):\n    a = text.strip().lower()\n    return a + "x" if a.startswith("y") else a + "z" + a\n'
    main = (
        f'import requests\nimport other\n{function}\nrequests.get("https://a.example/" + f("q"), timeout=9)\n'
    )
    assert [one.code for one in judged(tmp_path, main=main, other=function).all] == []


def test_a_comment_takes_back_a_finding_of_its_line_alone(tmp_path: Path) -> None:
    text = (
        'requests.get("http://a.example/x")  # hubshift: ignore[HS405, HS406]\n'
        'requests.get("http://a.example/y")  # hubshift: ignore[HS406]\n'
        'text = "# hubshift: ignore[HS405]"; requests.get("http://a.example/z", timeout=9)\n'
    )
    found = judged(tmp_path, sync=HEAD + text)
    assert [(one.code, one.span and one.span.line) for one in found.all] == [("HS405", 5), ("HS405", 6)]
    assert [(one.code, one.span and one.span.line) for one in found.all_ignored] == [
        ("HS405", 4),
        ("HS406", 4),
        ("HS406", 5),
    ]


def test_nobody_starts_what_no_crontab_names(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.py").write_text(HEAD + GET, encoding="utf-8")
    (tmp_path / "deploy.yml").write_text("run: python b.py\n", encoding="utf-8")
    assert [one.code for one in judged(tmp_path).all] == []
    (tmp_path / "crontab").write_text("0 1 * * * python3 /srv/a.py\n", encoding="utf-8")
    assert [(one.code, str(one.span)) for one in judged(tmp_path).all] == [("HS414", "c.py:1")]

"""No secret can be read in an excerpt, and what is none mostly can."""

from __future__ import annotations

import pytest

from migrate.model import SourceSpan
from migrate.secrets.excerpts import MAX_LENGTH, excerpt_line, is_secret_name, looks_like_secret

CANARY = "hunter2"


def excerpt(source: str, line: int = 1, secrets: tuple[str, ...] = (), *, broken: bool = False) -> str:
    lines = source.split("\n")
    span = SourceSpan(file="flow.py", line=line, end_line=line)
    return excerpt_line(lines, span, secrets, broken=broken).redacted


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('API_TOKEN = "hunter2"', 'API_TOKEN = "*******"'),
        ("password='hunter2'  # hunter2", "password='*******'"),
        ('headers = {"Authorization": "hunter2"}', 'headers = {"Authorization": "*******"}'),
        ('s.headers["X-Api-Key"] = "hunter2"', 's.headers["X-Api-Key"] = "*******"'),
        ('h.append(("Cookie", "hunter2"))', 'h.append(("******", "*******"))'),
        ('requests.get(URL, auth=("me", "hunter2"))', 'requests.get(URL, auth=("**", "*******"))'),
        ('os.environ.get("DB_PASSWORD", "hunter2")', 'os.environ.get("DB_PASSWORD", "*******")'),
        ('if "hunter2" == password:', 'if "*******" == password:'),
        ('if password == "hunter2":', 'if password == "*******":'),
        ('passwords = ["hunter2"]', 'passwords = ["*******"]'),
        ("client.login(clientSecret=b'hunter2')", "client.login(clientSecret=b'*******')"),
        ('token = rf"hunter2{a}hunter2"', 'token = rf"*******{a}*******"'),
        ("pin, token = 12345678, 1", "pin, token = ********, 1"),
    ],
)
def test_a_literal_that_meets_a_secret_like_name_is_masked_and_keeps_its_columns(
    source: str, expected: str
) -> None:
    assert excerpt(source) == expected


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('password = (\n    "hunter2"\n)', 2),
        ('password = \\\n    "hunter2"', 2),
        ('headers = {\n    "Authorization":\n        "hunter2",\n}', 3),
        ('f(auth=(\n    "a",\n    "hunter2",\n))', 3),
        ('os.environ.get(\n    "API_TOKEN",\n    "hunter2",\n)', 3),
        ('x = """\nhunter2\n"""', 2),
        ("x = '''hunter2\nhunter2''' + y", 2),
        ('password = """hunter2\nmore"""', 1),
        ('x = "a\\\nhunter2"', 2),
    ],
)
def test_a_literal_whose_name_or_begin_is_on_an_earlier_line_is_masked(source: str, line: int) -> None:
    assert CANARY not in excerpt(source, line)


def test_a_keyword_argument_on_an_earlier_line_says_nothing_of_the_next_one() -> None:
    assert excerpt('post(\n    auth=login,\n    url="https://host/x",\n)', 3) == '    url="https://host/x",'
    assert excerpt('x = {\n    "token": t,\n    "state": "active",\n}', 3) == '    "state": "active",'


@pytest.mark.parametrize(
    "text",
    [
        "Bearer abc",
        "Basic dTpw",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "https://me:hunter2@host/x",
        "https://host/x?api_key=hunter2&a=1",
        "https://host/x?sig=hunter2",
        "Server=db;Uid=me;Pwd=hunter2",
        '{"password": "hunter2"}',
        "AKIAIOSFODNN7EXAMPLE",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "sk-proj-abc123",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "xoxb-1-a",
        "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXabcd12345678XXXX",
        "550e8400-e29b-41d4-a716-446655440000",
        "d41d8cd98f00b204e9800998ecf8427e",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "kJhGfDsAqWeRtYuIoP",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_a_text_that_looks_like_a_credential_is_masked_wherever_it_stands(text: str) -> None:
    assert looks_like_secret(text)
    assert excerpt(f"send({text!r})") == f"send('{'*' * len(text)}')"


@pytest.mark.parametrize(
    "text",
    [
        "https://api.example.com/v1/contacts",
        "https://api.example.com/v2/orders?updated_since=2024-01-01&page=1",
        "%Y-%m-%dT%H:%M:%S",
        "2024-01-01T00:00:00+00:00",
        "application/json",
        "Content-Type",
        "SELECT id, name FROM orders WHERE token = :token",
        "https://host/x?api_key={key}",
        "getCustomerAccountDetails",
        "order_items_backup_2024",
        "contact",
        "",
    ],
)
def test_an_ordinary_text_stays_readable(text: str) -> None:
    assert not looks_like_secret(text)


def test_a_known_secret_is_masked_under_any_name_and_in_any_spelling() -> None:
    for source in (
        'x = "hunter2"',
        'x = "a-hunter2-b"',
        r'x = "hun\x74er2"',
        'x = "hun" "ter2"',
        "x = hunter2",
        "b'hunter2'",
    ):
        masked = excerpt(source, secrets=(CANARY,))
        assert len(masked) == len(source)
        assert not any(part in masked for part in (CANARY, "hun", "ter2")), masked


def test_a_comment_is_left_out_and_a_hash_in_a_string_is_kept() -> None:
    assert excerpt('f("#a")  # hunter2') == 'f("#a")'
    assert excerpt("# hunter2") == ""


def test_a_line_is_cut_at_the_limit() -> None:
    assert len(excerpt("x = " + "a + " * 200)) <= MAX_LENGTH


def test_a_line_outside_of_the_file_is_empty() -> None:
    assert excerpt("x", line=7) == ""


def test_ordinary_code_stays_as_it_is() -> None:
    source = 'response = session.post(f"{BASE}/contacts/{row.id}", json={"email": row["mail"]}, timeout=30)'
    assert excerpt(source) == source


def test_in_a_broken_file_every_literal_and_all_after_a_secret_name_is_masked() -> None:
    assert excerpt("x = = 'hunter2'", broken=True) == "x = = '*******'"
    assert excerpt("password: hunter2", broken=True) == "password: *******"
    assert excerpt('x = """a\ny = """\nhunter2', 3, broken=True) == "*******"


@pytest.mark.parametrize(
    "name",
    ["token", "API_TOKEN", "apiKey", "X-Api-Key", "Authorization", "Cookie", "db_password", "passwd", "PWD",
     "session_id", "JSESSIONID", "clientSecret", "aws_access_key_id", "private_key", "bearer", "credentials",
     "auth", "passphrase", "CHAT_HOOK_KEY"],
)  # fmt: skip
def test_a_secret_like_name_is_known(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name", ["author", "authors", "key", "session", "name", "passed", "URL", "contact_id"]
)
def test_an_ordinary_name_is_not_secret_like(name: str) -> None:
    assert not is_secret_name(name)

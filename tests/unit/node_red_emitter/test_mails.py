"""Mails as they are emitted: JavaScript and the reference send the same, refuse the same, and fail alike."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from emitters.node_red import install
from emitters.node_red.expressions_javascript import JavaScript
from emitters.node_red.flow_library import on_start
from emitters.node_red.mails import mail_call
from migrate.model import MailOperation, Write
from migrate.model.values import Value
from migrate.shadow.messages import Request
from migrate.shadow.transport_headers import is_default
from tests.unit.mail_servers import RECIPIENT, Taken, command, connected, const, mail, refusing, sandboxed
from tests.unit.model.test_mail import ADDRESSES, LIST, NAMES, texts, value_of
from tests.unit.node_red_emitter.models import call, integration, value
from tests.unit.node_red_emitter.test_functions import evaluated
from tests.unit.reference.test_mails import LOGINS, REFUSALS, done

ODD = (
    *(
        "",
        " a",
        "a ",
        "a  b",
        "a\tb",
        "a\n",
        "a\nb",
        "a\r\nb",
        "a\u2028b",
        "a\x85b",
        "a\xa0b",
        "a\ufeffb",
        "=?a?=",
    ),
    *(
        "\x00",
        "w" * 60,
        "w" * 61,
        "👩" * 60,
        "ä" * 20,
        "ä" * 21,
        "ä" * 22,
        "<a@b>",
        "a@b>",
        "N <a@b",
        "a@b, N <c@d>",
    ),
    *("a@b,c@d", "a@b,  c@d", "a@b, ", "Doe, Jane <a@b>", "Zoë <a@b>", "a\r\rb\n\n", "\r", "x" * 999),
)
ALL = (
    *ODD,
    *texts(300),
    *ADDRESSES,
    *(f"{name} <{address}>" for name in NAMES for address in ADDRESSES),
    LIST,
)
pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    "function", ["email.address_text", "email.addresses", "email.content", "email.header_text"]
)
def test_the_emitted_function_says_of_a_mail_what_the_reference_says(function: str) -> None:
    arguments: list[tuple[Value, ...]] = [(text,) for text in ALL]
    if function == "email.header_text":
        arguments = [(name, text) for name in ("Subject", "X-ä", "X-Rather-Long-Name") for text in ALL]
    wanted = [value_of(function, *one) for one in arguments]
    answers = evaluated([call(function, *map(value, one)) for one in arguments])
    errors = {"! Gap": "undefined", "! ValueError": "ValueError"}
    first = [answer.partition("\n")[0] for answer in answers]
    found = [errors[one] if one in errors else json.loads(one) for one in first]
    assert found == wanted


DRIVER = """
const store = new Map();
const flow = { set: (name, value) => store.set(name, value), get: (name) => store.get(name) };
const nodemailer = require(MODULE);
LIBRARY
const py = flow.get("python");
(async () => {
  let kind = "";
  try {
    STEPS
  } catch (error) {
    kind = error.code || (error.message.startsWith("Gap: ") ? "Gap" : String(error));
  }
  process.stdout.write(JSON.stringify(kind));
})();
"""


def sent(*steps: Write) -> str:
    """The kind of the error of the emitted commands, or the empty text."""
    modules, node = install.node_red_modules(), install.node()
    if modules is None or node is None:
        # An engine that is missing is reported as not run, never as passed; CI installs it, and the tally shows it.
        pytest.skip(str(install.missing()))
    javascript = JavaScript(integration())
    lines = [
        f"{mail_call(step.operation, javascript)};"
        for step in steps
        if isinstance(step.operation, MailOperation)
    ]
    script = DRIVER.replace("STEPS", "\n    ".join(lines)).replace(
        "MODULE", json.dumps(str(modules / "nodemailer"))
    )
    script = script.replace("LIBRARY", on_start(script))
    done = subprocess.run([node, "-"], input=script, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return str(json.loads(done.stdout))


def seen(requests: list[Request]) -> list[tuple[str, dict[str, str], object]]:
    """What is compared of mails."""
    return [
        (
            one.url,
            {n: v for n, v in one.headers if n.lower() != "date" and not is_default(n.lower(), v)},
            json.loads(one.body),
        )
        for one in requests
    ]


def test_mails_are_those_that_the_reference_sends() -> None:
    subjects = [text for text in ALL[::3] if value_of("email.header_text", "Subject", text) == text and text]
    contents = [str(value_of("email.content", text)) for text in ALL] + [
        "x" * 70 + " y" * 60 + "\n",
        "é\n.\n..a\n",
    ]
    both = [
        mail(number, Subject=text, X_Kind=text[:40].strip() or "x") for number, text in enumerate(subjects)
    ]
    both += [mail(10_000 + number, text=text) for number, text in enumerate(contents)]
    several = ("a@Shop.Example", RECIPIENT, "c.d_e+f-g@x")
    both += [mail(20_000, to=several, Cc=LIST, Reply_To="Some Body <a@b>", Sender="x@y", Bcc=None)]
    found = []
    for send in (done, sent):
        with sandboxed() as taken:
            assert send(connected(taken.port), *both) == ""
        found.append(seen(taken.mails))
    assert len(found[0]) == len(both)
    assert [pair for pair in zip(*found, strict=True) if pair[0] != pair[1]] == []


def test_a_mail_after_a_login_over_tls_is_that_of_the_reference() -> None:
    found = []
    for send in (done, sent):
        with sandboxed() as taken:
            login = command("login", user=const("robot"), password=const("pw"))
            assert send(connected(taken.port), command("start-tls"), login, mail()) == ""
        found.append(seen(taken.mails))
    assert len(found[0]) == 1
    assert found[0] == found[1]


@pytest.mark.parametrize(("refuses", "to", "kind"), REFUSALS)
def test_what_a_server_refuses_is_the_error_of_the_reference(
    refuses: tuple[str, ...], to: tuple[str, ...], kind: str
) -> None:
    with refusing(*refuses) as taken:
        assert sent(connected(taken.port), mail(to=to)) == kind
    assert len(taken.mails) == (0 if kind else 1)


@pytest.mark.parametrize(("serve", "kind"), LOGINS, ids=["taken", "refused", "not offered"])
def test_a_login_fails_as_in_the_reference_or_by_name(
    serve: Callable[[], AbstractContextManager[Taken]], kind: str
) -> None:
    with serve() as taken:
        login = command("login", user=const("robot"), password=const("pw"))
        assert sent(connected(taken.port), login) in (kind, "Gap")
        assert sent(connected(taken.port), command("start-tls")) == "Gap"


def test_where_nothing_listens_the_connection_is_refused() -> None:
    assert sent(connected(1)) == "ConnectionRefusedError"


def test_a_line_that_smtplib_may_change_is_refused_by_name() -> None:
    with sandboxed() as taken:
        assert sent(connected(taken.port), mail(text="To\nFrom me\n")) == "Gap"
    assert taken.mails == []

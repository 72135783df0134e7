"""What the kernel says of headers, addresses and texts of mails is what a receiver reads of an `EmailMessage`."""

from __future__ import annotations

import email
import email.policy
import io
import random
from email.generator import BytesGenerator
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.utils import getaddresses

import pytest

from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached, Value

ALPHABETS = ("abcXYZ019.,:;-_/()", "ab!?#$&*+=^|{}\\\"'[]<>@", "aäöü", "ß€中文字👩")
ADDRESSES = ("a@b.example", "A.b_c+d-e@Mail-1.Example.com", "x@localhost")
NAMES = ("Robot", "Billing Robot 2")
LIST = ", ".join(f"Somebody Number {number} <somebody.{number}@department.example>" for number in range(40))


def received(message: EmailMessage) -> EmailMessage:
    """The message as it is read after it went over the wire."""
    wire = io.BytesIO()
    BytesGenerator(wire).flatten(message, linesep="\r\n")
    read = email.message_from_bytes(wire.getvalue(), policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return read


def value_of(function: str, *arguments: Value) -> Value:
    """The value, or the name of the error, or `undefined`."""
    try:
        return FUNCTIONS[function](*arguments)
    except EvaluationError as error:
        return error.kind
    except UnmappedReached:
        return "undefined"


def texts(count: int) -> list[str]:
    """Texts of words, as subjects are, some of them too long or odd to be defined."""
    source = random.Random(1)
    made = []
    for _ in range(count):
        letters = source.choice([*ALPHABETS, "".join(ALPHABETS)])
        lengths = [
            source.choice((1, 4, 9, 15, 60) if source.random() < 0.98 else (61,))
            for _ in range(source.randint(1, 12))
        ]
        made.append(" ".join("".join(source.choice(letters) for _ in range(length)) for length in lengths))
    return made


@pytest.mark.parametrize("name", ["Subject", "X-Number-Of-Records"])
def test_a_header_that_is_defined_comes_as_it_was_set(name: str) -> None:
    defined = [text for text in texts(4000) if value_of("email.header_text", name, text) != "undefined"]
    assert len(defined) > 1000
    assert any(not text.isascii() for text in defined)
    for text in defined:
        message = EmailMessage()
        message[name] = text
        # Python sometimes folds before the first word, which leaves a blank that readers pass over.
        assert str(received(message)[name]).lstrip() == text
        assert value_of("email.header_text", name, text) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "two  blanks",
            " before",
            "behind ",
            "a\ttab",
            "one\n",
            "a\x00b",
            "nb\xa0sp",
            "=?utf-8?q?x?=",
            "\ud800",
        ),
        *("w" * 61, "ä" * 30, "x\u200by", 5, None, True, ["a"], {}),
    ],
)
def test_a_header_that_could_change_is_not_defined(text: Value) -> None:
    assert value_of("email.header_text", "Subject", text) == "undefined"


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb: c", "a\rb", "a\u2028b", "a\x0bb", "a\x85b"])
@pytest.mark.parametrize("function", ["email.header_text", "email.address_text", "email.addresses"])
def test_a_header_of_several_lines_is_an_error(function: str, text: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        EmailMessage()["To"] = text
    assert (
        value_of(function, *(("Subject",) if function == "email.header_text" else ()), text) == "ValueError"
    )


def test_addresses_that_are_defined_are_those_that_are_read_and_sent_to() -> None:
    single = [*ADDRESSES, *(f"{name} <{address}>" for name in NAMES for address in ADDRESSES)]
    several = [f"{one}{sign}{other}" for one in single for other in single for sign in (",", ", ")]
    for text in (*single, *several, LIST):
        message = EmailMessage()
        message["To"] = text
        assert value_of("email.address_text", text) == str(message["To"])
        assert value_of("email.addresses", text) == [
            address for _, address in getaddresses([str(message["To"])])
        ]
        header = received(message)["To"]
        assert isinstance(header, AddressHeader)
        assert ", ".join(map(str, header.addresses)) == value_of("email.address_text", text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "a",
            "a@",
            "@b",
            "a@b,",
            ",a@b",
            "a@b;c@d",
            "a@b c@d",
            "a@b  , c@d",
            "a b@c",
            "a..b@c",
            ".a@b",
        ),
        *(
            '"Doe, Jane" <a@b>',
            "Zoë <a@b>",
            "a@b (c)",
            "Team: a@b;",
            "<a@b>",
            "Name <a@b",
            "Name a@b>",
            "ä@b",
            "a@ü",
        ),
        *(None, 1, ["a@b"]),
    ],
)
def test_addresses_of_other_forms_are_not_defined(text: Value) -> None:
    assert value_of("email.address_text", text) == value_of("email.addresses", text) == "undefined"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "\n",
            "a",
            "a\n",
            "a\n\n",
            "\n\na",
            "a\r\nb\rc\n",
            "a\n\r\n\rb",
            "ä\u2028b\x0bc\x85d",
            "x" * 3000,
        ),
        *(".\n..\n.a", "trailing \nblank\t\n", "a=3D\n", "é\n" * 200, "\x00\x1b"),
    ],
)
def test_a_text_comes_with_its_lines_ended_by_line_feeds(text: str) -> None:
    message = EmailMessage()
    message.set_content(text)
    assert value_of("email.content", text) == received(message).get_content().replace("\r\n", "\n")


@pytest.mark.parametrize("text", [None, 1, 1.5, True, ["a"], {"a": 1}, "x\ud800"])
def test_what_is_no_text_is_an_error_of_the_library(text: Value) -> None:
    with pytest.raises((KeyError, UnicodeEncodeError)) as raised:
        EmailMessage().set_content(text)
    assert value_of("email.content", text) == type(raised.value).__name__

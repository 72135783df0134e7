"""Python's `email.message.EmailMessage`.

Reads: `EmailMessage()`; `message["Subject"] = text`, and From, Sender, To, Cc, Bcc, Reply-To and any X-…;
    `set_content(text)`.
Becomes: nothing by itself; headers and text stand in the mail that is sent. What a header or text refuses is an error
    where it is set.
Cannot see: HTML and other parts, attachments, other headers; a header that is set twice or taken away; addresses other
    than `local@domain` and `Words <local@domain>`; texts that the folding of headers could change.
Example:
    import smtplib
    from email.message import EmailMessage
    message = EmailMessage()
    message["Subject"] = "Nightly import"
    message["From"] = "Import <import@shop.example>"
    message["To"] = "ops@shop.example, it@shop.example"
    message.set_content("Done.")
    with smtplib.SMTP("mail.shop.example") as server:
        server.send_message(message)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractors.evaluator import Evaluator, Knowledge, operators
from extractors.evaluator.parts import Arguments
from extractors.evaluator.state import choice
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Symbolic, Unknown, Value
from migrate.model import Call, Choice, Constant, Expression, MailHeader, SequenceExpression, SourceSpan
from migrate.model.functions import FUNCTIONS
from migrate.model.values import EvaluationError, UnmappedReached

KNOWLEDGE = Knowledge()
MESSAGE = "email.message.EmailMessage"
_TEXT = "(text)"
ADDRESSES = ("From", "Sender", "To", "Bcc", "Cc", "Reply-To")
"""Headers that hold addresses."""
NAMES = {name.lower(): name for name in ("Subject", *ADDRESSES)}
_OWN = re.compile(r"X-[A-Za-z0-9-]+", re.IGNORECASE)


def misfit(context: Evaluator, what: str, arguments: Arguments, span: SourceSpan) -> Unknown:
    """The gap for a call or assignment that is not followed."""
    for value in (*arguments.positional, *arguments.keywords.values()):
        if isinstance(value, Unknown):
            return context.gap(value.code, value.reason, span)
    return context.gap("HS103", what, span)


def computed(context: Evaluator, function: str, arguments: tuple[Expression, ...], span: SourceSpan) -> Value:
    """A kernel function's value, where its arguments are known now; else its call, evaluated here."""
    if all(isinstance(one, Constant) for one in arguments):
        try:
            made = FUNCTIONS[function](*(one.value for one in arguments if isinstance(one, Constant)))
        except EvaluationError as error:
            raise context.fail(error.kind, "a part of a mail", span) from None
        except UnmappedReached as reached:
            return context.gap("HS103", str(reached), span)
        if isinstance(made, str):
            return Known(made)
    return context.symbolic(Call(function=function, arguments=arguments), span)


@KNOWLEDGE.function(MESSAGE)
def _make(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    if arguments.positional or arguments.keywords:
        return misfit(context, "a policy for a mail", arguments, span)
    return context.state.allocate(Instance(External(MESSAGE), dict.fromkeys((*NAMES, _TEXT), NONE)))


@KNOWLEDGE.method(MESSAGE, "__setitem__")
def _set_header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key, value = arguments.positional
    name = key.value if isinstance(key, Known) else None
    held = context.state.read((receiver.address, name.lower())) if isinstance(name, str) else None
    if not isinstance(name, str) or not (name.lower() in NAMES or _OWN.fullmatch(name)):
        return _ruined(context, receiver, "a header of a mail that is not followed", arguments, span)
    if isinstance(value, Unknown):
        return _ruined(context, receiver, "", arguments, span)
    if held not in (None, NONE):
        return _ruined(context, receiver, f"the header {name} is set a second time", arguments, span)
    expression = context.snapshot(value, span)
    if context.type_of(expression) not in (None, "text", "scalar"):
        return _ruined(context, receiver, f"the header {name} is no text", arguments, span)
    if NAMES.get(name.lower()) in ADDRESSES:
        made = computed(context, "email.address_text", (expression,), span)
    else:
        made = computed(context, "email.header_text", (Constant(value=name), expression), span)
    context.state.write((receiver.address, name.lower()), made)
    return NONE


def _ruined(
    context: Evaluator, receiver: Pointer, what: str, arguments: Arguments, span: SourceSpan
) -> Unknown:
    """The gap for a change of a message that is not followed; what the message holds is not known after it."""
    unknown = misfit(context, what, arguments, span)
    context.state.write((receiver.address, _TEXT), unknown)
    return unknown


@KNOWLEDGE.method(MESSAGE, "__getitem__")
def _header(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    key = arguments.positional[0]
    name = key.value if isinstance(key, Known) else None
    held = context.state.read((receiver.address, name.lower())) if isinstance(name, str) else None
    return held if held is not None else misfit(context, "this header of a mail", arguments, span)


@KNOWLEDGE.method(MESSAGE, "set_content")
def _set_content(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    plain = len(arguments.positional) == 1 and not arguments.keywords
    text = arguments.positional[0] if plain else None
    held = context.state.read((receiver.address, _TEXT))
    if text is None or isinstance(text, Unknown) or isinstance(held, Unknown):
        what = "a content of a mail that is more than a plain text"
        return _ruined(context, receiver, what, arguments, span)
    made = computed(context, "email.content", (context.snapshot(text, span),), span)
    context.state.write((receiver.address, _TEXT), made)
    return NONE


for _name in (
    "add_alternative",
    "add_attachment",
    "add_related",
    "add_header",
    "replace_header",
    "__delitem__",
):

    @KNOWLEDGE.method(MESSAGE, _name)
    def _change(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
        return _ruined(context, receiver, "a part or header of a mail that is not followed", arguments, span)


@dataclass(frozen=True)
class Message:
    """What a message holds when it is sent: headers by name in lower case, the text."""

    headers: dict[str, Expression]
    names: dict[str, str]
    text: Expression | None

    def sent(self) -> tuple[MailHeader, ...]:
        """The headers that go out: all but Bcc."""
        shown = (name for name in self.headers if name != "bcc")
        return tuple(MailHeader(name=self.names[name], value=self.headers[name]) for name in shown)


def message(context: Evaluator, value: Value, span: SourceSpan) -> Message | None:
    """The message that a value is; None where it is none, or not known."""
    found = context.state.get(value) if isinstance(value, Pointer) else None
    if not (isinstance(found, Instance) and found.of == External(MESSAGE)):
        return None
    if any(not isinstance(held, Known | Symbolic) for held in found.attributes.values()):
        return None
    given = {name: held for name, held in found.attributes.items() if held != NONE}
    headers = {name: context.snapshot(held, span) for name, held in given.items() if name != _TEXT}
    names = {
        name: NAMES.get(name, "-".join(word.capitalize() for word in name.split("-"))) for name in headers
    }
    text = context.snapshot(given[_TEXT], span) if _TEXT in given else None
    return Message(headers, names, text)


def addresses(header: Expression) -> Expression:
    """The addresses in a header, as a list; null holds none."""
    match header:
        case Constant(value=None):
            return SequenceExpression(items=())
        case Constant(value=str() as text):
            found = FUNCTIONS["email.addresses"](text)
            items = found if isinstance(found, list) else []
            return SequenceExpression(items=tuple(Constant(value=str(one)) for one in items))
        case Choice(test=test, then=then, otherwise=otherwise):
            return choice(test, addresses(then), addresses(otherwise))
        case Call(function="email.address_text", arguments=(text,)):
            return operators.call("email.addresses", text)
        case _:
            return operators.call("email.addresses", header)


def joined(lists: list[Expression]) -> Expression:
    """Lists one behind the other."""
    made: Expression = SequenceExpression(items=())
    for one in lists:
        if isinstance(made, SequenceExpression) and isinstance(one, SequenceExpression):
            made = SequenceExpression(items=(*made.items, *one.items))
        elif made == SequenceExpression(items=()):
            made = one
        else:
            made = operators.call("python.add", made, one)
    return made

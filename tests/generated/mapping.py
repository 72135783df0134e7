"""How a script makes the payload of a record: the ways real scripts build a dict."""

from __future__ import annotations

from collections.abc import Callable

from tests.generated.draft import Draft
from tests.generated.errors import Errors
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block

_TARGETS = (
    "externalId",
    "title",
    "Mail",
    "kind",
    "amount",
    "state",
    "info",
    "first name",
    "ref_no",
    "x",
    "flag",
    "memo",
)
_HELPERS: dict[str, Lines] = {
    "clean": ["def clean(value):", "    return value.strip() if value else ''"],
    "money": ["def money(value):", "    return round(float(value), 2)"],
    "yes_no": ["def yes_no(value):", "    if value:", "        return 'yes'", "    return 'no'"],
    "as_text": [
        "def as_text(value, default=''):",
        "    if value is None:",
        "        return default",
        "    return str(value)",
    ],
    "join_name": ["def join_name(first, last):", '    return f"{first} {last}".strip()'],
    "level": [
        "def level(value):",
        "    if value > 100:",
        "        return 'gold'",
        "    elif value > 10:",
        "        return 'silver'",
        "    else:",
        "        return 'none'",
    ],
}


class Mapping:
    """Draws payload builders; helper functions and constants that they need are kept for the module."""

    def __init__(self, idioms: Idioms, draft: Draft, errors: Errors) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.draft = draft
        self.errors = errors
        self.constants: dict[str, Lines] = {}

    def expression(self, record: str) -> str:
        """A value for a target field, by an idiom or a helper function."""
        if self.random.random() >= 0.15:
            return self.idioms.any_value(record)
        name = self.random.choice(list(_HELPERS))
        self.draft.define(_HELPERS[name])
        numbers, texts = self.idioms.entity.of("number", "whole"), self.idioms.entity.of("text")
        field = self.random.choice(numbers if name in ("money", "level") else texts)
        argument = (
            f"{record}[{field.name!r}]" if self.random.random() < 0.5 else f"{record}.get({field.name!r})"
        )
        if name == "join_name":
            return f"join_name({argument}, {record}[{self.random.choice(texts).name!r}])"
        if name == "as_text" and self.random.random() < 0.5:
            return f"as_text({argument}, default='-')"
        return f"{name}({argument})"

    def build(self, record: str, result: str) -> Lines:
        """Statements that leave the payload of the record in the variable `result`."""
        ways: list[tuple[int, Callable[[str, str], Lines]]] = [
            (8, self._literal),
            (6, self._stepwise),
            (2, self._flat),
            (3, self._table),
            (2, self._fields),
            (1, self._keywords),
            (2, self._passed_on),
            (1, self._flat_dict),
            (1, self._called),
            (1, self._listed),
        ]
        way = self.random.choices([way for _, way in ways], [weight for weight, _ in ways])[0]
        lines = way(record, result)
        if self.random.random() < 0.3:
            lines += self._extra(record, result)
        return lines

    def _names(self) -> list[str]:
        return self.random.sample(_TARGETS, self.random.choice((2, 3, 4, 6, 8)))

    def _literal(self, record: str, result: str) -> Lines:
        return [f"{result} = {{", *self._entries(record, self._names(), 0), "}"]

    def _entries(self, record: str, names: list[str], depth: int) -> Lines:
        lines: Lines = []
        for name in names:
            if depth < 2 and self.random.random() < 0.1:
                lines += [
                    f"    {name!r}: {{",
                    *(f"    {one}" for one in self._entries(record, ["a", "b"], depth + 1)),
                ]
                lines.append("    },")
            else:
                lines.append(f"    {name!r}: {self.expression(record)},")
        return lines

    def _stepwise(self, record: str, result: str) -> Lines:
        lines = [
            self.random.choice((f"{result} = {{}}", f"{result} = dict()", f"{result} = {{'type': 'sync'}}"))
        ]
        for name in self._names():
            chance = self.random.random()
            if chance < 0.15:
                lines += [
                    f"{result}[{name!r}] = {{}}",
                    f"{result}[{name!r}]['value'] = {self.expression(record)}",
                ]
            elif chance < 0.3:
                lines += self._conditional(record, result, name)
            else:
                lines.append(f"{result}[{name!r}] = {self.expression(record)}")
        return lines

    def _conditional(self, record: str, result: str, name: str) -> Lines:
        field = self.random.choice(self.idioms.entity.of("text", "texts", "record", "number"))
        test = self.random.choice(
            (f"{record}.get({field.name!r})", f"{field.name!r} in {record}", self.idioms.condition(record))
        )
        value = f"{record}[{field.name!r}]" if self.random.random() < 0.5 else self.expression(record)
        lines = block(f"if {test}:", [f"{result}[{name!r}] = {value}"])
        if self.random.random() < 0.4:
            if self.random.random() < 0.3:
                lines += block(
                    f"elif {self.idioms.condition(record)}:",
                    [f"{result}[{name!r}] = {self.expression(record)}"],
                )
            lines += block("else:", [f"{result}[{name!r}] = {self.expression(record)}"])
        return lines

    def _flat(self, record: str, result: str) -> Lines:
        """Through local variables, some by unpacking."""
        first, second = self.expression(record), self.expression(record)
        chance = self.random.random()
        if chance < 0.3:
            lines = [f"one, two = {first}, {second}"]
        elif chance < 0.5:
            text = self.random.choice(self.idioms.entity.of("text")).name
            lines = [
                f"parts = {record}[{text!r}].split(' ')",
                "one = parts[0]",
                "two = parts[1] if len(parts) > 1 else ''",
            ]
        elif chance < 0.6:
            text = self.random.choice(self.idioms.entity.of("text")).name
            lines = [f"one, two = {record}[{text!r}].split('-', 1)"]
        else:
            lines = [f"one = {first}", f"two = {second}"]
        if self.random.random() < 0.4:
            lines += block(
                self.random.choice(("if not one:", "if one is None:", "if one == two:")), ["one = 'none'"]
            )
        if self.random.random() < 0.2:
            lines.append("two = two or one")
        return [*lines, f"{result} = {{'one': one, 'two': two, 'three': {self.expression(record)}}}"]

    def _pairs(self) -> list[tuple[str, str]]:
        fields = self.random.sample(self.idioms.entity.fields, 4)
        return [
            (field.name, target)
            for field, target in zip(fields, self.random.sample(_TARGETS, 4), strict=True)
        ]

    def _table(self, record: str, result: str) -> Lines:
        access = self.random.choice(
            (f"{record}.get(source)", f"{record}[source]", f"{record}.get(source, '')")
        )
        pairs = self._pairs()
        lines = [f"{result} = {{}}"]
        if self.random.random() < 0.5:
            self.constants["FIELDS"] = ["FIELDS = [", *(f"    ({s!r}, {t!r})," for s, t in pairs), "]"]
            source = "FIELDS"
            if self.random.random() < 0.3:
                return [f"{result} = {{target: {access} for source, target in FIELDS}}"]
        else:
            self.constants["FIELD_MAP"] = ["FIELD_MAP = {", *(f"    {s!r}: {t!r}," for s, t in pairs), "}"]
            source = "FIELD_MAP.items()"
        body = [f"{result}[target] = {access}"]
        if self.random.random() < 0.3:
            body = block(
                self.random.choice((f"if {record}.get(source) is not None:", f"if source in {record}:")), body
            )
        return [*lines, *block(f"for source, target in {source}:", body)]

    def _fields(self, record: str, result: str) -> Lines:
        names = tuple(field.name for field in self.random.sample(self.idioms.entity.fields, 3))
        if self.random.random() < 0.4:
            return [f"{result} = {{key: {record}[key] for key in {names!r}}}"]
        return [f"{result} = {{}}", *block(f"for key in {names!r}:", [f"{result}[key] = {record}.get(key)"])]

    def _flat_dict(self, record: str, result: str) -> Lines:
        """Through a flat dict to a nested one."""
        names = self.random.sample(_TARGETS, 3)
        lines = [f"flat = {{{', '.join(f'{name!r}: {self.expression(record)}' for name in names)}}}"]
        first, second, third = names
        if self.random.random() < 0.3:
            lines.append(f"flat[{third!r}] = flat[{first!r}] or flat[{second!r}]")
        return [
            *lines,
            f"{result} = {{'head': {{{first!r}: flat[{first!r}]}}, 'body': {{'v': flat.get({second!r}), **flat}}}}",
        ]

    def _called(self, record: str, result: str) -> Lines:
        """Through the parameters of a function."""
        names = self.random.sample(("name", "mail", "state", "amount", "memo"), 3)
        first, second, third = names
        made = [
            f"made = {{'type': 'sync', {first!r}: {first}, {second!r}: {second}}}",
            *block(f"if {third}:", [f"made[{third!r}] = {third}"]),
            "return made",
        ]
        self.draft.define(block(f"def make_doc({first}, {second}, {third}=None):", made))
        given = [self.expression(record), f"{second}={self.expression(record)}"]
        if self.random.random() < 0.7:
            given.append(f"{third}={self.expression(record)}")
        return [f"{result} = make_doc({', '.join(given)})"]

    def _listed(self, record: str, result: str) -> Lines:
        """A list of pairs of key and value."""
        names = tuple(field.name for field in self.random.sample(self.idioms.entity.fields, 3))
        pair = self.random.choice(("{'key': name, 'value': {0}}", "{'name': name, 'value': str({0})}"))
        value = self.random.choice((f"{record}.get(name)", f"{record}[name]"))
        pairs = f"[{pair.replace('{0}', value)} for name in {names!r}]"
        if self.random.random() < 0.5:
            return [f"{result} = {{'id': {record}['id'], 'properties': {pairs}}}"]
        body = block(f"if {record}.get(name):", [f"pairs.append({pair.replace('{0}', value)})"])
        return ["pairs = []", *block(f"for name in {names!r}:", body), f"{result} = {{'properties': pairs}}"]

    def _keywords(self, record: str, result: str) -> Lines:
        return [f"{result} = dict(a={self.expression(record)}, b={self.expression(record)})"]

    def _passed_on(self, record: str, result: str) -> Lines:
        return [
            self.random.choices(
                (f"{result} = {record}", f"{result} = dict({record})", f"{result} = {{**{record}}}"),
                (6, 1, 1),
            )[0]
        ]

    def _extra(self, record: str, result: str) -> Lines:
        """A change after the payload was made."""
        ways: list[tuple[int, Lines]] = [
            (6, [f"{result}['source'] = SOURCE"]),
            (4, block(f"if {self.idioms.condition(record)}:", [f"{result}['special'] = True"])),
            (2, [f"{result}.update({{'by': 'sync', 'v': {self.expression(record)}}})"]),
            (1, [f"{result} = {{k: v for k, v in {result}.items() if v is not None}}"]),
            (1, [f"{result}.pop('memo', None)"]),
            (1, [f"{result}.setdefault('lang', 'en')"]),
            (2, block(f"if not {result}.get('title'):", [f"{result}['title'] = 'untitled'"])),
            (4, self._guarded(record, result)),
        ]
        return self.random.choices([lines for _, lines in ways], [weight for weight, _ in ways])[0]

    def _guarded(self, record: str, result: str) -> Lines:
        """A value that falls back to another one if it cannot be made."""
        of = self.idioms.entity.of
        number, text = self.random.choice(of("number", "whole")).name, self.random.choice(of("text")).name
        nested, texts = self.random.choice(of("record")), self.random.choice(of("texts")).name
        expression, fallback = self.random.choice(
            (
                (f"float({record}[{number!r}])", "0.0"),
                (f"int({record}[{number!r}])", "None"),
                (f"{record}[{nested.name!r}][{nested.fields[0].name!r}]", "''"),
                (f"{record}[{nested.name!r}][{nested.fields[0].name!r}].strip()", "None"),
                (f"{record}[{texts!r}][0]", "None"),
                (f"{record}[{text!r}].split('@')[1]", "''"),
                (self.idioms.any_value(record), "None"),
            )
        )
        if self.random.random() < 0.3:
            return self.errors.value(f"{result}['safe']", expression, fallback)
        return [*self.errors.value("safe", expression, fallback), f"{result}['safe'] = safe"]

    def function(self, name: str, parameter: str, *, identified: bool = False) -> None:
        """Defines a function of the module that returns the payload of a record; `identified`: it holds its id."""
        lines = self.build(parameter, "doc")
        if identified:
            lines.append(f"doc['id'] = {parameter}['id']")
        elif len(lines) > 2 and lines[0] == "doc = {" and lines[-1] == "}" and self.random.random() < 0.8:
            self.draft.define(block(f"def {name}({parameter}):", ["return {", *lines[1:]]))
            return
        self.draft.define(block(f"def {name}({parameter}):", [*lines, "return doc"]))

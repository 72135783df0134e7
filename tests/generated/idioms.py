"""Idioms of single values and conditions, as text with `{v}` for a value; weights say how often scripts have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.generated.entities import Entity, Field

OFTEN, SOMETIMES, SELDOM = 30, 6, 1
Weighted = tuple[tuple[int, str], ...]

_TEXT: Weighted = (
    (OFTEN * 3, "{v}"),
    (OFTEN, "{r}.get({k})"),
    (OFTEN, "{r}.get({k}, 'n/a')"),
    (OFTEN, "{r}.get({k}, '')"),
    (OFTEN, "{r}.get({k}) or ''"),
    (OFTEN, "{v}.strip()"),
    (OFTEN, "{v}.lower()"),
    (OFTEN, "{v}.strip().lower()"),
    (SOMETIMES, "({r}.get({k}) or '').strip()"),
    (SOMETIMES, "{v} or None"),
    (SOMETIMES, "{v}.upper()"),
    (SOMETIMES, "{v}.title()"),
    (SELDOM, "{v}.capitalize()"),
    (SOMETIMES, "{v}.replace(' ', '')"),
    (SOMETIMES, "{v}.replace('-', '_').upper()"),
    (SOMETIMES, "{v}.split('@')[0]"),
    (SOMETIMES, "{v}.split(' ')"),
    (SELDOM, "{v}.split()[-1]"),
    (SOMETIMES, "{v}[:10]"),
    (SELDOM, "{v}[0]"),
    (SELDOM, "{v}[-4:]"),
    (SELDOM, "{v}.lstrip('0')"),
    (SELDOM, "{v}.rstrip('/')"),
    (SELDOM, "{v}.zfill(6)"),
    (SELDOM, "{v}.startswith('A')"),
    (SELDOM, "{v}.endswith('.org')"),
    (SELDOM, "{v}.isdigit()"),
    (SELDOM, "{v}.isalnum()"),
    (SELDOM, "{v}.islower()"),
    (SELDOM, "{v}.casefold()"),
    (SELDOM, "{v}.split('@', 1)[-1]"),
    (SELDOM, "{v}.rsplit('.', maxsplit=1)"),
    (SELDOM, "{v}.partition('@')[2]"),
    (SELDOM, "{v}.splitlines()"),
    (SELDOM, "{v}.find('@')"),
    (SELDOM, "{v}.index('@')"),
    (SELDOM, "{v}.count('a')"),
    (SELDOM, "{v}.startswith(('A', 'b'))"),
    (SELDOM, "{v}.removeprefix('A-')"),
    (SELDOM, "{v}.replace('a', 'b', 1)"),
    (SELDOM, "{v}.ljust(8, '.')"),
    (SELDOM, "{v}.rjust(8)"),
    (SELDOM, "{v}.center(9, '*')"),
    (SELDOM, "repr({v})"),
    (SELDOM, "'%-8s|%r' % ({v}, {w})"),
    (SELDOM, "'{{0}}{{1!r:>9}}{{0}}'.format({v}, {w})"),
    (SELDOM, "int({v}, 16)"),
    (SELDOM, "{v}.encode('utf-8').decode('utf-8')"),
    (SELDOM, "{v}.strip('-')"),
    (OFTEN, "str({v})"),
    (OFTEN, 'f"{{{r}[{k}]}}"'),
    (OFTEN, 'f"REF-{{{r}[{k}]}}"'),
    (SELDOM, 'f"{{{r}[{k}]!r}}"'),
    (SELDOM, 'f"{{{r}[{k}]:>12}}"'),
    (SOMETIMES, "'%s' % {v}"),
    (SOMETIMES, "'ref: %s' % {v}"),
    (SOMETIMES, "'no {{}}'.format({v})"),
    (SOMETIMES, "'{{name}}!'.format(name={v})"),
    (OFTEN, "'x-' + {v}"),
    (SOMETIMES, "{v} + '/' + {w}"),
    (OFTEN, 'f"{{{r}[{k}]}} {{{r}[{l}]}}"'),
    (OFTEN, 'f"{{{r}[{k}]}} {{{r}[{l}]}}".strip()'),
    (SOMETIMES, "'%s, %s' % ({v}, {w})"),
    (SOMETIMES, "'{{}}-{{}}'.format({v}, {w})"),
    (SOMETIMES, "' '.join([{v}, {w}])"),
    (SELDOM, "' '.join(p for p in ({v}, {w}) if p)"),
    (SELDOM, "' '.join(filter(None, [{v}, {w}]))"),
    (OFTEN, "{v} if {v} else 'unknown'"),
    (OFTEN, "{v} if {k} in {r} else None"),
    (OFTEN, "'yes' if {v} == 'x' else 'no'"),
    (SOMETIMES, "{r}.get({k}) or {r}.get({l})"),
    (SOMETIMES, "{r}.get({k}, {r}.get({l}))"),
    (SELDOM, "{r}.get({k}) or {r}.get({l}) or 'none'"),
    (SELDOM, "{v} and {w}"),
    (SOMETIMES, "len({v})"),
    (SOMETIMES, "{v} is None"),
    (SOMETIMES, "{v} is not None"),
    (SOMETIMES, "not {r}.get({k})"),
    (SOMETIMES, "bool({v})"),
    (SOMETIMES, "{v} == {w}"),
    (SELDOM, "isinstance({v}, str)"),
    (SELDOM, "{v} if isinstance({v}, str) else str({v})"),
    (SELDOM, "{v} * 2"),
    (SELDOM, "{v} in ('x', 'red', None)"),
    (SOMETIMES, "int({v}) if {v} else 0"),
)
_NUMBER: Weighted = (
    (OFTEN * 3, "{v}"),
    (OFTEN, "{r}.get({k}, 0)"),
    (OFTEN, "{r}.get({k}) or 0"),
    (OFTEN, "float({v})"),
    (OFTEN, "int({v})"),
    (OFTEN, "str({v})"),
    (OFTEN, "round({v}, 2)"),
    (SOMETIMES, "round({v})"),
    (OFTEN, 'f"{{{r}[{k}]:.2f}}"'),
    (SOMETIMES, "'%.2f' % {v}"),
    (SOMETIMES, "'%d' % {v}"),
    (SELDOM, "'{{:.2f}}'.format({v})"),
    (SELDOM, 'f"{{{r}[{k}]:,.2f}}"'),
    (SELDOM, 'f"{{{r}[{k}]:05d}}"'),
    (OFTEN, "{v} * 100"),
    (SOMETIMES, "int({v} * 100)"),
    (SOMETIMES, "int(round({v} * 100))"),
    (SOMETIMES, "round(float({v}) * 1.19, 2)"),
    (SOMETIMES, "{v} / 100"),
    (SELDOM, "{v} // 10"),
    (SELDOM, "'%06.1f' % {v}"),
    (SELDOM, "'%+d' % {v}"),
    (SELDOM, "'%s' % ({v} % 3)"),
    (SELDOM, "'{{:,}}'.format({v})"),
    (SELDOM, "'{{:>8.1%}}'.format({v})"),
    (SELDOM, "format({v}, '08.3f')"),
    (SELDOM, "format({v}, 'g')"),
    (SELDOM, "list(divmod({v}, 60))"),
    (SELDOM, "round({v}, -1)"),
    (SELDOM, "{v} % 7"),
    (OFTEN, "{v} + 1"),
    (SOMETIMES, "{v} - 0.5"),
    (SELDOM, "-{v}"),
    (SELDOM, "abs({v})"),
    (SELDOM, "max({v}, 0)"),
    (SELDOM, "min({v}, 100)"),
    (OFTEN, "'HIGH' if {v} > 100 else 'LOW'"),
    (OFTEN, "'A' if {v} >= 100 else 'B' if {v} >= 10 else 'C'"),
    (SOMETIMES, "0 < {v} <= 100"),
    (OFTEN, "float({r}.get({k}) or 0)"),
    (SOMETIMES, "{v} == 0"),
    (SOMETIMES, "{v} if {v} is not None else 0"),
    (SELDOM, "float({v}) if {v} else None"),
    (SELDOM, "{v} ** 2"),
    (SELDOM, "isinstance({v}, (int, float))"),
)
_FLAG: Weighted = (
    (OFTEN * 3, "{v}"),
    (OFTEN, "'Y' if {v} else 'N'"),
    (OFTEN, "not {v}"),
    (OFTEN, "{r}.get({k}, False)"),
    (SOMETIMES, "bool({r}.get({k}))"),
    (SOMETIMES, "str({v}).lower()"),
    (SOMETIMES, "int({v})"),
    (SELDOM, "{v} is True"),
    (SOMETIMES, "{v} == True"),
    (SELDOM, "1 if {v} is False else 2"),
)
_CODE: Weighted = (
    (OFTEN * 2, "{v}"),
    (OFTEN * 2, "{t}[{v}]"),
    (OFTEN * 3, "{t}.get({v}, 'other')"),
    (OFTEN, "{t}.get({v})"),
    (OFTEN, "{t}.get({r}.get({k}), 'other')"),
    (SOMETIMES, "{t}.get({v}.lower(), {v})"),
    (SOMETIMES, "{t}.get({v}, {v})"),
    (SOMETIMES, "{t}[{v}] if {v} in {t} else None"),
    (OFTEN, "{v}.upper()"),
    (OFTEN, "1 if {v} == {c!r} else 0"),
    (SOMETIMES, "{v} in ({c!r}, 'other')"),
    (SOMETIMES, "{v} != {c!r}"),
    (SOMETIMES, "{t}.get({v}) or 'none'"),
)
_RECORD: Weighted = (
    (OFTEN, "{v}"),
    (OFTEN * 3, "{v}[{i}]"),
    (OFTEN * 2, "{v}.get({i})"),
    (OFTEN, "{v}.get({i}, '')"),
    (OFTEN, "{r}.get({k}, {{}}).get({i})"),
    (OFTEN, "({r}.get({k}) or {{}}).get({i})"),
    (SOMETIMES, "({r}.get({k}) or {{}}).get({i}, 'n/a')"),
    (SOMETIMES, "{v}[{i}].upper()"),
    (SOMETIMES, "{v}[{i}] if {v} else None"),
    (SOMETIMES, "{r}.get({k}) and {v}[{i}]"),
    (OFTEN, "{{{i}: {v}[{i}], {j}: {v}.get({j})}}"),
    (OFTEN, 'f"{{{r}[{k}][{i}]}}, {{{r}[{k}][{j}]}}"'),
    (SOMETIMES, "{v}[{i}] + ' ' + {v}[{j}]"),
    (SELDOM, "{v}.get({i}, {v}.get({j}))"),
    (SELDOM, "{i} in {v}"),
    (SELDOM, "dict({v})"),
    (SELDOM, "{{**{v}, 'kind': 'x'}}"),
    (SELDOM, "list({v}.keys())"),
    (SELDOM, "[{{'key': key, 'value': value}} for key, value in {v}.items()]"),
)
_TEXTS: Weighted = (
    (OFTEN * 2, "{v}"),
    (OFTEN, "{r}.get({k}, [])"),
    (OFTEN, "','.join({v})"),
    (OFTEN, "', '.join({r}.get({k}) or [])"),
    (OFTEN, "[t.lower() for t in {v}]"),
    (SOMETIMES, "[t for t in {v} if t]"),
    (SOMETIMES, "[t.strip() for t in {v} if t != 'x']"),
    (SOMETIMES, "[{{'name': t}} for t in {v}]"),
    (SELDOM, '[f"#{{t}}" for t in {v}]'),
    (OFTEN, "{v}[0] if {v} else None"),
    (SOMETIMES, "{v}[0]"),
    (SELDOM, "{v}[-1]"),
    (OFTEN, "len({v})"),
    (SELDOM, "{v}[:2]"),
    (SELDOM, "list({v})"),
    (OFTEN, "'vip' in {v}"),
    (SOMETIMES, "{v} + ['synced']"),
    (SELDOM, "sorted({v})"),
    (SELDOM, "list(set({v}))"),
    (SELDOM, "any(t == 'vip' for t in {v})"),
    (SELDOM, "'; '.join(t.upper() for t in {v})"),
)
_RECORDS: Weighted = (
    (OFTEN * 2, "{v}"),
    (OFTEN * 2, "[{{'article': l['sku'], 'quantity': l['qty']}} for l in {v}]"),
    (OFTEN, "[{{'sku': l.get('sku'), 'total': l['qty'] * l['price']}} for l in {v}]"),
    (SOMETIMES, "[l['sku'] for l in {v} if l.get('qty')]"),
    (SOMETIMES, "[l['sku'] for l in {v} if l['qty'] > 0]"),
    (OFTEN, "len({v})"),
    (SOMETIMES, "sum(l['qty'] for l in {v})"),
    (SOMETIMES, "sum(l['qty'] * l['price'] for l in {v})"),
    (SELDOM, "sum([l.get('qty', 0) for l in {v}])"),
    (SOMETIMES, "{v}[0]['sku'] if {v} else None"),
    (SELDOM, "{v}[0]['sku']"),
    (SELDOM, "','.join(l['sku'] for l in {v})"),
    (SELDOM, "[dict(l, n=1) for l in {v}]"),
    (SELDOM, "[{{**l, 'vat': 19}} for l in {v}]"),
    (SELDOM, "max(l['qty'] for l in {v})"),
    (SELDOM, "[[l['sku'], i] for i, l in enumerate({v})]"),
)
_ID: Weighted = (
    (OFTEN * 2, "{v}"),
    (OFTEN, "str({v})"),
    (OFTEN, 'f"ID-{{{r}[{k}]}}"'),
    (SOMETIMES, "'A%s' % {v}"),
    (SOMETIMES, "int({v})"),
    (SELDOM, "'%05d' % {v}"),
)
_DATE: Weighted = (
    (OFTEN * 2, "{v}"),
    (OFTEN, "{v}[:10]"),
    (SOMETIMES, "{v}.split('T')[0]"),
    (SOMETIMES, "{v}.replace('T', ' ')"),
    (SOMETIMES, "{r}.get({k})"),
    (SELDOM, "{v}[:4] + '/' + {v}[5:7]"),
    (SELDOM, "int({v}[:4])"),
    (OFTEN, "datetime.fromisoformat({v}).strftime('%d.%m.%Y')"),
    (SOMETIMES, "datetime.fromisoformat({v}).date().isoformat()"),
    (SOMETIMES, "datetime.strptime({v}[:10], '%Y-%m-%d').strftime('%d/%m/%y')"),
    (SOMETIMES, "datetime.strptime({v}, '%Y-%m-%dT%H:%M:%SZ').isoformat()"),
    (SOMETIMES, "datetime.fromisoformat({v}.replace('Z', '+00:00')).timestamp()"),
    (SELDOM, "int(datetime.fromisoformat({v}).replace(tzinfo=timezone.utc).timestamp() * 1000)"),
    (SELDOM, "(datetime.fromisoformat({v}) + timedelta(days=30, hours=5)).isoformat()"),
    (SELDOM, "str(datetime.fromisoformat({v}).astimezone(timezone.utc))"),
    (SELDOM, "(datetime.now(timezone.utc) - datetime.fromisoformat({v})).days"),
    (SELDOM, "(date.today() - datetime.fromisoformat({v}).date()).days > 30"),
    (SELDOM, "datetime.fromisoformat({v}) < datetime.now()"),
    (SELDOM, "date.fromisoformat({v}).year"),
    (SELDOM, "date.fromisoformat({v}[:10]).weekday() >= 5"),
    (SELDOM, 'f"{{datetime.fromisoformat({r}[{k}]):%Y%m%d}}"'),
    (SELDOM, "datetime.fromisoformat({v}) if {v} else None"),
    (SELDOM, "json.dumps([datetime.fromisoformat({v})], default=str)"),
)
BY_KIND: dict[str, Weighted] = {
    "id": _ID,
    "text": _TEXT,
    "code": _CODE,
    "number": _NUMBER,
    "whole": _NUMBER,
    "flag": _FLAG,
    "date": _DATE,
    "record": _RECORD,
    "texts": _TEXTS,
    "records": _RECORDS,
}
_CONSTANTS = ("'crm'", "'v2'", "1", "True", "None", "0.5", "[]", "{}", "['sync']", "{'by': 'sync'}", "SOURCE")
_NOW = (
    *("datetime.now(timezone.utc).isoformat()", "datetime.now(timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')"),
    *("datetime.utcnow().isoformat() + 'Z'", "datetime.now().strftime('%Y-%m-%d %H:%M:%S')"),
    *("date.today().isoformat()", "str(date.today())", "int(time.time())", "int(time.time() * 1000)"),
    *("time.strftime('%Y-%m-%d')", "str(uuid.uuid4())", "uuid.uuid4().hex", 'f"run-{uuid.uuid4()}"'),
    *("(datetime.now(timezone.utc) - timedelta(days=7)).date().isoformat()", "datetime.now(timezone.utc)"),
    *("datetime.now().isoformat(timespec='seconds')", "datetime.now().timestamp()", "datetime.now().year"),
    "datetime.fromtimestamp(1709208059.5, tz=timezone.utc).isoformat(sep=' ', timespec='milliseconds')",
)
"""What scripts stamp records with; a datetime itself is an error in JSON."""

CONDITIONS: dict[str, Weighted] = {
    "code": (
        (OFTEN * 2, "{v} == {c!r}"),
        (OFTEN, "{v} != {c!r}"),
        (OFTEN, "{v} in ({c!r}, 'other')"),
        (OFTEN, "{v} not in [{c!r}, 'deleted']"),
        (SOMETIMES, "{v} in {{{c!r}, 'gone'}}"),
        (SOMETIMES, "{r}.get({k}) == {c!r}"),
        (SOMETIMES, "{v} not in {t}"),
        (SOMETIMES, "{v}.lower() == {c!r}"),
    ),
    "text": (
        (OFTEN * 2, "not {r}.get({k})"),
        (OFTEN, "{r}.get({k}) is None"),
        (OFTEN, "{v} == ''"),
        (OFTEN, "{k} not in {r}"),
        (SOMETIMES, "'@' not in {v}"),
        (SOMETIMES, "'@' in ({r}.get({k}) or '')"),
        (SOMETIMES, "len({v}) > 3"),
        (SELDOM, "{v}.startswith('x')"),
        (SOMETIMES, "{v}"),
        (SOMETIMES, "not {v}.strip()"),
        (SELDOM, "{v} < 'm'"),
    ),
    "flag": ((OFTEN, "{v}"), (OFTEN, "not {v}"), (OFTEN, "{r}.get({k})"), (SOMETIMES, "{v} is False")),
    "number": (
        (OFTEN, "{v} > 50"),
        (OFTEN, "{v} == 0"),
        (OFTEN, "{v} <= 0"),
        (SOMETIMES, "not {v}"),
        (SOMETIMES, "({r}.get({k}) or 0) < 10"),
        (SOMETIMES, "{r}.get({k}, 0) >= 100"),
        (SELDOM, "10 <= {v} < 200"),
        (SELDOM, "float({v}) > 1"),
    ),
    "texts": ((OFTEN, "not {v}"), (OFTEN, "'vip' in {v}"), (SOMETIMES, "len({v}) == 0")),
}
CONDITIONS["whole"] = CONDITIONS["number"]


@dataclass
class Idioms:
    """Draws values and conditions over records of an entity; keeps the lookup tables that they need, by name."""

    random: Random
    entity: Entity
    tables: dict[str, dict[str, str]] = field(default_factory=dict)

    def value(self, record: str, field: Field) -> str:
        """An expression over the field of the record in the variable `record`."""
        return self._filled(BY_KIND[field.kind], record, field)

    def any_value(self, record: str) -> str:
        """An expression over any field, or a constant."""
        if self.random.random() < 0.1:
            return self.random.choice(_CONSTANTS if self.random.random() < 0.6 else _NOW)
        return self.value(record, self.random.choice(self.entity.fields))

    def condition(self, record: str, depth: int = 0) -> str:
        """A condition over the record, sometimes of two with and, or, not."""
        chance = self.random.random()
        if depth < 2 and chance < 0.15:
            word = self.random.choice((" and ", " or "))
            return (
                word.join(self.condition(record, depth + 1) for _ in range(2))
                if depth == 0
                else (f"({self.condition(record, depth + 1)}{word}{self.condition(record, depth + 1)})")
            )
        if depth < 2 and chance < 0.2:
            return f"not ({self.condition(record, depth + 1)})"
        fields = [field for field in self.entity.fields if field.kind in CONDITIONS]
        field = self.random.choice(fields)
        return self._filled(CONDITIONS[field.kind], record, field)

    def table(self, field: Field) -> str:
        """The name of the lookup table for a code."""
        name = f"{field.name.upper()}_MAP"
        values = ("subscribed", "P", "10", "Other Thing")
        self.tables.setdefault(
            name, dict(zip(field.choices[: self.random.choice((2, 9))], values, strict=False))
        )
        return name

    def _filled(self, templates: Weighted, record: str, field: Field) -> str:
        weights = [weight for weight, _ in templates]
        return self.filled(self.random.choices([text for _, text in templates], weights)[0], record, field)

    def filled(self, template: str, record: str, field: Field) -> str:
        """The idiom applied to a field of the record."""
        others = [one for one in self.entity.of("text") if one != field] or [field]
        inner = [one.name for one in field.fields] or ["name"]
        return template.format(
            v=f"{record}[{field.name!r}]",
            r=record,
            k=repr(field.name),
            w=f"{record}[{(other := self.random.choice(others)).name!r}]",
            l=repr(other.name),
            i=repr(inner[0]),
            j=repr(inner[-1]),
            c=field.choices[0] if field.choices else "",
            t=self.table(field) if "{t}" in template else "",
        )

"""Twists in which two names, two passes or two payloads share one object that changes."""

from __future__ import annotations

from collections.abc import Callable

from tests.generated.layout import block
from tests.generated.twists import Twist, Twists


class Aliases(Twists):
    """Draws twists about shared objects."""

    def draw(self, record: str) -> Twist:
        """One twist."""
        ways: list[Callable[[str], Twist]] = [
            self.shared_list,
            self.shared_dict,
            self.linked,
            self.kept_and_changed,
            self.changed_by_function,
            self.returned_object,
            self.held_in_object,
            self.default_object,
            self.grouped,
            self.cached,
            self.template,
            self.alias,
            self.overwritten,
            self.two_lists,
        ]
        return self.random.choice(ways)(record)

    def shared_list(self, record: str) -> Twist:
        """A list from outside the loop stands in every payload and grows."""
        grow = self.random.choice(("history.append({0})", "history += [{0}]", "history = history + [{0}]"))
        lines = [f"payload['history'] = {self.random.choice(('history', 'list(history)', 'history[:]'))}"]
        return Twist(lines, [grow.format(f"{record}['id']")], {"history": "[]"})

    def shared_dict(self, record: str) -> Twist:
        """A dict from outside the loop keeps keys of earlier records."""
        lines = ["meta['last'] = " + f"{record}['id']"]
        lines += block(f"if {self.idioms.condition(record)}:", ["meta['special'] = True"])
        use = self.random.choice(
            ("payload['meta'] = meta", "payload.update(meta)", "payload = {**payload, **meta}")
        )
        return Twist([*lines, use], starts={"meta": "{'run': 1}"})

    def linked(self, record: str) -> Twist:
        """The payload before this one is changed, though it may be waiting in a batch."""
        lines = block("if before is not None:", [f"before['next'] = {record}['id']"])
        return Twist(lines, ["before = payload"], {"before": "None"})

    def kept_and_changed(self, record: str) -> Twist:
        """A payload is kept, then changed."""
        after = self.random.choice(
            ("payload['kept'] = True", "payload.pop('title', None)", "payload.clear()")
        )
        return Twist(["kept.append(payload)"], [after], {"kept": "[]"}, [], "kept")

    def changed_by_function(self, record: str) -> Twist:
        """A function changes what it is given."""
        change = self.random.choice(("doc['stamp'] = 'v1'", "doc['n'] = len(doc)", "doc = {'other': 1}"))
        return Twist(["stamp(payload)"], module=block("def stamp(doc):", [change]))

    def returned_object(self, record: str) -> Twist:
        """A function returns the one object of the module."""
        module = ["DEFAULTS = {'lang': 'en'}", *block("def defaults():", ["return DEFAULTS"])]
        lines = ["base = defaults()", f"base['id'] = {record}.get('id')", "payload['base'] = base"]
        return Twist(lines, module=module)

    def held_in_object(self, record: str) -> Twist:
        """An attribute and a payload share a list."""
        module = block("class Run:", [*block("def __init__(self):", ["self.seen = []", "self.info = {}"])])
        lines = [f"run.seen.append({record}.get('id'))", "run.info['count'] = len(run.seen)"]
        use = self.random.choice(
            ("payload['seen'] = run.seen", "payload['info'] = run.info", "payload['n'] = len(run.seen)")
        )
        return Twist([*lines, use], starts={"run": "Run()"}, module=module, summary="run.info")

    def default_object(self, record: str) -> Twist:
        """A mutable default is handed out."""
        module = block("def collected(value, into=[]):", ["into.append(value)", "return into"])
        return Twist([f"payload['collected'] = collected({record}.get('id'))"], module=module)

    def grouped(self, record: str) -> Twist:
        """A list is reached by two ways."""
        lines = [
            "bucket = buckets['all']",
            f"bucket.append({record}['id'])",
            "payload['bucket'] = buckets['all']",
        ]
        return Twist(lines, starts={"buckets": "{'all': []}"}, summary="buckets")

    def cached(self, record: str) -> Twist:
        """The first record's object is used for all."""
        lines = block("if first_doc is None:", ["first_doc = payload"])
        return Twist(
            [*lines, "payload['of'] = first_doc.get('title')"],
            [f"first_doc['seen'] = {record}['id']"],
            {"first_doc": "None"},
        )

    def two_lists(self, record: str) -> Twist:
        """One object in two lists, changed through one of them."""
        lines = [f"entry = {{'id': {record}['id']}}", "left.append(entry)", "right.append(entry)"]
        return Twist(
            [*lines, "left[-1]['mark'] = 1", "entry['end'] = 2"],
            starts={"left": "[]", "right": "[]"},
            summary="right",
        )

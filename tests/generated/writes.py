"""How a script sends payloads: one by one, in batches, routed, found or created, compared with what is there."""

from __future__ import annotations

from tests.generated.callers import Caller
from tests.generated.draft import Draft
from tests.generated.errors import Errors
from tests.generated.idioms import Idioms
from tests.generated.layout import Lines, block, inside


class Writes:
    """Draws what is done with the payload of a record, which is in the variable `payload`."""

    def __init__(self, idioms: Idioms, draft: Draft, target: Caller, errors: Errors) -> None:
        self.idioms = idioms
        self.random = idioms.random
        self.draft = draft
        self.target = target
        self.errors = errors
        self.mode = self.random.choices(("each", "batch", "flush", "summary"), (12, 2, 2, 1))[0]
        self.guarded = self.random.random() < 0.3

    def draw(self, record: str) -> Lines:
        """The lines that send or keep the payload; they stand in a loop."""
        lines = self._draw(record)
        return self.errors.skipping(record, lines) if self.guarded else lines

    def _draw(self, record: str) -> Lines:
        match self.mode:
            case "batch":
                self.draft.start("batch", "[]")
                self.draft.ending += self._batched()
                return ["batch.append(payload)"]
            case "flush":
                self.draft.start("batch", "[]")
                self.draft.ending += block("if batch:", self._batch("{'records': batch}"))
                test = self.random.choice(
                    ("len(batch) >= BATCH_SIZE", "len(batch) == BATCH_SIZE", "len(batch) == 2")
                )
                empty = self.random.choice(("batch = []", "batch = []", "batch.clear()"))
                return [
                    "batch.append(payload)",
                    *block(f"if {test}:", [*self._batch("{'records': batch}"), empty]),
                ]
            case "summary":
                self.draft.start("docs", "[]")
                self.draft.summary["docs"] = self.random.choice(("docs", "len(docs)"))
                return ["docs.append(payload)"]
        ways = (
            (60, self._plain),
            (8, self._routed),
            (8, self._found_or_created),
            (12, self._answer_used),
            (4, self._compared),
            (4, self._as_text),
            (3, self._updated_or_created),
        )
        return self.random.choices([way for _, way in ways], [weight for weight, _ in ways])[0](record)

    def _plain(self, record: str) -> Lines:
        return self._one_write(record, f"/{self.idioms.entity.name}")

    def _one_write(self, record: str, path: str, answer: str = "") -> Lines:
        method = self.random.choices(("POST", "PUT", "PATCH"), (5, 3, 1))[0]
        if method != "POST" or self.random.random() < 0.1:
            key = self.random.choices((f"{record}['id']", f"{record}.get('id')", "payload['id']"), (8, 1, 1))[
                0
            ]
            path += f"/{{{key}}}"
        return self.target.write(method, path, "payload", answer, True)

    def _routed(self, record: str) -> Lines:
        """To one of several places."""
        chance = self.random.random()
        if chance < 0.5:
            first, second = self._one_write(record, "/vip"), self._one_write(record, "/regular")
            return [*block(f"if {self.idioms.condition(record)}:", first), *block("else:", second)]
        code = self.random.choice(self.idioms.entity.of("code"))
        if chance < 0.75:
            lines: Lines = []
            for number, value in enumerate(code.choices[:2]):
                word = "elif" if number else "if"
                lines += block(
                    f"{word} {record}[{code.name!r}] == {value!r}:", self._one_write(record, f"/{value}")
                )
            otherwise = self.random.choice(
                (["continue"], ["print('no route')"], self._one_write(record, "/other"))
            )
            return [*lines, *block("else:", otherwise)]
        routes = "{" + ", ".join(f"{value!r}: 'to-{value}'" for value in code.choices[:3]) + "}"
        pick = self.random.choice((f".get({record}[{code.name!r}], 'other')", f"[{record}[{code.name!r}]]"))
        self.draft.start("routes", routes)
        return [f"place = routes{pick}", *self.target.write("POST", "/{place}", "payload", "", True)]

    def _answer_used(self, record: str) -> Lines:
        lines = self._one_write(record, "/main", "created")
        use = self.random.choice(("created['id']", "created.get('id')", "created['data']['id']"))
        if self.random.random() < 0.4:
            self.draft.start("created_ids", "[]", reported=True)
            return [*lines, f"created_ids.append({use})"]
        if self.random.random() < 0.2:
            self.draft.start("id_map", "{}", reported=True)
            return [*lines, f"id_map[{record}['id']] = {use}"]
        link = self.target.write(
            "POST", "/links/{new_id}", f"{{'link': {record}['id'], 'to': new_id}}", "", False
        )
        return [*lines, f"new_id = {use}", *link]

    def _found_or_created(self, record: str) -> Lines:
        key = self.random.choice(self.idioms.entity.of("text")).name
        found = self.target.get("/search", {"q": f"{record}[{key!r}]"}, "found", True)
        if self.random.random() < 0.3:
            first = self.random.choice(
                ("found['results'][0] if found['results'] else None", "next(iter(found['results']), None)")
            )
            update = self.target.write("PUT", "/things/{match['id']}", "payload", "", True)
            create = self.target.write("POST", "/things", "payload", "", True)
            return [*found, f"match = {first}", *block("if match:", update), *block("else:", create)]
        if self.random.random() < 0.3:
            create = self.target.write("POST", "/things", "payload", "created", False)
            lines = [*found, *block("if found['results']:", ["thing_id = found['results'][0]['id']"])]
            lines += block("else:", [*create, "thing_id = created['id']"])
            return [
                *lines,
                *self.target.write("POST", "/notes", "{'thing': thing_id, 'text': 'synced'}", "", True),
            ]
        update = self.target.write("PUT", "/things/{found['results'][0]['id']}", "payload", "", True)
        create = self.target.write("POST", "/things", "payload", "", True)
        test = self.random.choice(
            ("if found['results']:", "if found.get('total', 0) > 0:", "if len(found['results']) > 0:")
        )
        return [*found, *block(test, update), *block("else:", create)]

    def _compared(self, record: str) -> Lines:
        """With what the target has: created, updated where it differs, or left alone."""
        key = self.random.choice(("id", "email"))
        text = self.random.choice(self.idioms.entity.of("text")).name
        asked = f"{record}['id']" if key == "id" else f"{record}.get({text!r})"
        read = self.target.get("/accounts", {}, "there", False)
        self.draft.preparation += [*read, f"existing = {{one[{key!r}]: one for one in there['results']}}"]
        update = self.target.write("PUT", "/accounts/{old['id']}", "payload", "", True)
        create = self.target.write("POST", "/accounts", "payload", "", True)
        changed = self.random.choice(
            (f"if old['name'] != {record}.get({text!r}):", f"if old.get('email') != {record}[{text!r}]:")
        )
        lines = [
            f"old = existing.get({asked})",
            *block("if old is None:", create),
            *block("else:", block(changed, update)),
        ]
        if self.random.random() < 0.3:
            self.draft.start("kept_keys", "set()")
            lines.append(f"kept_keys.add({asked})")
            remove = self.target.write("DELETE", "/accounts/{existing[key]['id']}", "None", "", False)
            self.draft.ending += block("for key in existing:", block("if key not in kept_keys:", remove))
        return lines

    def _updated_or_created(self, record: str) -> Lines:
        """Updated, and created where the target says that there is no such thing."""
        if self.target.style not in ("plain", "session"):
            return self._plain(record)
        self.draft.expected += [404, 409]
        update, create = (
            [
                line
                for line in self.target.send(method, path, "json=payload", "", False)
                if line.startswith("r = ")
            ]
            for method, path in (("PUT", f"/things/{{{record}['id']}}"), ("POST", "/things"))
        )
        return [*update, *block("if r.status_code == 404:", create), "r.raise_for_status()"]

    def _as_text(self, record: str) -> Lines:
        """A body that is put together as a text."""
        if self.target.style not in ("plain", "session"):
            return self._plain(record)
        text = self.random.choice(self.idioms.entity.of("text")).name
        made = self.random.choice(
            (
                f"'{{\"id\": \"' + str({record}['id']) + '\", \"name\": \"' + {record}[{text!r}] + '\"}}'",
                f"f\"<item><id>{{{record}['id']}}</id><name>{{{record}.get({text!r})}}</name></item>\"",
                f"'%s;%s' % ({record}['id'], {record}[{text!r}])",
                f"','.join([str({record}['id']), {record}[{text!r}]])",
                "json.dumps(payload)",
            )
        )
        sent = self.target.send("POST", "/raw", self.random.choice(("data=body", "body")), "", True)
        return [f"body = {made}", *sent]

    def _batch(self, payload: str) -> Lines:
        return self.target.write("POST", "/bulk", payload, "", False)

    def _batched(self) -> Lines:
        send = self._batch(
            self.random.choice(("batch", "{'records': batch}", "{'records': batch, 'count': len(batch)}"))
        )
        if self.random.random() < 0.2:
            cut = self._batch("batch[start:start + BATCH_SIZE]")
            send = ["for start in range(0, len(batch), BATCH_SIZE):", *inside(cut)]
        return block("if batch:", send) if self.random.random() < 0.5 else send

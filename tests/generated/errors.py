"""How scripts handle errors: around a write, a value, a function or the run; falling back, skipping, trying again."""

from __future__ import annotations

from random import Random

from tests.generated.draft import Draft
from tests.generated.layout import Lines, block

_ALL = (
    (8, "Exception as e"),
    (2, "Exception"),
)
_REQUEST = (
    (5, "requests.exceptions.RequestException as e"),
    (3, "requests.RequestException as e"),
    (3, "requests.exceptions.HTTPError as e"),
    (3, "requests.HTTPError as e"),
    (1, "(requests.ConnectionError, requests.Timeout) as e"),
    (1, "requests.exceptions.ConnectionError as e"),
)
_DATA = (
    (3, "KeyError as e"),
    (2, "(KeyError, TypeError) as e"),
    (2, "(KeyError, ValueError) as e"),
    (1, "ValueError as e"),
    (1, "(TypeError, AttributeError) as e"),
)
_BARE = ((1, ""),)


class Errors:
    """Draws what stands around lines that can fail."""

    def __init__(self, random: Random, draft: Draft) -> None:
        self.random = random
        self.draft = draft

    def _draw(self, ways: tuple[tuple[int, str], ...]) -> str:
        return self.random.choices([text for _, text in ways], [weight for weight, _ in ways])[0]

    def _except(self, kinds: str, body: Lines) -> Lines:
        return block(f"except {kinds}:" if kinds else "except:", body)

    # --- around the work on one record -------------------------------------------------------------------------------

    def skipping(self, record: str, lines: Lines) -> Lines:
        """The lines; where they fail, on to the next record, or what else scripts do then. Stands in a loop."""
        self.draft.expected += [422, 500, 0]
        kinds = self._draw((*_ALL, *_ALL, *_REQUEST, *_DATA, *_BARE))
        handlers = self._except(kinds, self._skipped(record, kinds))
        if kinds in {text for _, text in _REQUEST} and self.random.random() < 0.25:
            handlers += self._except("Exception as e", self._skipped(record, "Exception as e"))
        elif "HTTPError as e" in kinds and self.random.random() < 0.4:
            handlers = self._except(kinds, self._by_status(record))
        guarded = [*block("try:", lines), *handlers]
        chance = self.random.random()
        if chance < 0.1:
            self.draft.start("done", "0", reported=True)
            guarded += block("else:", ["done += 1"])
        elif chance < 0.15:
            self.draft.start("handled", "0", reported=True)
            guarded += block("finally:", ["handled += 1"])
        return guarded

    def _skipped(self, record: str, kinds: str) -> Lines:
        error = "e" if kinds.endswith(" as e") else "'error'"
        told = self.random.choice(
            (
                [f"print(f\"failed {{{record}['id']}}: {{{error}}}\")"],
                [f"print('failed', {record}.get('id'), {error})"],
                [f"log.error('failed %s: %s', {record}.get('id'), {error})"],
                ["log.exception('failed')"],
                [],
            )
        )
        match self.random.choices(range(9), (8, 4, 4, 1, 1, 2, 1, 2, 1))[0]:
            case 0:
                return [*told, "continue"]
            case 1:
                self.draft.start("failed", "0", reported=True)
                return [*told, "failed += 1", *self.random.choice(([], ["continue"]))]
            case 2:
                self.draft.start("errors", "[]", reported=True)
                return [*told, f"errors.append({record}['id'])", *self.random.choice(([], ["continue"]))]
            case 3 if kinds.endswith(" as e"):
                self.draft.start("errors", "[]", reported=True)
                entry = self.random.choice(
                    (
                        f"{{'id': {record}.get('id'), 'error': str(e)}}",
                        "str(e)",
                        f"f\"{{{record}['id']}}: {{e}}\"",
                    )
                )
                return [*told, f"errors.append({entry})", "continue"]
            case 4:
                return [*told, "raise"]
            case 5:
                return [*told, "break"]
            case 6:
                return [*told, "sys.exit(1)"]
            case 7:
                return told
            case _:
                return ["continue"]

    def _by_status(self, record: str) -> Lines:
        """A handler that looks at the answer which was refused."""
        status = self.random.choice((404, 409, 422, 429))
        self.draft.expected += [status]
        test = self.random.choice(
            (
                f"if e.response.status_code == {status}:",
                f"if e.response is not None and e.response.status_code == {status}:",
            )
        )
        return [
            *block(test, self._skipped(record, "")),
            *self.random.choice((block("else:", ["raise"]), ["raise"])),
        ]

    # --- around a value ----------------------------------------------------------------------------------------------

    def value(self, name: str, expression: str, fallback: str) -> Lines:
        """An assignment with a value to fall back to; nothing is sent in it."""
        kinds = self._draw(
            (
                (4, "(TypeError, ValueError)"),
                (4, "(KeyError, TypeError)"),
                (4, "KeyError"),
                (3, "ValueError"),
                (3, "Exception"),
                (2, "(KeyError, IndexError)"),
                (1, "AttributeError"),
                (1, ""),
            )
        )
        return [*block("try:", [f"{name} = {expression}"]), *self._except(kinds, [f"{name} = {fallback}"])]

    # --- around a function -------------------------------------------------------------------------------------------

    def sending(self, lines: Lines) -> Lines:
        """The body of a function that sends and ends with a `return`: guarded, or tried again."""
        chance = self.random.random()
        if chance < 0.12:
            return self._tried_again(lines)
        if chance < 0.3:
            self.draft.expected += [422, 500, 0]
            kinds = self._draw((*_REQUEST, *_ALL))
            told = self.random.choice(
                (["print(f'request failed: {e}')"], ["log.error('request failed: %s', e)"])
                if kinds.endswith(" as e")
                else (["log.exception('request failed')"], [])
            )
            end = self.random.choices(
                (["return None"], ["raise"], ["return {}"], ["sys.exit(1)"]), (4, 4, 1, 2)
            )[0]
            return [*block("try:", lines), *self._except(kinds, [*told, *end])]
        if chance < 0.34:
            self.draft.expected += [429]
            head, *rest = lines
            wait = self.random.choice(
                ("time.sleep(1)", "time.sleep(int(r.headers.get('Retry-After', 1)))", "time.sleep(5)")
            )
            return block("while True:", [head, *block("if r.status_code == 429:", [wait, "continue"]), *rest])
        return lines

    def _tried_again(self, lines: Lines) -> Lines:
        self.draft.expected += [500, 500, 0]
        kinds = self._draw((*_REQUEST, *_ALL)).removesuffix(" as e")
        waits = self.random.choice(
            (["time.sleep(2 ** attempt)"], ["time.sleep(1)"], ["time.sleep(attempt + 1)"], [])
        )
        head, after = (
            "for attempt in range(3):",
            self.random.choice((["raise RuntimeError('gave up')"], ["return None"])),
        )
        match self.random.randrange(3):
            case 0:
                handler = [*block("if attempt == 2:", ["raise"]), *waits]
                return block(head, [*block("try:", lines), *self._except(kinds, handler)])
            case 1:
                handler = ["print('try', attempt + 1, 'failed')", *waits]
                return [*block(head, [*block("try:", lines), *self._except(kinds, handler)]), *after]
            case _:
                handler = ["attempt += 1", *block("if attempt >= 3:", ["raise"]), *waits]
                return [
                    "attempt = 0",
                    *block("while True:", [*block("try:", lines), *self._except(kinds, handler)]),
                ]

    def decoding(self, name: str) -> Lines:
        """`name = r.json()` with a value to fall back to."""
        kinds = self.random.choice(("ValueError", "ValueError", "Exception", "json.JSONDecodeError"))
        return [
            *block("try:", [f"{name} = r.json()"]),
            *self._except(kinds, [f"{name} = {self.random.choice(('{}', 'None', '[]'))}"]),
        ]

    # --- around the run ----------------------------------------------------------------------------------------------

    def run(self, lines: Lines, closing: Lines) -> Lines:
        """The whole of main: an error is told and ends the run, or something is closed whatever happens."""
        if closing and self.random.random() < 0.4:
            return [*block("try:", lines), *block("finally:", closing)]
        kinds = self._draw((*_ALL, *_ALL, *_REQUEST))
        told = ["print('sync failed:', e)"] if kinds.endswith(" as e") else ["log.exception('sync failed')"]
        end = self.random.choices((["sys.exit(1)"], ["raise"], [], ["return"]), (5, 3, 2, 0))[0]
        return [*block("try:", lines), *self._except(kinds, [*told, *end])]

"""How a script calls its systems: requests directly, a session, a wrapper function or a small client class."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.generated.layout import Lines, block, inside

Style = Literal["plain", "session", "wrapper", "class", "request"]
STYLES: tuple[tuple[int, Style], ...] = (
    (4, "plain"),
    (3, "session"),
    (3, "wrapper"),
    (3, "class"),
    (1, "request"),
)


@dataclass(frozen=True)
class System:
    """One side: the prefix of its names in the script, its URL, and what the script knows of its credentials."""

    prefix: str
    url: str
    auth: str
    hard_coded: bool


class Caller:
    """Draws the calls of one system in one style.

    Paths are the inner text of an f-string in double quotes. `loop` says whether a call stands directly in a loop of
    the same function, so that a failed status may skip or leave it.
    """

    def __init__(self, random: Random, system: System, style: Style) -> None:
        self.random = random
        self.system = system
        self.style = style
        self.timeout = random.choice(("", ", timeout=30", ", timeout=TIMEOUT"))
        self.checks = random.choices(("raise", "compare", "ok", "none"), (7, 2, 1, 2))[0]
        self.keywords = random.random() < 0.5
        self.shared_session = style == "session" and random.random() < 0.3

    # --- what stands before the calls --------------------------------------------------------------------------------

    def constants(self) -> Lines:
        """The constants of the module: URL, credential, headers."""
        prefix, url = self.system.prefix, self.system.url
        base = [f"{prefix}_URL = {url!r}"]
        if self.random.random() < 0.3:
            base = [f"{prefix}_URL = os.environ.get('{prefix}_URL', {url!r})"]
        elif self.random.random() < 0.2:
            base = [
                f"{prefix}_HOST = {url.removeprefix('https://')!r}",
                f'{prefix}_URL = f"https://{{{prefix}_HOST}}"',
            ]
        return [*base, *self._credential()]

    def _credential(self) -> Lines:
        prefix = self.system.prefix
        if self.system.auth == "none":
            return [f"{prefix}_HEADERS = {{'Accept': 'application/json'}}"]
        if self.system.auth == "basic":
            return [
                f"{prefix}_USER = os.environ['{prefix}_USER']",
                f"{prefix}_PASSWORD = os.environ['{prefix}_PASSWORD']",
                f"{prefix}_HEADERS = {{'X-Client': 'sync/1.0'}}",
            ]
        token = self.random.choice((f"os.environ['{prefix}_TOKEN']", f"os.getenv('{prefix}_TOKEN')"))
        if self.system.hard_coded:
            token = "'sk_live_9f8e7d6c5b4a39281706'"
        header = self.random.choices(
            (
                f"'Authorization': f\"Bearer {{{prefix}_TOKEN}}\"",
                f"'Authorization': 'Bearer ' + {prefix}_TOKEN",
                f"'Authorization': 'Token %s' % {prefix}_TOKEN",
                f"'X-Api-Key': {prefix}_TOKEN",
                f"'Authorization': 'Bearer {{}}'.format({prefix}_TOKEN)",
            ),
            (6, 3, 1, 4, 1),
        )[0]
        return [f"{prefix}_TOKEN = {token}", f"{prefix}_HEADERS = {{{header}, 'Accept': 'application/json'}}"]

    def definitions(self) -> Lines:
        """The wrapper functions or the client class."""
        match self.style:
            case "wrapper":
                return self._wrapper()
            case "request":
                return self._request_function()
            case "class":
                return self._class()
            case "session" if self.shared_session:
                return [*self._new_session(), ""]
            case _:
                return []

    def setup(self) -> Lines:
        """Statements at the beginning of main; the names are seen only there."""
        prefix = self.system.prefix
        if self.style == "session" and not self.shared_session:
            return self._new_session()
        if self.style == "class":
            return [f"{self.object_name} = {prefix.title()}Client({prefix}_URL)"]
        return []

    @property
    def handle(self) -> str:
        """The local object that functions must be given to call the system; empty where none is needed."""
        return (
            "" if self.style in ("plain", "wrapper", "request") or self.shared_session else self.object_name
        )

    @property
    def object_name(self) -> str:
        """The name of the session or client object."""
        return f"{self.system.prefix.lower()}_{'client' if self.style == 'class' else 'session'}"

    def _new_session(self) -> Lines:
        headers, name = f"{self.system.prefix}_HEADERS", self.object_name
        lines = [f"{name} = requests.Session()"]
        if self.random.random() < 0.7:
            lines.append(f"{name}.headers.update({headers})")
        else:
            lines += [f"for name, value in {headers}.items():", f"    {name}.headers[name] = value"]
        if self.system.auth == "basic":
            lines.append(f"{name}.auth = ({self.system.prefix}_USER, {self.system.prefix}_PASSWORD)")
        return lines

    def _extras(self) -> str:
        prefix = self.system.prefix
        auth = f", auth=({prefix}_USER, {prefix}_PASSWORD)" if self.system.auth == "basic" else ""
        return f", headers={prefix}_HEADERS{auth}{self.timeout}"

    def _wrapper(self) -> Lines:
        prefix, low = self.system.prefix, self.system.prefix.lower()
        params = self.keywords
        get = [
            f"r = requests.get({self._joined(prefix)}, params=params{self._extras()})",
            *self._check(False),
            "return r.json()",
        ]
        write = [
            f"r = requests.request(method, {prefix}_URL + path, json=payload{self._extras()})",
            *self._check(False),
            "return r.json()",
        ]
        return [
            *block(f"def {low}_get(path, {'**params' if params else 'params=None'}):", get),
            "",
            *block(f"def {low}_write(method, path, payload):", write),
            "",
        ]

    def _joined(self, prefix: str) -> str:
        return self.random.choice(
            (f"{prefix}_URL + path", f'f"{{{prefix}_URL}}{{path}}"', f"'%s%s' % ({prefix}_URL, path)")
        )

    def _request_function(self) -> Lines:
        prefix, low = self.system.prefix, self.system.prefix.lower()
        body = [
            f"url = {self._joined(prefix)}",
            f"r = requests.request(method, url{self._extras()}, **kwargs)",
        ]
        return [
            *block(
                f"def {low}_call(method, path, **kwargs):", [*body, *self._check(False), "return r.json()"]
            ),
            "",
        ]

    def _class(self) -> Lines:
        prefix = self.system.prefix
        session = [
            "self.base = base",
            "self.session = requests.Session()",
            f"self.session.headers.update({prefix}_HEADERS)",
        ]
        if self.system.auth == "basic":
            session.append(f"self.session.auth = ({prefix}_USER, {prefix}_PASSWORD)")
        get = [
            f"r = self.session.get(self.base + path, params=params{self.timeout})",
            *self._check(False),
            "return r.json()",
        ]
        write = [
            f'r = self.session.request(method, f"{{self.base}}{{path}}", json=payload{self.timeout})',
            *self._check(False),
            "return r.json()",
        ]
        body = [
            *block("def __init__(self, base):", session),
            "",
            *block("def get(self, path, params=None):", get),
            "",
            *block("def write(self, method, path, payload):", write),
        ]
        return [*block(f"class {prefix.title()}Client:", body), ""]

    # --- the calls ---------------------------------------------------------------------------------------------------

    def get(self, path: str, params: dict[str, str], result: str, loop: bool) -> Lines:
        """A read whose decoded answer ends in the variable `result`; `params` are expressions by name."""
        low, url = self.system.prefix.lower(), f'f"{{{self.system.prefix}_URL}}{path}"'
        given = "{" + ", ".join(f"{name!r}: {value}" for name, value in params.items()) + "}"
        text = f'f"{path}"' if "{" in path else f'"{path}"'
        match self.style:
            case "wrapper":
                keywords = "".join(f", {name}={value}" for name, value in params.items())
                return [
                    f"{result} = {low}_get({text}{keywords if self.keywords else f', {given}' if params else ''})"
                ]
            case "request":
                return [f"{result} = {low}_call('GET', {text}{f', params={given}' if params else ''})"]
            case "class":
                return [f"{result} = {self.object_name}.get({text}{f', {given}' if params else ''})"]
        asked = f", params={given}" if params else ""
        if self.style == "session":
            call = f"r = {self.object_name}.get({url}{asked}{self.timeout})"
        else:
            call = f"r = requests.get({url}{asked}{self._extras()})"
        return [call, *self._check(loop), f"{result} = r.json()"]

    def follow(self, url: str, result: str, loop: bool) -> Lines:
        """A read of a whole URL."""
        sender, extras = (
            ("requests", self._extras()) if self.style != "session" else (self.object_name, self.timeout)
        )
        return [f"r = {sender}.get({url}{extras})", *self._check(loop), f"{result} = r.json()"]

    def write(self, method: str, path: str, payload: str, answer: str, loop: bool) -> Lines:
        """A write of the payload; its decoded answer ends in the variable `answer`, unless that is empty."""
        low, url = self.system.prefix.lower(), f'f"{{{self.system.prefix}_URL}}{path}"'
        text = f'f"{path}"' if "{" in path else f'"{path}"'
        into = f"{answer} = " if answer else ""
        match self.style:
            case "wrapper":
                return [f"{into}{low}_write({method!r}, {text}, {payload})"]
            case "request":
                return [f"{into}{low}_call({method!r}, {text}, json={payload})"]
            case "class":
                return [f"{into}{self.object_name}.write({method!r}, {text}, {payload})"]
        body = self.random.choices(
            (f"json={payload}", f"data={payload}", f"data=json.dumps({payload})"), (20, 1, 1)
        )[0]
        sender, extras = (
            ("requests", self._extras()) if self.style == "plain" else (self.object_name, self.timeout)
        )
        lines = [f"r = {sender}.{method.lower()}({url}, {body}{extras})", *self._check(loop)]
        return [*lines, f"{answer} = r.json()"] if answer else lines

    def _check(self, loop: bool) -> Lines:
        match self.checks:
            case "raise":
                return ["r.raise_for_status()"]
            case "none":
                return []
        test = self.random.choice(
            ("if not r.ok:",)
            if self.checks == "ok"
            else ("if r.status_code >= 400:", "if r.status_code not in (200, 201):")
        )
        ways: list[Lines] = [
            ["raise Exception('failed: %s' % r.status_code)"],
            ['print(f"failed: {r.status_code}")', "sys.exit(1)"],
            ["print('failed', r.text)", "raise RuntimeError(r.text)"],
        ]
        if loop:
            ways += [["failed += 1", "continue"], ["print('stopped')", "break"], ["continue"]]
        return [test, *inside(self.random.choice(ways))]

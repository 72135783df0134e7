"""How a script calls its systems: requests directly, a session, a wrapper function or a small client class."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tests.generated.draft import Draft
from tests.generated.errors import Errors
from tests.generated.layout import Lines, block, inside

Style = Literal["plain", "session", "wrapper", "class", "request"]
STYLES: tuple[tuple[int, Style], ...] = (
    (4, "plain"),
    (3, "session"),
    (3, "wrapper"),
    (3, "class"),
    (1, "request"),
)
AUTHS = ((6, "token"), (2, "basic"), (2, "none"), (2, "oauth"))
_BRACED = re.compile(r"\{([^{}]*)\}")


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

    def __init__(self, errors: Errors, draft: Draft, system: System, style: Style) -> None:
        self.random = errors.random
        self.errors = errors
        self.draft = draft
        self.system = system
        self.style = style
        self.low = system.prefix.lower()
        self.timeout = self.random.choice(("", ", timeout=30", ", timeout=TIMEOUT"))
        self.checks = self.random.choices(("raise", "compare", "ok", "none"), (7, 2, 1, 2))[0]
        self.keywords = self.random.random() < 0.5
        self.shared_session = style == "session" and self.random.random() < 0.3
        self.refreshes = (
            system.auth == "oauth" and style in ("class", "request") and self.random.random() < 0.6
        )
        self.joining = self.random.choices(("f", "+", "%", "format"), (6, 3, 1, 1))[0]

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
        if self.system.auth in ("basic", "oauth"):
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
        login = self._login() if self.system.auth == "oauth" and not self._class_logs_in else []
        match self.style:
            case "wrapper":
                return [*login, *self._wrapper()]
            case "request":
                return [*login, *self._request_function()]
            case "class":
                return [*login, *self._class()]
            case "session" if self.shared_session:
                return [*login, *self._authorized(), *self._new_session(), ""]
            case _:
                return login

    def setup(self) -> Lines:
        """Statements at the beginning of main; the names are seen only there."""
        prefix = self.system.prefix
        if self.style == "session" and not self.shared_session:
            return [*self._authorized(), *self._new_session()]
        if self.style == "class":
            return [*self._authorized(), f"{self.object_name} = {prefix.title()}Client({prefix}_URL)"]
        return [] if self.shared_session else self._authorized()

    def closing(self) -> Lines:
        """Statements that give back what main holds."""
        return [f"{self.object_name}.close()"] if self.style == "session" else []

    @property
    def handle(self) -> str:
        """The local object that functions must be given to call the system; empty where none is needed."""
        return (
            "" if self.style in ("plain", "wrapper", "request") or self.shared_session else self.object_name
        )

    @property
    def object_name(self) -> str:
        """The name of the session or client object."""
        return f"{self.low}_{'client' if self.style == 'class' else 'session'}"

    # --- logging in --------------------------------------------------------------------------------------------------

    @property
    def _class_logs_in(self) -> bool:
        return self.system.auth == "oauth" and self.style == "class"

    def _token_request(self, url: str, client: str) -> Lines:
        user, password = f"{self.system.prefix}_USER", f"{self.system.prefix}_PASSWORD"
        fields = f"{{'grant_type': 'client_credentials', 'client_id': {user}, 'client_secret': {password}}}"
        sent = self.random.choice((f"data={fields}", f"data={fields}", f"json={fields}"))
        return [f"r = {client}.post({url}, {sent}{self.timeout})", "r.raise_for_status()"]

    def _login(self) -> Lines:
        """The function that asks for a token."""
        url = f"{self.system.prefix}_URL + '/oauth/token'"
        body = [*self._token_request(url, "requests"), "return r.json()['access_token']"]
        return [*block(f"def {self.low}_token():", body), ""]

    def _authorized(self) -> Lines:
        """The header with the token, put where all calls find it."""
        if self.system.auth != "oauth" or self._class_logs_in:
            return []
        made = self.random.choice((f"'Bearer ' + {self.low}_token()", f'f"Bearer {{{self.low}_token()}}"'))
        return [f"{self.system.prefix}_HEADERS['Authorization'] = {made}"]

    def _refreshed(self, again: str, login: Lines) -> Lines:
        """A new token where the old one is refused."""
        if not self.refreshes:
            return []
        self.draft.expected += [401, 401]
        return block("if r.status_code == 401:", [*login, again])

    # --- functions and classes ---------------------------------------------------------------------------------------

    def _new_session(self) -> Lines:
        headers, name = f"{self.system.prefix}_HEADERS", self.object_name
        lines = [f"{name} = requests.Session()"]
        if self.random.random() < 0.7:
            lines.append(f"{name}.headers.update({headers})")
        else:
            lines += [f"for name, value in {headers}.items():", f"    {name}.headers[name] = value"]
        if self.system.auth == "basic":
            lines.append(f"{name}.auth = ({self.system.prefix}_USER, {self.system.prefix}_PASSWORD)")
        if self.random.random() < 0.15:
            lines += self._adapter(name)
        return lines

    def _adapter(self, session: str) -> Lines:
        """Requests of the session are sent again after some statuses."""
        self.draft.need("from requests.adapters import HTTPAdapter")
        self.draft.need("from urllib3.util import Retry")
        more = self.random.choice(("", ", allowed_methods=None", ", raise_on_status=False"))
        statuses = self.random.choice(("[500, 503]", "(429, 500)"))
        self.draft.expected += [500, 0]
        return [
            f"retries = Retry(total={self.random.choice((1, 2))}, status_forcelist={statuses}{more})",
            *(
                f"{session}.mount('{scheme}://', HTTPAdapter(max_retries=retries))"
                for scheme in ("http", "https")
            ),
        ]

    def _extras(self) -> str:
        prefix = self.system.prefix
        auth = f", auth=({prefix}_USER, {prefix}_PASSWORD)" if self.system.auth == "basic" else ""
        return f", headers={prefix}_HEADERS{auth}{self.timeout}"

    def _wrapper(self) -> Lines:
        prefix = self.system.prefix
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
            *block(
                f"def {self.low}_get(path, {'**params' if params else 'params=None'}):",
                self.errors.sending(get),
            ),
            "",
            *block(f"def {self.low}_write(method, path, payload):", self.errors.sending(write)),
            "",
        ]

    def _joined(self, prefix: str) -> str:
        return self.random.choice(
            (f"{prefix}_URL + path", f'f"{{{prefix}_URL}}{{path}}"', f"'%s%s' % ({prefix}_URL, path)")
        )

    def _request_function(self) -> Lines:
        prefix = self.system.prefix
        call = f"r = requests.request(method, url{self._extras()}, **kwargs)"
        head = f"url = {self._joined(prefix)}"
        fresh = [f"{prefix}_HEADERS['Authorization'] = 'Bearer ' + {self.low}_token()"]
        body = [call, *self._refreshed(call, fresh), *self._check(False), "return r.json()"]
        return [
            *block(f"def {self.low}_call(method, path, **kwargs):", [head, *self.errors.sending(body)]),
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
        lazily = self._class_logs_in and self.random.random() < 0.5
        if self._class_logs_in:
            session.append("self.token = None" if lazily else "self.login()")
        first = block("if self.token is None:", ["self.login()"]) if lazily else []
        reading = f"r = self.session.get(self.base + path, params=params{self.timeout})"
        writing = f'r = self.session.request(method, f"{{self.base}}{{path}}", json=payload{self.timeout})'
        get = [reading, *self._refreshed(reading, ["self.login()"]), *self._check(False), "return r.json()"]
        write = [writing, *self._refreshed(writing, ["self.login()"]), *self._check(False), "return r.json()"]
        body = [*block("def __init__(self, base):", session), ""]
        if self._class_logs_in:
            login = [
                *self._token_request("self.base + '/oauth/token'", "requests"),
                "self.token = r.json()['access_token']",
                "self.session.headers['Authorization'] = f\"Bearer {self.token}\"",
            ]
            body += [*block("def login(self):", login), ""]
        body += [
            *block("def get(self, path, params=None):", [*first, *self.errors.sending(get)]),
            "",
            *block("def write(self, method, path, payload):", [*first, *self.errors.sending(write)]),
        ]
        return [*block(f"class {prefix.title()}Client:", body), ""]

    # --- the calls ---------------------------------------------------------------------------------------------------

    def _url(self, path: str) -> str:
        """The URL of a path, in the way of this script."""
        base, values = f"{self.system.prefix}_URL", _BRACED.findall(path)
        match self.joining:
            case "+":
                texts = _BRACED.split(path)[::2]
                parts = [repr(texts[0])]
                for value, text in zip(values, texts[1:], strict=True):
                    parts += [f"str({value})", *([repr(text)] if text else [])]
                return " + ".join([base, *parts])
            case "%":
                return f"'%s{_BRACED.sub('%s', path)}' % ({', '.join([base, *values])}{',' if not values else ''})"
            case "format":
                return f"'{{}}{_BRACED.sub('{}', path)}'.format({', '.join([base, *values])})"
        return f'f"{{{base}}}{path}"'

    def get(self, path: str, params: dict[str, str], result: str, loop: bool) -> Lines:
        """A read whose decoded answer ends in the variable `result`; `params` are expressions by name."""
        given = "{" + ", ".join(f"{name!r}: {value}" for name, value in params.items()) + "}"
        text = f'f"{path}"' if "{" in path else f'"{path}"'
        match self.style:
            case "wrapper":
                keywords = "".join(f", {name}={value}" for name, value in params.items())
                return [
                    f"{result} = {self.low}_get({text}{keywords if self.keywords else f', {given}' if params else ''})"
                ]
            case "request":
                return [f"{result} = {self.low}_call('GET', {text}{f', params={given}' if params else ''})"]
            case "class":
                return [f"{result} = {self.object_name}.get({text}{f', {given}' if params else ''})"]
        asked = f", params={given}" if params else ""
        if self.style == "session":
            call = f"r = {self.object_name}.get({self._url(path)}{asked}{self.timeout})"
        else:
            call = f"r = requests.get({self._url(path)}{asked}{self._extras()})"
        decoded = [f"{result} = r.json()"]
        if self.random.random() < 0.03:
            decoded = self.errors.decoding(result)
        elif self.random.random() < 0.05:
            decoded = [f"{result} = json.loads(r.text)"]
        return [call, *self._check(loop), *decoded]

    def follow(self, url: str, result: str, loop: bool) -> Lines:
        """A read of a whole URL, whose answer ends in `r`."""
        sender, extras = (
            ("requests", self._extras()) if self.style != "session" else (self.object_name, self.timeout)
        )
        return [f"r = {sender}.get({url}{extras})", *self._check(loop), f"{result} = r.json()"]

    def write(self, method: str, path: str, payload: str, answer: str, loop: bool) -> Lines:
        """A write of the payload; its decoded answer ends in the variable `answer`, unless that is empty."""
        text = f'f"{path}"' if "{" in path else f'"{path}"'
        into = f"{answer} = " if answer else ""
        match self.style:
            case "wrapper":
                return [f"{into}{self.low}_write({method!r}, {text}, {payload})"]
            case "request":
                return [f"{into}{self.low}_call({method!r}, {text}, json={payload})"]
            case "class":
                return [f"{into}{self.object_name}.write({method!r}, {text}, {payload})"]
        body = self.random.choices(
            (f"json={payload}", payload, f"data={payload}", f"data=json.dumps({payload})"), (20, 1, 1, 2)
        )[0]
        return self.send(method, path, "" if payload == "None" else body, answer, loop)

    def send(self, method: str, path: str, body: str, answer: str, loop: bool) -> Lines:
        """A write without a wrapper, of a body given as an argument of `requests`."""
        sender, extras = (
            (self.object_name, self.timeout) if self.style == "session" else ("requests", self._extras())
        )
        given = f", {body}" if body else ""
        lines = [f"r = {sender}.{method.lower()}({self._url(path)}{given}{extras})", *self._check(loop)]
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

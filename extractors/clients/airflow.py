"""Apache Airflow: https://airflow.apache.org/docs/, what of it reaches other systems by HTTP, and its variables.

Reads: `Variable.get`; `HttpHook`, `SimpleHttpOperator`, `HttpOperator` and `HttpSensor` with connection, endpoint,
    method, data and headers. Hooks of databases and stores are described (`libraries/facts/airflow.yaml`).
Becomes: a variable of the configuration, and requests behind a gap; the host is that of the connection by its id.
Cannot see: what a connection holds besides, and when a task runs: its function is read as an entry point.
Example:
    import requests
    from airflow.models import Variable
    from airflow.providers.http.hooks.http import HttpHook
    for contact in HttpHook(method="GET", http_conn_id="crm").run("contacts").json():
        requests.post(Variable.get("mail_url") + "/members", json={"email": contact["email"]})
"""

from __future__ import annotations

import re

from extractors.clients.answers import register_answer
from extractors.clients.unmapped_requests import DECODER, Asked, asked, behind
from extractors.clients.variables import Origin, configured
from extractors.evaluator import Evaluator, Knowledge
from extractors.evaluator.knowledge import misfit
from extractors.evaluator.parts import Arguments
from extractors.evaluator.values import NONE, External, Instance, Known, Pointer, Value
from migrate.model import SourceSpan

KNOWLEDGE = Knowledge()
HOOK, RESPONSE = "airflow.HttpHook", "airflow.Response"
_WHY = "requests of Airflow are read, but not run"
_CONFIGURED = Origin("config")
_CONNECTION = "http_default"
_OPERATORS = {
    "airflow.providers.http.operators.http.SimpleHttpOperator": "POST",
    "airflow.providers.http.operators.http.HttpOperator": "POST",
    "airflow.operators.http_operator.SimpleHttpOperator": "POST",
    "airflow.providers.http.sensors.http.HttpSensor": "GET",
    "airflow.sensors.http_sensor.HttpSensor": "GET",
}
"""Classes of tasks that send a request, with the method that they use unless told otherwise."""
register_answer(KNOWLEDGE, RESPONSE, DECODER, {"reason": "the reason phrase"}, {})


@KNOWLEDGE.function(
    *("airflow.models.Variable.get", "airflow.models.variable.Variable.get", "airflow.sdk.Variable.get")
)
def _variable(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("key", "default_var", "deserialize_json", "default")
    key = (bound or {}).get("key")
    if bound is None or not (isinstance(key, Known) and isinstance(key.value, str)):
        return misfit(context, "airflow.models.Variable.get", arguments, span)
    if bound.get("deserialize_json", NONE) not in (NONE, Known(False)):
        return context.gap("HS102", "a variable of Airflow that is decoded", span)
    context.gap("HS102", "variables of Airflow are read, but not asked of it", span)
    default = bound.get("default_var", bound.get("default"))
    return configured(context, _name(key.value), span, default, _CONFIGURED)


def _name(text: str) -> str:
    return re.sub(r"\W", "_", text)


@KNOWLEDGE.function("airflow.providers.http.hooks.http.HttpHook", "airflow.hooks.http_hook.HttpHook")
def _hook(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("method", "http_conn_id", "auth_type", "tcp_keep_alive")
    if bound is None:
        return misfit(context, HOOK, arguments, span)
    return context.state.allocate(Instance(External(HOOK), bound))


@KNOWLEDGE.method(HOOK, "run")
def _run(context: Evaluator, receiver: Pointer, arguments: Arguments, span: SourceSpan) -> Value:
    bound = arguments.bind("endpoint", "data", "headers", "extra_options")
    found = context.state.get(receiver)
    if bound is None or not isinstance(found, Instance):
        return misfit(context, f"{HOOK}.run", arguments, span)
    return _sent(context, found.attributes | bound, span)


def _register(name: str, method: str) -> None:
    @KNOWLEDGE.function(name)
    def operator(context: Evaluator, arguments: Arguments, span: SourceSpan) -> Value:
        given = {"method": Known(method), **arguments.keywords}
        given.setdefault("data", given.get("request_params", NONE))
        return _sent(context, given, span)


for _operator, _method in _OPERATORS.items():
    _register(_operator, _method)


def _sent(context: Evaluator, given: dict[str, Value], span: SourceSpan) -> Value:
    named = given.get("http_conn_id", Known(_CONNECTION))
    id_ = str(named.value) if isinstance(named, Known) else _CONNECTION
    method = given.get("method", Known("POST"))
    data = given.get("data", NONE)
    in_url = method == Known("GET")
    what = Asked(
        method=method,
        url=behind(
            context,
            configured(context, _name(id_), span, None, _CONFIGURED),
            given.get("endpoint", Known("")),
            span,
        ),
        query=(data if in_url else NONE,),
        headers=(given.get("headers", NONE),),
        body=NONE if in_url else data,
    )
    return asked(context, what, RESPONSE, _WHY, span)

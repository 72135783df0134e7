"""All that is known when Python scripts are read: the built-ins and every client library."""

from __future__ import annotations

from extractors.clients import (
    aiohttp,
    airflow,
    arguments,
    asyncio,
    collections,
    configparser,
    console,
    csv,
    datetime,
    digests,
    email,
    encodings,
    environment,
    files,
    gql,
    http_client,
    http_server,
    httpx,
    importlib,
    json,
    libraries,
    logging,
    memory,
    oauth_sessions,
    pandas,
    paths,
    pycurl,
    re,
    records,
    requests,
    smtplib,
    soap,
    sqlite3,
    standard,
    strings,
    time,
    time_zones,
    urllib3,
    urllib_request,
    uuid,
    web_requests,
    yaml,
)
from extractors.evaluator import Knowledge
from extractors.python import builtins, caching, counting, executors, managers, retries, scalars, sets

_PARTS = (
    *(
        builtins,
        scalars,
        caching,
        executors,
        managers,
        retries,
        sets,
        standard,
        environment,
        arguments,
        console,
        logging,
    ),
    *(asyncio, collections, counting, records, strings),
    *(
        encodings,
        paths,
        files,
        memory,
        json,
        yaml,
        configparser,
        csv,
        sqlite3,
        requests,
        httpx,
        urllib_request,
    ),
    *(
        email,
        smtplib,
        oauth_sessions,
        aiohttp,
        http_client,
        urllib3,
        pycurl,
        gql,
        soap,
        airflow,
        web_requests,
    ),
    *(re, importlib, libraries, pandas, digests, http_server, datetime, time, time_zones, uuid),
)


def python_knowledge() -> Knowledge:
    """The built-ins and the client libraries in one table."""
    knowledge = Knowledge()
    for part in _PARTS:
        knowledge.include(part.KNOWLEDGE)
    return knowledge

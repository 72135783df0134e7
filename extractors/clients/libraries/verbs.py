"""What a method of a library does by the words of its name, where no table says it."""

from __future__ import annotations

import re
from typing import Literal

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_READING = """
    access all browse check count describe download exists export fetch find first get head history info iter list
    load lookup match peek poll pull query read receive retrieve scan search select show snapshot status test validate
    verify view watch whoami
"""
_WRITING = """
    accept activate add append apply approve archive assign attach ban block bulk cancel charge clear comment
    complete copy create deactivate delete deploy disable dispatch drop edit emit enable enqueue execute expire grant
    import increment index ingest insert invite invoke kick link lock mark merge message modify move notify patch
    pay pin post produce publish purge push put raise react refund register reject remove rename replace reply
    report reset resolve restart revoke run save schedule send set share store submit sync tag tell transfer
    transition trigger truncate tweet unassign unlink update upload upsert write
"""
_LIVING = """
    aclose auth authenticate authorise authorize close commit configure connect context disconnect flush init
    initialize join login logout loop open quit refresh rollback setup shutdown sleep start stop wait with
"""
_PART = "api client collection cursor resource service session table"
_DATA = """
    all data date dict execute first isoformat json model_dump one raw read result results scalar scalars strftime
    time timestamp to_dict to_json
"""
READS = frozenset(_READING.split())
WRITES = frozenset(_WRITING.split())
_LIFE = frozenset(_LIVING.split())
"""Words of methods that only begin or end a connection."""
_PARTS = frozenset(_PART.split())
"""Last words of what gives a part of a client (`write_api`)."""
OF_BUILT_IN = frozenset(name for of in (str, bytes, dict, list, set, int) for name in dir(of))
"""Methods of Python's own data."""
OF_DATA = OF_BUILT_IN | frozenset(_DATA.split())
"""Methods of data, which say nothing of a system."""


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters."""
    return [word.lower() for word in _WORDS.findall(name)]


def done_by(name: str) -> Literal["read", "write", "part"] | None:
    """What the first verb in a name says; None for a name without one."""
    words = words_of(name)
    if not words or words[-1] in _PARTS or words[0] in _LIFE:
        return "part"
    for word in words:
        if word in WRITES:
            return "write"
        if word in READS:
            return "read"
    return None

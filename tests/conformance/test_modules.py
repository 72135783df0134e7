"""Scripts with modules around them run on all legs as they are started, and do the same there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emitters.node_red import install
from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.pipeline.shadowing import shadow
from migrate.shadow import sandbox
from migrate.shadow.recording import read_har

MISSING = install.missing() or sandbox.probe()
pytestmark = [pytest.mark.engine, pytest.mark.skipif(MISSING is not None, reason=str(MISSING))]

FILES = {
    "requirements.txt": "requests\n",
    "settings.py": 'BASE = "https://crm.example"\n',
    "lib/client.py": """
import requests


def send(base, data):
    requests.post(base + "/in", json=data).raise_for_status()
""",
    "app/names.py": 'NAME = "app"\n',
    "beside/main.py": """
import names
import settings
from lib.client import send

send(settings.BASE, {"name": names.NAME, "as": __name__})
""",
    "beside/names.py": 'NAME = "app"\n',
    "added/main.py": """
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from app.names import NAME
from lib import client
import settings

client.send(settings.BASE, {"name": NAME, "as": __name__})
""",
    "app/main.py": """
from lib.client import send

from . import names
import settings

send(settings.BASE, {"name": names.NAME, "as": __name__})
""",
}


def recording(folder: Path) -> Path:
    """What all of the scripts send."""
    text = json.dumps({"name": "app", "as": "__main__"})
    headers = [{"name": "Content-Type", "value": "application/json"}]
    request = {
        "method": "POST",
        "url": "https://crm.example/in",
        "headers": headers,
        "postData": {"mimeType": "application/json", "text": text},
    }
    response = {
        "status": 200,
        "headers": headers,
        "content": {"mimeType": "application/json", "text": "{}"},
    }
    log = {"version": "1.2", "creator": {"name": "by hand", "version": "1"}}
    path = folder / "sent.har"
    path.write_text(json.dumps({"log": {**log, "entries": [{"request": request, "response": response}]}}))
    return path


@pytest.mark.parametrize("name", ["beside/main.py", "added/main.py", "app/main.py"])
def test_a_script_finds_its_modules_on_all_legs(name: str, tmp_path: Path) -> None:
    for file, text in FILES.items():
        path = tmp_path / "project" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    script = tmp_path / "project" / name
    extraction = EXTRACTOR.extract(script, script.parent)
    assert isinstance(extraction, Extraction)
    done = shadow(script, extraction, read_har(recording(tmp_path)), "node-red", {})
    assert [(leg.name, leg.state) for leg in done.legs] == [
        ("legacy", "completed"),
        ("reference", "completed"),
        ("node-red", "completed"),
    ]
    assert done.judgement.verdict.name == "PASS", done.judgement.reasons

"""Counters of what is given, ordered dicts, merged dicts, templates of texts, endless numbers, deleted names."""
import os
from collections import Counter, OrderedDict
from itertools import count
from string import Template
from textwrap import dedent

import requests

base = os.environ["API"]
note = Template("$name owes $$${total}")
query = dedent(
    """
    query {
      all
    }
    """
)
defaults = {"source": "import", "open": True}
rows = []
for page in count(1):
    found = requests.get(base + "/rows", params={"page": page}).json()
    if not found or page > 2:
        break
    rows.extend(found)
kinds = Counter(row["kind"] for row in rows)
words = Counter()
for row in rows:
    words.update([row["kind"], row["name"]])
    line = OrderedDict(id=row["id"])
    line["query"] = query
    line["note"] = note.substitute(name=row["name"], total=row["total"])
    line["safe"] = Template("$name of $nobody").safe_substitute({"name": row["name"]})
    requests.post(base + "/in", json=line)
    merged = row | defaults
    del line
    requests.put(base + "/in", json=merged | {"words": words.total()})
requests.post(base + "/kinds", json={"kinds": kinds.most_common(), "top": kinds.most_common(1), "all": words})
batch = []
for row in rows:
    batch.append(row["id"])
    if len(batch) == 2:
        requests.post(base + "/batch", json=batch)
        del batch[:]
requests.post(base + "/batch", json=batch)

"""Rows become dataclasses, named tuples and members of an enumeration on their way."""
import os
from collections import namedtuple
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import NamedTuple

import requests

base = os.environ["API"]


class Stage(Enum):
    OPEN = "open"
    DONE = "done"


class Address(NamedTuple):
    city: str
    country: str = "NO"


Pair = namedtuple("Pair", "key value")


@dataclass
class Contact:
    name: str
    stage: str = Stage.OPEN.value
    tags: list = field(default_factory=list)

    def __post_init__(self):
        self.label = self.name.strip().upper()

    @property
    def short(self):
        return self.label[:3]


@dataclass
class Customer(Contact):
    city: str = ""


for row in requests.get(base + "/contacts").json():
    contact = Contact(row["name"])
    contact.tags.append(row.get("tag", "none"))
    address = Address(row["city"])
    pair = Pair(key=address.city, value=contact.short)
    key, value = pair
    customer = Customer(name=row["name"], stage=Stage("done").value, city=key)
    requests.post(base + "/contacts", json={**asdict(contact), "label": contact.label, "country": address.country})
    requests.post(base + "/pairs", json={"pair": [key, value], "first": pair[0], "as_map": pair._asdict()})
    requests.put(base + "/customers", json=asdict(customer))
for stage in Stage:
    requests.post(base + "/stages", json={"name": stage.name, "value": stage.value})

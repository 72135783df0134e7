import os
from dataclasses import dataclass, asdict
import requests

API = os.environ["API"]


@dataclass
class Contact:
    name: str
    email: str = ""


class Item:
    def __init__(self, row):
        self.sku = row["sku"]
        self.price = float(row["price"])

    def to_dict(self):
        return {"sku": self.sku, "price": self.price}


contacts = []
for row in requests.get(API + "/contacts").json():
    contacts.append(Contact(name=row["name"], email=row.get("email", "")))
for contact in contacts:
    requests.post(API + "/out", json=asdict(contact))
items = [Item(row) for row in requests.get(API + "/items").json()]
items.sort(key=lambda i: i.price)
for item in items:
    requests.post(API + "/items", json=item.to_dict())

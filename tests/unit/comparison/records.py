"""A made-up result set to damage: orders one by one, shipments by PUT, contacts in batches, two mails."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from migrate.shadow.bodies import Json
from migrate.shadow.writes import Write

ERP = "https://erp.example/v1/orders"
SHIPS = "https://ship.example/v2/parcels"
BULK = "https://mail.example/lists/7/members"
HEADERS = (
    ("accept", "*/*"),
    ("authorization", "Bearer {{ERP_TOKEN}}"),
    ("content-type", "application/json; charset=utf-8"),
    ("x-source", "shop"),
)
ORDERS, PARCELS, CONTACTS, BATCH = range(8), range(8, 12), 11, 4


def write(
    body: Json, method: str = "POST", url: str = ERP, status: int = 201, source: Any = "exact"
) -> Write:
    """A write of sequence 0; `numbered` counts them."""
    return Write(0, method, url, HEADERS, body, status, source)


def order(number: int) -> dict[str, Json]:
    """About twenty fields, three levels deep."""
    return {
        "id": 1000 + number,
        "orderNumber": f"SO-{number:05}",
        "placed": f"2026-03-{number + 1:02}T08:30:00+01:00",
        "currency": "EUR",
        "total": 100.25 + number,
        "cents": 10025 + 100 * number,
        "ledger": 9007199254740993 + number,
        "paid": True,
        "open": 0,
        "note": "",
        "coupon": None,
        "customer": {
            "name": f"Zoë Müller {number}",
            "email": f"z{number}@example.org",
            "address": {
                "street": f"Straße {number}",
                "city": "Köln",
                "zip": f"0{5000 + number}",
                "geo": {"lat": 50.9},
            },
        },
        "tags": ["web", f"batch-{number}", "new"],
        "lines": [
            {"sku": f"A-{number}", "quantity": 2, "price": 12.5},
            {"sku": f"B-{number}", "quantity": 1, "price": 75.25},
            {"sku": "SHIP", "quantity": 1, "price": (number - 3) / 8},
        ],
        "refunds": [],
    }


def contact(number: int) -> dict[str, Json]:
    """A record of a batch."""
    return {"email": f"c{number}@example.org", "name": f"Name {number}", "age": 20 + number, "city": "Köln"}


def batches(contacts: list[Json], size: int = BATCH) -> list[Write]:
    """Contacts in batches that are sent when full, the rest at the end."""
    groups = [contacts[start : start + size] for start in range(0, len(contacts), size)]
    return [write({"list": 7, "members": group}, url=BULK) for group in groups]


def contacts(count: int = CONTACTS) -> list[Json]:
    """The records of all batches."""
    return [contact(number) for number in range(count)]


def result_set() -> list[Write]:
    """Eight orders, four parcels, eleven contacts in three batches, two mails."""
    parcels = [
        write(
            {"weight": 1.5 + n, "order": f"SO-{n:05}"},
            "PUT",
            f"{SHIPS}/{700 + n}?notify=1&lang=de",
            200,
        )
        for n in range(4)
    ]
    mails = [
        write(
            {"sender": "a@a.example", "recipients": [to], "text": f"Hello {to}\n"},
            "MAIL",
            "smtp://mail:25",
            250,
        )
        for to in ("a@example.org", "b@example.org")
    ]
    return numbered([*map(write, map(order, range(8))), *parcels, *batches(contacts()), *mails])


def numbered(writes: list[Write]) -> list[Write]:
    """The writes in this order, numbered."""
    return [replace(one, sequence=number) for number, one in enumerate(writes)]

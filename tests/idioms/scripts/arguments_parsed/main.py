import argparse
import os

import requests

parser = argparse.ArgumentParser(description="Copies orders")
parser.add_argument("shop", help="the shop to copy from")
parser.add_argument("--days", type=int, default=7)
parser.add_argument("--rate", type=float, default="1.5")
parser.add_argument("--state", choices=["open", "closed"], default="open")
parser.add_argument("--fields", nargs="+", default=["id"])
parser.add_argument("--note")
parser.add_argument("--dry-run", action="store_true")
parser.add_argument("--no-mail", dest="mail", action="store_false")
args = parser.parse_args()

base = os.environ["API"]
orders = requests.get(f"{base}/shops/{args.shop}/orders", params={"days": args.days, "state": args.state}).json()
for order in orders:
    body = {field: order[field] for field in args.fields}
    body["price"] = order["price"] * args.rate
    body["note"] = args.note
    if args.dry_run:
        print(body)
    else:
        requests.post(f"{base}/orders", json=body, params={"mail": "1" if args.mail else "0"}).raise_for_status()

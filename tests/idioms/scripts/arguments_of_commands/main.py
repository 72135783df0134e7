"""Commands with arguments of their own: one name with two defaults, and a function each."""
import argparse
import os

import requests

API = os.environ["API"]


def push(args):
    for item in requests.get(f"{API}/items").json():
        requests.post(f"{API}/stock", json={"id": item["id"], "list": args.name, "loud": args.verbose})


def pull(args):
    requests.post(f"{API}/requests", json={"size": args.size, "list": args.name})


parser = argparse.ArgumentParser()
parser.add_argument("--verbose", action="store_true")
commands = parser.add_subparsers(dest="command", required=True)
pushing = commands.add_parser("push")
pushing.add_argument("--name", default="all")
pushing.set_defaults(func=push)
pulling = commands.add_parser("pull")
pulling.add_argument("--size", default="5")
pulling.add_argument("--name", default="new")
pulling.set_defaults(func=pull)
arguments = parser.parse_args()
arguments.func(arguments)

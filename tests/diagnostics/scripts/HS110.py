import requests


def handler(event, context):
    requests.post("https://b.example/in", json={"a": event["a"]})

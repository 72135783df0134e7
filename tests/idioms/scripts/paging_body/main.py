"""The page stands in the body of a search, and the pages' end is said by a flag."""
import os
import requests

API = os.environ["API"]
after = None
has_more = True
while has_more:
    payload = {"page_size": 2, "filter": {"status": "open"}}
    if after:
        payload["start_cursor"] = after
    r = requests.post(API + "/search", json=payload)
    r.raise_for_status()
    body = r.json()
    for hit in body["results"]:
        requests.put(f"{API}/docs/{hit['id']}", json={"title": hit["title"]})
    has_more = body["has_more"]
    after = body["next_cursor"]

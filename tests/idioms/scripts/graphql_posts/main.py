import os
import requests

API = os.environ["API"]
QUERY = """query Items($after: String) { items(first: 2, after: $after) { nodes { id name } pageInfo { endCursor hasNextPage } } }"""


def run(query, variables):
    r = requests.post(API + "/graphql", json={"query": query, "variables": variables})
    r.raise_for_status()
    data = r.json()
    if "errors" in data:
        raise Exception(data["errors"][0]["message"])
    return data["data"]


after = None
while True:
    page = run(QUERY, {"after": after})["items"]
    for node in page["nodes"]:
        requests.post(API + "/out", json={"name": node["name"]})
    if not page["pageInfo"]["hasNextPage"]:
        break
    after = page["pageInfo"]["endCursor"]

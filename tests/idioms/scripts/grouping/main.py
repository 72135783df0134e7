import os
from collections import Counter, defaultdict
import requests

API = os.environ["API"]
rows = requests.get(API + "/rows").json()
groups = defaultdict(list)
for row in rows:
    groups[row["region"]].append(row["name"])
for region, names in groups.items():
    requests.post(API + "/groups", json={"region": region, "names": names})
counts = Counter(row["region"] for row in rows)
for region, count in counts.most_common(2):
    requests.post(API + "/counts", json={"region": region, "count": count})
totals = defaultdict(float)
for row in rows:
    totals[row["region"]] += row["amount"]
requests.post(API + "/totals", json=totals)

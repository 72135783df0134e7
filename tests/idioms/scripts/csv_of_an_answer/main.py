import csv
import io
import os

import requests

base = os.environ["API"]
answer = requests.get(f"{base}/people.csv")
answer.raise_for_status()
out = io.StringIO()
writer = csv.writer(out, lineterminator="\n")
writer.writerow(["id", "name"])
for person in csv.DictReader(io.StringIO(answer.text), delimiter=";"):
    requests.post(f"{base}/people", json={"id": person["id"], "name": person["name"].strip()})
    writer.writerow([person["id"], person["name"]])
requests.post(f"{base}/people.csv", data=out.getvalue().encode("utf-8"))

lines = io.StringIO()
for line in answer.text.splitlines():
    print(line, file=lines)
requests.post(f"{base}/lines.txt", data=lines.getvalue().encode("utf-8"))

header, *_ = answer.text.splitlines()
for row in csv.reader(answer.text.splitlines()):
    requests.post(f"{base}/rows", json=row)
for row in csv.DictReader(answer.text.split("\n"), fieldnames=["all"]):
    requests.post(f"{base}/lines", json=row["all"])

import os
import requests

API = os.environ["API"]
data = requests.get(API + "/issues", params={"startAt": 0}).json()
issues = data["issues"]
while len(issues) < data["total"]:
    data = requests.get(API + "/issues", params={"startAt": len(issues)}).json()
    if not data["issues"]:
        break
    issues += data["issues"]
for issue in issues:
    requests.post(API + "/out", json={"key": issue["key"]})

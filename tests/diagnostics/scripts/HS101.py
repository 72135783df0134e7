import requests

match requests.get("https://a.example/kind").text:
    case "new":
        requests.post("https://b.example/in", json={"a": 1})

from datetime import datetime
import requests

requests.post("https://b.example/in", json={"at": datetime.now().isoformat()})

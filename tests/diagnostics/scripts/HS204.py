import requests
from http.server import BaseHTTPRequestHandler, HTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        requests.post("https://b.example/in", json={"path": self.path})
        self.send_response(204)
        self.end_headers()


HTTPServer(("", 8080), Handler).serve_forever()

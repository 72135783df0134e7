import asyncio
import os

import httpx

API = os.environ["API"]


async def fetch(client, path):
    r = await client.get(path)
    r.raise_for_status()
    return r.json()


async def main():
    async with httpx.AsyncClient(base_url=API, headers={"X-Api-Key": os.environ["KEY"]}) as client:
        users, teams = await asyncio.gather(fetch(client, "/users"), fetch(client, "/teams"))
        names = {team["id"]: team["name"] for team in teams}
        for user in users:
            r = await client.post("/out", json={"user": user["name"], "team": names.get(user["team"])})
            r.raise_for_status()


asyncio.run(main())

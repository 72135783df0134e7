"""aiohttp: one call after another, then many at a time, errors returned or raised."""
import asyncio
import os

import aiohttp

API = os.environ["API"]


async def price(session, sku):
    async with session.get(f"{API}/prices/{sku}") as response:
        response.raise_for_status()
        data = await response.json()
        return data["price"]


async def main():
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{API}/items") as response:
            items = await response.json()
        prices = await asyncio.gather(*[price(session, item["sku"]) for item in items], return_exceptions=True)
        for item, found in zip(items, prices):
            if isinstance(found, Exception):
                continue
            async with session.post(f"{API}/out", json={"sku": item["sku"], "price": found}) as answer:
                print(answer.status)


asyncio.run(main())

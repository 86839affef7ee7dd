"""The picture in the README: the security page of a running server.

``python -m tools.reference.picture https://localhost:8443 data/ca.pem``
"""

import asyncio
import sys
from pathlib import Path

from strongroom.lab import Browser


PICTURE = Path(__file__).parents[2] / "docs/images/security.png"
SIZE = {"width": 1280, "height": 1000}
LARGEST_BYTES = 200_000


async def take(url: str, authority: Path) -> None:
    """Take the picture, in light colours.

    Raises:
        Unprovable: there is no browser here.
        ValueError: it came out too large to put into a README.

    """
    browser = Browser(authority)
    try:
        async with browser.page(viewport=SIZE, color_scheme="light") as page:
            await page.goto(f"{url}/security", wait_until="networkidle")
            picture = await page.screenshot()
    finally:
        await browser.close()
    if len(picture) > LARGEST_BYTES:
        message = f"the picture has {len(picture)} bytes"
        raise ValueError(message)
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_bytes(picture)


if __name__ == "__main__":
    asyncio.run(take(sys.argv[1], Path(sys.argv[2])))

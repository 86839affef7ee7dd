"""``python -m tools.reference``: write the pages that changed, and name them."""

from pathlib import Path

from .catalogue import render_all


FOLDER = Path(__file__).parents[2] / "docs/reference"


def main() -> None:
    """Write every page below ``docs/reference``."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in render_all().items():
        page = FOLDER / name
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
            print(f"wrote docs/reference/{name}")


if __name__ == "__main__":
    main()

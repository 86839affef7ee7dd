"""``python -m examples.notes``: the notes, with everything around them."""

import sys

from strongroom.cli import main


if __name__ == "__main__":
    main(["up", "--app", "examples.notes:notes", *sys.argv[1:]])

#!/usr/bin/env python3
"""Fills fixtures with PyTorch's numbers and with tolerances from Monte-Carlo arithmetic, or checks those recorded.

examples:
  regenerate.py                          all fixtures
  regenerate.py ../fixtures/op/tanh.json one file
  regenerate.py --check                  nothing is written; exit code 1 if a number changed
  regenerate.py --plan                   what would be computed; needs no torch

exit codes: 0 fine, 1 changed, 2 wrong usage, 3 broken fixture or no torch
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from gradtwin_reference.command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

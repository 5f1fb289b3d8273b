#!/usr/bin/env python3
"""What `gradtwin regenerate` runs: answers jobs with PyTorch; see gradtwin_reference/executor.py."""

import sys

if __name__ == "__main__":
    try:
        from gradtwin_reference.executor import main
    except ImportError as e:
        print(f"PyTorch is needed and does not load ({str(e).splitlines()[0]}): {sys.executable} -m pip install"
              " -r reference-scripts/requirements.txt", file=sys.stderr)
        sys.exit(3)
    sys.exit(main())

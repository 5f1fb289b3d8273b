#!/usr/bin/env python3
"""Fills fixtures with PyTorch's numbers and with tolerances from Monte-Carlo arithmetic, or checks those recorded.

    python reference-scripts/regenerate.py                           all fixtures
    python reference-scripts/regenerate.py fixtures/op/tanh.json     one file
    python reference-scripts/regenerate.py --help                    the other options

Java reads, checks and writes fixtures, and runs this Python for the numbers: this is `gradtwin regenerate` with this Python and
this project. It needs a Java 17 or later, by JAVA_HOME or on the path, and the project compiled.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAIN = "org.gradtwin.cli.Main"
BROKEN, INTERRUPTED = 3, 130


def java():
    """The Java of JAVA_HOME, else that on the path, else None."""
    home = os.environ.get("JAVA_HOME")
    named = home and shutil.which("java", path=str(Path(home) / "bin"))
    return named or shutil.which("java")


def build(target):
    """The arguments by which Java runs the project as it was last built, None if it was not: classes before the jar, which is made of
    them."""
    classes, libraries, jar = target / "classes", target / "classpath", target / "gradtwin.jar"
    if (classes / Path(*MAIN.split("."))).with_suffix(".class").is_file() and libraries.is_file():
        path = os.pathsep.join([str(classes), libraries.read_text(encoding="utf-8").strip()])
        return ["-cp", path, MAIN]
    return ["-jar", str(jar)] if jar.is_file() else None


def command(arguments, target=ROOT / "target"):
    """The command to run, or the line that says what is missing."""
    program, how = java(), build(target)
    if program is None:
        return "there is no Java: install Java 17 or later, or name it with JAVA_HOME"
    if how is None:
        return f"{target} has no build of the project: mvn -q package -DskipTests"
    return [program, *how, "regenerate", "--project", os.path.relpath(ROOT), "--python", sys.executable, *arguments]


def main(arguments):
    """Runs it and returns its exit code."""
    ready = command(arguments)
    if isinstance(ready, str):
        print(f"regenerate.py: {ready}", file=sys.stderr)
        return BROKEN
    try:
        return subprocess.call(ready)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

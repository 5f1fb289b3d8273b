"""The command line: which files, what is asked, and what is said about it."""

import argparse
import multiprocessing
import os
import sys
from pathlib import Path

from . import terminal
from .problems import FixtureProblem, UsageProblem

FINE, CHANGED, USAGE, BROKEN = 0, 1, 2, 3
ROOT = Path(__file__).resolve().parents[2]


def main(arguments):
    """Runs the command and returns its exit code."""
    with terminal.guarded():
        return _main(arguments)


def _main(arguments):
    import regenerate

    parser = argparse.ArgumentParser(prog="regenerate.py", description=regenerate.__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", help="fixtures; all of them if none is given")
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if a number changed")
    parser.add_argument("--plan", action="store_true", help="list what would be computed")
    parser.add_argument("--fresh", action="store_true", help="take new tolerances even where the recorded ones would stay")
    parser.add_argument("--alarms", type=int, metavar="N",
                        help="write nothing, hold N fresh samples of each case against the recorded tolerances; exit with 1 "
                             "if one is outside")
    parser.add_argument("--fixtures", default=str(ROOT / "fixtures"), metavar="DIR", help="default: %(default)s")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), metavar="N",
                        help="processes (default: %(default)s)")
    parser.add_argument("--verbose", action="store_true", help="show identical quantities and timings too")
    options = parser.parse_args(arguments)
    try:
        directory = Path(options.fixtures)
        files = _files(directory, options.files)
        if options.plan:
            from . import plan
            return plan.show(files)
        if options.alarms is not None and options.alarms < 1:
            raise UsageProblem(f"--alarms {options.alarms}: expected at least 1")
        if options.alarms is not None and (options.check or options.fresh):
            raise UsageProblem("--alarms: holds against what is recorded, and goes with neither --check nor --fresh")
        return _run(directory, files, options)
    except UsageProblem as e:
        print(f"regenerate.py: {e}", file=sys.stderr)
        return USAGE
    except (FixtureProblem, OSError) as e:
        print(f"regenerate.py: {e}", file=sys.stderr)
        return BROKEN
    except ImportError as e:
        print(f"regenerate.py: PyTorch is needed and does not load ({str(e).splitlines()[0]}): {sys.executable} -m pip install"
              " -r reference-scripts/requirements.txt", file=sys.stderr)
        return BROKEN
    except KeyboardInterrupt:
        print("regenerate.py: interrupted; files are as they were or complete", file=sys.stderr)
        return 130


def _files(directory, given):
    if not directory.is_dir():
        raise UsageProblem(f"{directory}: no such directory")
    paths = [Path(path) for path in given]
    for path in paths:
        if not path.exists():
            raise UsageProblem(f"{path}: no such file or folder")
    # A folder stands for the fixtures in it, as for verify --fixtures.
    paths = [file for path in paths or [directory] for file in (_fixtures(path) if path.is_dir() else [path])]
    if not paths:
        raise UsageProblem(f"{directory}: no fixtures in it")
    return [(path, _name(directory, path)) for path in paths]


def _fixtures(folder):
    return [p for p in sorted(folder.rglob("*.json"))
            if p.name != "ops.json" and not p.name.startswith(".") and not p.name.endswith(".schema.json")]


def _name(directory, path):
    resolved, base = path.resolve(), directory.resolve()
    return resolved.relative_to(base).as_posix() if resolved.is_relative_to(base) else path.name


def _run(directory, files, options):
    table = str(ROOT / "fixtures" / "ops.json")  # A folder of one's own has none.
    if options.alarms:
        from . import alarms
        tasks = [(str(path), name, table, options.alarms) for path, name in files]
        return alarms.report(_outcomes(alarms.run, tasks, options.jobs), options.alarms)
    from . import work
    tasks = [(str(path), name, table, options.check, options.fresh) for path, name in files]
    return work.report(_outcomes(work.run, tasks, options.jobs), options)


def _outcomes(run, tasks, jobs):
    if jobs > 1 and len(tasks) > 1:
        with multiprocessing.get_context("spawn").Pool(min(jobs, len(tasks))) as pool:
            return list(_watched(pool.imap(run, tasks), len(tasks)))
    return list(_watched(map(run, tasks), len(tasks)))


def _watched(outcomes, total):
    for number, outcome in enumerate(outcomes, start=1):
        if sys.stderr.isatty():
            line = f"\r{number}/{total} {terminal.printable(outcome.name)}\033[K"
            sys.stderr.stream.write(line + ("" if number < total else "\n"))
        yield outcome

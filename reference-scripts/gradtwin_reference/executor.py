"""Runs what Java asks for: on standard input a line with what holds for all jobs, then a job a line; on standard output a line that
says which PyTorch answers, then an answer a line, in the same order."""

import functools
import json
import multiprocessing
import sys

import torch

from . import alarms, training, work
from .case import Case
from .problems import Problem


def main():
    """Answers until there are no more jobs. What prints goes to standard error."""
    answers, sys.stdout = sys.stdout, sys.stderr
    common = json.loads(sys.stdin.readline())
    _write(answers, {"torch": torch.__version__.split("+")[0]})
    run = functools.partial(answer, common)
    if common["processes"] == 1:
        for line in sys.stdin:
            _write(answers, run(line))
        return 0
    with multiprocessing.get_context("spawn").Pool(common["processes"]) as pool:
        for result in pool.imap(run, sys.stdin):
            _write(answers, result)
    return 0


def _write(stream, record):
    stream.write(json.dumps(record) + "\n")
    stream.flush()


def answer(common, line):
    """The answer to one job: what is wrong with a case is told in its answer, so that others are handled too."""
    job = json.loads(line)
    try:
        if common["samples"]:
            return alarms.run(Case.read(job), common["budgets"], common["samples"])
        kind, read = (training, training.Case) if "batches" in job else (work, Case.read)
        return kind.run(read(job), common["budgets"], common["fresh"])
    except Problem as e:
        return {"problem": str(e)}
    except (AttributeError, IndexError, KeyError, RuntimeError, TypeError, ValueError, ZeroDivisionError) as e:
        return {"problem": f"{type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}"}

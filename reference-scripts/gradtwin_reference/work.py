"""One fixture from beginning to end: recompute, compare with the record, calibrate, write; and the report of a run."""

import sys
import time
from dataclasses import dataclass, field

import torch

from . import fixtures, training
from .calibrate import calibrate, noise, sample
from .evaluate import DTYPES
from .numbers import read_tensor, write_tensor
from .ops import OpTable
from .problems import FixtureProblem
from .recompute import (CHANGED, IDENTICAL, WITHIN_NOISE, Verdict, compare, expected, in_words,
                        require_refusal)


@dataclass
class Outcome:
    """What became of one file."""

    name: str
    verdicts: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    cases: int = 0
    written: bool = False
    seconds: float = 0.0


def run(task):
    """Handles one file; what is wrong with it is told in the outcome, so that other files are handled too."""
    path, name, table_path, check, fresh = task
    outcome = Outcome(name)
    begin = time.perf_counter()
    try:
        table = OpTable.read(table_path)
        if training.is_training(path):
            training.run(path, name, table, check, outcome)
            outcome.seconds = time.perf_counter() - begin
            return outcome
        fixture = fixtures.read(path, name, table)
        outcome.cases = len(fixture.cases)
        for case in fixture.cases:
            where = f"{name}: case {case.id}"
            try:
                _case(case, where, table, fresh, outcome)
            except FixtureProblem as e:
                outcome.problems.append(str(e))
        if not outcome.problems:
            _finish(fixture, path, check, outcome)
    except FixtureProblem as e:
        outcome.problems.append(str(e))
    except OSError as e:
        outcome.problems.append(f"{name}: cannot be written: {e}")
    outcome.seconds = time.perf_counter() - begin
    return outcome


def _finish(fixture, path, check, outcome):
    """Writes the file if a number is new. What is within noise is left as it is recorded."""
    provenance = fixture.record.get("provenance")
    changed = any(v.state == CHANGED for v in outcome.verdicts)
    if changed or provenance is None:
        fixture.record["provenance"] = {"torch": torch.__version__.split("+")[0], "script": fixtures.SCRIPT}
    text = fixture.text()
    with open(path, encoding="utf-8", newline="") as file:
        stands = file.read() == text
    if not stands and not changed:
        outcome.verdicts.append(Verdict("", "", None, CHANGED, "the layout is not canonical, or provenance is missing"))
    if not stands and not check:
        fixtures.write(path, text)
        outcome.written = True


def _case(case, where, table, fresh, outcome):
    """Recomputes a case and updates its record where a number changed."""
    if case.throws is not None:
        require_refusal(case, where)
        outcome.verdicts.append(Verdict(case.name, "", None, IDENTICAL))
        return
    results = expected(case, where)
    old_expect, old_tolerance = case.record.get("expect", {}), case.record.get("tolerance", {})
    expect, tolerance = {}, {}
    for dtype in case.dtypes:
        recorded = fixtures.quantities(old_expect.get(dtype, {}))
        allowed = fixtures.quantities(old_tolerance.get(dtype, {}))
        drawn = sample(case, dtype, table.budgets, where)
        kept = _keep(case, dtype, results[dtype], recorded, allowed, drawn, outcome)
        expect[dtype] = _nested({key: kept[key][0] for key in kept})
        numbers = {key: tensor for key, (_, tensor) in kept.items()}
        tolerances, notes = calibrate(numbers, {} if fresh else allowed, drawn, dtype, where)
        outcome.notes += notes
        for key, new in tolerances.items():
            old = allowed.get(key)
            if old is not None and new != old:
                outcome.verdicts.append(Verdict(case.name, dtype, key, CHANGED, f"tolerance rtol {old['rtol']!r}, atol "
                                        f"{old['atol']!r} is now rtol {new['rtol']!r}, atol {new['atol']!r}"))
            elif old is None and key in recorded:
                outcome.verdicts.append(Verdict(case.name, dtype, key, CHANGED, "no tolerance was recorded"))
        tolerance[dtype] = _nested(tolerances)
    for key in ("expect", "tolerance"):
        stale = sorted(set(case.record.get(key, {})) - set(case.dtypes))
        if stale:
            outcome.verdicts.append(Verdict(case.name, stale[0], None, CHANGED, f"{key} of a dtype that is not asked for"))
    case.record["expect"], case.record["tolerance"] = expect, tolerance


def _keep(case, dtype, results, recorded, allowed, drawn, outcome):
    """{quantity: (entry, tensor)}: the recorded number where it is the same within noise, else the new one."""
    kept = {}
    for key, tensor in results.items():
        if key in recorded:
            state, why = compare(tensor, recorded[key], allowed.get(key), DTYPES[dtype],
                                 lambda number, key=key: noise(drawn, key, number, dtype))
        else:
            state, why = CHANGED, "not recorded"
        outcome.verdicts.append(Verdict(case.name, dtype, key, state, why))
        if state == CHANGED:
            kept[key] = (None if tensor is None else write_tensor(tensor), tensor)
        else:
            entry = recorded[key]
            kept[key] = (entry, None if entry is None else read_tensor(entry, DTYPES[dtype]))
    for key in recorded:
        if key not in results:
            outcome.verdicts.append(Verdict(case.name, dtype, key, CHANGED, "recorded, but there is no such quantity"))
    return kept


def _nested(by_quantity):
    record = {"value": {}, "grad": {}}
    for kind, name in sorted(by_quantity):
        record[kind][name] = by_quantity[kind, name]
    return record


def report(outcomes, options):
    """Prints what moved, and returns the exit code."""
    counts = {IDENTICAL: 0, WITHIN_NOISE: 0, CHANGED: 0}
    for outcome in outcomes:
        for verdict in outcome.verdicts:
            counts[verdict.state] += 1
        moved = [v for v in outcome.verdicts if v.state != IDENTICAL or options.verbose]
        fresh = [v for v in moved if v.why == "not recorded"]
        if len(fresh) > 6 and not options.verbose:
            moved = [v for v in moved if v.why != "not recorded"]
        for v in moved:
            quantity = f" {v.dtype} {in_words(v.quantity)}" if v.quantity else f" {v.dtype}".rstrip()
            print(f"{v.state:12}  {v.case or outcome.name}{quantity}{': ' + v.why if v.why else ''}")
        if len(fresh) > 6 and not options.verbose:
            print(f"{CHANGED:12}  {outcome.name}: {len(fresh)} quantities were not recorded")
        if outcome.written or options.verbose:
            for note in outcome.notes:
                print(f"note: {note}", file=sys.stderr)
        for problem in outcome.problems:
            print(f"regenerate.py: {problem}", file=sys.stderr)
        if options.verbose:
            print(f"{outcome.name}: {outcome.cases} cases in {outcome.seconds:.1f} s", file=sys.stderr)
    written = sum(outcome.written for outcome in outcomes)
    problems = sum(len(outcome.problems) for outcome in outcomes)
    print(f"{len(outcomes)} files, {sum(o.cases for o in outcomes)} cases: {counts[IDENTICAL]} identical, "
          f"{counts[WITHIN_NOISE]} within noise, {counts[CHANGED]} changed; {written} written"
          + (f"; {problems} broken" if problems else ""))
    if problems:
        return 3
    return 1 if options.check and counts[CHANGED] else 0

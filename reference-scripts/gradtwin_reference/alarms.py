"""False alarms: would an engine that only rounds otherwise be called wrong? Fresh samples under Monte-Carlo arithmetic,
none of which took part in calibration, are held against the recorded numbers and tolerances."""

from dataclasses import dataclass, field

import torch

from . import fixtures, training
from .calibrate import sample
from .evaluate import DTYPES
from .numbers import read_tensor
from .ops import OpTable
from .problems import FixtureProblem
from .recompute import in_words


@dataclass
class Outcome:
    """What became of one file: the error of every quantity, at its worst, divided by what is allowed."""

    name: str
    ratios: list = field(default_factory=list)
    left_out: int = 0
    alarms: list = field(default_factory=list)
    problems: list = field(default_factory=list)


def run(task):
    """Samples every case of one file."""
    path, name, table_path, count = task
    outcome = Outcome(name)
    try:
        table = OpTable.read(table_path)
        if training.is_training(path):
            return outcome
        for case in fixtures.read(path, name, table).cases:
            if case.throws is None:
                for dtype in case.dtypes:
                    _case(case, dtype, table.budgets, count, outcome)
    except FixtureProblem as e:
        outcome.problems.append(str(e))
    return outcome


def _case(case, dtype, budgets, count, outcome):
    if dtype not in case.record.get("expect", {}) or dtype not in case.record.get("tolerance", {}):
        raise FixtureProblem(f"{outcome.name}: case {case.id}: expect: there are no numbers of {dtype} yet, run regenerate.py")
    samples, still = sample(case, dtype, budgets, f"{outcome.name}: case {case.id}", count, " false alarms")
    tolerances = fixtures.quantities(case.record["tolerance"][dtype])
    for key, entry in fixtures.quantities(case.record["expect"][dtype]).items():
        if entry is None:
            continue
        recorded = read_tensor(entry, DTYPES[dtype]).double()
        # Without noise, float64 is outside only where the range of float32 decides, of which the samples know nothing.
        known = ratios([still[key]], recorded, tolerances[key]) <= 1
        outcome.left_out += int((~known).sum())
        each = torch.where(known, ratios([s[key] for s in samples], recorded, tolerances[key]), 0.0)
        worst = float(each.max()) if each.numel() else 0.0
        outcome.ratios.append(worst)
        if not worst <= 1:
            outcome.alarms.append(f"{case.name} {dtype} {in_words(key)}: {worst:.2g} of the tolerance")


def ratios(samples, recorded, tolerance):
    """Of each finite element, the largest error in any sample, divided by what is allowed; 0 where both are 0."""
    error = (torch.stack(samples) - recorded).abs()
    allowed = tolerance["atol"] + tolerance["rtol"] * recorded.abs()
    chosen = recorded.isfinite().expand_as(error) & (error != 0)
    parts = torch.where(chosen, error / allowed, torch.zeros_like(error))
    return parts.nan_to_num(nan=float("inf"), posinf=float("inf")).amax(dim=0)


def report(outcomes, count):
    """Prints how near the samples came to an alarm, and returns the exit code."""
    for outcome in outcomes:
        for alarm in outcome.alarms:
            print(f"alarm         {alarm}")
        for problem in outcome.problems:
            print(f"broken        {problem}")
    all_ratios = torch.tensor([r for outcome in outcomes for r in outcome.ratios], dtype=torch.float64)
    alarms = sum(len(outcome.alarms) for outcome in outcomes)
    print(f"{len(all_ratios)} quantities, {count} samples of each: {alarms} with a false alarm")
    left_out = sum(outcome.left_out for outcome in outcomes)
    if left_out:
        print(f"{left_out} elements were left out: in float32 its range decides them, not rounding")
    if len(all_ratios):
        middle, most, worst = torch.quantile(all_ratios, torch.tensor([0.5, 0.99, 1.0], dtype=torch.float64)).tolist()
        print(f"largest error of a quantity in all its samples, of what is allowed: median {middle:.0%}, "
              f"99th percentile {most:.0%}, largest {worst:.0%}")
    if any(outcome.problems for outcome in outcomes):
        return 3
    return 1 if alarms else 0

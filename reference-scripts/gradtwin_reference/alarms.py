"""False alarms: would an engine that only rounds otherwise be called wrong? Fresh samples under Monte-Carlo arithmetic,
none of which took part in calibration, are held against the recorded numbers and tolerances."""

import torch

from .calibrate import sample
from .recompute import in_words


def run(case, budgets, count):
    """The error of every quantity, at its worst, divided by what is allowed; how many elements were left out; the alarms."""
    answer = {"ratios": [], "left_out": 0, "alarms": []}
    for dtype in case.dtypes if case.refused is None else ():
        samples, still, _ = sample(case, dtype, budgets, count, " false alarms")
        for key, recorded in case.recorded[dtype].items():
            if recorded is None:
                continue
            wanted, tolerance = recorded.double(), case.allowed[dtype][key]
            # Without noise, float64 is outside only where the range of float32 decides, of which the samples know nothing.
            known = ratios([still[key]], wanted, tolerance) <= 1
            answer["left_out"] += int((~known).sum())
            each = torch.where(known, ratios([s[key] for s in samples], wanted, tolerance), 0.0)
            worst = float(each.max()) if each.numel() else 0.0
            answer["ratios"].append(worst if worst < float("inf") else "Infinity")
            if not worst <= 1:
                answer["alarms"].append(f"{dtype} {in_words(key)}: {worst:.2g} of the tolerance")
    return answer


def ratios(samples, recorded, tolerance):
    """Of each finite element, the largest error in any sample, divided by what is allowed; 0 where both are 0."""
    error = (torch.stack(samples) - recorded).abs()
    allowed = tolerance["atol"] + tolerance["rtol"] * recorded.abs()
    chosen = recorded.isfinite().expand_as(error) & (error != 0)
    parts = torch.where(chosen, error / allowed, torch.zeros_like(error))
    return parts.nan_to_num(nan=float("inf"), posinf=float("inf")).amax(dim=0)

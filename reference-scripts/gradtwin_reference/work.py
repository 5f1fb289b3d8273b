"""One case from beginning to end: compute, compare with the record, calibrate."""

from . import numbers
from .calibrate import calibrate, noise, sample
from .case import nested
from .recompute import CHANGED, compare, expected, require_refusal


def run(case, budgets, fresh):
    """{"dtypes": {dtype: {"value" | "grad": {name: answer}}}, "notes": [..]}; each answer has a state and why, the number where
    it is not the recorded one (null for no dependence), and the tolerance, if there is something to compare."""
    if case.refused is not None:
        require_refusal(case)
        return {"dtypes": {}, "notes": []}
    results = expected(case)
    answers, notes = {}, []
    for dtype in case.dtypes:
        recorded, allowed = case.recorded.get(dtype, {}), case.allowed.get(dtype, {})
        drawn = sample(case, dtype, budgets)
        kept, quantities = {}, {}
        for key, tensor in results[dtype].items():
            state, why = CHANGED, "not recorded"
            if key in recorded:
                state, why = compare(tensor, recorded[key], allowed.get(key),
                                     lambda number, key=key: noise(drawn, key, number, dtype))
            kept[key] = tensor if state == CHANGED else recorded[key]
            quantities[key] = {"state": state, "why": why}
            if state == CHANGED:
                quantities[key]["number"] = None if tensor is None else numbers.write(tensor)
        tolerances, remarks = calibrate(kept, {} if fresh else allowed, drawn, dtype)
        for key, tolerance in tolerances.items():
            quantities[key]["tolerance"] = tolerance
        notes += remarks
        answers[dtype] = nested(quantities)
    return {"dtypes": answers, "notes": notes}

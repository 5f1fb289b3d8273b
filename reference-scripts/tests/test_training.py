import unittest

import torch

from gradtwin_reference import numbers, training
from tests.support import BUDGETS

X, Y = [[1.0], [2.0], [-1.0], [0.5]], [[2.0], [3.0], [-2.0], [1.0]]


def tensor(values):
    return numbers.write(torch.tensor(values, dtype=torch.float64))


def job(**more):
    """A line y = w·x + b through four points, by SGD."""
    return {"name": "training/line", "activation": "tanh", "parameters": {"w1": tensor([[0.5]]), "b1": tensor([0.25])},
            "inputs": tensor(X), "targets": tensor(Y), "batches": [[0, 1], [2], [3]], "loss": "mse_loss",
            "optimizer": {"name": "SGD", "groups": [
                {"parameters": ["w1"], "options": {"lr": 0.1}}, {"parameters": ["b1"], "options": {"lr": 0.01}}]},
            "schedule": None, "marked": [1, 3], "dtypes": ["float64"], "expect": {}, "tolerance": {}, **more}


def case(**more):
    return training.Case(job(**more))


def by_hand(steps, rates=lambda step: (0.1, 0.01)):
    """Losses and parameters of the line's training: p := p − rate · ∂ℓ/∂p."""
    w, b, losses, parameters = 0.5, 0.25, [], []
    for step in range(steps):
        batch = [[0, 1], [2], [3]][step % 3]
        errors = [w * X[i][0] + b - Y[i][0] for i in batch]
        losses.append(sum(e * e for e in errors) / len(batch))
        dw = sum(2 * e * X[i][0] for e, i in zip(errors, batch)) / len(batch)
        db = sum(2 * e for e in errors) / len(batch)
        w, b = w - rates(step)[0] * dw, b - rates(step)[1] * db
        parameters.append((w, b))
    return losses, parameters


class TrainTest(unittest.TestCase):
    def require_close(self, actual, expected):
        self.assertEqual(len(actual), len(expected))
        for a, e in zip(actual, expected):
            self.assertLessEqual(abs(a - e), 1e-14 * max(1, abs(e)))

    def test_steps_are_those_made_by_hand(self):
        results = case().train(torch.float64)
        losses, parameters = by_hand(3)
        self.require_close(results["value", "loss"].tolist(), losses)
        self.assertEqual(set(results), {("value", "loss"), *(("value", f"{s}.{p}") for s in (1, 3) for p in ("w1", "b1"))})
        for step in (1, 3):
            self.require_close([results["value", f"{step}.w1"].item(), results["value", f"{step}.b1"].item()],
                               parameters[step - 1])

    def test_every_group_has_its_own_options(self):
        swapped = job()["optimizer"]
        swapped["groups"][0]["options"], swapped["groups"][1]["options"] = {"lr": 0.01}, {"lr": 0.1}
        _, parameters = by_hand(3, lambda step: (0.01, 0.1))
        results = case(optimizer=swapped).train(torch.float64)
        self.require_close([results["value", "3.w1"].item(), results["value", "3.b1"].item()], parameters[-1])

    def test_a_schedule_is_stepped_after_every_step(self):
        results = case(schedule={"name": "StepLR", "step_size": 2, "gamma": 0.5}).train(torch.float64)
        _, parameters = by_hand(3, lambda step: (0.1, 0.01) if step < 2 else (0.05, 0.005))
        self.require_close([results["value", "3.w1"].item(), results["value", "3.b1"].item()], parameters[-1])

    def test_numbers_are_rounded_to_the_type_before_they_are_widened(self):
        tenth = {"w1": tensor([[0.1]]), "b1": tensor([0.25])}
        rounded = case(parameters=tenth, batches=[[0, 1]], marked=[1]).train(torch.float64, torch.float32)
        w = torch.tensor(0.1, dtype=torch.float32).double().item()
        self.assertNotEqual(w, 0.1)
        errors = [w * x + 0.25 - y for x, y in ((1.0, 2.0), (2.0, 3.0))]
        self.require_close(rounded["value", "loss"].tolist(), [sum(e * e for e in errors) / 2])

    def test_betas_are_a_pair_with_defaults(self):
        groups = [{"parameters": ["w1"], "options": {"lr": 0.1, "beta2": 0.5}}, {"parameters": ["b1"], "options": {"lr": 0.1}}]
        given = case(optimizer={"name": "Adam", "groups": groups})
        optimizer = given.optimizer({key: t.clone().requires_grad_() for key, t in given.parameters.items()})
        self.assertEqual([group["betas"] for group in optimizer.param_groups], [(0.9, 0.5), (0.9, 0.999)])
        self.assertFalse(optimizer.param_groups[0]["foreach"])


class ToleranceTest(unittest.TestCase):
    def test_pieces_end_at_1_2_5(self):
        self.assertEqual(training._pieces(1), [1])
        self.assertEqual(training._pieces(7), [1, 2, 5, 7])
        self.assertEqual(training._pieces(50), [1, 2, 5, 10, 20, 50])

    def test_followed_until_the_spread_is_a_part_of_the_losses_before(self):
        size = torch.full((6,), 2.0, dtype=torch.float64)
        spread = torch.tensor([0, 0.01, 0.02, 0.02, 0.021, 0], dtype=torch.float64)
        self.assertEqual(training._followed(spread, size), 4)
        self.assertEqual(training._followed(spread / 2, size), 6)

    def test_allowed_is_one_pair_a_step(self):
        pair = {"rtol": 0.0, "atol": 3.0}
        allowed = training._allowed({"loss": [{"until": 1, "rtol": 1.0, "atol": 0.0}, {"until": 3, "rtol": 2.0, "atol": 5.0}],
                                     "parameters": {"3": {"w1": pair}}}, 3)
        self.assertEqual(allowed["value", "loss"]["rtol"].tolist(), [1.0, 2.0, 2.0])
        self.assertEqual(allowed["value", "loss"]["atol"].tolist(), [0.0, 5.0, 5.0])
        self.assertEqual(allowed["value", "3.w1"], pair)
        self.assertEqual(training._allowed(None, 3), {})


class RunTest(unittest.TestCase):
    def test_numbers_and_tolerances_are_filled_in_and_stay(self):
        first = training.run(case(), BUDGETS, False)
        values, tolerance = first["dtypes"]["float64"]["value"], first["tolerance"]["float64"]
        self.assertEqual({one["state"] for one in values.values()}, {"changed"})
        self.assertEqual(numbers.read(values["loss"]["number"]).shape, (3,))
        self.assertEqual(tolerance["followable"], 3)
        self.assertLess(tolerance["loss"][-1]["rtol"], 1e-12)
        recorded = {"float64": {"value": {name: one["number"] for name, one in values.items()}}}
        again = training.run(case(expect=recorded, tolerance=first["tolerance"]), BUDGETS, False)
        self.assertEqual({one["state"] for one in again["dtypes"]["float64"]["value"].values()}, {"identical"})
        self.assertEqual(again["tolerance"], first["tolerance"])

    def test_a_loss_that_is_off_is_found(self):
        first = training.run(case(), BUDGETS, False)
        recorded = {name: one["number"] for name, one in first["dtypes"]["float64"]["value"].items()}
        wrong = numbers.read(recorded["loss"])
        wrong[1] *= 1 + 1e-9
        recorded["loss"] = numbers.write(wrong)
        again = training.run(case(expect={"float64": {"value": recorded}}, tolerance=first["tolerance"]), BUDGETS, False)
        states = {name: one["state"] for name, one in again["dtypes"]["float64"]["value"].items()}
        self.assertEqual(states.pop("loss"), "changed")
        self.assertEqual(set(states.values()), {"identical"})


if __name__ == "__main__":
    unittest.main()

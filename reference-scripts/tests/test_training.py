import json
import re
import tempfile
import unittest
from pathlib import Path

import torch

from gradtwin_reference import fixtures, training, work
from gradtwin_reference.problems import FixtureProblem
from gradtwin_reference.recompute import CHANGED
from tests.support import OPS

X, Y = [[1.0], [2.0], [-1.0], [0.5]], [[2.0], [3.0], [-2.0], [1.0]]


def record(**more):
    """A line y = w·x + b through four points, by SGD."""
    return {"id": "line", "comment": "c", "model": {"inputs": 1, "outputs": [1], "activation": "tanh"},
            "parameters": {"w1": {"values": [[0.5]]}, "b1": {"values": [0.25]}},
            "data": {"inputs": {"values": X}, "targets": {"values": Y}}, "batches": {"order": [[0, 1], [2], [3]]},
            "loss": "mse_loss", "optimizer": {"name": "SGD", "groups": [
                {"parameters": ["w1"], "options": {"lr": 0.1}}, {"parameters": ["b1"], "options": {"lr": 0.01}}]},
            "steps": 3, "marked": [1, 3], "dtypes": ["float64"], **more}


def case(root=Path("."), **more):
    return training.Case(record(**more), "training/file.json", "here", root)


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
        swapped = record()["optimizer"]
        swapped["groups"][0]["options"], swapped["groups"][1]["options"] = {"lr": 0.01}, {"lr": 0.1}
        _, parameters = by_hand(3, lambda step: (0.01, 0.1))
        results = case(optimizer=swapped).train(torch.float64)
        self.require_close([results["value", "3.w1"].item(), results["value", "3.b1"].item()], parameters[-1])

    def test_a_schedule_is_stepped_after_every_step(self):
        results = case(schedule={"name": "StepLR", "step_size": 2, "gamma": 0.5}).train(torch.float64)
        _, parameters = by_hand(3, lambda step: (0.1, 0.01) if step < 2 else (0.05, 0.005))
        self.require_close([results["value", "3.w1"].item(), results["value", "3.b1"].item()], parameters[-1])

    def test_numbers_are_rounded_to_the_type_before_they_are_widened(self):
        tenth = {"w1": {"values": [[0.1]]}, "b1": {"values": [0.25]}}
        rounded = case(parameters=tenth, steps=1, marked=[1]).train(torch.float64, torch.float32)
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


class BatchesTest(unittest.TestCase):
    def test_a_written_order_starts_again(self):
        self.assertEqual(list(case(steps=5, marked=[5]).batches()), [[0, 1], [2], [3], [0, 1], [2]])

    def test_a_seeded_order_has_every_sample_once_an_epoch(self):
        batches = list(case(batches={"seed": 3, "size": 3}, steps=6, marked=[6]).batches())
        self.assertEqual([len(batch) for batch in batches], [3, 1] * 3)
        epochs = [batches[i] + batches[i + 1] for i in (0, 2, 4)]
        for epoch in epochs:
            self.assertEqual(sorted(epoch), [0, 1, 2, 3])
        self.assertNotEqual(epochs[0], epochs[1])
        self.assertEqual(batches, list(case(batches={"seed": 3, "size": 3}, steps=6, marked=[6]).batches()))

    def test_steps_may_end_within_an_epoch(self):
        self.assertEqual(len(list(case(batches={"seed": 3, "size": 1}, steps=7, marked=[7]).batches())), 7)


class ReadTest(unittest.TestCase):
    def refused(self, part, **more):
        with self.assertRaises(FixtureProblem) as refusal:
            case(**more)
        self.assertIn(part, str(refusal.exception))

    def test_parameters_are_those_of_the_layers(self):
        self.refused("expected w1, b1, found b1, w1", parameters={"b1": {"values": [0.25]}, "w1": {"values": [[0.5]]}})

    def test_marked_steps_are_steps(self):
        self.refused("[0, 3] is not within 3 steps", marked=[0, 3])
        self.refused("[4] is not within 3 steps", marked=[4])

    def test_data_from_a_file_leave_samples_out(self):
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            (root / "data.txt").write_text("# pixels, label\n0g 7\n10 1\n88 2\n\n0g 3\n", encoding="utf-8")
            inputs, targets = training._data({"file": "data.txt", "hold_out": 3}, "here", root)
            self.assertEqual(inputs.tolist(), [[0.0, 1.0], [1 / 16, 0.0], [0.0, 1.0]])
            self.assertEqual(targets.tolist(), [7, 1, 3])

    def test_data_come_from_a_file_in_the_folder_of_the_fixtures(self):
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory) / "fixtures"
            root.mkdir()
            outside = Path(directory) / "secret.txt"
            outside.write_text("root 0\n", encoding="utf-8")
            (root / "link.txt").symlink_to(outside)
            (root / "loop.txt").symlink_to(root / "loop.txt")
            (root / "large.txt").write_bytes(b"0" * ((1 << 24) + 1))
            (root / "image.txt").write_bytes(b"\xff\xfe")
            for name, words in [(name, f"file: {name[:80]} is not a file in the folder of the fixtures") for name in (
                    "none.txt", "../secret.txt", str(outside), "link.txt", "loop.txt", ".", "/dev/zero", "a\0b", "x" * 5000)] + [
                    ("large.txt", "file: large.txt has 16,777,217 bytes, at most 16,777,216 are read"),
                    ("image.txt", "file: image.txt is not text in UTF-8"), (7, "file: expected a string")]:
                with self.assertRaisesRegex(FixtureProblem, re.escape(f"here: {words}")):
                    training._data({"file": name, "hold_out": 3}, "here", root)


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


class FileTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.file = Path(directory.name) / "training" / "line.json"
        self.file.parent.mkdir()
        self.file.write_text(json.dumps({"format": training.FORMAT, "title": "t", "source": "s", "cases": [record()]}))

    def run_file(self, check=False):
        return work.run((str(self.file), "training/line.json", str(OPS), check, False))

    def changed(self, outcome):
        return [v for v in outcome.verdicts if v.state == CHANGED]

    def test_numbers_are_filled_in_and_stay(self):
        self.assertTrue(training.is_training(self.file))
        outcome = self.run_file()
        self.assertEqual(outcome.problems, [])
        self.assertTrue(outcome.written)
        text = self.file.read_text(encoding="utf-8")
        filled = json.loads(text)["cases"][0]
        self.assertEqual(len(filled["expect"]["float64"]["loss"]), 3)
        self.assertEqual(filled["tolerance"]["float64"]["followable"], 3)
        self.assertLess(filled["tolerance"]["float64"]["loss"][-1]["rtol"], 1e-12)
        again = self.run_file()
        self.assertEqual((self.changed(again), again.written), ([], False))
        self.assertEqual(self.file.read_text(encoding="utf-8"), text)

    def test_check_finds_a_loss_that_is_off_and_writes_nothing(self):
        self.run_file()
        document = json.loads(self.file.read_text(encoding="utf-8"))
        document["cases"][0]["expect"]["float64"]["loss"][1] *= 1 + 1e-9
        text = fixtures.canonical(document)
        self.file.write_text(text, encoding="utf-8")
        outcome = self.run_file(check=True)
        self.assertIn("loss", [v.quantity[1] for v in self.changed(outcome) if v.quantity])
        self.assertFalse(outcome.written)
        self.assertEqual(self.file.read_text(encoding="utf-8"), text)

    def test_other_files_are_not_trainings(self):
        self.file.write_text('{"format": "gradtwin-fixture-1"}')
        self.assertFalse(training.is_training(self.file))
        self.assertFalse(training.is_training(self.file.parent / "none.json"))


if __name__ == "__main__":
    unittest.main()

import copy
import io
import json
import math
import unittest
from unittest import mock

import torch

from gradtwin_reference import executor, numbers, program
from tests.support import BUDGETS

X = {"name": "x"}
TANH = torch.tanh(torch.tensor(0.5, dtype=torch.float64)).item()


def call(function, *args, **kwargs):
    return {"call": function, "args": list(args), "kwargs": kwargs}


def job(expr, x, **more):
    """y = the expression of x."""
    leaf = numbers.write(torch.tensor(x, dtype=torch.float64)) | {"requires_grad": True}
    return {"name": "dir/case", "dtypes": ["float64"], "inputs": {"x": leaf}, "root": "y", "cotangent": None, "refused": None,
            "undetermined": [], "program": [{"line": 1, "name": "y", "expr": expr}], "definitions": None,
            "expect": {}, "tolerance": {}, **more}


def answer(given, fresh=False, samples=0):
    return executor.answer({"budgets": BUDGETS, "fresh": fresh, "samples": samples}, json.dumps(given))


def recorded(given):
    """The job again, with what was answered as its record."""
    told = answer(given)["dtypes"]
    again = copy.deepcopy(given)
    for dtype, kinds in told.items():
        again["expect"][dtype] = {k: {n: one["number"] for n, one in by.items()} for k, by in kinds.items()}
        again["tolerance"][dtype] = {k: {n: one["tolerance"] for n, one in by.items() if "tolerance" in one}
                                     for k, by in kinds.items()}
    return again


class NumbersTest(unittest.TestCase):
    def test_tensors_come_back_with_the_same_bits(self):
        for tensor in [torch.tensor([[0.1, -0.0], [math.inf, 5e-324]], dtype=torch.float64), torch.tensor(0.1),
                       torch.zeros(0, 3), torch.tensor([2**62, -1]), torch.tensor([True, False])]:
            again = numbers.read(json.loads(json.dumps(numbers.write(tensor))))
            self.assertEqual((again.dtype, again.shape), (tensor.dtype, tensor.shape))
            self.assertEqual(numbers.write(again), numbers.write(tensor))


class ProgramTest(unittest.TestCase):
    def run_call(self, expr, **values):
        statement, = program.read([{"line": 1, "name": "y", "expr": expr}])
        return statement.run({name: torch.tensor(value) for name, value in values.items()})

    def test_operators_are_pythons(self):
        self.assertEqual(self.run_call(call("-", X), x=2.0), -2)
        self.assertEqual(self.run_call(call("-", 1, X), x=2.0), -1)
        self.assertEqual(self.run_call(call("/", 1, X), x=4.0), 0.25)
        self.assertEqual(self.run_call(call("**", X, {"float": "infinity"}), x=2.0), math.inf)
        self.assertEqual(self.run_call(call(".T", X), x=[[1.0], [2.0]]).tolist(), [[1, 2]])
        with self.assertRaisesRegex(ValueError, "needs 2 dimensions"):
            self.run_call(call(".T", X), x=[1.0])

    def test_functions_are_those_of_functional_then_of_torch_then_methods(self):
        self.assertIs(program.function("embedding", 2), torch.nn.functional.embedding)
        self.assertIs(program.function("logsumexp", 2), torch.logsumexp)
        self.assertIs(program.function("expand", 2), torch.Tensor.expand)
        with self.assertRaisesRegex(TypeError, "no function 'system'"):
            program.function("system", 1)

    def test_arguments(self):
        self.assertEqual(self.run_call(call("sum", X, dim=[0, 1], keepdim=True), x=[[1.0, 2.0]]).tolist(), [[3]])
        self.assertEqual(self.run_call(call("cat", [X, X]), x=[1.0]).tolist(), [1, 1])

    def test_subscripts(self):
        x = [[[1.0, 2.0], [3.0, 4.0]]]
        self.assertEqual(self.run_call(call("[]", X, [{"ellipsis": True}, 0]), x=x).tolist(), [[1, 3]])
        self.assertEqual(self.run_call(call("[]", X, [0, {"slice": [1, None, None]}, None]), x=x).tolist(), [[[3, 4]]])
        self.assertEqual(self.run_call(call("[]", X, [0, {"name": "i"}]), x=x, i=[1, 1]).tolist(), [[3, 4], [3, 4]])


class AnswerTest(unittest.TestCase):
    def test_what_is_not_recorded_is_new_and_then_stays(self):
        given = job(call("tanh", X), 0.5)
        told = answer(given)["dtypes"]["float64"]
        self.assertEqual(numbers.read(told["value"]["y"]["number"]).item(), TANH)
        self.assertEqual(told["grad"]["x"]["why"], "not recorded")
        again = answer(recorded(given))["dtypes"]["float64"]
        self.assertEqual({one["state"] for by in again.values() for one in by.values()}, {"identical"})
        self.assertEqual(again["grad"]["x"]["tolerance"], told["grad"]["x"]["tolerance"])

    def test_a_wrong_number_is_found_whatever_its_tolerance(self):
        given = recorded(job(call("tanh", X), 0.5))
        given["expect"]["float64"]["value"]["y"] = numbers.write(torch.tensor(0.5, dtype=torch.float64))
        given["tolerance"]["float64"]["value"]["y"] = {"rtol": 0.0, "atol": 1.0, "because": "a test"}
        told = answer(given)["dtypes"]["float64"]["value"]["y"]
        self.assertEqual((told["state"], told["why"]),
                         ("changed", f"1 of 1 elements; recorded 0.5, now {TANH!r}"))
        self.assertLess(told["tolerance"]["atol"] + told["tolerance"]["rtol"], 1e-13)

    def test_another_machines_rounding_is_within_noise(self):
        given = recorded(job(call("tanh", X), 0.5))
        given["expect"]["float64"]["value"]["y"] = numbers.write(torch.tensor(TANH * (1 + 3e-16), dtype=torch.float64))
        told = answer(given)["dtypes"]["float64"]["value"]["y"]
        self.assertEqual(told["state"], "within noise")
        self.assertNotIn("number", told)

    def test_tolerances_stay_within_a_factor_of_2_unless_they_are_to_be_fresh(self):
        given = recorded(job(call("tanh", X), 0.5))
        old = given["tolerance"]["float64"]["value"]["y"]
        given["tolerance"]["float64"]["value"]["y"] = loose = {**old, "rtol": old["rtol"] * 1.5}
        self.assertEqual(answer(given)["dtypes"]["float64"]["value"]["y"]["tolerance"], loose)
        self.assertEqual(answer(given, fresh=True)["dtypes"]["float64"]["value"]["y"]["tolerance"], old)

    def test_no_dependence_is_null_and_has_no_tolerance(self):
        given = job(call("*", X, X), 3.0)
        given["program"].append({"line": 2, "name": "c", "expr": call("*", X, 2)})
        told = answer(given)["dtypes"]["float64"]["grad"]["c"]
        self.assertEqual((told["number"], "tolerance" in told), (None, False))

    def test_a_gradient_within_a_program_has_gradients_of_its_own(self):
        given = job(call("**", X, 3), 2.0, root="z")
        given["program"] += [{"line": 2, "name": "g", "expr": {"grad": ["y", "x"]}},
                             {"line": 3, "name": "z", "expr": call("*", {"name": "g"}, {"name": "g"})}]
        told = answer(given)["dtypes"]["float64"]
        self.assertEqual(numbers.read(told["value"]["g"]["number"]).item(), 12)
        self.assertEqual(numbers.read(told["grad"]["x"]["number"]).item(), 2 * 12 * 12)
        self.assertEqual(numbers.read(told["grad"]["y"]["number"]).item(), 0)
        self.assertNotIn("y", answer({**given, "undetermined": ["y"]})["dtypes"]["float64"]["grad"])

    def test_definitions_are_samples_too(self):
        given = job(call("expm1", {"name": "x"}), 0.001)
        definitions = [{"line": 1, "name": "#0", "expr": call("exp", {"name": "x"})},
                       {"line": 1, "name": "y", "expr": call("-", {"name": "#0"}, 1.0)}]
        alone, both = (answer(one)["dtypes"]["float64"]["value"]["y"]["tolerance"]["rtol"]
                       for one in (given, {**given, "definitions": definitions}))
        self.assertGreater(both, 10 * alone)

    def test_refusals(self):
        refused = job(call("@", X, X), [[1.0, 2.0]], refused=1)
        self.assertEqual(answer(refused), {"dtypes": {}, "notes": []})
        for given, words in [(job(call("*", X, X), 1.0, refused=1), "throws: PyTorch runs the program in float64"),
                             (job(call("@", X, X), [[1.0, 2.0]], refused=2), "throws: line: PyTorch refuses line 1: RuntimeError"),
                             (job(call("[]", X, [5]), [1.0]), "program: PyTorch refuses line 1: IndexError"),
                             (job(call("*", X, X), [1.0, 2.0]), "backward: PyTorch refuses: Mismatch in shape"),
                             (job(call("relu", call("-", call("*", X, 0.1), 0.03)), 0.3), "the kink of threshold_backward in"),
                             (job(call("i0", X), 0.3), "float64: the kernel 'i0' is not in the op table")]:
            with self.subTest(words):
                self.assertIn(words, answer(given).get("problem", "no problem"))

    def test_fresh_samples_are_held_against_the_recorded_tolerances(self):
        given = recorded(job(call("tanh", X), 0.5))
        told = answer(given, samples=5)
        self.assertEqual((len(told["ratios"]), told["alarms"]), (3, []))
        given["tolerance"]["float64"]["grad"]["x"] = {"rtol": 1e-17, "atol": 0.0, "because": "a test"}
        self.assertRegex(answer(given, samples=5)["alarms"][0], "float64 gradient of x: .* of the tolerance")

    def test_a_line_in_a_line_out_in_the_same_order(self):
        common = {"budgets": BUDGETS, "fresh": False, "samples": 0, "processes": 1}
        given = "\n".join(json.dumps(line) for line in [common, job(call("exp", X), 0.0), job(call("none", X), 0.0)])
        with mock.patch("sys.stdin", io.StringIO(given)), mock.patch("sys.stdout", io.StringIO()) as out:
            executor.main()
        lines = [json.loads(line) for line in out.getvalue().splitlines()]
        self.assertEqual(lines[0], {"torch": torch.__version__.split("+")[0]})
        self.assertEqual(numbers.read(lines[1]["dtypes"]["float64"]["value"]["y"]["number"]).item(), 1.0)
        self.assertIn("no function 'none'", lines[2]["problem"])


if __name__ == "__main__":
    unittest.main()

import math
import unittest

import torch

from gradtwin_reference.calibrate import calibrate, sample
from gradtwin_reference.montecarlo import Arithmetic, UnknownKernel, terms_budget
from gradtwin_reference.problems import Problem
from gradtwin_reference.recompute import expected
from tests.support import BUDGETS, TESTING, case


def tolerances(*arguments, **more):
    """{dtype: {quantity: tolerance}} of a case."""
    one = case(*arguments, **more)
    return {dtype: calibrate(numbers, {}, sample(one, dtype, BUDGETS), dtype)[0] for dtype, numbers in expected(one).items()}


def sharpness(*arguments, quantity=("grad", "x"), **more):
    """{dtype: sharpness} of one quantity of one element."""
    found, numbers = tolerances(*arguments, **more), expected(case(*arguments, **more))
    for dtype, by_quantity in found.items():
        size = float(numbers[dtype][quantity].abs().max())
        found[dtype] = by_quantity[quantity]["rtol"] + (by_quantity[quantity]["atol"] / size if size else math.inf)
    return found


class NotebookTest(unittest.TestCase):
    def test_the_saturated_point(self):
        found = sharpness(TESTING, {"x": -4.0})
        self.assertTrue(1e-7 < found["float64"] <= 1e-6, found)
        self.assertGreater(found["float32"], 1)

    def test_the_point_where_the_gradient_is_alive(self):
        found = sharpness(TESTING, {"x": -0.37})
        self.assertTrue(1e-14 < found["float64"] <= 2e-13, found)
        self.assertTrue(1e-6 < found["float32"] <= 5e-5, found)


class RankTest(unittest.TestCase):
    def test_products_and_losses_of_three_dimensions_are_calibrated(self):
        found = tolerances(["s = x @ w", "l = nll_loss(s, i, reduction='none')", "y = sum(l) + cross_entropy(s + softmax(s, dim=0), i)"],
                           {"x": torch.linspace(-1.7, 2.3, 12, dtype=torch.float64).sin().reshape(2, 2, 3),
                            "w": torch.linspace(0.4, 3.1, 12, dtype=torch.float64).cos().reshape(2, 3, 2),
                            "m": torch.tensor([[True, False]]), "i": torch.tensor([[0, 1], [1, 1]])})
        for dtype, unit in (("float32", 2.0**-24), ("float64", 2.0**-53)):
            for quantity in (("value", "s"), ("value", "y"), ("grad", "x"), ("grad", "w")):
                self.assertTrue(unit < found[dtype][quantity]["rtol"] < 1000 * unit, (dtype, quantity, found[dtype][quantity]))


class UseTest(unittest.TestCase):
    def allowed(self, program, inputs, quantity=("grad", "x")):
        return sharpness(program, inputs, quantity=quantity, dtypes=("float64",))["float64"]

    def test_uses_of_one_rounded_number_are_off_by_themselves(self):
        # The slope is 1 by p(1 − p)/(p(1 − p)), which no error of p moves.
        self.assertTrue(1e-12 < self.allowed(["p = sigmoid(x)", "y = log(p/(1 - p))"], {"x": 9.0}) < 1e-10)
        self.assertTrue(1e-13 < self.allowed(["t = tanh(x)", "y = 0.5*log((1 + t)/(1 - t))"], {"x": 4.0}) < 5e-11)
        self.assertTrue(1e-15 < self.allowed(["h = sin(x)", "y = h/h"], {"x": 1.25}, ("value", "y")) < 1e-13)

    def test_copies_of_a_rounded_number_are_off_by_themselves(self):
        program = ["h = sin(x)", "y = sum(sin(h*t - t*h))"]
        found = tolerances(program, {"x": 1.25, "t": [0.3, -0.7]}, dtypes=("float64",))["float64"]
        self.assertTrue(0 < found["value", "y"]["atol"] < 1e-13, found)

    def test_leaves_are_exact(self):
        found = tolerances(["h = x[0:2] - x", "y = sum(h*w)"], {"x": [1.1, 2.3], "w": [1.7, 1.9]}, dtypes=("float64",))["float64"]
        self.assertEqual((found["value", "h"]["rtol"], found["value", "h"]["atol"]), (0.0, 0.0))

    def test_what_is_computed_is_allowed_four_ulp(self):
        found = tolerances(["a = x + w", "b = abs(a)", "r = relu(a)", "y = sum(b*r)"], {"x": [1.5, 2.0], "w": [0.25, -1.0]})
        for dtype, rtol in (("float32", 5e-7), ("float64", 1e-15)):
            self.assertEqual(found[dtype]["value", "a"],
                             {"rtol": rtol, "atol": 0.0, "because": "exact in 64 samples, 4 ulp allowed"})
        selected = tolerances(["y = sum(relu(x))"], {"x": [1.5, -1.0]})
        self.assertEqual(selected["float64"]["grad", "x"]["rtol"], 0.0)


class DefinitionTest(unittest.TestCase):
    """Half of the samples run what an op means, which another engine may compute."""

    def allowed(self, program, inputs, definitions=(), quantity=("value", "y")):
        return sharpness(program, inputs, quantity=quantity, dtypes=("float64",), definitions=definitions)["float64"]

    def test_what_another_formula_loses_is_allowed(self):
        kernel, inputs = ["y = expm1(x)"], {"x": 1e-3}
        self.assertLess(self.allowed(kernel, inputs), 1e-14)
        self.assertTrue(1e-13 < self.allowed(kernel, inputs, ["e = exp(x)", "y = e - 1"]) < 1e-11)

    def test_the_gradient_too(self):
        kernel, inputs = ["y = logsigmoid(x)"], {"x": 7.0}
        definitions = ["s = sigmoid(x)", "y = log(s)"]
        alone = self.allowed(kernel, inputs, quantity=("grad", "x"))
        self.assertGreater(self.allowed(kernel, inputs, definitions, ("grad", "x")), 10 * alone)

    def test_a_formula_of_another_answer_is_left_out(self):
        kernel, inputs = ["y = expm1(x)"], {"x": 1e-3}
        for other in (["y = exp(x) - 1.0000001"], ["y = x.log()"], ["y = exp(x).sum(7)"]):
            self.assertEqual(self.allowed(kernel, inputs, other), self.allowed(kernel, inputs))

    def test_a_formula_that_decides_within_rounding_is_left_out(self):
        kernel, inputs = ["y = tanh(x)"], {"x": 0.3}
        definitions = ["t = sinh(x)/cosh(x)", "y = where(t >= 0.2913126124515909, t, t)"]
        self.assertEqual(self.allowed(kernel, inputs, definitions), self.allowed(kernel, inputs))

    def test_numbers_alone_are_of_the_type_that_all_is(self):
        found = self.allowed(["y = x*1.1"], {"x": 0.3}, ["n = where(x > 0, 1.1, 0.0)", "y = x*n"])
        self.assertLess(found, 1e-14)

    def test_a_zero_that_no_kernel_moves_stays_one(self):
        kernel, inputs = ["y = layer_norm(x, (1,))"], {"x": [[1.5], [-2.0]]}
        definitions = ["m = mean(x, 1, True)", "d = x - m", "y = d*rsqrt(var(x, dim=1, correction=0, keepdim=True) + 1e-5)"]
        found = tolerances(kernel, inputs, dtypes=("float64",), definitions=definitions, cotangent=[[0.7], [-1.3]])["float64"]
        self.assertEqual((found["grad", "x"]["rtol"], found["grad", "x"]["atol"]), (0.0, 0.0))


class ExactTest(unittest.TestCase):
    def test_selections_move_nothing(self):
        found = tolerances(["a = relu(x) + maximum(x, w)*0", "b = x[0:2]", "y = amax(cat((b, -b)))"],
                           {"x": [0.3, -0.7, 0.1], "w": [0.2, 0.2, 0.2]})
        for dtype in found:
            for name in ("b", "y"):
                self.assertEqual(found[dtype]["value", name]["rtol"], 0.0)
                self.assertEqual(found[dtype]["value", name]["because"], "exact in 64 samples")

    def test_ties_and_kinks_stay_put(self):
        tolerances(["y = sum(maximum(x, w)) + sum(relu(x)) + sum(abs(x)) + amax(x) + sum(clamp(x, min=0.1, max=0.7))"],
                   {"x": [0.0, 0.1, 0.7], "w": [-0.0, 0.1, 0.7]})

    def test_ties_after_arithmetic_on_small_whole_numbers_stay_put(self):
        tolerances(["y = sum(relu(2*x - 6)) + sum(maximum(x*x, 9*w))"], {"x": [3.0, 1.0], "w": [1.0, 2.0]})

    def test_a_kink_within_rounding_is_the_authors_to_move(self):
        with self.assertRaises(Problem) as caught:
            tolerances(["y = sum(relu(x*0.1 - 0.03))"], {"x": [0.3, 1.0]})
        self.assertRegex(str(caught.exception), "threshold_backward.*move the point")

    def test_nan_within_rounding_is_the_authors_to_move(self):
        with self.assertRaises(Problem) as caught:
            tolerances(["y = sqrt(x*1.1 - x - x*0.1 + 0.000000000000000001)"], {"x": 0.3})
        self.assertRegex(str(caught.exception), "move the point")

    def test_what_is_not_finite_in_all_samples_is_fine(self):
        found = tolerances(["y = log(x)"], {"x": [math.nan, 0.0, -1.0, math.inf, 2.0]}, cotangent=[1.0] * 5)
        self.assertLess(found["float64"]["value", "y"]["rtol"], 1e-13)
        self.assertEqual(found["float64"]["value", "y"]["atol"], 0.0)


class NoiseTest(unittest.TestCase):
    def arithmetic(self, dtype=torch.float64, **more):
        return Arithmetic(BUDGETS, dtype, 5, **more)

    def test_a_kernel_without_a_budget_is_named(self):
        with self.assertRaisesRegex(UnknownKernel, "'i0'"), self.arithmetic():
            torch.i0(torch.ones(2, dtype=torch.float64))

    def test_without_noise_results_are_pytorchs(self):
        x = torch.linspace(-3, 3, 7, dtype=torch.float64)
        with self.arithmetic(noisy=False):
            y = torch.tanh(x) * x
        self.assertTrue(torch.equal(y, torch.tanh(x) * x))

    def test_noise_is_within_the_budget_and_there(self):
        x = torch.linspace(0.1, 3, 500, dtype=torch.float64)
        for dtype, unit in [(torch.float32, 2.0**-24), (torch.float64, 2.0**-53)]:
            with self.arithmetic(dtype):
                y = torch.exp(x)
            error = (y / torch.exp(x) - 1).abs()
            self.assertLessEqual(float(error.max()), 3 * unit)
            self.assertGreater(float(error.max()), 1.5 * unit)

    def test_the_same_seed_gives_the_same_noise(self):
        x = torch.linspace(0.1, 3, 50, dtype=torch.float64)
        runs = []
        for _ in range(2):
            with self.arithmetic():
                runs.append(torch.exp(x))
        self.assertTrue(torch.equal(*runs))

    def test_noise_does_not_disturb_pytorchs_generator(self):
        torch.manual_seed(1)
        first = torch.rand(3)
        torch.manual_seed(1)
        with self.arithmetic():
            torch.exp(torch.ones(3, dtype=torch.float64))
        self.assertTrue(torch.equal(torch.rand(3), first))

    def test_other_orders_of_float32_sums_are_covered(self):
        for n, seed in [(10, 1), (100, 2), (1000, 3)]:
            generator = torch.Generator().manual_seed(seed)
            x = torch.rand(n, generator=generator, dtype=torch.float32)
            values = [float(v) for v in x]
            found = tolerances(["y = sum(x)"], {"x": values}, dtypes=["float32"])["float32"]["value", "y"]
            left_to_right = torch.zeros((), dtype=torch.float32)
            for v in x:
                left_to_right = left_to_right + v
            pytorchs = torch.sum(x)
            self.assertLessEqual(abs(float(left_to_right) - float(pytorchs)), found["rtol"] * float(pytorchs))
            self.assertLess(found["rtol"], 5e-7 * math.sqrt(n) * 10)

    def test_the_budget_of_terms_grows(self):
        self.assertEqual(terms_budget(1), 0)
        self.assertEqual(terms_budget(16), 4)
        self.assertEqual(terms_budget(1600), 100)

    def test_cancellation_inside_a_fused_kernel_is_seen(self):
        # Near its minimum the gradient of silu is a difference: a few ulp of it are not what rounding can do.
        near = sharpness(["y = silu(x)"], {"x": -1.2784})
        far = sharpness(["y = silu(x)"], {"x": 1.2784})
        self.assertGreater(near["float64"], 100 * far["float64"])


class RangeTest(unittest.TestCase):
    def test_overflow_in_float32_is_noted_and_needs_no_tolerance(self):
        one = case(["y = exp(x)"], {"x": 100.0}, dtypes=["float32"])
        found, notes = calibrate(expected(one)["float32"], {}, sample(one, "float32", BUDGETS), "float32")
        self.assertEqual((found["value", "y"]["rtol"], found["value", "y"]["atol"]), (0.0, 0.0))
        self.assertTrue(any("inf in float32 and 2.68" in note for note in notes), notes)

    def test_subnormal_numbers_get_an_absolute_floor(self):
        found = tolerances(["y = exp(x)"], {"x": -100.0})
        self.assertGreaterEqual(found["float32"]["value", "y"]["atol"] + found["float32"]["value", "y"]["rtol"] * 3.8e-44,
                                3 * 2.0**-149)
        self.assertEqual(found["float64"]["value", "y"]["atol"], 0.0)

    def test_subnormal_numbers_of_float64_too(self):
        found = tolerances(["y = log1p(x)"], {"x": 1e-310})["float64"]["value", "y"]
        self.assertGreaterEqual(found["atol"] + found["rtol"] * 1e-310, 4 * 2.0**-1074)

    def test_subnormal_sums_move_by_steps(self):
        found = tolerances(["h = x @ w", "y = sum(h)"], {"x": [[1e-160, 1.3e-160]], "w": [[1.1e-155], [0.9e-155]]},
                           dtypes=("float64",))["float64"]["value", "h"]
        self.assertGreaterEqual(found["atol"] + found["rtol"] * 2.3e-315, 4 * 2.0**-1074)

    def test_four_ulp_of_a_subnormal_number_are_four_of_its_steps(self):
        key, number = ("grad", "x"), torch.tensor([5e-320], dtype=torch.float64)
        drawn = [{key: number}] * 64, {key: number}, {key: 2 * number}  # computed, and no sample moves it
        found = calibrate({key: number}, {}, drawn, "float64")[0][key]
        self.assertGreaterEqual(found["atol"] + found["rtol"] * 5e-320, 4 * 2.0**-1074)


if __name__ == "__main__":
    unittest.main()

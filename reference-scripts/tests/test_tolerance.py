import math
import unittest

import torch

from gradtwin_reference.tolerance import cover, keeps, round_up


def tensor(*values):
    return torch.tensor(values, dtype=torch.float64)


class RoundUpTest(unittest.TestCase):
    def test_1_2_5(self):
        for value, rounded in [(1.0, 1.0), (1.01, 2.0), (2.1, 5.0), (5.01, 10.0), (3.1e-16, 5e-16), (9e-9, 1e-8), (0.0, 0.0),
                               (1e-8, 1e-8), (2e-300, 2e-300), (4.9e-324, 5e-324)]:
            self.assertEqual(round_up(value), rounded)

    def test_never_below_and_at_most_2_and_a_half_times(self):
        generator = torch.Generator().manual_seed(1)
        for value in torch.exp(torch.randn(2000, generator=generator, dtype=torch.float64) * 50).tolist():
            self.assertGreaterEqual(round_up(value), value)
            self.assertLessEqual(round_up(value), 2.5 * value * (1 + 1e-15))


class CoverTest(unittest.TestCase):
    def test_covers_everything(self):
        generator = torch.Generator().manual_seed(2)
        for spread in (0.0, 1.0, 5.0, 20.0):
            size = torch.exp(torch.randn(50, generator=generator, dtype=torch.float64) * spread)
            needed = torch.exp(torch.randn(50, generator=generator, dtype=torch.float64) * spread) * 1e-12
            rtol, atol = cover(needed, size)
            self.assertTrue(bool((atol + rtol * size >= needed).all()))

    def test_one_element_is_covered_relatively(self):
        self.assertEqual(cover(tensor(3e-16), tensor(1.0)), (5e-16, 0.0))

    def test_small_elements_stay_guarded(self):
        size = tensor(1e-6, 1e-3, 1.0, 1e3)
        self.assertEqual(cover(2e-15 * size, size), (2e-15, 0.0))

    def test_cancellation_is_paid_for_absolutely(self):
        rtol, atol = cover(tensor(1e-15, 1e-15, 2e-15, 1e-15), tensor(1.0, 0.5, 2.0, 1e-14))
        self.assertLessEqual(rtol, 1e-14)
        self.assertLessEqual(atol, 2e-15)

    def test_zeros_that_are_exact_need_nothing(self):
        self.assertEqual(cover(tensor(0.0, 1e-15), tensor(0.0, 1.0)), (1e-15, 0.0))
        self.assertEqual(cover(tensor(0.0, 0.0), tensor(0.0, 1.0)), (0.0, 0.0))

    def test_a_zero_that_rounding_moves_needs_atol(self):
        self.assertEqual(cover(tensor(3e-8), tensor(0.0)), (0.0, 5e-8))

    def test_numbers_that_are_not_finite_need_nothing(self):
        self.assertEqual(cover(tensor(0.0, 1e-15), tensor(math.inf, 1.0)), (1e-15, 0.0))

    def test_the_smallest_numbers(self):
        rtol, atol = cover(tensor(4e-323, 4e-323), tensor(1e-310, 0.0))
        self.assertGreaterEqual(atol, 4e-323)

    def test_the_smallest_numbers_beside_large_ones(self):
        rtol, atol = cover(tensor(1e-13, 4e-323), tensor(50.0, 5e-311))
        self.assertEqual((rtol, atol), (2e-15, 5e-323))


class HysteresisTest(unittest.TestCase):
    def test_stays_within_a_factor_of_2(self):
        size = tensor(1.0)
        for needed, stays in [(1e-15, True), (2e-15, True), (3.9e-15, True), (4.1e-15, False), (1.1e-15, True),
                              (0.51e-15, True), (0.49e-15, False), (0.0, False)]:
            self.assertEqual(keeps(2e-15, 0.0, tensor(needed), size), stays, needed)

    def test_what_is_exact_keeps_nothing_but_zero(self):
        self.assertTrue(keeps(0.0, 0.0, tensor(0.0), tensor(1.0)))
        self.assertFalse(keeps(0.0, 0.0, tensor(1e-16), tensor(1.0)))


if __name__ == "__main__":
    unittest.main()

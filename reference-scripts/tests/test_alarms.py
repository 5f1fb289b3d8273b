import math
import unittest

import torch

from gradtwin_reference.alarms import ratios

TOLERANCE = {"rtol": 0.1, "atol": 1.0}


class RatiosTest(unittest.TestCase):
    def ratios(self, recorded, *samples):
        tensor = [torch.tensor(values, dtype=torch.float64) for values in (recorded, *samples)]
        return ratios(tensor[1:], tensor[0], TOLERANCE).tolist()

    def test_the_largest_of_all_samples_counts(self):
        self.assertEqual(self.ratios([10.0, 0.0], [11.0, 0.0], [10.0, -0.75]), [0.5, 0.75])

    def test_what_is_not_finite_is_an_alarm_only_where_a_number_is_recorded(self):
        self.assertEqual(self.ratios([math.nan, math.inf], [1.0, 1.0]), [0.0, 0.0])
        self.assertEqual(self.ratios([1.0, 1.0], [1.0, math.nan]), [0.0, math.inf])
        self.assertEqual(self.ratios([1.0, 1.0], [1.0, math.inf]), [0.0, math.inf])

    def test_nothing_to_compare_is_no_alarm(self):
        self.assertEqual(self.ratios([], []), [])

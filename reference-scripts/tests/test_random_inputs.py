import unittest

from gradtwin_reference import random_inputs
from gradtwin_reference.random_inputs import SplitMix64


class RandomInputsTest(unittest.TestCase):
    def test_splitmix64_of_seed_1234567_as_published(self):
        draws = SplitMix64(1234567)
        self.assertEqual([draws.next() for _ in range(5)],
                         [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431,
                          16408922859458223821])

    def test_negative_seeds_are_two_complement(self):
        self.assertEqual(SplitMix64(-1).next(), SplitMix64(2**64 - 1).next())

    def test_uniform_is_a_grid_in_its_range(self):
        for value in random_inputs.uniform(7, 1000):
            self.assertTrue(-1 <= value < 1)
            self.assertEqual(value * 2**19, int(value * 2**19))

    def test_bell_takes_twelve_draws_an_element(self):
        draws = SplitMix64(7)
        first = sum((draws.next() >> 44) for _ in range(12)) * 2.0**-20 - 6
        second = sum((draws.next() >> 44) for _ in range(12)) * 2.0**-20 - 6
        self.assertEqual(random_inputs.bell(7, 2), [first, second])

    def test_bell_has_mean_0_and_deviation_1(self):
        draws = random_inputs.bell(1, 4000)
        mean = sum(draws) / len(draws)
        self.assertLess(abs(mean), 0.05)
        self.assertLess(abs(sum((d - mean) ** 2 for d in draws) / len(draws) - 1), 0.1)

    def test_indices_drop_the_lowest_bit(self):
        draws = SplitMix64(3)
        self.assertEqual(random_inputs.indices(3, 4, 27), [(draws.next() >> 1) % 27 for _ in range(4)])


if __name__ == "__main__":
    unittest.main()

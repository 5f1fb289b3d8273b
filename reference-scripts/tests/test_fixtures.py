import json
import math
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import torch

from gradtwin_reference import fixtures
from gradtwin_reference.fixtures import canonical
from gradtwin_reference.numbers import Decimal, read_tensor, shortest, write_tensor
from gradtwin_reference.problems import FixtureProblem
from gradtwin_reference.recompute import expect_record, expected
from tests.support import ROOT, TABLE, case, document, parsed


class NumbersTest(unittest.TestCase):
    def test_shortest_float64(self):
        for value, text in [(0.1, "0.1"), (-0.0, "-0.0"), (1.0, "1.0"), (1e16, "1e+16"), (1e15, "1000000000000000.0"),
                            (1e-4, "0.0001"), (1e-5, "1e-05"), (1.5e-7, "1.5e-07"), (5e-324, "5e-324"), (-120.0, "-120.0"),
                            (1.7976931348623157e308, "1.7976931348623157e+308"), (math.nan, "NaN"),
                            (-math.inf, "-Infinity"), (1 / 3, "0.3333333333333333")]:
            self.assertEqual(shortest(value), text)

    def test_shortest_float32(self):
        for value, text in [(0.1, "0.1"), (1 / 3, "0.33333334"), (16777216.0, "16777216.0"), (1e-45, "1e-45"),
                            (3.4028234663852886e38, "3.4028235e+38"), (-0.0, "-0.0")]:
            single = torch.tensor(value, dtype=torch.float32)
            self.assertEqual(shortest(single.item(), torch.float32), text)

    def test_tensors_read_back_with_the_same_bits(self):
        generator = torch.Generator().manual_seed(3)
        for dtype, integer in [(torch.float32, torch.int32), (torch.float64, torch.int64)]:
            for shape in [(), (3,), (2, 3), (0, 3), (16, 17), (2, 1, 3), (2, 0, 3), (1, 2, 3, 1), (5, 8, 7), (1,) * 8]:
                bits = torch.randint(-2**31, 2**31 - 1, shape, generator=generator, dtype=torch.int64)
                tensor = (bits * (1 if dtype == torch.float32 else 4294967311)).to(integer).view(dtype)
                again = read_tensor(json.loads(canonical(write_tensor(tensor))), dtype)
                self.assertTrue(torch.equal(torch.nan_to_num(again, 0.5), torch.nan_to_num(tensor, 0.5)), (dtype, shape))

    def test_large_tensors_are_encoded(self):
        self.assertIsInstance(write_tensor(torch.zeros(257)), dict)
        self.assertIsInstance(write_tensor(torch.zeros(256)), list)
        self.assertEqual(write_tensor(torch.zeros(0, 3)), {"shape": [0, 3], "base64": ""})


class CanonicalTest(unittest.TestCase):
    def test_layout(self):
        value = {"a": [1, 2], "b": {"rtol": 4e-16, "atol": 0.0}, "c": ["x"], "d": {}, "e": [], "f": None,
                 "g": [[Decimal("1.0"), Decimal("NaN")]], "h": {"i": {"j": 1}}, "k": 'é"\n\x01'}
        self.assertEqual(canonical(value), """{
  "a": [1, 2],
  "b": {"rtol": 4e-16, "atol": 0.0},
  "c": [
    "x"
  ],
  "d": {},
  "e": [],
  "f": null,
  "g": [[1.0, "NaN"]],
  "h": {
    "i": {"j": 1}
  },
  "k": "é\\"\\n\\u0001"
}
""")

    def test_an_object_is_on_one_line_up_to_120_characters(self):
        for length, lines in [(111, 1), (112, 3)]:
            self.assertEqual(canonical({"k": "x" * length}).count("\n"), lines, length)

    def test_canonical_text_reads_back_to_itself(self):
        first = parsed(case(["y = sum(x*w)"], {"x": [1, 2.5], "w": [["NaN", -0.0]]}, id="b"),
                       case(["y = x*x"], {"x": 1e-7}, id="a"))
        again = fixtures.parse(first.text(), "p", "dir/file.json", TABLE)
        self.assertEqual(first.text(), again.text())
        self.assertEqual([c.name for c in first.cases], ["dir/a", "dir/b"])
        self.assertIn('"dtypes": [\n        "float32",', first.text())


class StrictnessTest(unittest.TestCase):
    def refused(self, words, *cases):
        with self.assertRaises(FixtureProblem) as caught:
            parsed(*cases)
        self.assertIn(words, str(caught.exception))
        self.assertNotIn("\n", str(caught.exception))

    def test_refusals_name_file_case_and_key(self):
        good = ["y = x*x"]
        self.refused("dir/file.json: case case: extra: unknown key", case(good, {"x": 1}, extra=1))
        self.refused("case case: inputs: x: expected one of values", case(good, {"x": {}}))
        self.refused("case case: id: given twice", case(good, {"x": 1}), case(good, {"x": 1}))
        self.refused("dtypes", case(good, {"x": 1}, dtypes=["float16"]))
        self.refused("'w' is not defined", case(["y = x*w"], {"x": 1}))
        self.refused("there is no 'q'", case(good, {"x": 1}, root="q"))
        self.refused("rows are not of one length", case(good, {"x": [[1], [1, 2]]}))
        self.refused("no name", case(good, {"x": 1, "sum": 1}))
        self.refused("'y' is an input", case(good, {"x": 1, "y": 1}))
        self.refused("there is no line 3", case(good, {"x": 1}, throws={"line": 3, "because": "shape"}))
        self.refused("stands beside throws", case(good, {"x": 1}, throws={"line": 1, "because": "shape"}, expect={}))

    def test_what_java_refuses_is_refused(self):
        def with_(**more):
            return case(["y = x*x"], {"x": [1.0, 2.0]}, **more)

        skip, accepted = {"dtype": "float32", "because": "b"}, {"dtype": "float32", "quantity": "grad", "names": ["x"], "because": "b"}
        for words, broken in [
                ("comment: expected a string, found 1", with_(comment=1)),
                ("comment: is blank", with_(comment=" ")),
                ("skip: expected an array, found null", with_(skip=None)),
                ("skip: dtype: 'float16' is not one of", with_(skip=[{**skip, "dtype": "float16"}])),
                ("skip: dtype: 'float32' is not one of float64", with_(skip=[skip], dtypes=["float64"])),
                ("skip: engine: unknown key", with_(skip=[{**skip, "engine": "scalar"}])),
                ("accepted: because: is blank", with_(accepted=[{**accepted, "because": ""}])),
                ("accepted: there is no grad of z", with_(accepted=[{**accepted, "names": ["z"]}])),
                ("accepted: there is no value of x", with_(accepted=[{**accepted, "quantity": "value"}])),
                ("drift: the grad of x in float32 is named twice", with_(drift=[accepted, accepted])),
                ("dtypes: [\"float32\", \"float32\"]", with_(dtypes=["float32", "float32"])),
                ("expect: is missing", with_(tolerance={})),
                ("seed: -1 is not an integer from 0",
                 case(["y = x"], {"x": {"random": {"seed": -1, "shape": [2], "distribution": "bell"}}})),
                ("scale: \"NaN\" is not a finite number",
                 case(["y = x"], {"x": {"random": {"seed": 1, "shape": [2], "distribution": "bell", "scale": "NaN"}}})),
                ("at most eight sizes",
                 case(["y = x"], {"x": {"random": {"seed": 1, "shape": [1] * 9, "distribution": "bell"}}})),
                ("values: has 9 dimensions, more than 8", case(["y = x"], {"x": [[[[[[[[[1.0]]]]]]]]]})),
                ("values: 0.5 is not a truth value", case(["y = x*x"], {"x": 1, "m": [True, 0.5]})),
                ("masks are never differentiated", case(["y = x*x"], {"x": 1, "m": {"values": [True], "requires_grad": True}})),
                ("a byte of bool is neither 0 nor 1",
                 case(["y = x*x"], {"x": 1, "m": {"values": {"shape": [1], "base64": "Ag==", "dtype": "bool"}}})),
                ("dtype: 'float32' is not 'bool'",
                 case(["y = x*x"], {"x": 1, "m": {"values": {"shape": [0], "base64": "", "dtype": "float32"}}})),
                ("cotangent: values: True is not a number",
                 case(["y = x*x"], {"x": 1}) | {"backward": {"of": "y", "cotangent": {"values": True}}}),
                ("rows are not of one length", case(["y = x*x"], {"x": [[[1.0, 2.0]], [[3.0]]]})),
                ("indices: true is not an integer", case(["y = x[i]"], {"x": [1, 2], "i": {"indices": [True]}})),
                ("indices: the rows are not of one length", case(["y = x[i]"], {"x": [1, 2], "i": {"indices": [[0], [1, 0]]}})),
                ("no line true", with_(throws={"line": True, "because": "shape"}))]:
            with self.subTest(words):
                self.refused(words, broken)
        for words, text, other in [("title: expected a string", '"title": "t"', '"title": 1'),
                                   ("NaN stands without quotes", "[1.0, 2.0]", "[NaN, 2.0]"),
                                   ("1e400 is beyond float64", "[1.0, 2.0]", "[1e400, 2.0]"),
                                   ("flags: Seen: no case has it", '"flags": {}', '"flags": {"Seen": {"meaning": "m", "catches": "c"}}'),
                                   ("flags: seen: 'seen' is not a word", '"flags": {}', '"flags": {"seen": {"meaning": "m", "catches": "c"}}'),
                                   ("flags: expected an object", '"flags": {}', '"flags": null'),
                                   ("a surrogate without", '"comment": "c"', '"comment": "\\ud800"')]:
            with self.subTest(words):
                whole = document(with_())
                self.assertIn(text, whole)
                with self.assertRaises(FixtureProblem) as caught:
                    fixtures.parse(whole.replace(text, other), "p", "p", TABLE)
                self.assertIn(words, str(caught.exception))

    def test_base64_is_exact(self):
        for text in ["AAAAAAAA8D8", "AAAAAAAA8D9=", "AAAAAAAA8D8=="]:
            with self.subTest(text), self.assertRaises(ValueError):
                read_tensor({"shape": [1], "base64": text}, torch.float64)
        self.assertEqual(read_tensor({"shape": [1], "base64": "AAAAAAAA8D8="}, torch.float64).item(), 1.0)

    def test_indices_are_never_differentiated(self):
        self.refused("never differentiated",
                     case(["y = sum(x[i])"], {"x": [1, 2], "i": {"indices": [0], "requires_grad": True}}))


class RankTest(unittest.TestCase):
    """The fixture that Java's FixtureRankTest reads and writes."""

    RANKS = ROOT / "src/test/resources/org/gradtwin/fixture/ranks.json"

    def test_what_is_read_is_written_as_it_was(self):
        fixture = fixtures.read(self.RANKS, "ranks.json", TABLE)
        self.assertEqual(fixture.text(), self.RANKS.read_text())
        inputs = fixture.cases[0].inputs
        self.assertEqual({name: (tuple(tensor.shape), tensor.dtype, grad) for name, (tensor, grad) in inputs.items()}, {
            "deep": ((1, 1, 1, 1, 1, 1, 1, 2), torch.float64, True), "i": ((1, 2, 2), torch.int64, False),
            "m": ((2, 2), torch.bool, False), "none": ((0, 3), torch.bool, False), "one": ((), torch.bool, False),
            "w": ((2, 2, 1, 3), torch.float64, True), "x": ((2, 1, 3), torch.float64, True)})
        self.assertEqual(inputs["m"][0].tolist(), [[True, False], [False, True]])
        self.assertEqual(inputs["i"][0].tolist(), [[[0, 1], [1, 0]]])
        self.assertEqual(fixture.cases[0].cotangent.shape, (2, 2, 1, 3))

    def test_its_numbers_are_pytorchs(self):
        given = fixtures.read(self.RANKS, "ranks.json", TABLE).cases[1]
        self.assertEqual(canonical(expect_record(expected(given, "here")["float32"])), canonical(given.record["expect"]["float32"]))

    def test_large_masks_are_bytes(self):
        mask = torch.arange(260).reshape(2, 13, 10) == 7
        written = write_tensor(mask)
        self.assertEqual(written["dtype"], "bool")
        self.assertTrue(torch.equal(read_tensor(written, torch.bool), mask))


class WriteTest(unittest.TestCase):
    def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "a.json"
            path.write_text("old")
            with mock.patch.object(os, "replace", side_effect=KeyboardInterrupt):
                with self.assertRaises(KeyboardInterrupt):
                    fixtures.write(path, "new")
            self.assertEqual(path.read_text(), "old")
            self.assertEqual(os.listdir(directory), ["a.json"])
            fixtures.write(path, "new")
            self.assertEqual(path.read_text(), "new")


if __name__ == "__main__":
    unittest.main()

import unittest

import torch

from gradtwin_reference.language import Program, ProgramProblem
from tests.support import TABLE


def run(text, **values):
    values = {name: torch.tensor(value, dtype=None if isinstance(value, torch.Tensor) else torch.float64)
              for name, value in values.items()}
    return Program.parse([text], TABLE).statements[0].run(values)


class LanguageTest(unittest.TestCase):
    def test_precedence_is_pythons(self):
        self.assertEqual(run("y = -x**2 + 6/2/3*x - 2*-x", x=3.0).item(), 0.0)
        self.assertEqual(run("y = x**2**0.5", x=4.0).item(), 4.0 ** (2**0.5))

    def test_functions_are_pytorchs(self):
        self.assertEqual(run("y = sum(x, dim=1, keepdim=True)", x=[[1.0, 2.0]]).tolist(), [[3.0]])
        self.assertEqual(run("y = cat((x, x), dim=0)", x=[1.0]).tolist(), [1.0, 1.0])
        self.assertEqual(run("y = x[0:2, 1]", x=[[1.0, 2.0], [3.0, 4.0]]).tolist(), [2.0, 4.0])
        self.assertEqual(run("y = gelu(x, approximate='tanh').T", x=[[0.0, 0.0]]).shape, (2, 1))

    def test_only_a_matrix_is_transposed(self):
        for x in (1.0, [1.0, 2.0], [[[1.0]]]):
            with self.assertRaisesRegex(ValueError, "needs 2 dimensions"):
                run("y = x.T", x=x)

    def test_names_of_operators_are_free(self):
        self.assertEqual(run("getitem = t", t=1.0).item(), 1.0)

    def test_inputs_are_the_names_that_are_not_assigned(self):
        self.assertEqual(Program.parse(["a = x + b", "c = a*x"], TABLE).inputs, ("x", "b"))

    def test_what_is_not_in_the_language_is_refused(self):
        attacks = [
            "__import__('os').system('true')", "x.__class__", "x.grad", "().__class__.__bases__", "lambda: 1", "eval('1')",
            "exec('1')", "open('f')", "getattr(x, 'T')", "[i for i in x]", "x if x else x", "x and x", "not x", "x < 1 < 2", "1 < 2",
            "f'{x}'", "b'1'", "...", "1j*x", "0x10*x", "1_000*x", "x//2", "x%2", "x<<1", "+x", "~x", "(y := x)",
            "[1, 2]", "{1: 2}", "{1}", "x, x", "*x", "sum(*x)", "sum(**x)", "sum(x).T.T.data", "x;import os", "x # c",
            "sum", "sum(x)(x)", "x[True]", "x[1.5]", "x[::-1]", "'a'", "True", "None",
            "5", "2**3", "t(x)", "getitem(x)", "zeros(3)", "load('f')", "save(x, 'f')", "embedding(x)", "sum(x, dims=1)",
            "sum(x, dim=1.5)", "sum(x, dim=True)", "sum(1)", "sum(x, dim=1, dim=0)", "gelu(x, approximate='exact')",
            "gelu(x, 'tanh')", "cat(x)", "cat(())", "relu(x, x)", "1/0*x", "10**400*x", "2**2000000*x", "9007199254740992*x",
            "(-1)**0.5*x", "2 @ x", "x\n", "x\nz = x", "x\r", "x\\", "yield x", "await x", "x x", "'a' 'b'", "x.T()", "\u03c0",
            "(" * 500 + "x" + ")" * 500, "-" * 5000 + "x", "x" + "+x" * 5000, "\x00",
        ]
        for attack in attacks:
            with self.assertRaises(ProgramProblem, msg=attack):
                Program.parse(["y = " + attack], TABLE)

    def test_what_is_no_statement_is_refused(self):
        for text in ["", "x", "import os", "y == x", "y += x", "y: int = x", "a = b = x", "a, b = x", "a.T = x", "a[0] = x",
                     "def f(): pass", "del x", "relu = x", "if = x", " y = x", "y = ", "__debug__ = x"]:
            with self.assertRaises(ProgramProblem, msg=text):
                Program.parse([text], TABLE)

    def test_a_name_is_assigned_once_and_before_it_is_read(self):
        for lines in [["a = x", "a = x"], ["a = b", "b = x"], ["a = a"], []]:
            with self.assertRaises(ProgramProblem, msg=lines):
                Program.parse(lines, TABLE)

    def test_problems_name_the_line_and_the_column(self):
        with self.assertRaises(ProgramProblem) as caught:
            Program.parse(["a = x", "b = 2 + foo(x)"], TABLE)
        self.assertEqual(str(caught.exception), "line 2, column 9: there is no function 'foo'")


if __name__ == "__main__":
    unittest.main()

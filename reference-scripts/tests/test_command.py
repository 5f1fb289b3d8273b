import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from gradtwin_reference import command, fixtures
from tests.support import TESTING, case, document

GOOD = [case(TESTING, {"x": -0.37}, id="alive"), case(["a = x", "y = x*x", "c = w*w"], {"x": 3.0, "w": 2.0}, id="branch"),
        case(["y = x @ x"], {"x": [[1.0, 2.0]]}, id="refused", throws={"line": 1, "because": "shape"})]


class CommandTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = Path(directory.name)
        (self.root / "dir").mkdir()
        self.file = self.root / "dir" / "file.json"
        self.file.write_text(document(*GOOD))

    def run_command(self, *arguments):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = command.main([*arguments, "--fixtures", str(self.root), "--jobs", "1"])
        return code, out.getvalue(), err.getvalue()

    def edit(self, change):
        record = json.loads(self.file.read_text())
        change({c["id"]: c for c in record["cases"]})
        self.file.write_text(fixtures.canonical(record))

    def test_regenerate_fills_in_and_is_the_same_from_run_to_run(self):
        code, out, _ = self.run_command()
        self.assertEqual(code, 0)
        self.assertIn("1 written", out)
        first = self.file.read_bytes()
        record = json.loads(first)
        branch = next(c for c in record["cases"] if c["id"] == "branch")
        self.assertEqual(branch["expect"]["float64"]["grad"], {"a": 6.0, "c": None, "w": None, "x": 6.0, "y": 1.0})
        self.assertNotIn("c", branch["tolerance"]["float64"]["grad"])
        self.assertEqual(record["provenance"]["script"], "reference-scripts/regenerate.py")
        self.file.write_text(document(*reversed(GOOD)))
        self.run_command()
        self.assertEqual(self.file.read_bytes(), first)

    def test_what_a_terminal_would_act_upon_is_shown_escaped(self):
        self.edit(lambda cases: cases["alive"].update({"\x1b]0;title\x07\0\u202e": 1}))
        code, out, err = self.run_command()
        self.assertEqual(code, 3)
        self.assertIn("\\u001b]0;title\\u0007\\u0000\\u202e", err)
        self.assertFalse(set("\x1b\x07\0\u202e") & set(out + err))
        code, out, err = self.run_command("\x1b[31mred.json")
        self.assertEqual((code, err), (2, "regenerate.py: \\u001b[31mred.json: no such file or folder\n"))

    def test_fresh_samples_are_held_against_the_recorded_tolerances(self):
        code, _, err = self.run_command("--alarms", "0")
        self.assertEqual((code, err), (2, "regenerate.py: --alarms 0: expected at least 1\n"))
        code, out, _ = self.run_command("--alarms", "5")
        self.assertEqual(code, 3)
        self.assertIn("case alive: expect: there are no numbers of float32 yet, run regenerate.py", out)
        self.run_command()
        code, out, _ = self.run_command("--alarms", "5")
        self.assertEqual(code, 0)
        self.assertIn("30 quantities, 5 samples of each: 0 with a false alarm", out)

        def tighten(cases):
            cases["alive"]["tolerance"]["float64"]["grad"]["x"] = {"rtol": 1e-17, "atol": 0.0, "because": "a test"}

        self.edit(tighten)
        code, out, _ = self.run_command("--alarms", "5")
        self.assertEqual(code, 1)
        self.assertIn("alarm         dir/alive float64 gradient of x: ", out)
        self.assertIn("5 samples of each: 1 with a false alarm", out)

    def test_a_second_run_leaves_the_file_untouched(self):
        self.run_command()
        before = self.file.stat()
        code, out, _ = self.run_command()
        self.assertEqual((code, self.file.stat().st_mtime_ns), (0, before.st_mtime_ns))
        self.assertIn("0 changed; 0 written", out)

    def test_check_exit_codes(self):
        self.assertEqual(self.run_command("--check")[0], 1)
        self.run_command()
        self.assertEqual(self.run_command("--check")[0], 0)

        def flip(cases):
            cases["alive"]["expect"]["float64"]["grad"]["x"] *= -1
        self.edit(flip)
        before = self.file.read_bytes()
        code, out, _ = self.run_command("--check")
        self.assertEqual(code, 1)
        self.assertIn("changed       dir/alive float64 gradient of x: 1 of 1 elements; recorded 0.0645", out)
        self.assertEqual(self.file.read_bytes(), before)

    def test_within_noise_leaves_the_file_untouched(self):
        self.run_command()

        def nudge(cases):
            cases["alive"]["expect"]["float64"]["grad"]["x"] *= 1 + 1e-15
        self.edit(nudge)
        before = self.file.read_bytes()
        for arguments in (["--check"], []):
            code, out, _ = self.run_command(*arguments)
            self.assertEqual(code, 0)
            self.assertIn("within noise  dir/alive float64 gradient of x", out)
        self.assertEqual(self.file.read_bytes(), before)

    def test_a_tolerance_that_was_widened_is_found(self):
        self.run_command()

        def widen(cases):
            cases["alive"]["tolerance"]["float64"]["grad"]["x"]["rtol"] = 1e-5
        self.edit(widen)
        code, out, _ = self.run_command("--check")
        self.assertEqual(code, 1)
        self.assertIn("tolerance rtol 1e-05, atol 0.0 is now", out)

    def test_a_wrong_number_under_a_wide_tolerance_is_found(self):
        self.run_command()
        right = self.file.read_bytes()

        def falsify(cases):
            cases["alive"]["expect"]["float64"]["grad"]["x"] *= 1.1
            cases["alive"]["tolerance"]["float64"]["grad"]["x"] = {"rtol": 0.0, "atol": 0.2, "because": "a test"}
        for arguments in (["--check"], ["--check", "--fresh"]):
            self.edit(falsify)
            code, out, _ = self.run_command(*arguments)
            self.assertEqual(code, 1)
            self.assertIn("changed       dir/alive float64 gradient of x: 1 of 1 elements; recorded -0.07", out)
            self.assertRegex(out, r"dir/alive float64 gradient of x: tolerance rtol 0\.0, atol 0\.2 is now rtol \S+e-1\d, atol 0")
            self.file.write_bytes(right)
        self.edit(falsify)
        self.run_command()
        self.assertEqual(self.file.read_bytes(), right)

    def test_fresh_tolerances_replace_those_within_a_factor_of_2(self):
        self.run_command()
        first = self.file.read_bytes()

        def loosen(cases):
            cases["alive"]["tolerance"]["float64"]["grad"]["x"]["rtol"] *= 1.5
        self.edit(loosen)
        self.assertEqual(self.run_command()[0], 0)
        self.assertNotEqual(self.file.read_bytes(), first)
        self.run_command("--fresh")
        self.assertEqual(self.file.read_bytes(), first)

    def test_broken_fixtures_are_one_line_and_code_3(self):
        for broken, words in [
                (case(["y = x +"], {"x": 1.0}), "dir/file.json: case case: program: line 1"),
                (case(["y = x*x"], {"x": 1.0}, throws={"line": 1, "because": "shape"}), "throws: PyTorch runs the program"),
                (case(["a = x @ x", "y = a*a"], {"x": [[1.0, 2.0]]}, throws={"line": 2, "because": "shape"}),
                 "PyTorch refuses line 1"),
                (case(["y = x[5]"], {"x": [1.0]}), "program: PyTorch refuses line 1: IndexError"),
                (case(["y = x*x"], {"x": [1.0, 2.0]}), "backward: PyTorch refuses"),
                (case(["y = x*x"], {"x": 1.0}, tolerance={"float64": {"value": {"y": {"rtol": -1, "atol": 0, "because": ""}}}}),
                 "rtol: -1 is not a finite number")]:
            self.file.write_text(document(broken))
            before = self.file.read_bytes()
            code, _, err = self.run_command()
            self.assertEqual(code, 3, err)
            self.assertIn(words, err)
            self.assertEqual(err.count("\n"), 1)
            self.assertEqual(self.file.read_bytes(), before)

    def test_a_folder_stands_for_the_fixtures_in_it(self):
        (self.root / "dir" / ".hidden.json").write_text("none")
        (self.root / "other.json").write_text("none")
        code, out, err = self.run_command(str(self.root / "dir"))
        self.assertEqual((code, err), (0, ""))
        self.assertIn("1 files, 3 cases", out)

    def test_a_link_stays_and_its_file_gets_the_numbers(self):
        link = self.root / "dir" / "link.json"
        target = self.root / "target.txt"
        target.write_text(self.file.read_text())
        self.file.unlink()
        link.symlink_to(target)
        self.assertEqual(self.run_command()[0], 0)
        self.assertTrue(link.is_symlink())
        self.assertIn('"expect"', target.read_text())

    def test_a_file_that_cannot_be_written_is_one_line_and_code_3(self):
        with mock.patch.object(tempfile, "mkstemp", side_effect=PermissionError(13, "Permission denied")):
            code, _, err = self.run_command()
        self.assertEqual(code, 3)
        self.assertIn("dir/file.json: cannot be written: ", err)
        self.assertEqual(err.count("\n"), 1)

    def test_a_broken_training_is_one_line_and_code_3(self):
        for broken in [{"id": 1}, [], {"id": "a", "comment": "c"}]:
            self.file.write_text(json.dumps(
                {"format": "gradtwin-training-1", "title": "t", "source": "s", "cases": [broken]}))
            code, _, err = self.run_command()
            self.assertEqual(code, 3, err)
            self.assertIn("dir/file.json: case ", err)
            self.assertEqual(err.count("\n"), 1)

    def test_usage_is_code_2(self):
        self.assertEqual(self.run_command("nowhere.json")[0], 2)
        with self.assertRaises(SystemExit) as caught, contextlib.redirect_stderr(io.StringIO()):
            command.main(["--nonsense"])
        self.assertEqual(caught.exception.code, 2)

    def test_an_interrupted_run_leaves_the_old_file(self):
        before = self.file.read_bytes()
        with mock.patch.object(os, "replace", side_effect=KeyboardInterrupt):
            self.assertEqual(self.run_command()[0], 130)
        self.assertEqual(self.file.read_bytes(), before)
        self.assertEqual(sorted(os.listdir(self.file.parent)), ["file.json"])

    def without_torch(self, *arguments):
        script = Path(command.__file__).resolve().parents[1] / "regenerate.py"
        code = ("import sys, runpy; sys.modules['torch'] = None; "
                f"sys.argv = ['regenerate.py', *{arguments!r}, '--fixtures', {str(self.root)!r}]; "
                f"runpy.run_path({str(script)!r}, run_name='__main__')")
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    def test_without_torch_one_line_says_what_to_install(self):
        for arguments in ([], ["--check"], ["--alarms", "1"]):
            done = self.without_torch(*arguments)
            self.assertEqual((done.returncode, done.stdout), (3, ""))
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertIn("PyTorch is needed", done.stderr)
            self.assertIn("-m pip install -r reference-scripts/requirements.txt", done.stderr)

    def test_plan_needs_no_torch(self):
        done = self.without_torch("--plan")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("dir/alive: 4 lines, float32, float64, new", done.stdout)
        self.assertIn("dir/refused: 1 line, float32, float64, must be refused in line 1", done.stdout)


if __name__ == "__main__":
    unittest.main()

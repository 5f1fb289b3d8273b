import os
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import regenerate


class CommandTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.target = Path(directory.name)
        self.java = self.target / "home" / "bin" / "java"
        self.java.parent.mkdir(parents=True)
        self.java.write_text("#!/bin/sh\n")
        self.java.chmod(0o755)
        environment = mock.patch.dict(os.environ, {"JAVA_HOME": str(self.target / "home")})
        environment.start()
        self.addCleanup(environment.stop)

    def compiled(self):
        main = self.target / "classes/org/gradtwin/cli/Main.class"
        main.parent.mkdir(parents=True)
        main.touch()
        (self.target / "classpath").write_text("a.jar\n")

    def test_the_jar_is_run_with_this_python(self):
        (self.target / "gradtwin.jar").touch()
        self.assertEqual(regenerate.command(["--check", "a.json"], self.target), [
            str(self.java), "-jar", str(self.target / "gradtwin.jar"), "regenerate", "--project",
            os.path.relpath(regenerate.ROOT), "--python", sys.executable, "--check", "a.json"])

    def test_classes_go_before_the_jar(self):
        (self.target / "gradtwin.jar").touch()
        self.compiled()
        self.assertEqual(regenerate.command([], self.target)[1:4], [
            "-cp", f"{self.target / 'classes'}{os.pathsep}a.jar", "org.gradtwin.cli.Main"])

    def test_what_is_missing_is_one_line(self):
        self.assertIn("has no build of the project: mvn", regenerate.command([], self.target))
        with mock.patch.dict(os.environ, {"JAVA_HOME": "", "PATH": ""}):
            self.assertEqual(regenerate.command([], self.target),
                             "there is no Java: install Java 17 or later, or name it with JAVA_HOME")


if __name__ == "__main__":
    unittest.main()

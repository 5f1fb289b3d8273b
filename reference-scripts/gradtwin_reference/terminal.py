"""What may be shown on a terminal: keys, comments and problems come from anybody's files."""

import contextlib
import sys
import unicodedata

HIDDEN = {"Cc", "Cf", "Zl", "Zp", "Cs"}


def printable(text):
    """The text with control characters and invisible ones as escapes that JSON reads, as Java shows them."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in HIDDEN else _escaped(c) for c in text)


def _escaped(c):
    units = c.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i:i + 4]}" for i in range(0, len(units), 4))


class Terminal:
    """A text stream to people's eyes."""

    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        self.stream.write(printable(text))
        return len(text)

    def __getattr__(self, name):
        return getattr(self.stream, name)


@contextlib.contextmanager
def guarded():
    """While it lasts, standard output and error show what is printable."""
    with contextlib.redirect_stdout(Terminal(sys.stdout)), contextlib.redirect_stderr(Terminal(sys.stderr)):
        yield

package org.gradtwin.cli;

import java.io.PrintWriter;
import org.gradtwin.verify.Printable;
import picocli.CommandLine;

/** A writer to people's eyes: whatever is printed through it is printable. */
final class Terminal extends PrintWriter {
    private Terminal(PrintWriter to) {
        super(to, true);
    }

    /** Lets a command print through such writers only. */
    static void guard(CommandLine command) {
        command.setOut(new Terminal(command.getOut())).setErr(new Terminal(command.getErr()));
    }

    @Override
    public void write(int c) {
        write(String.valueOf((char) c));
    }

    @Override
    public void write(char[] buffer, int offset, int length) {
        write(new String(buffer, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) {
        String shown = Printable.of(text.substring(offset, offset + length));
        super.write(shown, 0, shown.length());
    }
}

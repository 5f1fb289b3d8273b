package org.gradtwin.language;

/** A program that cannot be read or whose shapes do not fit; the message is one line with place and numbers. */
public final class ProgramException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final int column;

    /**
     * An error at a place.
     *
     * @param line number of the statement, from 1
     * @param column number of the character in it, from 1
     * @param problem what is wrong, with the numbers
     */
    public ProgramException(int line, int column, String problem) {
        super("line " + line + ", column " + column + ": " + problem);
        this.line = line;
        this.column = column;
    }

    /** Number of the statement, from 1. */
    public int line() {
        return line;
    }

    /** Number of the character in the statement, from 1. */
    public int column() {
        return column;
    }
}

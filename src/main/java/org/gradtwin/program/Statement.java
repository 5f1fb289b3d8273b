package org.gradtwin.program;

/**
 * One line of a program, {@code name = expression}.
 *
 * @param line its number, from 1
 * @param name the name that is given to the value
 * @param expr what is computed
 */
public record Statement(int line, String name, Expr expr) {
    /** The statement as text that parses to the same statement. */
    @Override
    public String toString() {
        return name + " = " + expr;
    }
}

package org.gradtwin.language;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * One line of a program, {@code name = expression}.
 *
 * @param line its number, from 1
 * @param name the name that is given to the value
 * @param expr what is computed
 */
public record Statement(int line, String name, Expr expr) {
    /** The inputs and earlier values that it reads, in the order of their first use. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Program.collectNames(expr, Set.of(), names);
        return names;
    }

    /** The statement as text that parses to the same statement. */
    @Override
    public String toString() {
        return name + " = " + expr;
    }
}

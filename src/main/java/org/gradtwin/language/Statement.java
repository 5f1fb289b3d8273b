package org.gradtwin.language;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One line of a program, {@code name = expression}.
 *
 * @param line its number, from 1
 * @param name the name that is given to the value
 * @param expr what is computed
 * @param together the names of the line, {@code a, b = split(x, 2)} being two statements; itself alone for one name
 */
public record Statement(int line, String name, Expr expr, List<String> together) {
    /** A statement of one name. */
    public Statement(int line, String name, Expr expr) {
        this(line, name, expr, List.of(name));
    }

    /** The inputs and earlier values that it reads, in the order of their first use. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        Program.collectNames(expr, Set.of(), names);
        return names;
    }

    /** The line as text: all names that are assigned together, at the first of them; empty at the others. */
    String asLine() {
        if (together.size() == 1) {
            return toString();
        }
        return name.equals(together.get(0)) && expr instanceof Expr.Apply apply
                ? String.join(", ", together) + " = " + Printer.call(apply)
                : "";
    }

    /** The statement as text that parses to the same statement. */
    @Override
    public String toString() {
        return name + " = " + expr;
    }
}

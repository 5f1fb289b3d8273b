package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.List;

/** A node of a drawing. */
public sealed interface DrawnNode {
    /** Unique in the drawing. */
    String id();

    /** What a reader sees when pointing at it; "" for nothing. */
    String hint();

    /**
     * A value: a box with one line a field.
     *
     * @param marks what is wrong with it, in words; a marked box has another outline too
     */
    record Value(String id, List<String> fields, List<String> marks, String hint) implements DrawnNode {
        /** Immutable copies. */
        public Value {
            fields = List.copyOf(fields);
            marks = List.copyOf(marks);
        }

        /** An unmarked value. */
        public Value(String id, List<String> fields, String hint) {
            this(id, fields, List.of(), hint);
        }

        Value marked(String mark) {
            List<String> more = new ArrayList<>(marks);
            more.add(mark);
            return new Value(id, fields, more, hint);
        }
    }

    /** A juncture: the op at which the edges of its operands meet. */
    record Juncture(String id, String op, String hint) implements DrawnNode {}
}

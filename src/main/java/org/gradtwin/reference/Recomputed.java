package org.gradtwin.reference;

import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.tensor.DType;

/**
 * How one quantity, or what else is about a case or a file, stands to its record.
 *
 * @param place the case's full name, or the file
 * @param dtype the type, if it is about one
 * @param quantity the quantity, if it is about one
 * @param state how it stands
 * @param why in words, empty where there is nothing to say
 */
public record Recomputed(String place, Optional<DType> dtype, Optional<Quantity> quantity, State state, String why) {
    /** How a number stands to its record. */
    public enum State {
        /** The same bits. */
        IDENTICAL("identical"),
        /** Other bits, as another machine's rounding may give them: the recorded ones stay. */
        WITHIN_NOISE("within noise"),
        /** Another number, or none was recorded. */
        CHANGED("changed");

        private final String words;

        State(String words) {
            this.words = words;
        }

        /** In words. */
        public String words() {
            return words;
        }

        static State of(String words) {
            for (State state : values()) {
                if (state.words.equals(words)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("'" + words + "' is no state");
        }
    }

    /** Whether it says that there was no number yet. */
    public boolean isNew() {
        return why.equals("not recorded");
    }

    /** As a report shows it. */
    @Override
    public String toString() {
        return "%-12s  %s%s%s%s"
                .formatted(
                        state.words,
                        place,
                        dtype.map(type -> " " + type.torchName()).orElse(""),
                        quantity.map(q -> " " + q).orElse(""),
                        why.isEmpty() ? "" : ": " + why);
    }
}

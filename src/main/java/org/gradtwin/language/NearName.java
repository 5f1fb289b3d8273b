package org.gradtwin.language;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The name that was meant by one that does not exist. */
public final class NearName {
    private NearName() {}

    /** For the end of an error's line: {@code ; did you mean 'tanh'?}, empty if no name is near. */
    public static String hint(String name, Collection<String> names) {
        return of(name, names).map(near -> "; did you mean '" + near + "'?").orElse("");
    }

    /** The nearest name, at most one slip away, and one more for every five characters; of several one that it begins with, or one that is as long. */
    static Optional<String> of(String name, Collection<String> names) {
        return names.stream()
                .filter(near -> distance(name, near) <= Math.min(1 + name.length() / 6, name.length() / 2))
                .min(Comparator.<String>comparingInt(near -> distance(name, near))
                        .thenComparing(near -> !name.startsWith(near))
                        .thenComparingInt(near -> Math.abs(near.length() - name.length()))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** The number of characters to insert, delete, replace or exchange with the next (Damerau, 1964). */
    public static int distance(String from, String to) {
        int[][] slips = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int replaced = slips[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                slips[i][j] = Math.min(replaced, 1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
                if (i > 1
                        && j > 1
                        && from.charAt(i - 1) == to.charAt(j - 2)
                        && from.charAt(i - 2) == to.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], slips[i - 2][j - 2] + 1);
                }
            }
        }
        return slips[from.length()][to.length()];
    }
}

package org.gradtwin.cli;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a name or glob that matches nothing was meant to be, for the end of an error's line. */
final class NearMiss {
    private NearMiss() {}

    /** A name or glob that is close, in words; empty if there is none. */
    static String of(String glob, List<String> names) {
        String core = glob.replaceAll("^\\*+|\\*+$", "");
        List<String> containing = core.isEmpty()
                ? List.of()
                : names.stream().filter(name -> name.contains(core)).toList();
        if (containing.size() > 1) {
            return "; '*" + core + "*' matches " + containing.size();
        }
        Stream<String> folders = names.stream()
                .map(name -> name.substring(0, name.lastIndexOf('/') + 1) + "*")
                .distinct();
        return Stream.of(
                        containing.stream(),
                        Stream.concat(names.stream(), folders)
                                .filter(name -> distance(glob, name) <= 1 + glob.length() / 8)
                                .sorted(Comparator.comparingInt(name -> distance(glob, name))))
                .flatMap(found -> found)
                .findFirst()
                .map(name -> "; did you mean '" + name + "'?")
                .orElse("");
    }

    /** The number of characters to insert, delete or replace (Levenshtein, 1966). */
    private static int distance(String from, String to) {
        int[] row = IntStream.rangeClosed(0, to.length()).toArray();
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}

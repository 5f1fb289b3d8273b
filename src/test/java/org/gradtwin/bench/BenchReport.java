package org.gradtwin.bench;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code bench} found.
 *
 * @param format {@value #FORMAT}
 * @param machine what it ran on
 * @param rounds how many rounds the medians are of
 * @param rows the figures
 */
public record BenchReport(String format, Machine machine, int rounds, List<Row> rows) {
    /** The name of this format. */
    public static final String FORMAT = "gradtwin-bench-1";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** A report in this format. */
    public BenchReport(Machine machine, int rounds, List<Row> rows) {
        this(FORMAT, machine, rounds, List.copyOf(rows));
    }

    /** The report as JSON. */
    public String json() {
        return JSON.writeValueAsString(this) + "\n";
    }

    /** The table as text, a line a row. */
    public String text() {
        int width = rows.stream().mapToInt(row -> row.quantity().length()).max().orElse(0);
        String head = "%-" + Math.max(8, width) + "s  ";
        StringBuilder text = new StringBuilder(machine.line()).append("\n\n");
        text.append(head.formatted("quantity"))
                .append(String.format(Locale.ROOT, "%16s  %-21s  %-8s%n", "measured", "range", "bar"));
        for (Row row : rows) {
            String bar = row.bar() == null ? "" : (row.atLeast() ? "≥ " : "≤ ") + number(row.bar());
            String measured = (number(row.measured()) + " " + row.unit()).strip();
            String range = number(row.least()) + " … " + number(row.greatest());
            text.append(head.formatted(row.quantity()))
                    .append("%16s  %-21s  %-8s  %s"
                            .formatted(measured, range, bar, row.verdict())
                            .stripTrailing())
                    .append('\n');
        }
        return text.toString();
    }

    /** Three digits, without an exponent while there are not many. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1e7) {
            return String.format(Locale.ROOT, "%.2e", value);
        } else if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f", value);
    }
}

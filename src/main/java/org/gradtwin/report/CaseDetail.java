package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader needs to know of a case besides its checks. Numbers and figures are there for cases that fail, and for
 * a few that show what the harness does.
 *
 * @param name the full name
 * @param comment one sentence
 * @param flags the classes of bugs that it is made for
 * @param program one statement a line; of a training what is trained
 * @param ops the ops that the program applies, by id
 * @param inputs what it is given
 * @param sheets numbers, a sheet a quantity
 * @param figures drawings
 * @param note what a reader should know of what its checks are worth; "" for nothing
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CaseDetail(
        String name,
        String comment,
        List<FlagNote> flags,
        List<String> program,
        List<String> ops,
        List<InputNote> inputs,
        List<Sheet> sheets,
        List<Figure> figures,
        String note) {

    /** A flag in words: what cases under it have in common, and which bug a failure would mean. */
    public record FlagNote(String name, String meaning, String catches) {}

    /** An input in words: its name, its type, shape and whether it is differentiated, and its elements in short. */
    public record InputNote(String name, String type, String elements) {}

    /** A drawing as an SVG document under a caption; "" for one that is left out, whose caption says why. */
    public record Figure(String caption, String svg) {}

    /**
     * Elements of one tensor as the recorded PyTorch and the engines have it: all of a small one, of a large one those
     * in which an engine is farthest off.
     *
     * @param dtype the type compared in
     * @param quantity {@code value} or {@code grad}
     * @param name the input or statement
     * @param columns who gave the numbers, {@code recorded} first
     */
    public record Sheet(String dtype, String quantity, String name, List<String> columns, List<Element> elements) {}

    /** An element: where it is, and what each column has there; null where there is nothing. */
    @SuppressWarnings("ArrayRecordComponent") // written to JSON, compared nowhere
    public record Element(int[] index, @Nullable Double[] numbers) {}

    /** Absent keys are empty. */
    @SuppressWarnings("ConstantValue")
    public CaseDetail {
        flags = flags == null ? List.of() : List.copyOf(flags);
        ops = ops == null ? List.of() : List.copyOf(ops);
        inputs = inputs == null ? List.of() : List.copyOf(inputs);
        sheets = sheets == null ? List.of() : List.copyOf(sheets);
        figures = figures == null ? List.of() : List.copyOf(figures);
        note = note == null ? "" : note;
    }

    /** Whether there is more to show than a row. */
    public boolean hasMore() {
        return !sheets.isEmpty() || !figures.isEmpty();
    }
}

package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LINEAR_ALGEBRA;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Sums of products by Einstein's convention (torch.einsum): a letter stands for a dimension, one that the result lacks is summed. */
@AutoService(OpFile.class)
public final class EinsumOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("einsum(equation: text, operands: tensors)")
                .examples(
                        "equation",
                        "ij,jk->ik",
                        "i,i->",
                        "ij->ji",
                        "ij,ij->i",
                        "ij,ik->jk",
                        "i,j->ij",
                        "ij->",
                        "ii->i",
                        "...i,...i->...")
                .group(LINEAR_ALGEBRA)
                .ranks(1, 2, 3)
                .kernels(TERMS, "bmm", "sum")
                .kernels(ROUNDED, "mul")
                .kernels(
                        EXACT,
                        "permute",
                        "squeeze",
                        "unsqueeze",
                        "transpose",
                        "copy",
                        "new_empty_strided",
                        "diagonal",
                        "diagonal_backward")
                .twin("torch.einsum(equation, operands)")
                .definition(call -> new Equation(call).definition())
                .build());
    }

    /** An equation with the operands' sizes put in; dimensions of an ellipsis are called by digits, the last one by 9. */
    private static final class Equation {
        private final Call call;
        private final List<String> inputs = new ArrayList<>();
        private final List<String> operands = new ArrayList<>();
        private final String output;
        private final Map<Integer, Integer> sizes = new LinkedHashMap<>();
        private final StringBuilder text = new StringBuilder();

        Equation(Call call) {
            this.call = call;
            String[] sides = call.attributes().text("equation").replace(" ", "").split("->", -1);
            String[] terms = sides[0].split(",", -1);
            if (terms.length != call.operands().size() || sides.length > 2) {
                throw refused(terms.length + " terms for " + call.operands().size() + " operands");
            }
            for (int i = 0; i < terms.length; i++) {
                inputs.add(labelled(terms[i], i));
            }
            output = sides.length == 2 ? result(sides[1]) : implied(sides[0]);
        }

        private IllegalArgumentException refused(String problem) {
            return call.refused("'" + call.attributes().text("equation") + "': " + problem);
        }

        private String labelled(String term, int operand) {
            int rank = call.shape(operand).rank();
            int rest = rank - term.replace("...", "").length();
            String labels = term.replace("...", "0123456789".substring(10 - Math.max(0, Math.min(rest, 10))));
            if (labels.length() != rank) {
                throw refused("'" + term + "' does not name the " + rank + " dimensions of " + call.shape(operand));
            }
            requireLetters(labels, term);
            for (int d = 0; d < rank; d++) {
                Integer other =
                        sizes.put((int) labels.charAt(d), call.shape(operand).dim(d));
                if (other != null && other != call.shape(operand).dim(d)) {
                    throw refused("'" + labels.charAt(d) + "' is " + other + " and "
                            + call.shape(operand).dim(d));
                }
            }
            return diagonal(labels, operand);
        }

        /** The labels without repetition: where two dimensions have one label, the diagonal counts, which becomes the last dimension. */
        private String diagonal(String labels, int operand) {
            StringBuilder left = new StringBuilder(labels);
            String of = "operands" + operand;
            for (int d = 0; d < left.length(); d++) {
                char label = left.charAt(d);
                int again = left.indexOf(String.valueOf(label), d + 1);
                if (again >= 0) {
                    of = "diagonal(%s, 0, %d, %d)".formatted(of, d, again);
                    left.deleteCharAt(again).deleteCharAt(d).append(label);
                    d = -1;
                }
            }
            operands.add(of);
            return left.toString();
        }

        private void requireLetters(String labels, String term) {
            if (!labels.matches("[A-Za-z0-9]*") || term.matches(".*\\d.*")) {
                throw refused("'" + term + "' has other signs than letters and '...'");
            }
        }

        private String digits() {
            return all().filter(label -> label.charAt(0) <= '9').sorted().collect(Collectors.joining());
        }

        private Stream<String> all() {
            return sizes.keySet().stream().map(Character::toString);
        }

        private String result(String term) {
            String labels = term.replace("...", digits());
            requireLetters(labels, term);
            if (labels.chars().distinct().count() != labels.length()) {
                throw refused("a letter twice in the result '" + term + "': write diag_embed of it");
            }
            for (int label : labels.chars().toArray()) {
                if (!sizes.containsKey(label)) {
                    throw refused("'" + Character.toString(label) + "' stands in the result alone");
                }
            }
            return labels;
        }

        /** Without an arrow the letters that stand only once, in alphabetical order. */
        private String implied(String terms) {
            return digits()
                    + all().filter(label -> label.charAt(0) > '9' && terms.indexOf(label) == terms.lastIndexOf(label))
                            .sorted()
                            .collect(Collectors.joining());
        }

        /** Operand by operand: what neither the result nor a later operand needs is summed. */
        String definition() {
            String labels = reduced("y0", operands.get(0), inputs.get(0), needed(1));
            for (int i = 1; i < inputs.size(); i++) {
                String later = needed(i + 1);
                labels = reduced("a" + i, "y" + (i - 1), labels, later + inputs.get(i));
                String right = reduced("b" + i, operands.get(i), inputs.get(i), later + labels);
                labels = multiplied(i, labels, right, later);
            }
            return text + "value = " + permuted("y" + (inputs.size() - 1), labels, output);
        }

        private String needed(int from) {
            return output + String.join("", inputs.subList(from, inputs.size()));
        }

        private String reduced(String name, String of, String labels, String needed) {
            String kept = only(labels, needed, true);
            int[] dims = IntStream.range(0, labels.length())
                    .filter(d -> needed.indexOf(labels.charAt(d)) < 0)
                    .toArray();
            assign(
                    name,
                    dims.length == 0
                            ? "reshape(" + of + ", " + shape(labels) + ")"
                            : "sum(" + of + ", dim=" + Rules.tuple(dims) + ")");
            return kept;
        }

        /** A batched product: of what both have and is needed, of what one of them has, over what both have and nobody needs. */
        private String multiplied(int i, String left, String right, String needed) {
            String both = only(left, right, true);
            String batch = only(both, needed, true);
            String inner = only(both, needed, false);
            String rows = only(left, both, false);
            String columns = only(right, both, false);
            String a =
                    "reshape(" + permuted("a" + i, left, batch + rows + inner) + ", " + tuple(batch, rows, inner) + ")";
            String b = "reshape(" + permuted("b" + i, right, batch + inner + columns) + ", "
                    + tuple(batch, inner, columns) + ")";
            assign("y" + i, "reshape(" + a + " @ " + b + ", " + shape(batch + rows + columns) + ")");
            return batch + rows + columns;
        }

        private static String only(String labels, String others, boolean among) {
            return labels.chars()
                    .filter(label -> others.indexOf(label) >= 0 == among)
                    .mapToObj(Character::toString)
                    .collect(Collectors.joining());
        }

        private static String permuted(String of, String labels, String order) {
            return "permute(" + of + ", "
                    + Rules.tuple(order.chars().map(labels::indexOf).toArray()) + ")";
        }

        private String tuple(String... groups) {
            return Rules.tuple(Stream.of(groups)
                    .mapToInt(group -> group.chars().map(sizes::get).reduce(1, (x, y) -> x * y))
                    .toArray());
        }

        private String shape(String labels) {
            return Rules.tuple(labels.chars().map(sizes::get).toArray());
        }

        private void assign(String name, String expression) {
            text.append(name).append(" = ").append(expression).append('\n');
        }
    }
}

package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** The op table: every op of every {@link OpFile} on the class path, by group and name. */
public final class Ops {
    private static final List<Op> ALL = load();
    private static final Map<String, Op> BY_ID = byId(ALL);
    private static final Map<String, List<Op>> BY_FUNCTION = ALL.stream()
            .filter(Op::isFunction)
            .collect(Collectors.groupingBy(op -> op.signature().function()));
    private static final Map<String, List<Op>> BY_OPERATOR = ALL.stream()
            .filter(op -> op.operator().isPresent())
            .collect(Collectors.groupingBy(op -> op.operator().orElseThrow()));

    private Ops() {}

    /** Every op, in the order of the table: by group, then by name. */
    public static List<Op> all() {
        return ALL;
    }

    /**
     * The op of that id.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Op of(String id) {
        Op op = BY_ID.get(id);
        if (op == null) {
            throw new IllegalArgumentException("there is no op '" + id + "'");
        }
        return op;
    }

    /** The ops that PyTorch calls by that function name, {@code pow} being two; empty if there is none. */
    public static List<Op> byFunction(String function) {
        return BY_FUNCTION.getOrDefault(function, List.of());
    }

    /**
     * The op that an operator with so many operands stands for.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Op byOperator(String operator, int operands) {
        return BY_OPERATOR.getOrDefault(operator, List.of()).stream()
                .filter(op -> op.signature().operands().size() == operands)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no op for '" + operator + "'"));
    }

    private static List<Op> load() {
        List<Op> ops = new ArrayList<>();
        ServiceLoader.load(OpFile.class, OpFile.class.getClassLoader()).forEach(file -> ops.addAll(file.ops()));
        ops.sort(Comparator.comparing(Op::group).thenComparing(Op::id));
        return List.copyOf(ops);
    }

    private static Map<String, Op> byId(List<Op> ops) {
        Map<String, Op> byId = new LinkedHashMap<>();
        for (Op op : ops) {
            if (byId.put(op.id(), op) != null) {
                throw new IllegalStateException("two files describe the op '" + op.id() + "'");
            }
        }
        return byId;
    }
}

package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The op table: every op of every {@link OpFile} on the class path, by group and name. */
public final class Ops {
    private static final List<Op> ALL = load();
    private static final Map<String, Op> BY_ID = byId(ALL);
    private static final Map<String, List<Form>> BY_FUNCTION = byFunction(ALL);
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

    /**
     * A way in which PyTorch lets an op be called.
     *
     * @param op which
     * @param signature the op's own or an alias
     */
    record Form(Op op, Signature signature) {}

    /** The ways to call an op by that function name or symbol, {@code pow} having two; empty if there is none. */
    static List<Form> byFunction(String function) {
        return BY_FUNCTION.getOrDefault(function, List.of());
    }

    /** Every name by which an op is called. */
    static Set<String> functions() {
        return BY_FUNCTION.keySet();
    }

    /**
     * The op that an operator with so many operands stands for.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Op byOperator(String operator, int operands) {
        for (Op op : BY_OPERATOR.getOrDefault(operator, List.of())) {
            if (op.signature().operands().size() == operands) {
                return op;
            }
        }
        throw new IllegalArgumentException("there is no op for '" + operator + "'");
    }

    /** Whether there is an op for an operator. */
    static boolean hasOperator(String operator) {
        return BY_OPERATOR.containsKey(operator);
    }

    private static List<Op> load() {
        List<Op> ops = new ArrayList<>();
        ServiceLoader.load(OpFile.class, OpFile.class.getClassLoader()).forEach(file -> ops.addAll(file.ops()));
        ops.sort(Comparator.comparing(Op::group).thenComparing(Op::id));
        return List.copyOf(ops);
    }

    /**
     * Ops by names of ops or of groups of ops, in the order of the table.
     *
     * @throws IllegalArgumentException if there is no op or group of a name
     */
    public static Set<Op> named(Collection<String> names) {
        Set<Op> ops = new LinkedHashSet<>();
        for (String name : names) {
            List<Op> named = ALL.stream()
                    .filter(op -> op.id().equals(name) || name(op.group()).equals(name))
                    .toList();
            if (named.isEmpty()) {
                List<String> all = Stream.concat(
                                ALL.stream().map(Op::id),
                                Arrays.stream(Group.values()).map(Ops::name))
                        .toList();
                throw new IllegalArgumentException("there is no op or group '" + name + "'" + NearName.hint(name, all));
            }
            ops.addAll(named);
        }
        return ops;
    }

    private static String name(Group group) {
        return group.word().replace(' ', '_');
    }

    private static Map<String, List<Form>> byFunction(List<Op> ops) {
        Map<String, List<Form>> forms = new TreeMap<>();
        for (Op op : ops) {
            if (op.isFunction()) {
                forms.computeIfAbsent(op.signature().function(), name -> new ArrayList<>())
                        .add(new Form(op, op.signature()));
            }
            op.symbol()
                    .ifPresent(symbol -> forms.computeIfAbsent(symbol, name -> new ArrayList<>())
                            .add(new Form(op, op.signature())));
            for (Signature alias : op.aliases()) {
                forms.computeIfAbsent(alias.function(), name -> new ArrayList<>())
                        .add(new Form(op, alias));
            }
        }
        return forms;
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

package org.gradtwin.engines.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tries an adapter out: what it says of itself, how it ends, and small programs, each of which shows one thing that an adapter does.
 * It is for mistakes of an adapter, not of its engine: numbers may be off by a thousandth.
 */
public final class AdapterCheck implements AutoCloseable {
    private static final double CLOSE = 1e-3;
    private static final Duration MEASURED = Duration.ofMillis(500);
    private static final double[] NUMBERS = {0.5, -1.25, 2, 0.75, 1.5, -0.25};

    /** What is asked: a program, the shapes of its leaves, and what it shows. */
    private record Lesson(String program, Map<String, Tensor> leaves, String shows) {
        Lesson(String program, Tensor x, Tensor w, String shows) {
            this(program, Map.of("x", x, "w", w), shows);
        }
    }

    private static final List<Lesson> LESSONS = List.of(
            new Lesson("y = x + w", floats(), floats(), "two numbers"),
            new Lesson("y = x * x", floats(), floats(), "a value used twice, and w on which y does not depend"),
            new Lesson("h = x * w; y = h * h", floats(), floats(), "the gradient of a computed value"),
            new Lesson("y = 3 * x - w", floats(), floats(), "a number in the program"),
            new Lesson("y = x * w", floats(2, 3), floats(2, 3), "elementwise, row by row"),
            new Lesson("y = x + w", floats(2, 3), floats(3), "broadcasting"),
            new Lesson("y = x * w", floats(0, 3), floats(0, 3), "no elements"),
            new Lesson("y = x + w", special(), special(), "infinities and NaN"),
            new Lesson("y = x @ w", floats(2, 3), floats(3, 2), "a matrix product"),
            new Lesson("y = sum(x, dim=1, keepdim=True) * w", floats(2, 3), floats(), "attributes"),
            new Lesson("y = x.reshape(3, 2) * w", floats(2, 3), floats(2), "a shape for an attribute"),
            new Lesson("y = x[1, 1:] * w", floats(2, 3), floats(), "a subscript"),
            new Lesson(
                    "y = x[i] * w",
                    Map.of("x", floats(3), "w", floats(), "i", Tensor.indices(Shape.of(2), 2, 0)),
                    "an int64 tensor in a subscript"),
            new Lesson("v = w * w; y = where(x > w, x, v)", floats(3), floats(), "bools"));

    /**
     * How an adapter says hello.
     *
     * @param answer its line
     * @param summary what it says, in words; empty if that cannot be told
     * @param wrong what is wrong with it
     * @param seconds from the start to the answer
     */
    public record Greeting(String answer, String summary, List<String> wrong, double seconds) {}

    /**
     * What became of one program.
     *
     * @param program as it is written, and in which type
     * @param shows what it is there for
     * @param skipped why it could not be asked, null if it was
     * @param wrong what is wrong with the answer
     * @param sent to the child
     * @param answered by it, empty if it did not
     */
    public record Tried(
            String program, String shows, @Nullable String skipped, List<String> wrong, String sent, String answered) {
        /** Whether it was asked and answered rightly. */
        public boolean right() {
            return skipped == null && wrong.isEmpty();
        }
    }

    private final ProcessEngine engine;

    /**
     * Starts the child of an adapter whose {@link #greet} was right.
     *
     * @throws EngineUnavailableException if it does not start a second time
     */
    public AdapterCheck(String command) {
        this.engine = new ProcessEngine("adapter", command, here(), Map.of(), Limits.DEFAULT);
    }

    private static Path here() {
        return Path.of("").toAbsolutePath();
    }

    private static Tensor floats(int... sizes) {
        Shape shape = Shape.of(sizes);
        return Tensor.of(
                DType.FLOAT64,
                shape,
                IntStream.range(0, shape.size()).mapToDouble(i -> NUMBERS[i]).toArray());
    }

    private static Tensor special() {
        return Tensor.of(DType.FLOAT64, Shape.of(3), Double.POSITIVE_INFINITY, Double.NaN, Double.NEGATIVE_INFINITY);
    }

    /**
     * Starts a child, has it say hello, and sends it away.
     *
     * @throws EngineUnavailableException if it does not start or answers nothing
     */
    public static Greeting greet(String command) {
        long start = System.nanoTime();
        try (Child child = new Child(Shell.running(command), here(), Map.of(), Limits.DEFAULT.memory())) {
            byte[] line = child.ask(ProcessEngine.HELLO, Limits.DEFAULT.start(), 0);
            String answer = Answers.text(line);
            double seconds = (System.nanoTime() - start) / 1e9;
            List<String> wrong = new ArrayList<>();
            String summary = "";
            try {
                JsonNode read = Answers.read(line);
                Hello.unknownKeys(read).forEach(key -> wrong.add("hello: " + key + " is no key of protocol 1"));
                summary = Hello.of(read).inWords();
            } catch (ChildFault e) {
                wrong.add(String.valueOf(e.getMessage()));
            }
            if (!summary.isEmpty() && !child.leaves()) {
                wrong.add("bye: it did not end within two seconds");
            }
            return new Greeting(answer, summary, List.copyOf(wrong), seconds);
        } catch (ChildFault e) {
            throw new EngineUnavailableException("the adapter (" + command + ") " + e.getMessage(), e);
        }
    }

    /** The engine behind the adapter. */
    public Engine engine() {
        return engine;
    }

    /** The ops that it names. */
    public List<Op> ops() {
        return engine.ops().stream().map(Ops::of).toList();
    }

    /** Whether it takes such an application of an op, as far as attributes say: others are made of other ops. */
    public boolean has(Op op, Attributes attributes) {
        return engine.has(op, attributes);
    }

    /** Asks everything, in every type that the engine has. */
    public List<Tried> run() {
        List<Tried> all = new ArrayList<>();
        for (DType dtype : engine.dtypes()) {
            LESSONS.forEach(lesson -> all.add(run(lesson, dtype)));
            all.add(two(dtype));
        }
        return List.copyOf(all);
    }

    private static Task task(Lesson lesson) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        new TreeMap<>(lesson.leaves())
                .forEach((name, leaf) ->
                        inputs.put(name, new Input(leaf, leaf.dtype().isFloating())));
        Program program = Program.parse(List.of(lesson.program().split("; ", -1)));
        Map<String, Type> types = new LinkedHashMap<>();
        inputs.forEach((name, input) -> types.put(name, input.type(DType.FLOAT64)));
        Type root = program.infer(types).get("y");
        return new Task(
                program,
                inputs,
                "y",
                floats(Objects.requireNonNull(root).shape().dims()));
    }

    private Tried run(Lesson lesson, DType dtype) {
        Task task = task(lesson);
        List<String> wrong = new ArrayList<>();
        String skipped = null;
        try {
            Evaluation right = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
            Attempt attempt = Evaluator.attempt(engine, task, dtype);
            attempt.failures().values().stream()
                    .map(EvaluationException::getMessage)
                    .distinct()
                    .forEach(wrong::add);
            right.quantities().forEach((quantity, expected) -> {
                Optional<Tensor> given = attempt.evaluation().quantities().get(quantity);
                if (given != null && !near(given, expected)) {
                    wrong.add(quantity + " is " + inWords(given) + ", not " + inWords(expected));
                }
            });
        } catch (UnsupportedOpException e) {
            skipped = e.getMessage();
        }
        ProcessEngine.Exchange last = engine.last();
        return new Tried(
                lesson.program() + "  " + dtype.torchName(),
                lesson.shows(),
                skipped,
                List.copyOf(wrong),
                Answers.text(last.sent()),
                Answers.text(last.answered()));
    }

    /** A message may hold several programs, whose answers bear their numbers. */
    private Tried two(DType dtype) {
        Map<Integer, Tensor> asked = Map.of(7, Tensor.scalar(dtype, 0.5), 3, Tensor.scalar(dtype, -2));
        ArrayNode programs = Answers.JSON.createArrayNode();
        asked.forEach((id, leaf) -> {
            ObjectNode program = programs.addObject().put("id", id).put("dtype", dtype.torchName());
            program.putArray("nodes").addObject().put("grad", false).set("leaf", Bits.write(leaf));
            ObjectNode want = program.putObject("want");
            want.putArray("values").add(0);
            want.putArray("grads");
        });
        List<String> wrong = new ArrayList<>();
        try {
            Map<Integer, Tensor> given = new HashMap<>();
            for (JsonNode result : engine.run(programs, asked.size())) {
                int id = Answers.integer(result, "id");
                given.put(
                        id,
                        Bits.read(
                                result.path("values").path("0"),
                                "the value of node 0 of program " + id,
                                dtype,
                                Shape.SCALAR));
            }
            if (!given.equals(asked)) {
                wrong.add("programs and values are " + given + ", not " + asked);
            }
        } catch (ChildFault e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
        ProcessEngine.Exchange last = engine.last();
        return new Tried(
                "leaves alone  " + dtype.torchName(),
                "two programs in a message",
                null,
                List.copyOf(wrong),
                Answers.text(last.sent()),
                Answers.text(last.answered()));
    }

    /** How many programs a second go through, one after the other, of the first that is right; 0 if none is. */
    public double programsASecond() {
        DType dtype = engine.dtypes().iterator().next();
        Optional<Task> task = LESSONS.stream()
                .filter(lesson -> run(lesson, dtype).right())
                .findFirst()
                .map(AdapterCheck::task);
        if (task.isEmpty()) {
            return 0;
        }
        long start = System.nanoTime();
        long run = 0;
        while (System.nanoTime() - start < MEASURED.toNanos()) {
            Evaluator.evaluate(engine, task.get(), dtype);
            run++;
        }
        return run * 1e9 / (System.nanoTime() - start);
    }

    private static boolean near(Optional<Tensor> given, Optional<Tensor> expected) {
        if (given.isEmpty() || expected.isEmpty()) {
            return given.isEmpty() && expected.isEmpty();
        }
        return IntStream.range(0, expected.get().size())
                .allMatch(i -> near(given.get().get(i), expected.get().get(i)));
    }

    private static boolean near(double given, double expected) {
        return given == expected
                || (Double.isNaN(given) && Double.isNaN(expected))
                || Math.abs(given - expected) <= CLOSE * Math.max(1, Math.abs(expected));
    }

    private static String inWords(Optional<Tensor> tensor) {
        return tensor.map(t -> Arrays.toString(t.toDoubles())).orElse("null");
    }

    @Override
    public void close() {
        engine.close();
    }
}

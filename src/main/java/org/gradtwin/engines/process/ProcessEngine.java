package org.gradtwin.engines.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Patience;
import org.gradtwin.engine.ProgramNetwork;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.engines.scalar.ScalarLevel;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * An engine in a child process that speaks protocol 1. Ops that it lacks are lowered by their definitions to those that it has.
 * Several threads may use it: each program has a child to itself while it runs.
 */
public final class ProcessEngine implements Engine, AutoCloseable {
    /** After so many children in a row that could not even say hello, none is started any more. */
    private static final int STARTS = 3;

    static final byte[] HELLO = "{\"cmd\":\"hello\",\"protocol\":1}".getBytes(StandardCharsets.UTF_8);

    /**
     * The last program that was sent, and what was answered.
     *
     * @param answered empty if nothing was
     */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    record Exchange(byte[] sent, byte[] answered) {}

    private final String name;
    private final List<String> command;
    private final Path folder;
    private final Map<String, String> environment;
    private final Limits limits;
    private final Hello hello;
    private final Deque<Child> idle = new ArrayDeque<>();
    private final Patience patience;
    private int failedStarts;
    private volatile Exchange last = new Exchange(new byte[0], new byte[0]);

    /**
     * Starts a first child and asks it what it is.
     *
     * @param name as on the command line and in reports; empty for the one that it gives itself
     * @param command as a shell takes it
     * @param folder in which it runs
     * @param environment variables beside those of this process
     * @throws EngineUnavailableException if it cannot be started or does not say hello
     */
    @SuppressWarnings("this-escape")
    public ProcessEngine(String name, String command, Path folder, Map<String, String> environment, Limits limits) {
        this.command = Shell.running(command);
        this.folder = folder;
        this.environment = new TreeMap<>(environment);
        this.limits = limits;
        this.patience = new Patience(limits.program());
        try {
            Child child = new Child(this.command, folder, this.environment, limits.memory());
            this.hello = greet(child);
            this.name = name.isEmpty() ? hello.name() : name;
            idle.add(child);
        } catch (ChildFault e) {
            throw new EngineUnavailableException("engine " + name + " (" + command + ") " + e.getMessage(), e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    private Hello greet(Child child) {
        try {
            return Hello.of(Answers.read(child.ask(HELLO, limits.start(), 0)));
        } catch (ChildFault e) {
            child.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return hello.name() + " " + hello.version() + " (" + hello.language() + ")";
    }

    /** The ops that it says it has. */
    Set<String> ops() {
        return hello.ops().keySet();
    }

    /** Whether it takes such an application of an op, as far as attributes say. */
    boolean has(Op op, Attributes attributes) {
        return hello.lack(op, List.of(), attributes).isEmpty();
    }

    @Override
    public Set<DType> dtypes() {
        return hello.dtypes();
    }

    /** The command with its folder and environment, so that it does the same from here. */
    @Override
    public Optional<String> choice() {
        StringBuilder choice = new StringBuilder(name + "=");
        if (!folder.toAbsolutePath().equals(Path.of("").toAbsolutePath())) {
            choice.append("cd '").append(folder).append("' && ");
        }
        environment.forEach((key, value) -> choice.append("export %s='%s' && ".formatted(key, value)));
        return Optional.of(choice.append(command.get(command.size() - 1)).toString());
    }

    @Override
    public boolean concurrent() {
        return true;
    }

    @Override
    public boolean keepsTime() {
        return true;
    }

    @Override
    public boolean claimsPyTorch() {
        return hello.claimsPyTorch();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        ProcessGraph graph = new ProcessGraph(this, hello, dtype);
        return hello.ofNumbers() ? new ScalarLevel<>(graph, graph::has, dtype) : graph;
    }

    /** The steps are programs. */
    @Override
    public Training train(TrainingTask task) {
        return ProgramNetwork.train(this, task, hello.ofNumbers());
    }

    /**
     * Has a child run a program.
     *
     * @param elements how many the answer may hold
     * @throws ChildFault if the child breaks over it; the next program gets a new one
     */
    JsonNode run(JsonNode program, long elements) {
        return run(Answers.JSON.createArrayNode().add(program), elements).get(0);
    }

    /** The same of several programs, in a message. */
    JsonNode run(ArrayNode programs, long elements) {
        patience.require();
        Child child = take();
        byte[] request = Answers.JSON.writeValueAsBytes(
                Answers.JSON.createObjectNode().put("cmd", "run").set("programs", programs));
        last = new Exchange(request, new byte[0]);
        try {
            byte[] answer = child.ask(request, limits.program(), elements);
            patience.answered();
            last = new Exchange(request, answer);
            JsonNode results = Answers.array(Answers.read(answer), "results");
            if (results.size() != programs.size()) {
                throw new ChildFault("answered %d results to %d programs".formatted(results.size(), programs.size()));
            }
            give(child);
            return results;
        } catch (ChildFault e) {
            if (e.isLate()) {
                patience.late();
            }
            child.close();
            throw e;
        }
    }

    Exchange last() {
        return last;
    }

    private Child take() {
        synchronized (idle) {
            for (Child child = idle.poll(); child != null; child = idle.poll()) {
                if (child.isAlive()) {
                    return child;
                }
                child.close();
            }
            if (failedStarts >= STARTS) {
                throw new ChildFault("could not be started " + STARTS + " times in a row, and is not tried again");
            }
        }
        @Nullable Child child = null;
        try {
            child = new Child(command, folder, environment, limits.memory());
            greet(child);
            synchronized (idle) {
                failedStarts = 0;
            }
            return child;
        } catch (ChildFault e) {
            synchronized (idle) {
                failedStarts++;
            }
            throw e;
        }
    }

    private void give(Child child) {
        synchronized (idle) {
            idle.push(child);
        }
    }

    @Override
    public void close() {
        synchronized (idle) {
            idle.forEach(Child::close);
            idle.clear();
        }
    }
}

package org.gradtwin.engines.exact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Differentiation;
import org.gradtwin.language.Differentiation.Gradients;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.NoFormulaException;
import org.gradtwin.language.Op;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is a program: each op is a statement, and backward evaluates the statements that differentiation adds. The fuzzer's graph
 * without noise is {@code org.gradtwin.fuzz.ExactGraph}, another type.
 */
final class ExactGraph implements Graph<String> {
    private static final String COTANGENT = "cotangent";

    private final DType dtype;
    private final ExactArithmetic arithmetic;
    private final Map<String, Exact> values = new HashMap<>();
    private final Map<String, Type> inputs = new LinkedHashMap<>();
    private final Map<String, Type> types = new HashMap<>();
    private final List<Statement> statements = new ArrayList<>();
    private Map<String, String> gradients = Map.of();

    ExactGraph(DType dtype) {
        this.dtype = dtype;
        this.arithmetic = new ExactArithmetic(dtype);
    }

    @Override
    public String leaf(Tensor value, boolean requiresGrad) {
        String name = "leaf" + inputs.size();
        Type type = new Type(value.dtype().isFloating() ? dtype : value.dtype(), value.shape(), requiresGrad);
        inputs.put(name, type);
        types.put(name, type);
        values.put(name, Exact.of(value));
        return name;
    }

    @Override
    public String apply(Op op, List<@Nullable String> operands, Attributes attributes) {
        String name = "value" + statements.size();
        List<@Nullable Expr> names = new ArrayList<>();
        List<@Nullable Type> of = new ArrayList<>();
        List<@Nullable Exact> given = new ArrayList<>();
        List<@Nullable Tensor> indices = new ArrayList<>();
        for (String operand : operands) {
            names.add(operand == null ? null : new Name(operand));
            of.add(operand == null ? null : types.get(operand));
            Exact value = operand == null ? null : exact(operand);
            given.add(value);
            indices.add(value == null ? null : value.plain());
        }
        Type type = op.checkedType(of, attributes, indices, dtype);
        values.put(name, arithmetic.apply(op, given, attributes));
        types.put(name, type);
        statements.add(new Statement(1, name, new Apply(op, names, attributes, 1)));
        return name;
    }

    private Exact exact(String name) {
        Exact value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is no value of this graph");
        }
        return value;
    }

    @Override
    public Tensor value(String value) {
        return exact(value).tensor(dtype);
    }

    @Override
    public void backward(String root, Tensor cotangent) {
        Map<String, Type> all = new LinkedHashMap<>(inputs);
        all.put(COTANGENT, new Type(dtype, cotangent.shape(), false));
        values.put(COTANGENT, Exact.of(cotangent));
        if (statements.isEmpty()) {
            gradients = Map.of(root, COTANGENT);
            return;
        }
        Gradients made;
        try {
            made = Differentiation.of(Program.of(statements), all, root, COTANGENT);
        } catch (NoFormulaException e) {
            throw new UnsupportedOpException(e.op(), "its gradient has no formula in the language");
        }
        for (Statement statement : made.program().statements()) {
            if (!values.containsKey(statement.name())) {
                values.put(statement.name(), evaluated(statement.expr()));
            }
        }
        gradients = made.names();
    }

    private Exact evaluated(@Nullable Expr expr) {
        if (expr instanceof Number number) {
            return Exact.of(Tensor.scalar(DType.FLOAT64, number.value()));
        }
        if (expr instanceof Name name) {
            return exact(name.name());
        }
        if (!(expr instanceof Apply apply)) {
            throw new IllegalStateException(expr + " is no op");
        }
        List<@Nullable Exact> operands = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            operands.add(operand == null ? null : evaluated(operand));
        }
        return arithmetic.apply(apply.op(), operands, apply.attributes());
    }

    @Override
    public Optional<Tensor> gradient(String value) {
        return Optional.ofNullable(gradients.get(value)).map(name -> exact(name).tensor(dtype));
    }
}

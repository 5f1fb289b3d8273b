package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One step of a recurrent network, the next hidden state (torch.rnn_tanh_cell, rnn_relu_cell, gru_cell, lstm_cell): a product with the input and
 * one with the hidden state, in which the gates stand side by side.
 */
@AutoService(OpFile.class)
public final class CellOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                cell("rnn_tanh_cell", 1)
                        .kernels(ELEMENTARY, "tanh", "tanh_backward")
                        .definition(call -> products(call) + "value = tanh(i + h)")
                        .build(),
                cell("rnn_relu_cell", 1)
                        .kinks("relu at 0: gradient 0", CellOps::nearZero)
                        .kernels(EXACT, "relu", "threshold_backward")
                        .definition(call -> products(call) + "value = relu(i + h)")
                        .build(),
                cell("gru_cell", 3)
                        .kernels(ELEMENTARY, "tanh", "tanh_backward", "sigmoid", "sigmoid_backward")
                        .kernels(EXACT, "unsafe_split", "cat", "clone", "neg")
                        .kernels(ROUNDED, "mul", "sub")
                        .definition(CellOps::gru)
                        .build(),
                lstm());
    }

    private static Op lstm() {
        String call = "torch.lstm_cell(input, hx, w_ih, w_hh, b_ih, b_hh)";
        return cell("lstm_cell", ": tensors", 4, 2)
                .results(each -> 2)
                .restricts(Restriction.NEVER_ONE, "hx")
                .samples("2x4 2x3 2x3 12x4 12x3 12 12", "1x2 1x3 1x3 12x2 12x3 - -")
                .kernels(ELEMENTARY, "tanh", "tanh_backward", "sigmoid", "sigmoid_backward")
                .kernels(EXACT, "unsafe_chunk", "unsafe_split", "cat", "clone", "neg", "zeros")
                .kernels(ROUNDED, "mul")
                .twin(call + "[0] if result == 0 else " + call + "[1]")
                .definition(CellOps::lstm)
                .build();
    }

    private static OpBuilder cell(String name, int gates) {
        return cell(name, "", gates, 1);
    }

    /** A cell of so many gates with so many hidden states. */
    private static OpBuilder cell(String name, String kind, int gates, int states) {
        int rows = 3 * gates;
        return Op.of(name + "(input, hx" + kind + ", w_ih, w_hh, b_ih = None, b_hh = None)")
                .group(LAYERS)
                .shape(call -> shape(call, gates, states))
                .ranks(2)
                .ofFiniteCotangents("an infinite one: the slopes of gates multiply it in any order, and one may be 0")
                .kernels(TERMS, "addmm", "mm", "sum")
                .kernels(ROUNDED, "add")
                .kernels(EXACT, "t", "view")
                .samples(
                        "2x4 2x3 %dx4 %dx3 %d %d".formatted(rows, rows, rows, rows),
                        "1x2 1x3 %dx2 %dx3 - -".formatted(rows, rows))
                .twin("torch." + name + "(input, hx, w_ih, w_hh, b_ih, b_hh)");
    }

    private static Shape shape(Call call, int gates, int states) {
        if (call.operands().size() != states + 5) {
            throw call.refused("hx takes " + states + " tensors, not "
                    + (call.operands().size() - 5) + ": the hidden state and that of the cell");
        }
        Shape x = call.shape(0);
        Shape hidden = call.shape(1);
        if (x.rank() != 2 || hidden.rank() != 2 || x.dim(0) != hidden.dim(0)) {
            throw call.refused("input " + x + " and hx " + hidden + " are not a row for each of the batch");
        }
        int rows = gates * hidden.dim(1);
        for (int i = 2; i < call.operands().size(); i++) {
            int weight = i - states - 1;
            Shape fits = weight < 0
                    ? hidden
                    : weight < 2 ? Shape.of(rows, call.shape(weight).dim(1)) : Shape.of(rows);
            if (call.has(i) && !call.shape(i).equals(fits)) {
                throw call.refused(call.names().get(i) + " " + call.shape(i) + " is not " + fits);
            }
        }
        return hidden;
    }

    private static String products(Call call) {
        List<String> names = call.names();
        int count = names.size();
        return "i = matmul(input, w_ih.T)" + (call.has(count - 2) ? " + b_ih\n" : "\n") + "h = matmul(" + names.get(1)
                + ", w_hh.T)" + (call.has(count - 1) ? " + b_hh\n" : "\n");
    }

    private static String lstm(Call call) {
        int n = call.shape(1).dim(1);
        return products(call)
                + """
                g = i + h
                c = sigmoid(g[:, %d:%d]) * hx1 + sigmoid(g[:, :%d]) * tanh(g[:, %d:%d])
                value = %s
                """.formatted(
                        n,
                        2 * n,
                        n,
                        2 * n,
                        3 * n,
                        call.attributes().integer(Op.RESULT) == 0 ? "sigmoid(g[:, " + 3 * n + ":]) * tanh(c)" : "c");
    }

    private static String gru(Call call) {
        int n = call.shape(1).dim(1);
        return products(call) + """
                r = sigmoid(i[:, :%d] + h[:, :%d])
                z = sigmoid(i[:, %d:%d] + h[:, %d:%d])
                c = tanh(i[:, %d:] + r * h[:, %d:])
                value = (hx - c) * z + c
                """.formatted(n, n, n, 2 * n, n, 2 * n, 2 * n, 2 * n);
    }

    private static boolean nearZero(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        Tensor hidden = operands.get(1);
        for (int at = 0; hidden != null && at < hidden.size(); at++) {
            double sum = 0;
            for (int k = 0; k < 2; k++) {
                sum += product(
                        operands.get(k), operands.get(2 + k), at, hidden.shape().dim(1));
                Tensor bias = operands.get(4 + k);
                sum += bias == null ? 0 : bias.get(at % hidden.shape().dim(1));
            }
            if (Math.abs(sum) < Near.MARGIN) {
                return true;
            }
        }
        return false;
    }

    private static double product(@Nullable Tensor x, @Nullable Tensor weight, int at, int rows) {
        double sum = 0;
        for (int k = 0; x != null && weight != null && k < x.shape().dim(1); k++) {
            sum += x.get(at / rows * x.shape().dim(1) + k)
                    * weight.get(at % rows * x.shape().dim(1) + k);
        }
        return sum;
    }
}

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
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One step of a recurrent network, the next hidden state (torch.rnn_tanh_cell, rnn_relu_cell, gru_cell): a product with the input and
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
                        .build());
    }

    private static OpBuilder cell(String name, int gates) {
        int rows = 3 * gates;
        return Op.of(name + "(input, hx, w_ih, w_hh, b_ih = None, b_hh = None)")
                .group(LAYERS)
                .shape(call -> shape(call, gates))
                .ranks(2)
                .kernels(TERMS, "addmm", "mm", "sum")
                .kernels(ROUNDED, "add")
                .kernels(EXACT, "t", "view")
                .samples(
                        "2x4 2x3 %dx4 %dx3 %d %d".formatted(rows, rows, rows, rows),
                        "1x2 1x3 %dx2 %dx3 - -".formatted(rows, rows))
                .twin("torch." + name + "(input, hx, w_ih, w_hh, b_ih, b_hh)");
    }

    private static Shape shape(Call call, int gates) {
        Shape x = call.shape(0);
        Shape hidden = call.shape(1);
        if (x.rank() != 2 || hidden.rank() != 2 || x.dim(0) != hidden.dim(0)) {
            throw call.refused("input " + x + " and hx " + hidden + " are not a row for each of the batch");
        }
        int rows = gates * hidden.dim(1);
        for (int i = 2; i < 6; i++) {
            Shape fits = i < 4 ? Shape.of(rows, call.shape(i - 2).dim(1)) : Shape.of(rows);
            if (call.has(i) && !call.shape(i).equals(fits)) {
                throw call.refused(call.names().get(i) + " " + call.shape(i) + " is not " + fits);
            }
        }
        return hidden;
    }

    private static String products(Call call) {
        return "i = matmul(input, w_ih.T)" + (call.has(4) ? " + b_ih\n" : "\n") + "h = matmul(hx, w_hh.T)"
                + (call.has(5) ? " + b_hh\n" : "\n");
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

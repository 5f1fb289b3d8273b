package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An expression, with names bound to ops and arithmetic between numbers already done. */
public sealed interface Expr {

    /**
     * A Python number. It takes the type of the tensor that it meets, as in PyTorch.
     *
     * @param value the number
     * @param integer whether Python would call it an {@code int}
     */
    @SuppressWarnings("JavaLangClash") // the number of a program
    record Number(double value, boolean integer) implements Expr {
        @Override
        public String toString() {
            return Printer.number(this);
        }
    }

    /** A reference to an input or to an earlier statement. */
    record Name(String name) implements Expr {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * The gradient of a scalar with respect to an earlier name, {@code torch.autograd.grad(of, by, create_graph=True)[0]}: a
     * statement of its own. Where the scalar does not depend on the name by what PyTorch computes it is zero.
     *
     * @param of the scalar
     * @param by what it is differentiated with respect to
     * @param summed whether it is the sum of {@code of} that is differentiated, which may then have any shape
     */
    record Grad(Name of, Name by, boolean summed) implements Expr {
        @Override
        public String toString() {
            return "grad(" + of + (summed ? ".sum()" : "") + ", " + by + ")";
        }
    }

    /**
     * An op applied to operands. The column is where the op stands in its statement; it says where an error is and does
     * not take part in equality.
     */
    final class Apply implements Expr {
        private final Op op;
        private final List<@Nullable Expr> operands;
        private final Attributes attributes;
        private final int column;
        private final int depth;

        /**
         * An application.
         *
         * @param op the op
         * @param operands tensors and numbers in the order of the op's signature, null for an optional one that is
         *     absent
         * @param attributes every attribute of the signature, defaults filled in
         * @param column where the op stands, from 1
         */
        public Apply(Op op, List<@Nullable Expr> operands, Attributes attributes, int column) {
            this.op = op;
            this.operands = Collections.unmodifiableList(new ArrayList<>(operands));
            this.attributes = attributes;
            this.column = column;
            int deepest = 0;
            for (Expr operand : operands) {
                deepest = Math.max(deepest, operand instanceof Apply apply ? apply.depth : 0);
            }
            this.depth = deepest + 1;
        }

        /** The same for another of the results of its function. */
        Apply withResult(int number) {
            return with(attributes.with(Op.RESULT, number));
        }

        /** The same call of other operands; absent ones stay so. */
        public Apply with(UnaryOperator<Expr> each) {
            List<@Nullable Expr> others = new ArrayList<>();
            for (Expr operand : operands) {
                others.add(operand == null ? null : each.apply(operand));
            }
            return new Apply(op, others, attributes, column);
        }

        /** The same call with other attributes. */
        public Apply with(Attributes others) {
            return new Apply(op, operands, others, column);
        }

        /** The number of ops on the longest path down. */
        int depth() {
            return depth;
        }

        /** The op. */
        public Op op() {
            return op;
        }

        /** Operands in the order of the signature, null where an optional one is absent. */
        public List<@Nullable Expr> operands() {
            return operands;
        }

        /** All attributes. */
        public Attributes attributes() {
            return attributes;
        }

        /** Where the op stands in its statement, from 1. */
        public int column() {
            return column;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Apply that
                    && op == that.op
                    && operands.equals(that.operands)
                    && attributes.equals(that.attributes);
        }

        @Override
        public int hashCode() {
            return Objects.hash(op, operands, attributes);
        }

        @Override
        public String toString() {
            return Printer.print(this);
        }
    }
}

package org.gradtwin.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where op files say that there is no one answer. */
class UnansweredTest {
    @ParameterizedTest(name = "{0} at {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "std(x)|NaN 1.2e18|true",
                "std(x)|NaN 2|false",
                "std(z, dim=1)|1e-20 2|true",
                "std(z)|1e-20 2|false",
                "normalize(x, dim=0, eps=5.0)|3 4|true",
                "normalize(x, dim=0)|3 4|false",
                "triplet_margin_loss(x, x, y)|inf 2|true",
                "digamma(x)|-1 2|true",
                "digamma(x)|0.5 2|false",
                "polygamma(2, x)|1e-9 2|true",
                "batch_norm(x, m, v)|-1 2|true",
                "batch_norm(x, m, v)|1 2|false",
                "layer_norm(x, (2,))|inf 1|true",
                "layer_norm(x, (2,))|NaN 1|false",
                "cosine_similarity(x, y, dim=0)|1e-310 1|true",
                "addcdiv(x, x, x)|1e-310 1|true",
                "triplet_margin_loss(x, x, y, swap=True)|1 2|true",
                "triplet_margin_loss(x, x, y)|1 2|false",
                "triplet_margin_loss(x, y, x, swap=True)|1 2|false",
                "max_pool1d(z, 2, padding=1, dilation=3)|1 2|true",
                "max_pool1d(z, 2, padding=1)|1 2|false",
                "max_pool1d(z, 2, padding=1, dilation=2)|1 2|false",
                "conv1d(z, w)|inf 1|true",
                "conv1d(z, w)|1e300 1|false",
                "scaled_dot_product_attention(z, z, z, scale=-1.0)|1 2|true",
                "scaled_dot_product_attention(z, z, z, scale=0.0)|1 2|true",
                "scaled_dot_product_attention(z, z, z)|1 2|false"
            })
    void theFileSaysWhere(String call, String numbers, boolean unanswered) {
        Apply apply = (Apply) Program.expression(call);
        double[] given = List.of(numbers.replace("inf", "Infinity").split(" ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        List<@Nullable Tensor> operands = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            operands.add(operand == null ? null : operand(operand.toString(), given));
        }
        assertThat(apply.op().unanswered().at(operands, apply.attributes())).isEqualTo(unanswered);
    }

    /** {@code y} is 3 and 7; {@code z} and {@code w} hold the numbers as one row of one channel. */
    private static Tensor operand(String name, double[] given) {
        return switch (name) {
            case "y" -> Tensor.of(DType.FLOAT64, Shape.of(2), 3, 7);
            case "z", "w" -> Tensor.of(DType.FLOAT64, Shape.of(1, 1, 2), given);
            default -> Tensor.of(DType.FLOAT64, Shape.of(2), given);
        };
    }
}

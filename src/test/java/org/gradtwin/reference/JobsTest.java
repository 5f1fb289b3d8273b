package org.gradtwin.reference;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradtwin.fixture.write.CanonicalJson;
import org.gradtwin.language.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobsTest {
    private static String call(String function, String arguments) {
        return "{\"call\":\"" + function + "\",\"args\":[" + arguments.replaceAll("\\bx\\b", "{\"name\":\"x\"}")
                + "],\"kwargs\":{";
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-x|-|x|",
                "2 - x|-|2,x|",
                "x**2|**|x,2.0|",
                "x.T|.T|x|",
                "x > 0.5|>|x,0.5|",
                "sum(x)|sum|x|",
                "torch.sum(x, None, keepdim=False)|sum|x|",
                "x.sum((0, -1), True)|sum|x|\"dim\":[0,-1],\"keepdim\":true",
                "F.softmax(x, dim=1)|softmax|x,1|",
                "cat((x, x), dim=1)|cat|[x,x]|\"dim\":1",
                "gelu(x, approximate='tanh')|gelu|x|\"approximate\":\"tanh\"",
                "clamp(x, max=float('inf'))|clamp|x|\"min\":null,\"max\":{\"float\":\"infinity\"}",
                "layer_norm(x, (3,), bias=x)|layer_norm|x,[3]|\"weight\":null,\"bias\":{\"name\":\"x\"}",
                "rms_norm(x, (3,), eps=0.5)|rms_norm|x,[3]|\"weight\":null,\"eps\":0.5",
                "x[..., 1, ::2, None]|[]|x,[{\"ellipsis\":true},1,{\"slice\":[null,null,2]},null]|",
            })
    void anExpressionIsCalledAsAUserOfPythonWould(
            String expression, String function, String arguments, String keywords) {
        Object tree = Calls.tree(
                Program.parse("y = " + expression).statements().get(0).expr());
        assertThat(CanonicalJson.compact(tree))
                .isEqualTo(call(function, arguments) + (keywords == null ? "" : keywords) + "}}");
    }
}

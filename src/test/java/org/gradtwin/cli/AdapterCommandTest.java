package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an adapter is said. The adapters are lines of the shell that answer without looking at what is asked. */
@Execution(ExecutionMode.CONCURRENT)
@DisabledOnOs(OS.WINDOWS) // has another shell
class AdapterCommandTest {
    private static final String HELLO = """
            {"protocol":1,"name":"odd","version":"1","language":"sh","dtypes":["float64"],"level":"tensor",
             "ops":{"add":{},"mul":{}},"intermediate_gradients":true}
            """.replace("\n", "");

    /** One that says this hello, and answers that to everything but bye. */
    private static Cli check(String hello, String answer) {
        return Cli.run(
                "adapter",
                "check",
                "read -r l; echo '%s'; while read -r l; do case $l in *bye*) exit;; *) echo '%s';; esac; done"
                        .formatted(hello, answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "protocol":1            | "protocol":2               | hello: protocol is 2: this program speaks 1
                    "protocol":1,           | ``                         | protocol, an integer, is missing in {"name"
                    "name":"odd",           | ``                         | name, a text, is missing in {"protocol"
                    "version":"1"           | "version":1                | version is not a text in
                    "float64"               | "float16"                  | hello: dtypes holds "float16": float32, float64 or both
                    ["float64"]             | []                         | hello: dtypes is empty: float32, float64 or both
                    ["float64"]             | "float64"                  | dtypes is not an array in
                    "level":"tensor"        | "level":"tensors"          | hello: level is "tensors": "scalar" or "tensor"
                    "level":"tensor"        | "levl":"tensor"            | hello: levl is no key of protocol 1
                    {"add":{},"mul":{}}     | ["add","mul"]              | hello: ops is no object of ops: {"add": {}, "mul": {}, …}
                    "mul":{}                | "multiply":{}              | says that it has multiply: no such op; their names are in fixtures/ops.json
                    "mul":{}                | "mul":2                    | hello: ops.mul is no object: {} for all of it, or {"max_rank": 2, "attributes": []}
                    "mul":{}                | "mul":{"max_rank":"2"}     | max_rank is not an integer in {"max_rank":"2"}
                    "mul":{}                | "mul":{"attributes":["x"]} | hello: ops.mul.attributes holds "x": mul has none
                    "mul":{}                | "sum":{"attributes":["axis"]} | hello: ops.sum.attributes holds "axis": sum has dim, keepdim
                    :true                   | :"yes"                     | hello: intermediate_gradients is "yes": true or false
                    {"protocol"             | Loading the library… {"protocol" | wrote something else than JSON to standard output: Loading the library…
                    """)
    void whatIsWrongWithHelloIsSaid(String right, String wrong, String message) {
        assertThat(HELLO).contains(right);
        String hello = HELLO.replace(right, wrong);
        Cli cli = check(hello, "");
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out()).contains("  wrong: " + message).contains("  answered: " + hello);
    }

    /** The first program is y = x + w of two numbers; leaves are nodes 0 and 1, y is node 2. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"id":0,"values":{},"grads":{}}                                                      | gave no value of node 2
                    {"id":1,"values":{},"grads":{}}                                                      | answered program 1, not 0
                    {"id":0,"values":{"2":{"shape":[],"bits":"AAAAAAAA8D8="}}}                           | dtype, a text, is missing in {"shape":[]
                    {"id":0,"values":{"2":{"dtype":"float64","bits":"AAAAAAAA8D8="}}}                    | shape, an array, is missing in {"dtype"
                    {"id":0,"values":{"2":{"dtype":"float64","shape":[1],"bits":"AAAAAAAA8D8="}}}        | the value of node 2 has the shape [1], not []
                    {"id":0,"values":{"2":{"dtype":"float64","shape":[],"bits":"AADwPw=="}}}             | the value of node 2 has 4 bytes, not the 8 of 1 elements of float64
                    {"id":0,"values":{"2":{"dtype":"float32","shape":[],"bits":"AADwPw=="}}}             | the value of node 2 is of float32, not float64
                    {"id":0,"values":{"2":{"dtype":"float64","shape":[],"bits":"1.0"}}}                  | the value of node 2: Illegal base64
                    {"id":0,"values":{"2":{"dtype":"float64","shape":[],"bits":"AAAAAAAA8D8="}}}         | gave no gradient of node 0: null if the root does not depend on it
                    {"id":0,"values":{"2":{"dtype":"float64","shape":[],"bits":"AAAAAAAA8D8="}},"grads":{"0":null,"1":null,"2":null}} | gradient of x is null, not [0.5]
                    {"id":0,"values":{"2":{"dtype":"float64","shape":[],"bits":"AAAAAAAAAEA="}},"grads":{"0":null,"1":null,"2":null}} | value of y is [2.0], not [1.0]
                    {"id":0,"failed":{"class":"KeyError","message":"add"}}                               | KeyError: add
                    """)
    void whatIsWrongWithAnAnswerIsSaidWithWhatWasSent(String result, String message) {
        String answer = "{\"results\":[" + result + "]}";
        Cli cli = check(HELLO, answer);
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        String first =
                cli.out().substring(cli.out().indexOf("y = x + w"), cli.out().indexOf("y = x * x"));
        assertThat(first)
                .contains(message)
                .contains(
                        "  sent:     {\"cmd\":\"run\",\"programs\":[{\"id\":0,\"dtype\":\"float64\",\"nodes\":[{\"leaf\":")
                .contains("  answered: " + answer);
        assertThat(cli.out()).contains(" 0 right,").contains("answered 1 results to 2 programs");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    no results | wrote something else than JSON to standard output: no results
                    []         | answered no JSON object: []
                    {}         | results, an array, is missing in {}
                    """)
    void whatIsNoAnswerIsSaid(String answer, String message) {
        Cli cli = check(HELLO, answer);
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
        assertThat(cli.out())
                .contains(message)
                .contains("  answered: " + answer)
                .contains(" 0 right,");
    }

    @Test
    void oneThatStaysAfterByeIsTold() {
        Cli cli = Cli.run("adapter", "check", "read -r l; echo '%s'; exec sleep 600".formatted(HELLO));
        assertThat(cli.out()).contains("wrong: bye: it did not end within two seconds");
        assertThat(cli.exit()).isEqualTo(Main.DISAGREE);
    }

    @Test
    void anEngineOfWhoseOpsNothingCanBeMadeIsNotRight() {
        Cli cli = Cli.run(
                "adapter", "check", """
                read -r l; echo '%s'; while read -r l; do case $l in *bye*) exit;; *\\"op\\"*) echo '%s';; *) echo '%s';; esac; done\
                """.formatted(HELLO.replace("\"add\":{},\"mul\":{}", "\"cos\":{}"), """
                {"results":[{"id":0,"unsupported":{"node":1,"why":"none"}}]}""", """
                {"results":[{"id":7,"values":{"0":{"dtype":"float64","shape":[],"bits":"AAAAAAAA4D8="}}},\
                {"id":3,"values":{"0":{"dtype":"float64","shape":[],"bits":"AAAAAAAAAMA="}}}]}"""));
        assertThat(cli.exit()).isEqualTo(Main.USAGE);
        assertThat(cli.out())
                .contains("add: the engine has no such op")
                .contains(" 1 right, 0 wrong, 14 skipped")
                .contains("1 ops in 0 calls: 0 right, 0 wrong, not called: cos");
        assertThat(cli.err().strip()).isEqualTo("gradtwin: no program can be made of the ops that hello names");
    }

    @Test
    void aCommandThatIsNoneIsOneLine() {
        Cli cli = Cli.run("adapter", "check", "exit 5");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().strip()).isEqualTo("gradtwin: the adapter (exit 5) ended, exit code 5");
    }

    /** Only before hello: one that ends later has other reasons. */
    @Test
    void anAdapterThatIsNotServedIsToldSo() {
        Cli cli = Cli.run("adapter", "check", "true");
        assertThat(cli.exit()).isEqualTo(Main.BROKEN);
        assertThat(cli.err().strip())
                .isEqualTo("gradtwin: the adapter (true) ended, exit code 0 before it said hello:"
                        + " does the adapter end with gradtwin.serve(…)?");
        assertThat(Cli.run("adapter", "check", "read -r l; echo '%s'; read -r l; read -r l".formatted(HELLO))
                        .out())
                .doesNotContain("gradtwin.serve");
    }

    /** Of a traceback the last line says what happened. */
    @Test
    void theLastLineOfWhatAChildSaidComesFirst() {
        Cli cli = Cli.run("adapter", "check", "echo Traceback: >&2; echo no module jax >&2; exit 1");
        assertThat(cli.err().strip()).endsWith(" ended, exit code 1; on standard error it wrote: no module jax");
    }
}

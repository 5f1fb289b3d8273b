package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Python or PyTorch accepts and programs do not: each message says what to write instead, or the nearest name. */
class RefusalMessagesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '¦', quoteCharacter = '`', textBlock = """
            y = max(x                ¦ 10 ¦ expected ')', found the end of the line
            y += x                   ¦ 3  ¦ no '+=': give the result a new name, as in y2 = y + …
            y **= 2                  ¦ 3  ¦ no '**=': give the result a new name, as in y2 = y ** …
            y = tahn(x)              ¦ 5  ¦ there is no function 'tahn'; did you mean 'tanh'?
            y = x.tahn()             ¦ 7  ¦ there is no function 'tahn'; did you mean 'tanh'?
            y = x.relu               ¦ 7  ¦ expected .T or a method, found '.relu': it is a method, write .relu(…)
            y = x.shape              ¦ 7  ¦ expected .T or a method, found '.shape': sizes are known when the program is written: write the number
            y = x.data               ¦ 7  ¦ expected .T or a method, found '.data': write x.detach()
            y = x.Q                  ¦ 7  ¦ expected .T or a method, found '.Q'
            y = relu_(x)             ¦ 5  ¦ there is no function 'relu_': nothing is changed in place: write y = relu(x, …)
            y = x.add_(2)            ¦ 7  ¦ there is no function 'add_': nothing is changed in place: write y = add(x, …)
            y = x if x else x        ¦ 7  ¦ unexpected 'if': no 'if': write where(condition, a, b)
            y = x > 0 and x < 1      ¦ 11 ¦ unexpected 'and': no 'and': write logical_and(a, b), or a & b in parentheses
            y = not x                ¦ 5  ¦ 'not' is a keyword: no 'not': write logical_not(a), or ~a
            y = lambda x: x          ¦ 5  ¦ 'lambda' is a keyword: no functions: write the formula where it is used
            for i in x:              ¦ 1  ¦ 'for' is a keyword: no loops: write each step on a line of its own, or an op over a dimension
            import torch             ¦ 1  ¦ 'import' is a keyword: no imports: torch, F and math are there
            x[0] = first             ¦ 2  ¦ expected '=', found '[': a part cannot be assigned, give the whole a new name: where, index_copy, slice_scatter or select_scatter make it
            x.backward()             ¦ 2  ¦ expected '=', found '.': give the result a name, as in y = …
            print(x)                 ¦ 6  ¦ expected '=', found '(': give the result a name, as in y = …
            y: float = x             ¦ 2  ¦ expected '=', found ':': types are not written
            y = z = x                ¦ 7  ¦ one '=' a line: write what is on the right as a statement of its own
            y = x // 2               ¦ 7  ¦ no '//': write floor(a / b)
            y = {x}                  ¦ 5  ¦ unexpected character '{': no sets or dictionaries
            y = [x, x]               ¦ 5  ¦ a tuple cannot stand here: expected a tensor or a number
            y = x[[0, x]]            ¦ 7  ¦ tensor: 'data' takes integers, not a tensor
            y = x[[True, False]]     ¦ 7  ¦ a list of truth values is no index: write the places of those that are True
            y = x[x > 0]             ¦ 6  ¦ how many elements a mask takes only its values tell: write where(mask, x, 0.0), or give the places as int64
            y = x.masked_select(x > 0) ¦ 7 ¦ there is no function 'masked_select': how many elements it takes only values tell: write where(mask, x, 0.0)
            y = x.expand_as(x)       ¦ 7  ¦ there is no function 'expand_as': sizes are known when the program is written: write x.expand(2, 3)
            y = x.nansum()           ¦ 7  ¦ there is no function 'nansum': write sum(nan_to_num(x))
            y = tensor(2.5) * x      ¦ 5  ¦ tensor: 'data' takes a tuple of integers, not 2.5
            y = tensordot(x, x, [1]) ¦ 5  ¦ tensordot: 'dims' takes an integer or two tuples of integers, not a tuple
            y = lstm_cell(x, (x,), x, x)[0] ¦ 5 ¦ lstm_cell: hx takes 2 tensors, not 1: the hidden state and that of the cell
            y = split(x, 1)          ¦ 5  ¦ split gives several results: write a, b = split(…), or split(…)[0] for the first
            y = max(x, 0)            ¦ 5  ¦ max gives several results: write a, b = max(…), or max(…)[0] for the first
            y = max(x, 0)[2]         ¦ 15 ¦ max gives 2 results, there is no number 2
            y = sum(x, dims=0)       ¦ 5  ¦ sum: there is no parameter 'dims' among input, dim, keepdim; did you mean 'dim'?
            y = sum(x, dmi=0)        ¦ 5  ¦ sum: there is no parameter 'dmi' among input, dim, keepdim; did you mean 'dim'?
            y = item(x)              ¦ 5  ¦ there is no function 'item': use the value as it is: it is a tensor of one element
            y = x.item()             ¦ 7  ¦ there is no function 'item': use the value as it is: it is a tensor of one element
            y = x.view(2, 3).cuda() ¦ 18 ¦ there is no function 'cuda': leave it out: a program runs on the processor
            y = x / x.numel()        ¦ 11 ¦ there is no function 'numel': sizes are known when the program is written: write the number
            y = (x > 0).type_as(x)   ¦ 13 ¦ there is no function 'type_as': leave it out, or write where(mask, 1.0, 0.0) of a mask
            y = F.one_hot(x, 3)      ¦ 7  ¦ there is no function 'one_hot': give it as an input
            y = F.dropout(x, 0.5)    ¦ 7  ¦ there is no function 'dropout': give the mask as an input: x * mask / (1 - p)
            y = cat(x.unbind(0))     ¦ 5  ¦ cat: 'tensors' takes a tuple of tensors: unbind gives several results: write a, b = unbind(…), or unbind(…)[0] for the first
            y = sum(x > 0)           ¦ 5  ¦ sum: 'input' takes a floating-point tensor, not bool: write where(mask, 1.0, 0.0)
            y = 0.5 * (x > 0)        ¦ 9  ¦ mul: 'other' takes a floating-point tensor, not bool: write where(mask, 1.0, 0.0)
            y = (x > 0) + (x < 1)    ¦ 13 ¦ add: 'input' takes a floating-point tensor, not bool: write where(mask, 1.0, 0.0)
            y = 1 - (x > 0)          ¦ 7  ¦ sub: 'other' takes a floating-point tensor, not bool: write where(mask, 1.0, 0.0)
            y = x.float()            ¦ 7  ¦ there is no function 'float': leave it out, or write where(mask, 1.0, 0.0) of a mask
            y = zeros(3)             ¦ 5  ¦ there is no function 'zeros': give it as an input, or write the number
            y = sum(*x)              ¦ 9  ¦ sum: no '*': write the arguments
            y = math.sin(2)          ¦ 10 ¦ there is no function 'math.sin': write the number
            y = math.sqrt(x)         ¦ 15 ¦ math.sqrt takes a number: write torch.sqrt of a tensor
            y = xx + 1               ¦ 1  ¦ 'xx' is not defined; did you mean 'x'?
            y = relu                 ¦ 1  ¦ 'relu' is not defined: it is a function, write relu(…)
            y = maximum(x, 2)        ¦ 5  ¦ maximum: 'other' takes a tensor, not 2
            y = x.to(x)              ¦ 7  ¦ there is no function 'to': leave it out: a program runs in the types that its fixture names
            a, b = split(x, 1, 1)    ¦ 1  ¦ 2 names for the 3 results of split(x, split_size_or_sections=1, dim=1)
            a, b, c = split(x, 1)    ¦ 1  ¦ 3 names for the 2 results of split(x, split_size_or_sections=1)
            y = x.view(2, 3); z = x  ¦ 17 ¦ unexpected character ';': one statement a line
            """)
    void saysWhatToWriteInstead(String line, int column, String problem) {
        Map<String, Type> inputs = Map.of("x", new Type(DType.FLOAT64, Shape.of(2, 3), true));
        assertThatExceptionOfType(ProgramException.class)
                .isThrownBy(() -> Program.parse(List.of("first = x", line)).infer(inputs))
                .withMessage("line 2, column " + column + ": " + problem);
    }
}

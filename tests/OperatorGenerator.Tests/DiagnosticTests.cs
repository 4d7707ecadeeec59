using Microsoft.CodeAnalysis;

namespace Latent.OperatorGenerator.Tests;

public sealed class DiagnosticTests
{
    private static Diagnostic Only(string table) => Assert.Single(Generated.From(table).Diagnostics);

    [Theory]
    [InlineData("exp(Tensor self) -> Tensor", "column 4: expected '::'")]
    [InlineData("aten::(Tensor self) -> Tensor", "column 7: expected an operator's name")]
    [InlineData("aten::exp.(Tensor self) -> Tensor", "column 11: expected an overload's name")]
    [InlineData("aten::exp Tensor self) -> Tensor", "column 11: expected '('")]
    [InlineData("aten::exp(Tensor self, ) -> Tensor", "column 24: expected a type")]
    [InlineData("aten::exp(Tensor) -> Tensor", "column 17: expected an argument's name")]
    [InlineData("aten::exp(Tensor self Tensor other) -> Tensor", "column 23: expected ','")]
    [InlineData("aten::exp(Tensor(a", "column 18: expected ')'")]
    [InlineData("aten::exp(int[x] dim) -> Tensor", "column 15: expected ']'")]
    [InlineData("aten::exp(int dim=) -> Tensor", "column 19: expected a default value")]
    [InlineData("aten::exp(Tensor self)", "column 23: expected '->'")]
    [InlineData("aten::exp(Tensor self) -> Tensor, Tensor", "column 33: expected the end of the line")]
    public void A_line_that_is_no_schema_says_what_is_missing(string line, string reason)
    {
        var diagnostic = Only(line);
        Assert.Same(OperatorGenerator.NoSchema, diagnostic.Descriptor);
        Assert.Equal($"This is no ATen schema, {reason}", diagnostic.GetMessage(null));
    }

    [Theory]
    [InlineData("aten::exp.out(Tensor self, *, Tensor(a!) out) -> Tensor(a!)", "it writes into an argument; only in-place operators (a name that ends in '_') may, and only into self")]
    [InlineData("aten::exp(Tensor(a!) self) -> Tensor(a!)", "it writes into an argument; only in-place operators (a name that ends in '_') may, and only into self")]
    [InlineData("aten::f(Tensor self, Dimname dim) -> Tensor", "the type Dimname has no C# form")]
    [InlineData("aten::f(Tensor self, float[]? scales) -> Tensor", "the type float[]? has no C# form")]
    [InlineData("aten::f(Tensor self, str[] names) -> Tensor", "the type str[] has no C# form")]
    [InlineData("aten::f(Tensor self, int?[2] sizes) -> Tensor", "the type int?[2] has no C# form")]
    [InlineData("aten::f(Tensor self, int reduction=Mean) -> Tensor", "the default 'Mean' of type int has no C# form")]
    [InlineData("aten::f(Tensor self) -> (Tensor, int)", "the result (Tensor, int) has no C# form")]
    [InlineData("aten::f(Tensor self) -> (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor)", "the result (Tensor, Tensor, Tensor, Tensor, Tensor, Tensor) has no C# form")]
    public void A_schema_that_csharp_cannot_express_says_why(string line, string reason)
    {
        var diagnostic = Only(line);
        Assert.Same(OperatorGenerator.NotExpressible, diagnostic.Descriptor);
        Assert.Equal($"{line[..line.IndexOf('(', StringComparison.Ordinal)]} cannot become a method: {reason}", diagnostic.GetMessage(null));
    }

    [Fact]
    public void Two_schemas_with_one_signature_name_both_lines()
    {
        var generated = Generated.From("""
            aten::to.dtype(Tensor self, ScalarType dtype, bool copy=False) -> Tensor
            # a comment
            aten::to.other(Tensor self, ScalarType dtype, bool? pin_memory=None, bool copy=False) -> Tensor
            """);
        var diagnostic = Assert.Single(generated.Diagnostics);
        Assert.Same(OperatorGenerator.Collision, diagnostic.Descriptor);
        Assert.Equal("aten::to.other and aten::to.dtype (line 1) both become To(ElementType, bool); keep one of them", diagnostic.GetMessage(null));
        Assert.Equal(2, diagnostic.Location.GetLineSpan().StartLinePosition.Line);
        Assert.Single(generated.Declarations);
    }

    [Fact]
    public void The_overload_for_plain_numbers_collides_too() => Assert.Equal(
        "aten::f.int and aten::f.list (line 1) both become F(long); keep one of them",
        Only("aten::f.list(Tensor self, int[1] dim) -> Tensor\naten::f.int(Tensor self, int dim) -> Tensor").GetMessage(null));

    [Fact]
    public void Nullable_references_do_not_tell_methods_apart() => Assert.Equal(
        "aten::f.b and aten::f.a (line 1) both become F(Tensor, ReadOnlySpan<Tensor>, string); keep one of them",
        Only("aten::f.a(Tensor self, Tensor? x, Tensor?[] y, str z) -> Tensor\naten::f.b(Tensor self, Tensor x, Tensor[] y, str? z) -> Tensor").GetMessage(null));

    [Fact]
    public void A_bad_line_is_located_and_the_others_still_become_methods()
    {
        var generated = Generated.From("# heading\naten::exp(Tensor self) -> Tensor\nnonsense\naten::log(Tensor self) -> Tensor\n");
        var span = Assert.Single(generated.Diagnostics).Location.GetLineSpan();
        Assert.Equal("Operators/operators.txt", span.Path);
        Assert.Equal((2, 0, 8), (span.StartLinePosition.Line, span.StartLinePosition.Character, span.EndLinePosition.Character));
        Assert.Equal(["public Tensor Exp()", "public Tensor Log()"], generated.Declarations);
    }
}

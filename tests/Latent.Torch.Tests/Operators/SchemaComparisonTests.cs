namespace Latent.Torch.Tests.Operators;

public sealed class SchemaComparisonTests
{
    private const string Ours = "aten::f.x(Tensor(a) self, int[] size, float eps=1.0000000000000001e-05, *, str? mode) -> (Tensor(a) values, Tensor)";

    [Theory]
    [InlineData(Ours)]
    [InlineData("aten::f.x(Tensor self, SymInt[] size, float eps=1e-05, *, str? mode=None) -> (Tensor, Tensor)")]
    [InlineData("aten::f.x(Tensor self, int[] size, float eps=1e-5, str? mode, int k=1, Generator? generator=None) -> (Tensor, Tensor)")]
    public void A_call_still_fits(string running) => Assert.Null(SchemaComparison.Difference(Ours, running));

    [Theory]
    [InlineData("aten::f.y(Tensor self, int[] size, float eps=1e-05, *, str? mode) -> (Tensor, Tensor)", "the name is aten::f.y")]
    [InlineData("aten::f.x(Tensor self, int[] size, float eps=1e-05) -> (Tensor, Tensor)", "the argument mode is gone")]
    [InlineData("aten::f.x(Tensor self, int[] size, float eps=1e-05, *, str? mode, int k) -> (Tensor, Tensor)", "the argument k is new and has no default")]
    [InlineData("aten::f.x(Tensor self, int[] shape, float eps=1e-05, *, str? mode) -> (Tensor, Tensor)", "argument 1 is shape, not size")]
    [InlineData("aten::f.x(Tensor self, int[2] size, float eps=1e-05, *, str? mode) -> (Tensor, Tensor)", "size is int[2], not int[]")]
    [InlineData("aten::f.x(Tensor(a!) self, int[] size, float eps=1e-05, *, str? mode) -> (Tensor, Tensor)", "self is Tensor!, not Tensor")]
    [InlineData("aten::f.x(Tensor self, int[] size, float eps=1e-06, *, str? mode) -> (Tensor, Tensor)", "the default of eps is 1e-06, not 1.0000000000000001e-05")]
    [InlineData("aten::f.x(Tensor self, int[] size, float eps, *, str? mode) -> (Tensor, Tensor)", "the default of eps is gone, not 1.0000000000000001e-05")]
    [InlineData("aten::f.x(Tensor self, int[] size, float eps=1e-05, *, str? mode) -> Tensor", "the result is Tensor, not Tensor, Tensor")]
    public void A_call_would_break(string running, string difference) => Assert.Equal(difference, SchemaComparison.Difference(Ours, running));
}

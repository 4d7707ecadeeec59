using Latent.Torch;
using Latent.Torch.Tests;
using Xunit.Sdk;

namespace Latent.Tests;

/// <summary>The check must fail where a gradient is wrong.</summary>
public sealed class GradientCheckTests : ScopedTest
{
    /// <summary>x³, whose gradient is 3x² times what is given.</summary>
    private static Tensor Cube(Tensor x, double factor)
    {
        Tensor y;
        using (Autograd.NoGrad()) y = x.Pow(3);
        Autograd.Attach("Cube", [x], [y], [x], context => context.Set(0, context.OutputGradient(0)! * context.Saved(0).Square() * (3 * factor)));
        return y;
    }

    private static Tensor Leaf()
    {
        var x = Tensor.From([0.5, -2.0, 3.0]);
        x.RequiresGrad = true;
        return x;
    }

    [Fact]
    public void Passes_a_right_gradient() => Scoped(() =>
    {
        var x = Leaf();
        GradientCheck.Passes(() => Cube(x, 1).Sum(), ("x", x));
        Assert.Equal([0.5, -2.0, 3.0], x.ToArray<double>()); // as it was
    });

    [Theory, InlineData(1.00001), InlineData(-1), InlineData(0)]
    public void Fails_a_wrong_gradient(double factor) => Scoped(() =>
    {
        var x = Leaf();
        Assert.ThrowsAny<XunitException>(() => GradientCheck.Passes(() => Cube(x, factor).Sum(), ("x", x)));
    });

    [Fact]
    public void Jacobian_of_a_product() => Scoped(() =>
    {
        var x = Leaf();
        var matrix = Tensor.From([1.0, 2, 3, 4, 5, 6], 2, 3);
        Assert.Equal(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } }, Jacobian.Of(matrix.MV(x), x));
    });
}

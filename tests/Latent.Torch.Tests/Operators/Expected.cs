namespace Latent.Torch.Tests.Operators;

/// <summary>What a tensor must be: element type, shape, and values in row-major order.</summary>
internal sealed record Expected(ElementType Type, long[] Shape, double[] Values)
{
    private const double Relative = 1e-11;
    private const double Absolute = 1e-13;

    public void Check(Tensor actual)
    {
        Assert.Equal(Type, actual.ElementType);
        Assert.Equal(Shape, actual.Shape.AsSpan().ToArray());
        var values = actual.To(ElementType.Float64).ToArray<double>();
        var relative = Type == ElementType.Float32 ? 1e-6 : Relative;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i].Equals(Values[i])) continue; // also NaN and infinities
            Assert.True(Math.Abs(values[i] - Values[i]) <= Absolute + relative * Math.Abs(Values[i]), $"Element {i} is {values[i]:R}, not {Values[i]:R}.");
        }
    }
}

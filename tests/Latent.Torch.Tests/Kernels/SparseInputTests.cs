using System.Numerics;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class SparseInputTests
{
    private const int Guard = 3;

    /// <summary>Rows, inputs, outputs, and the part of the inputs that is not zero.</summary>
    public static TheoryData<int, int, int, double> Cases
    {
        get
        {
            var data = new TheoryData<int, int, int, double>();
            // Fewer and more than a block of inputs, a panel of outputs, a block of rows.
            foreach (var (rows, inputs, outputs) in ((int, int, int)[])[(1, 1, 1), (1, 257, 7), (7, 5, 3), (13, 113, 97), (127, 31, 11), (3, 1031, 83)])
            {
                foreach (var density in (double[])[0, 0.01, 0.3, 1]) data.Add(rows, inputs, outputs, density);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_equal_the_definition(int rows, int inputs, int outputs, double density)
    {
        foreach (var grey in new[] { false, true })
        {
            Check<float>(rows, inputs, outputs, density, grey, 1e-6);
            Check<double>(rows, inputs, outputs, density, grey, 1e-14);
        }
    }

    private static void Check<T>(int rows, int inputs, int outputs, double density, bool grey, double tolerance) where T : unmanaged, INumber<T>
    {
        var stride = outputs + 2;   // a part of the outputs
        var x = Input<T>(rows * inputs, density, grey);
        var weight = Array.ConvertAll(Numbers.Spread(outputs * inputs, 2), T.CreateChecked);
        var gradient = Array.ConvertAll(Numbers.Spread(rows * stride, 3), T.CreateChecked);
        var product = Untouched<T>(rows * outputs);
        var weightGradient = Untouched<T>(outputs * inputs);
        fixed (T* px = x, pw = weight, pg = gradient, pp = product, pd = weightGradient)
        {
            var nonZeros = (int)SparseMatrix<T>.Count(x.Length, px);
            Assert.Equal(x.Count(v => v != T.Zero), nonZeros);
            SparseInput.Multiply(rows, new DenseLayer<T>(inputs, outputs, pw, null, Activation.Identity), px, nonZeros, pp);
            SparseInput.WeightGradient(rows, inputs, outputs, px, nonZeros, pg, stride, pd);
        }
        for (var r = 0; r < rows; r++)
        {
            for (var o = 0; o < outputs; o++)
                AssertClose(Sum(inputs, k => (x[r * inputs + k], weight[o * inputs + k])), product[r * outputs + o], tolerance * (1 + inputs));
        }
        for (var o = 0; o < outputs; o++)
        {
            for (var k = 0; k < inputs; k++)
                AssertClose(Sum(rows, r => (x[r * inputs + k], gradient[r * stride + o])), weightGradient[o * inputs + k], tolerance * (1 + rows));
        }
        Assert.All(product[^Guard..].Concat(weightGradient[^Guard..]), v => Assert.Equal(T.CreateChecked(99), v));
    }

    [Fact]
    public void The_sparse_product_is_taken_where_it_is_the_faster_one()
    {
        const int Rows = 67, Width = 401;
        Assert.True(Tried(Rows, 0));
        Assert.True(Tried(Rows, 0.3));
        Assert.False(Tried(Rows, 1));
        // One row does not repay putting the weights in place.
        Assert.False(Tried(1, 0.01));

        static bool Tried(int rows, double density)
        {
            var x = Input<float>(rows * Width, density, grey: false);
            var weight = new float[Width * Width];
            var (product, weightGradient) = (Untouched<float>(rows * Width), Untouched<float>(Width * Width));
            fixed (float* px = x, pw = weight, pp = product, pd = weightGradient)
            {
                var forward = SparseInput.TryMultiply(rows, new DenseLayer<float>(Width, Width, pw, null, Activation.Identity), px, pp);
                Assert.Equal(forward, SparseInput.TryWeightGradient(rows, Width, Width, px, pp, Width, pd));
            }
            Assert.All(product.Concat(weightGradient), v => Assert.True(v is 0 or 99));
            return product[0] == 0;
        }
    }

    [Fact]
    public void A_NaN_is_no_zero_and_a_negative_zero_is_one()
    {
        float[] elements = [0, -0f, float.NaN, 1, 0];
        fixed (float* e = elements) Assert.Equal(2, SparseMatrix<float>.Count(elements.Length, e));
    }

    private static T[] Input<T>(int count, double density, bool grey) where T : INumber<T>
    {
        var uniform = Numbers.Spread(count, 1);
        var values = Numbers.Spread(count, 4);
        return [.. uniform.Select((u, i) => T.CreateChecked((u + 1) / 2 >= density ? 0 : grey ? values[i] : 1))];
    }

    private static T[] Untouched<T>(int count) where T : INumber<T>
    {
        var array = new T[count + Guard];
        Array.Fill(array, T.CreateChecked(99));
        return array;
    }

    private static double Sum<T>(int count, Func<int, (T A, T B)> factors) where T : INumber<T> =>
        Enumerable.Range(0, count).Select(factors).Sum(f => double.CreateChecked(f.A) * double.CreateChecked(f.B));

    private static void AssertClose<T>(double expected, T actual, double tolerance) where T : INumber<T> =>
        Assert.InRange(Math.Abs(double.CreateChecked(actual) - expected), 0, tolerance);
}

using System.Runtime.Intrinsics;
using Latent.Torch.Kernels;

namespace Latent.Torch.Tests.Kernels;

public sealed unsafe class VectorMathTests
{
    /// <summary>Evenly over the range where something happens, densely around zero, and the ends of everything.</summary>
    private static IEnumerable<float> Arguments(float limit)
    {
        const int Points = 20011;
        for (var i = 0; i <= Points; i++) yield return limit * (2f * i / Points - 1);
        for (var e = -140; e <= 6; e++)
        {
            yield return MathF.ScaleB(1.37f, e);
            yield return -MathF.ScaleB(1.37f, e);
        }
        foreach (var x in (float[])[0, -0f, float.Epsilon, -float.Epsilon, 87.34f, -87.34f, 88.72f, 88.73f, -103.9f, 1e4f, -1e4f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity])
            yield return x;
    }

    private static void Check(Func<Vector512<float>, Vector512<float>> function, Func<double, double> exact, IEnumerable<float> arguments, double ulps)
    {
        foreach (var x in arguments)
        {
            var result = function(Vector512.Create(x))[3];
            // Below the smallest normal number the result may be flushed.
            if (Math.Abs(exact(x)) < 1.1755e-38) Assert.InRange(Math.Abs(result - exact(x)), 0, 1.18e-38);
            else Assert.True(result.UlpsFrom(exact(x)) <= ulps, $"f({x:R}) = {result:R} is {result.UlpsFrom(exact(x)):F2} ulp from {exact(x):R}.");
        }
        Assert.True(float.IsNaN(function(Vector512.Create(float.NaN))[0]));
    }

    private static void Check(Func<Vector512<double>, Vector512<double>> function, Func<double, double> exact, double from, double to, double ulps)
    {
        const int Points = 4001;
        for (var i = 0; i <= Points; i++)
        {
            var x = from + (to - from) * i / Points;
            var result = function(Vector512.Create(x))[3];
            Assert.True(result.UlpsFrom(exact(x)) <= ulps, $"f({x:R}) = {result:R} is {result.UlpsFrom(exact(x)):F2} ulp from {exact(x):R}.");
        }
        Assert.True(double.IsNaN(function(Vector512.Create(double.NaN))[0]));
    }

    /// <summary>log(1 + x) in double to the last place or two, for any x ≥ 0.</summary>
    private static double Log1Plus(double x)
    {
        var u = 1 + x;
        return double.IsInfinity(u) || u == 1 ? x : Math.Log(u) * (x / (u - 1));
    }

    /// <summary>e^x − 1 in double to the last place or two.</summary>
    private static double ExpMinus1(double x) => Math.Abs(x) < 1e-5 ? x + x * x / 2 + x * x * x / 6 : Math.Abs(x) > 1 ? Math.Exp(x) - 1 : 2 * Math.Exp(x / 2) * Math.Sinh(x / 2);

    private static double ExpExcess(double x) => Math.Abs(x) > 0.1 ? Math.Exp(x) - 1 - x : x * x * (1.0 / 2 + x * (1.0 / 6 + x * (1.0 / 24 + x * (1.0 / 120 + x * (1.0 / 720 + x * (1.0 / 5040 + x * (1.0 / 40320 + x * (1.0 / 362880 + x * (1.0 / 3628800 + x / 39916800)))))))));

    [Fact]
    public void Exp_is_right_over_the_whole_range() => Check(VectorMath.Exp, Math.Exp, Arguments(104), 1);

    [Fact]
    public void Exp_underflows_gradually()
    {
        foreach (var x in (float[])[-88, -95.5f, -100, -103])
            Assert.True(VectorMath.Exp(Vector512.Create(x))[0].UlpsFrom(Math.Exp(x)) <= 1);
    }

    [Fact]
    public void ExpNonPositive_is_right() => Check(VectorMath.ExpNonPositive, Math.Exp, Arguments(90).Where(x => x <= 0), 1);

    [Fact]
    public void ExpMinus1NonPositive_is_right() => Check(VectorMath.ExpMinus1NonPositive, ExpMinus1, Arguments(90).Where(x => x <= 0), 2.5);

    [Fact]
    public void ExpExcess_is_right()
    {
        Check(VectorMath.ExpExcess, ExpExcess, Arguments(0.339f).Where(x => MathF.Abs(x) <= 0.339f), 3);
        Check(VectorMath.ExpExcess, ExpExcess, Arguments(100).Where(x => MathF.Abs(x) > 0.339f), 32);
    }

    [Fact]
    public void Log1PlusUnit_is_right() => Check(VectorMath.Log1PlusUnit, Log1Plus, Arguments(1).Where(x => x is >= 0 and <= 1), 2.5);

    [Fact]
    public void Sigmoid_is_right() => Check(VectorMath.Sigmoid, x => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)), Arguments(90), 2);

    [Fact]
    public void Softplus_is_right() => Check(VectorMath.Softplus, x => Math.Max(x, 0) + Log1Plus(Math.Exp(-Math.Abs(x))), Arguments(90), 2.5);

    [Fact]
    public void Tanh_is_right() => Check(VectorMath.Tanh, Math.Tanh, Arguments(12), 2.5);

    [Fact]
    public void SigmoidAndSoftplusExcess_equal_the_two_functions()
    {
        foreach (var x in Arguments(90))
        {
            var (sigmoid, excess) = VectorMath.SigmoidAndSoftplusExcess(Vector512.Create(x));
            Assert.Equal(VectorMath.Sigmoid(Vector512.Create(x)), sigmoid);
            Assert.Equal(VectorMath.Softplus(Vector512.Create(x))[0], Math.Max(x, 0) + excess[0]);
        }
    }

    [Fact]
    public void Odd_functions_keep_the_sign_of_zero() => Assert.True(float.IsNegative(VectorMath.Tanh(Vector512.Create(-0f))[0]));

    [Fact]
    public void Double_functions_are_right()
    {
        Check(VectorMath.Exp, Math.Exp, -708, 709.7, 2);
        Check(VectorMath.ExpNonPositive, Math.Exp, -708, 0, 2);
        Check(VectorMath.ExpMinus1NonPositive, ExpMinus1, -40, 0, 4);
        Check(VectorMath.ExpExcess, ExpExcess, -0.09, 0.09, 4);
        Check(VectorMath.Log1PlusUnit, Log1Plus, 0, 1, 4);
        Check(VectorMath.Sigmoid, x => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x)), -40, 40, 4);
        Check(VectorMath.Softplus, x => Math.Max(x, 0) + Log1Plus(Math.Exp(-Math.Abs(x))), -40, 40, 4);
        Check(VectorMath.Tanh, Math.Tanh, -20, 20, 4);
        Assert.Equal(0, VectorMath.Exp(Vector512.Create(-750.0))[0]);
        Assert.Equal(double.PositiveInfinity, VectorMath.Exp(Vector512.Create(710.0))[0]);
        Assert.Equal(0, VectorMath.Sigmoid(Vector512.Create(-1e4))[0]);
        Assert.Equal(1e4, VectorMath.Softplus(Vector512.Create(1e4))[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(40)]
    public void Partial_loads_and_stores_touch_nothing_beyond(int count)
    {
        var valid = Math.Min(count, 16);
        var source = Numbers.Floats(16, 1);
        var target = Enumerable.Repeat(5f, 16).ToArray();
        fixed (float* s = source, t = target)
        {
            var loaded = VectorMath.Load(s, count);
            for (var i = 0; i < 16; i++) Assert.Equal(i < valid ? source[i] : 0, loaded[i]);
            VectorMath.Store(Vector512.Load(s), t, count);
            var kept = VectorMath.Keep(Vector512.Create(3f), count);
            for (var i = 0; i < 16; i++)
            {
                Assert.Equal(i < valid ? source[i] : 5, target[i]);
                Assert.Equal(i < valid ? 3 : 0, kept[i]);
            }
        }
    }
}

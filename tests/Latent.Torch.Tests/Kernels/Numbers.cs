namespace Latent.Torch.Tests.Kernels;

/// <summary>Reproducible test data.</summary>
internal static class Numbers
{
    /// <summary>Numbers spread evenly over [−range, range), by the SplitMix64 generator.</summary>
    public static double[] Spread(int count, ulong seed, double range = 1)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            var z = (seed << 32) + ((ulong)(i + 1) * 0x9E3779B97F4A7C15);
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            values[i] = ((z ^ (z >> 31)) >> 11) * (range / (1UL << 52)) - range;
        }
        return values;
    }

    /// <summary>The same as single-precision numbers.</summary>
    public static float[] Floats(int count, ulong seed, double range = 1) => Array.ConvertAll(Spread(count, seed, range), v => (float)v);

    /// <summary>How far a value is from the exact one, in units of the last place of a float of that size.</summary>
    public static double UlpsFrom(this float value, double exact)
    {
        if (float.IsInfinity((float)exact) || float.IsNaN((float)exact)) return value.Equals((float)exact) ? 0 : double.PositiveInfinity;
        var size = MathF.Abs((float)exact);
        return Math.Abs(value - exact) / ((double)MathF.BitIncrement(size) - size);
    }

    /// <summary>How far a value is from the exact one, in units of the last place of a double of that size.</summary>
    public static double UlpsFrom(this double value, double exact)
    {
        if (!double.IsFinite(exact)) return value.Equals(exact) ? 0 : double.PositiveInfinity;
        return Math.Abs(value - exact) / (Math.BitIncrement(Math.Abs(exact)) - Math.Abs(exact));
    }
}

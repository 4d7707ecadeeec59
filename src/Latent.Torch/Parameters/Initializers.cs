namespace Latent.Torch;

/// <summary>The usual initial values. They are drawn in double precision, so that every element type gets the same numbers, rounded.</summary>
public static class Initializers
{
    /// <summary>All zero.</summary>
    public static Initializer Zeros => Constant(0);

    /// <summary>All one.</summary>
    public static Initializer Ones => Constant(1);

    /// <summary>All the same value.</summary>
    public static Initializer Constant(double value) => (_, parameter) => parameter.FillInPlace(value);

    /// <summary>Given values: a decoder's bias from the data's mean, say.</summary>
    /// <exception cref="ArgumentException">Their number is not that of the parameter.</exception>
    public static Initializer Values(double[] values) => (_, parameter) => Write(parameter, values.Length == parameter.Elements
        ? values
        : throw new ArgumentException($"{values.Length} values do not fill a parameter of shape {parameter.Shape}: give {parameter.Elements}.", nameof(values)));

    /// <summary>Uniform on [low, high).</summary>
    public static Initializer Uniform(double low, double high) => (rng, parameter) =>
    {
        var values = new double[parameter.Elements];
        rng.Uniform(values);
        for (var i = 0; i < values.Length; i++) values[i] = low + (high - low) * values[i];
        Write(parameter, values);
    };

    /// <summary>Normal with mean 0.</summary>
    public static Initializer Normal(double standardDeviation) => (rng, parameter) =>
    {
        var values = new double[parameter.Elements];
        rng.Normal(values);
        for (var i = 0; i < values.Length; i++) values[i] *= standardDeviation;
        Write(parameter, values);
    };

    /// <summary>Uniform on ±1/√fanIn: PyTorch's default for weights and biases of linear and convolutional layers.</summary>
    public static Initializer FanIn(long fanIn)
    {
        var bound = fanIn == 0 ? 0 : 1 / Math.Sqrt(fanIn);
        return Uniform(-bound, bound);
    }

    /// <summary>Uniform on ±gain·√(3/fanIn), so that activations keep their variance; gain √2 for ReLU.</summary>
    /// <remarks>Source: He et al. 2015, Delving deep into rectifiers.</remarks>
    public static Initializer KaimingUniform(long fanIn, double gain = 1.4142135623730951)
    {
        var bound = gain * Math.Sqrt(3.0 / fanIn);
        return Uniform(-bound, bound);
    }

    /// <summary>Uniform on ±gain·√(6/(fanIn + fanOut)), so that activations and gradients keep their variance.</summary>
    /// <remarks>Source: Glorot and Bengio 2010, equation 16.</remarks>
    public static Initializer XavierUniform(long fanIn, long fanOut, double gain = 1)
    {
        var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
        return Uniform(-bound, bound);
    }

    /// <summary>A matrix with orthonormal rows or columns, whichever are fewer, uniformly distributed, times a gain. Further axes count as columns.</summary>
    /// <remarks>Source: Saxe et al. 2014. The signs of R's diagonal are moved into Q, without which Q is not uniform (Mezzadri 2007).</remarks>
    public static Initializer Orthogonal(double gain = 1) => (rng, parameter) =>
    {
        if (parameter.Rank < 2) throw new ArgumentException($"An orthogonal matrix needs at least two axes, not {parameter.Shape}.", nameof(parameter));
        var rows = parameter.Size(0);
        var columns = parameter.Elements / rows;
        var (tall, wide) = (Math.Max(rows, columns), Math.Min(rows, columns));
        var values = new double[tall * wide];
        rng.Normal(values);
        var (q, r) = Tensor.From(values, tall, wide).LinalgQr();
        q = q * r.Diagonal().Sign();
        if (rows < columns) q = q.T();
        parameter.CopyInPlace(q.Reshape(parameter.Shape) * gain);
    };

    private static void Write(Tensor parameter, double[] values) => parameter.CopyInPlace(Tensor.From(values).View(parameter.Shape));
}

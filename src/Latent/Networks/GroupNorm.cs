using Latent.Torch;

namespace Latent.Networks;

/// <summary>Standardises each image over groups of channels: y = (x − mean) / √(variance + ε) · weight + bias, weight and bias per channel.</summary>
/// <remarks>
/// <para>Source: Wu and He 2018, Group normalization.</para>
/// <para>Shapes: x [*, channels, H, W] → y [*, channels, H, W]; parameters <c>weight</c> and <c>bias</c> [channels], as PyTorch's <c>GroupNorm</c>.</para>
/// <para>Initial values: weight 1, bias 0. The variance is the biased one (divided by the number of elements).</para>
/// </remarks>
public sealed class GroupNorm
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly long groups;
    private readonly long channels;
    private readonly double epsilon;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="groups">How many runs of neighbouring channels are standardised, each by itself.</param>
    /// <param name="channels">Channels of x, a multiple of <paramref name="groups"/>.</param>
    /// <param name="epsilon">ε, so that constant groups do not divide by zero.</param>
    /// <exception cref="ArgumentException">A size is below 1, the channels do not divide into the groups, or ε is not positive.</exception>
    public GroupNorm(Init init, long groups, long channels, double epsilon = 1e-5)
    {
        this.groups = groups;
        this.channels = Arguments.MultipleOf(groups, channels);
        this.epsilon = Arguments.Positive(epsilon);
        weight = init.Parameter("weight", [channels], Initializers.Ones);
        bias = init.Parameter("bias", [channels], Initializers.Zeros);
    }

    /// <summary>Standardises, scales and shifts.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> is no [*, channels, H, W].</exception>
    public Tensor Forward(Tensor x)
    {
        var batch = BatchAxes.OfImages(x, channels);
        return Tensor.GroupNorm(x.MergeBatch(batch), groups, weight, bias, epsilon).SplitBatch(batch);
    }
}

using Latent.Torch;

namespace Latent.Networks;

/// <summary>Standardises each event over its own elements: y = (x − mean) / √(variance + ε) ∘ weight + bias.</summary>
/// <remarks>
/// <para>Source: Ba, Kiros and Hinton 2016, Layer normalization.</para>
/// <para>Shapes: x [*, *E] → y [*, *E]; parameters <c>weight</c> and <c>bias</c> [*E], as PyTorch's <c>LayerNorm</c>.</para>
/// <para>Initial values: weight 1, bias 0. The variance is the biased one (divided by the number of elements).</para>
/// </remarks>
public sealed class LayerNorm
{
    private readonly Shape eventShape;
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly double epsilon;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="eventShape">E: the sizes of the last axes, over which is standardised; <c>[width]</c> for vectors.</param>
    /// <param name="epsilon">ε, so that constant events do not divide by zero.</param>
    /// <exception cref="ArgumentException">The event has no axes or an empty one, or ε is not positive.</exception>
    public LayerNorm(Init init, Shape eventShape, double epsilon = 1e-5)
    {
        if (eventShape.Elements == 0 || eventShape.Rank == 0) throw new ArgumentException($"There is nothing to standardise in events of shape {eventShape}; give the sizes of the last axes, such as [width].", nameof(eventShape));
        this.eventShape = eventShape;
        this.epsilon = Arguments.Positive(epsilon);
        weight = init.Parameter("weight", eventShape, Initializers.Ones);
        bias = init.Parameter("bias", eventShape, Initializers.Zeros);
    }

    /// <summary>Standardises, scales and shifts.</summary>
    /// <exception cref="ArgumentException">The last axes of <paramref name="x"/> are not the event's.</exception>
    public Tensor Forward(Tensor x)
    {
        var shape = x.Shape;
        if (shape.Rank < eventShape.Rank || shape[^eventShape.Rank..] != eventShape)
            throw Arguments.Misshapen(x, $"[*, E = {string.Join(", ", eventShape.AsSpan().ToArray())}]", "The layer standardises the last axes: bring the event there (Reshape, Permute), or build the layer for the event that x has.");
        return Tensor.LayerNorm(x, eventShape, weight, bias, epsilon);
    }
}

using Latent.Torch;

namespace Latent.Networks;

/// <summary>An affine map of the last axis: y = x Wᵀ + b.</summary>
/// <remarks>
/// <para>Shapes: x [*, inputs] → y [*, outputs]; parameters <c>weight</c> [outputs, inputs], <c>bias</c> [outputs], as PyTorch's <c>Linear</c>.</para>
/// <para>Initial values: weight and bias uniform on ±1/√inputs, if no others are given.</para>
/// </remarks>
public sealed class Linear
{
    private readonly long inputs;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Linear(Init init, long inputs, long outputs, bool hasBias = true, Initializer? weight = null, Initializer? bias = null)
    {
        this.inputs = Arguments.Positive(inputs);
        Weight = init.Parameter("weight", [Arguments.Positive(outputs), inputs], weight ?? Initializers.FanIn(inputs));
        if (hasBias) Bias = init.Parameter("bias", [outputs], bias ?? Initializers.FanIn(inputs));
    }

    /// <summary>W, [outputs, inputs].</summary>
    public Tensor Weight { get; }

    /// <summary>b, [outputs]; null if the layer has none.</summary>
    public Tensor? Bias { get; }

    /// <summary>y = x Wᵀ + b.</summary>
    /// <exception cref="ArgumentException">The last axis of <paramref name="x"/> has not the size of the layer's inputs.</exception>
    public Tensor Forward(Tensor x)
    {
        if (x.Shape is not [.., var features] || features != inputs)
            throw Arguments.Misshapen(x, $"[*, inputs = {inputs}]", "The layer maps the last axis: bring the features there (Reshape, Permute), or build the layer for the inputs that x has.");
        return Tensor.Linear(x, Weight, Bias);
    }
}

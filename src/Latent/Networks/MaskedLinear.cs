using Latent.Torch;

namespace Latent.Networks;

/// <summary>An affine map in which each output sees only some of the inputs: y = x (W ∘ M)ᵀ + b.</summary>
/// <remarks>
/// <para>Source: Germain et al. 2015, MADE: masked autoencoder for distribution estimation, equation 8.</para>
/// <para>Shapes: x [*, inputs] → y [*, outputs]; parameters <c>weight</c> [outputs, inputs], <c>bias</c> [outputs]; buffer <c>mask</c> [outputs, inputs].</para>
/// <para>Initial values: weight and bias uniform on ±1/√inputs, as if nothing were masked.</para>
/// </remarks>
public sealed class MaskedLinear
{
    private readonly Tensor weight;
    private readonly Tensor? bias;
    private readonly Tensor mask;
    private readonly long inputs;

    /// <summary>Takes the parameters and the mask's place from <paramref name="init"/>.</summary>
    /// <param name="mask">M, [outputs, inputs]: whether the output of the row may depend on the input of the column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mask has no rows or no columns.</exception>
    public MaskedLinear(Init init, bool[,] mask, bool hasBias = true)
    {
        var outputs = Arguments.Positive(mask.GetLength(0));
        inputs = Arguments.Positive(mask.GetLength(1));
        weight = init.Parameter("weight", [outputs, inputs], Initializers.FanIn(inputs));
        if (hasBias) bias = init.Parameter("bias", [outputs], Initializers.FanIn(inputs));
        bool[] rows = [.. mask.Cast<bool>()];
        this.mask = init.Buffer("mask", () => Tensor.From(rows, outputs, inputs).To(init.ElementType));
    }

    /// <summary>y = x (W ∘ M)ᵀ + b.</summary>
    /// <exception cref="ArgumentException">The last axis of <paramref name="x"/> has not the size of the layer's inputs.</exception>
    public Tensor Forward(Tensor x)
    {
        if (x.Shape is not [.., var features] || features != inputs)
            throw Arguments.Misshapen(x, $"[*, inputs = {inputs}]", "The layer maps the last axis: bring the features there (Reshape, Permute), or build the layer with a mask of as many columns as x has features.");
        return Tensor.Linear(x, weight * mask, bias);
    }
}

using Latent.Distributions;
using Latent.Torch;

namespace Latent.Conditionals;

/// <summary>One distribution per example of a data set, each with parameters of its own: q_i(z) = head(θ_i), variational inference without an encoder.</summary>
/// <remarks>Shapes: the context is the examples' numbers, Int64 [*B]; parameter <c>raw</c> [examples, outputs of the head]; batch shape [*B].</remarks>
public sealed class PerDatum : Conditional
{
    private readonly Tensor raw;
    private readonly Head head;
    private readonly long examples;

    /// <summary>Takes the parameters from <paramref name="init"/>; they begin with zeros.</summary>
    /// <param name="init">Where they go.</param>
    /// <param name="examples">How many examples the data set has.</param>
    /// <param name="head">What the parameters of an example mean.</param>
    public PerDatum(Init init, long examples, Head head)
    {
        this.head = head;
        this.examples = Arguments.Positive(examples);
        raw = init.Parameter("raw", [examples, head.Outputs], Initializers.Zeros);
    }

    /// <inheritdoc/>
    public override Distribution Given(Tensor? context = null)
    {
        if (context is not { ElementType: ElementType.Int64 })
            throw new ArgumentException($"The context of a distribution per datum is the examples' numbers, Int64 [*B] in [0, {examples}), not {context?.Summary ?? "nothing"}.", nameof(context));
        return head.Of(Tensor.Embedding(raw, context));
    }
}

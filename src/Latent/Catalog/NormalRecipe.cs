using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>Elements are normal; the decoder gives means and, if no scale is set, standard deviations.</summary>
public sealed record NormalRecipe : LikelihoodRecipe
{
    /// <summary>One standard deviation for all elements; null: learned for each.</summary>
    public double? Scale { get; init => field = value is null ? null : Arguments.Positive(value.Value); }

    /// <summary>A floor under learned standard deviations, in units of the (standardised) data.</summary>
    public double LeastScale
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A floor under standard deviations is at least 0.");
    } = 0.01;

    /// <inheritdoc/>
    public override bool IsBinary => false;

    /// <inheritdoc/>
    public override Head Head(DataSummary data) => Scale is { } scale ? Heads.NormalWithScale(data.EventShape, scale) : Heads.Normal(data.EventShape, LeastScale);

    /// <inheritdoc/>
    public override Initializer? OutputBias(DataSummary data) => null;

    /// <inheritdoc/>
    public override void Check(DataSummary data)
    {
    }
}

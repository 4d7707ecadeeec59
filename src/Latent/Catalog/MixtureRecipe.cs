using Latent.Conditionals;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>A learned mixture of normal variables; its components begin with equal weights, unit variances and means drawn from N(0, I).</summary>
public sealed record MixtureRecipe : PriorRecipe
{
    /// <summary>How many there are.</summary>
    public long Components { get; init => field = Arguments.Positive(value, "components"); } = 10;

    /// <inheritdoc/>
    public override Conditional Build(Init init, Shape eventShape)
    {
        var means = Components * eventShape.Elements;
        return new Learned(init, Heads.NormalMixture(Components, eventShape), (rng, raw) =>
        {
            raw.FillInPlace(0);
            Initializers.Normal(1)(rng, raw.Narrow(0, Components, means)); // after the logits, before the log-variances
        });
    }
}

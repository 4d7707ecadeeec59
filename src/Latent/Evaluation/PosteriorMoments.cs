using Latent.Distributions;
using Latent.Models;
using Latent.Torch;

namespace Latent.Evaluation;

/// <summary>Mean and standard deviation of the posterior of a latent variable given x: in closed form, or over the particles where there is none.</summary>
internal static class PosteriorMoments
{
    /// <summary>E[z|x], and the variance of its estimate where earlier latent variables, or z itself, were drawn: [B, *event] in Float64, flattened to [B, units].</summary>
    public static (Tensor Mean, Tensor Noise) Mean(LatentSite site)
    {
        var means = PerParticle(site, site.Posterior!.Mean ?? site.Value);
        return (means.Mean(0), means.Size(0) > 1 ? means.Var([0]) / means.Size(0) : means[0].ZerosLike());
    }

    /// <summary>The standard deviation of z given x, [B, units]: of the closed form, plus that of the means over the particles.</summary>
    public static Tensor Scale(LatentSite site)
    {
        var variance = Variance(site.Posterior!);
        var means = PerParticle(site, variance is null ? site.Value : site.Posterior!.Mean!);
        var between = means.Size(0) > 1 ? means.Var([0]) : means[0].ZerosLike();
        return (variance is null ? between : between + PerParticle(site, variance).Mean(0)).Sqrt();
    }

    /// <summary>Whether one particle is enough: no moment depends on draws.</summary>
    public static bool AreClosed(LatentSite site) => site.Posterior is { Mean: not null, BatchShape.Rank: <= 1 } posterior && Variance(posterior) is not null;

    /// <summary>[K or 1, B, units] in Float64 from anything that broadcasts to [K, B, *event].</summary>
    private static Tensor PerParticle(LatentSite site, Tensor values)
    {
        var all = site.Value.Shape; // [K, B, *event]
        var particles = values.Rank == all.Rank ? values.Size(0) : 1;
        return values.To(ElementType.Float64).Expand([particles, .. all[1..]]).Reshape([particles, all[1], -1]);
    }

    private static Tensor? Variance(Distribution distribution) => distribution switch
    {
        Normal normal => normal.Scale.Square().Expand(normal.BatchShape),
        DiagonalNormal normal => Variance(normal.Coordinates),
        MultivariateNormal normal => normal.ScaleFactor.Square().Sum(-1).Expand(normal.Mean!.Shape),
        Bernoulli coin => coin.Mean * (1 - coin.Mean),
        OneHotCategorical category => category.Mean * (1 - category.Mean),
        Delta point => point.Mean!.ZerosLike(),
        Independent independent => Variance(independent.Inner),
        _ => null,
    };
}

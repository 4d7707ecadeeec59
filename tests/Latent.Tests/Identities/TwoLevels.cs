using Latent.Distributions;
using Latent.Models;
using Latent.Torch;

namespace Latent.Tests.Identities;

/// <summary>A hierarchy z/1 → z/0 → x of three coordinates each, in elementwise operations, so that no result depends on the batch around an example.</summary>
internal sealed class TwoLevels(ElementType type) : LatentVariableModel
{
    public const int Dimensions = 3;

    /// <summary>How often the program asked for a posterior.</summary>
    public int PosteriorsMade { get; private set; }

    public override void Run(Tracer t, Tensor? x, Tensor? context)
    {
        var above = t.Latent("z/1", Around(Tensor.Zeros([Dimensions], dtype: type), 1), () => Posterior(0.5 * x!, 0.8));
        var z = t.Latent("z/0", Around(0.9 * above, 0.4), () => Posterior(0.3 * x! + 0.2 * above, 0.6));
        t.Observed("x", Around(z.Sin(), 0.5), x);
    }

    private DiagonalNormal Posterior(Tensor mean, double scale)
    {
        PosteriorsMade++;
        return Around(mean, scale);
    }

    private static DiagonalNormal Around(Tensor mean, double scale) => new(mean, Tensor.Full([Dimensions], scale, dtype: mean.ElementType));
}

using Latent.Bench.FirstLight;
using Latent.Catalog;
using Latent.Training;

namespace Latent.Bench.Densities;

/// <summary>Training of a gated PixelCNN on binary pictures [1, 28, 28].</summary>
internal static class PixelCnnTraining
{
    private const long Batch = 32;

    private static readonly AutoregressiveRecipe Model = new() { Network = new GatedPixelCnnRecipe { Channels = 64, Layers = 7 }, Likelihood = new BernoulliRecipe() };

    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        Training("pixel-cnn", "PixelCNN 28×28, 7 gated layers, 64 channels, batch 32", Precision.Full, 1.3),
        Training("pixel-cnn-bfloat16", "the same in bfloat16, both sides", Precision.BFloat16, 1.5),
    ];

    private static Workload Training(string name, string title, Precision precision, double target) => new(name, title, Target.Faster(target), contest =>
    {
        using var loop = new TrainerLoop(Images.Binary(), Model, new MaximumLikelihoodRecipe(), Batch, precision);
        var outcome = contest.AgainstPeer(loop);
        return outcome with { Remark = $"{Batch / outcome.Ours:N0} pictures/s{(outcome.Peer is { } peer ? $" against {Batch / peer:N0}" : "")}{(outcome.Remark.Length > 0 ? $", {outcome.Remark}" : "")}" };
    });
}

using Latent.Bench.FirstLight;
using Latent.Catalog;
using Latent.Data;
using Latent.Torch;

namespace Latent.Bench.Densities;

/// <summary>Training of exact densities, and sampling from one.</summary>
internal static class DensitiesSuite
{
    private const int Examples = 100_000;
    private const long Draws = 1000;

    private static readonly FlowRecipe Maf = Flow(new MaskedAutoregressiveRecipe());
    private static readonly FlowRecipe RealNvp = Flow(new CouplingRecipe());

    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        Training("maf", "MAF", Maf, 6, 100, 4), Training("maf", "MAF", Maf, 6, 512, 3),
        Training("maf", "MAF", Maf, 63, 100, 2.5), Training("maf", "MAF", Maf, 63, 512, 2),
        Training("real-nvp", "RealNVP", RealNvp, 6, 100, 2.5), Training("real-nvp", "RealNVP", RealNvp, 6, 512, 2),
        Training("real-nvp", "RealNVP", RealNvp, 63, 100, 2.5), Training("real-nvp", "RealNVP", RealNvp, 63, 512, 2),
        new("maf-sampling", $"{Draws:N0} samples of a MAF of 63 dimensions", Target.Faster(2), Sample),
        .. PixelCnnTraining.Workloads,
    ];

    /// <summary>Five layers with two hidden layers of 100.</summary>
    private static FlowRecipe Flow(TransformRecipe layer) => new() { Layer = [layer], Layers = 5 };

    private static Workload Training(string name, string title, ModelRecipe model, int dimensions, long batch, double target) => new(
        $"{name}-{dimensions}-{batch}", $"{title} of {dimensions} dimensions, batch {batch}", Target.Faster(target), contest =>
        {
            using var loop = new TrainerLoop(Points(dimensions), model, new MaximumLikelihoodRecipe(), batch);
            var outcome = contest.AgainstPeer(loop);
            var rates = $"{batch / outcome.Ours:N0} samples/s{(outcome.Peer is { } peer ? $" against {batch / peer:N0}" : "")}";
            return outcome with { Remark = outcome.Remark.Length > 0 ? $"{rates}, {outcome.Remark}" : rates };
        });

    private static Outcome Sample(Contest contest)
    {
        using var store = new ParameterStore();
        using var scope = TensorScope.Open();
        var model = Maf.Build(store.Init(), DataSummary.Of(Points(63)));
        var rng = new Rng(1);
        long call = 0;
        return contest.AgainstPeer(new Loop(() =>
        {
            using var inner = TensorScope.Open();
            model.Generate(Draws, rng.Fork("draws", call++));
        }));
    }

    private static Dataset Points(int dimensions)
    {
        var values = new float[Examples * dimensions];
        new Rng(1).Fork("data").Normal(values);
        return new("points", HostArray.From<float>(values, [Examples, dimensions]));
    }
}

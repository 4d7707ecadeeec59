using System.Diagnostics;
using Latent.Catalog;
using Latent.Data;
using Latent.Torch;
using Latent.Training;

namespace Latent.Bench.FirstLight;

/// <summary>Training of autoencoders from the data set to the logged loss, and the start of the command line.</summary>
internal static class FirstLightSuite
{
    private static readonly VaeRecipe Vae = Model(20, Activation.Relu, 400);
    private static readonly VaeRecipe Pythae = Model(16, Activation.Relu, 512);
    private static readonly VaeRecipe Iwae = Model(50, Activation.Tanh, 200, 200);
    private static readonly ElboRecipe Elbo = new();
    private static readonly ImportanceWeightedRecipe Bound = new() { Particles = 50 };

    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        new("vae", "VAE 784-400-20, batch 128, through the Trainer", Target.Faster(1.9), contest => Train(contest, Images.Binary(), Vae, Elbo, 128)),
        new("vae-dynamic", "the same, binarized anew in each batch", Target.Faster(2.5), contest => Train(contest, Images.Dynamic(), Vae, Elbo, 128)),
        new("vae-best", "the same, each side in its best precision", Target.Faster(2.5), contest => Best(contest, Images.Binary(), Vae, Elbo, 128)),
        new("pythae", "VAE 784-512-16, batch 64, against Pythae's loop", Target.Faster(5), contest => Train(contest, Images.Grey(), Pythae, Elbo, 64)),
        new("iwae", "IWAE 784-200-200-50, K = 50, batch 20", Target.Faster(1.7), contest => Train(contest, Images.Binary(), Iwae, Bound, 20)),
        new("iwae-best", "the same, each side in its best precision", Target.Faster(2.5), contest => Best(contest, Images.Binary(), Iwae, Bound, 20)),
        new("overhead", "Trainer beyond forward, backward, optimizer", Target.AtMost(0.03, Unit.Percent), Overhead),
        new("start", "start of `latent models`", Target.AtMost(0.3, Unit.Seconds), Start),
    ];

    private static VaeRecipe Model(long latent, Activation activation, params long[] hidden)
    {
        var network = new NetworkRecipe { Hidden = hidden, Activation = activation };
        return new() { Latent = latent, Encoder = network, Decoder = network, Likelihood = new BernoulliRecipe() };
    }

    private static Outcome Train(Contest contest, Dataset data, ModelRecipe model, ObjectiveRecipe objective, long batch)
    {
        using var loop = new TrainerLoop(data, model, objective, batch);
        return WithRates(contest.AgainstPeer(loop), batch, "");
    }

    /// <summary>Ours is the faster of two precisions, by a look at each.</summary>
    private static Outcome Best(Contest contest, Dataset data, ModelRecipe model, ObjectiveRecipe objective, long batch)
    {
        var times = new Dictionary<Precision, double>();
        foreach (var precision in Enum.GetValues<Precision>())
        {
            using var trial = new TrainerLoop(data, model, objective, batch, precision);
            times[precision] = Contest.Alternate(trial, null).First;
        }
        var best = times.MinBy(time => time.Value).Key;
        using var loop = new TrainerLoop(data, model, objective, batch, best);
        return WithRates(contest.AgainstPeer(loop), batch, $"ours {(best == Precision.Full ? "float32" : "bfloat16")}");
    }

    private static Outcome WithRates(Outcome outcome, long batch, string remark)
    {
        var rates = $"{batch / outcome.Ours:N0} samples/s";
        if (outcome.Peer is { } peer) rates += $" against {batch / peer:N0}";
        return outcome with { Remark = string.Join(", ", new[] { rates, remark, outcome.Remark }.Where(part => part.Length > 0)) };
    }

    /// <summary>How much longer the Trainer takes than a bare loop of the same steps; and of these, what the guard against numbers that are not finite costs.</summary>
    private static Outcome Overhead(Contest contest)
    {
        var data = Images.Binary();
        using var loop = new TrainerLoop(data, Vae, Elbo, 128);
        using var bare = new BareLoop(data, Vae, Elbo, 128, isGuarded: true);
        using var unguarded = new BareLoop(data, Vae, Elbo, 128, isGuarded: false);
        var (ours, least) = Contest.Alternate(loop, bare);
        var (guarded, careless) = Contest.Alternate(bare, unguarded);
        return new(ours / least!.Value - 1, null, Unit.Percent, $"{ours * 1e3:0.00} ms against {least * 1e3:0.00} ms a step; the guard of the optimizer {guarded / careless!.Value - 1:0.0%}");
    }

    private static Outcome Start(Contest contest)
    {
        var launcher = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../latent"));
        double Once()
        {
            var start = Stopwatch.GetTimestamp();
            using var process = Process.Start(new ProcessStartInfo(launcher, ["models"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : throw new InvalidOperationException("'latent models' failed.");
        }
        Once();
        var times = Enumerable.Range(0, 9).Select(_ => Once()).Order().ToList();
        return new(times[times.Count / 2], null);
    }
}

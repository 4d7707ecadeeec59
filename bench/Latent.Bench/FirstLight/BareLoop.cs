using System.Diagnostics;
using Latent.Catalog;
using Latent.Data;
using Latent.Objectives;
using Latent.Torch;

namespace Latent.Bench.FirstLight;

/// <summary>The steps of a <see cref="TrainerLoop"/> and nothing else: batch, forward, backward, optimizer.</summary>
internal sealed class BareLoop : IContestant, IDisposable
{
    private readonly ParameterStore store = new();
    private readonly Batches batches;
    private readonly Func<Init, Objective> build;
    private readonly Adam optimizer;
    private readonly Rng rng = new(1);
    private long step;

    /// <summary>Such a loop.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="model">What is trained.</param>
    /// <param name="objective">On what.</param>
    /// <param name="batch">Examples of a step.</param>
    /// <param name="isGuarded">Whether the optimizer looks at the gradient's norm before each step, as the Trainer has it do.</param>
    public BareLoop(Dataset data, ModelRecipe model, ObjectiveRecipe objective, long batch, bool isGuarded)
    {
        batches = Batches.Shuffled(data, batch, rng);
        var summary = DataSummary.Of(data);
        build = init => objective.Build(model.Build(init, summary), batches.PerEpoch);
        _ = build(store.Init());
        optimizer = new(store) { RefusesNonFinite = isGuarded };
    }

    public double Run(double seconds)
    {
        using var team = new ReplicaTeam(Peer.Threads);
        var replicas = team.Replicate(store);
        var objectives = Array.ConvertAll(replicas, replica => build(replica.Init()));
        var start = Stopwatch.GetTimestamp();
        var (steps, elapsed) = (0, 0.0);
        for (; elapsed < seconds; elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds, steps++)
        {
            team.Run(r =>
            {
                using var scope = TensorScope.Open();
                objectives[r].Evaluate(batches.At(step, r, replicas.Length), rng, step).Value.Backward();
            });
            optimizer.Step(1e-3, replicas);
            step++;
        }
        foreach (var replica in replicas) replica.Dispose();
        return elapsed / steps;
    }

    public void Dispose() => store.Dispose();
}

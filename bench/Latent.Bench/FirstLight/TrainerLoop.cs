using Latent.Catalog;
using Latent.Data;
using Latent.Torch;
using Latent.Training;

namespace Latent.Bench.FirstLight;

/// <summary>Training as users have it: the Trainer over a data set in memory, with batches, metrics and the progress it reports.</summary>
internal sealed class TrainerLoop : IContestant, IDisposable
{
    private readonly ParameterStore store = new();
    private readonly Trainer trainer;
    private long step;

    /// <summary>Training of a model; its steps go on from call to call.</summary>
    /// <param name="data">The examples.</param>
    /// <param name="model">What is trained.</param>
    /// <param name="objective">On what.</param>
    /// <param name="batch">Examples of a step.</param>
    /// <param name="precision">The arithmetic.</param>
    public TrainerLoop(Dataset data, ModelRecipe model, ObjectiveRecipe objective, long batch, Precision precision = Precision.Full)
    {
        var batches = Batches.Shuffled(data, batch, new Rng(1));
        var summary = DataSummary.Of(data);
        var player = new Player(
            "model", store,
            init => objective.Build(model.Build(init, summary), batches.PerEpoch),
            parameters => new Adam(parameters),
            Schedules.Constant(1e-3));
        trainer = new([player], batches, new() { Steps = 1_000_000_000, Replicas = Peer.Threads, Precision = precision });
    }

    public double Run(double seconds)
    {
        using var time = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var before = step;
        var outcome = trainer.Run(cancellation: time.Token);
        step = outcome.Step;
        return outcome.Elapsed.TotalSeconds / (step - before);
    }

    public void Dispose() => store.Dispose();
}

using Latent.Data;

namespace Latent.Training;

/// <summary>Plays a game: in each step one player moves its parameters against the gradient of its objective on a batch.</summary>
/// <remarks>
/// <para>The numbers of a run depend on the seed, the data and the options alone; the number of replicas changes them by rounding.</para>
/// </remarks>
public sealed class Trainer
{
    private readonly TrainingOptions options;

    /// <summary>Builds the players' models and optimizers.</summary>
    /// <param name="players">Who plays, in the order of their turns.</param>
    /// <param name="data">The examples, in the element type of the parameters.</param>
    /// <param name="options">How.</param>
    public Trainer(IReadOnlyList<Player> players, Batches data, TrainingOptions options) => this.options = options;

    /// <summary>Trains until all steps are made, validation no longer improves, or <paramref name="cancellation"/> asks to stop.</summary>
    /// <param name="report">Called on this thread with each event.</param>
    /// <param name="cancellation">Ends training after the step that is being made, with a checkpoint.</param>
    /// <exception cref="NonFiniteException">A loss or a gradient is not finite.</exception>
    /// <exception cref="IOException">A file cannot be written; the last checkpoint is intact.</exception>
    public TrainingOutcome Run(Action<TrainingEvent>? report = null, CancellationToken cancellation = default) => throw new NotSupportedException(options.ToString());
}

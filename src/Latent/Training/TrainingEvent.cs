namespace Latent.Training;

/// <summary>What happens while a <see cref="Trainer"/> runs: console, run folder, TensorBoard and page all follow this one stream.</summary>
/// <param name="Step">The steps made so far, those before a resume included.</param>
public abstract record TrainingEvent(long Step)
{
    /// <summary>The first event: training begins, or goes on after <see cref="TrainingEvent.Step"/> steps.</summary>
    /// <param name="Step">The steps made before.</param>
    /// <param name="Steps">The steps to make in all.</param>
    /// <param name="StepsPerEpoch">The steps that go once through the data.</param>
    /// <param name="Parameters">How many numbers are trained.</param>
    /// <param name="Replicas">Threads that share each batch.</param>
    /// <param name="ThreadsPerReplica">Threads of each operator.</param>
    /// <param name="Rehearsals">Seconds per step by number of replicas, where the number was chosen by measuring; else empty.</param>
    /// <param name="ResumedFrom">The checkpoint that training goes on from; null if it begins anew.</param>
    public sealed record Started(
        long Step, long Steps, long StepsPerEpoch, long Parameters, int Replicas, int ThreadsPerReplica,
        IReadOnlyDictionary<int, double> Rehearsals, string? ResumedFrom) : TrainingEvent(Step);

    /// <summary>How it goes since the progress before.</summary>
    /// <param name="Step">The steps made.</param>
    /// <param name="Epoch">How often the data were gone through, as a fraction.</param>
    /// <param name="Terms">
    /// Means over the steps since: <c>loss</c> and the objective's terms, in nats per example. In a game of several players the
    /// names begin with the player's: <c>critic/loss</c>.
    /// </param>
    /// <param name="LearningRates">Each player's step length, by name.</param>
    /// <param name="GradientNorm">The mean Euclidean norm of the gradient, before clipping.</param>
    /// <param name="ExamplesPerSecond">The rate since.</param>
    /// <param name="Elapsed">Wall time of this run.</param>
    /// <param name="Remaining">The time left at this rate, if all steps are made.</param>
    public sealed record Progress(
        long Step, double Epoch, IReadOnlyDictionary<string, double> Terms, IReadOnlyDictionary<string, double> LearningRates,
        double GradientNorm, double ExamplesPerSecond, TimeSpan Elapsed, TimeSpan Remaining) : TrainingEvent(Step);

    /// <summary>A validation is done.</summary>
    /// <param name="Step">The steps made.</param>
    /// <param name="Epoch">How often the data were gone through, as a fraction.</param>
    /// <param name="Values">What was measured, by name.</param>
    /// <param name="IsBest">Whether the criterion is better than ever.</param>
    /// <param name="Elapsed">Wall time of this run.</param>
    public sealed record Validated(long Step, double Epoch, IReadOnlyDictionary<string, double> Values, bool IsBest, TimeSpan Elapsed) : TrainingEvent(Step);

    /// <summary>A checkpoint is on disk.</summary>
    /// <param name="Step">The steps made.</param>
    /// <param name="File">The file.</param>
    public sealed record Checkpointed(long Step, string File) : TrainingEvent(Step);

    /// <summary>A checkpoint could not be read; an older one is tried.</summary>
    /// <param name="Step">The steps made when it was written.</param>
    /// <param name="File">The file.</param>
    /// <param name="Reason">What is wrong with it, in sentences.</param>
    public sealed record CheckpointRefused(long Step, string File, string Reason) : TrainingEvent(Step);

    /// <summary>The last event but where an exception ends training.</summary>
    /// <param name="Step">The steps made.</param>
    /// <param name="Outcome">How it ended.</param>
    public sealed record Stopped(long Step, TrainingOutcome Outcome) : TrainingEvent(Step);

    /// <summary>A value that is not finite ends training: <see cref="Trainer.Run"/> throws the finding as a <see cref="NonFiniteException"/>.</summary>
    /// <param name="Step">The steps made before.</param>
    /// <param name="Finding">What was found.</param>
    public sealed record NonFinite(long Step, NonFiniteFinding Finding) : TrainingEvent(Step);
}

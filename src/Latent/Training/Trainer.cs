using Latent.Data;
using Latent.Torch;

namespace Latent.Training;

/// <summary>Plays a game: in each step one player moves its parameters against the gradient of its objective on a batch.</summary>
/// <remarks>
/// <para>The numbers of a run depend on the seed, the data, the game and the options alone. The number of replicas and of their
/// threads, which <see cref="TrainingEvent.Started"/> tells, changes them by rounding only; a run that resumes keeps the number it had, and ends, on the CPU, with the same bits as one that never stopped.</para>
/// <para>Each step has its batch, also in a game of several players: a round takes as many batches as it has steps.</para>
/// </remarks>
public sealed class Trainer
{
    private readonly Game game;
    private readonly Batches data;
    private readonly TrainingOptions options;
    private readonly Rng rng;
    private readonly CheckpointFolder? checkpoints;
    private long step;
    private double? best;
    private long? bestStep;
    private int stale;
    private int replicas;   // 0: not chosen yet
    private int threads;

    /// <summary>Builds the players' models and optimizers.</summary>
    /// <param name="players">Who plays, in the order of their turns.</param>
    /// <param name="data">The examples, in the element type of the parameters.</param>
    /// <param name="options">How long, and what else.</param>
    /// <exception cref="ArgumentException">There are no players, or two of the same name.</exception>
    public Trainer(IReadOnlyList<Player> players, Batches data, TrainingOptions options)
    {
        game = new(players, options.Seed);
        (this.data, this.options) = (data, options);
        rng = new Rng(options.Seed).Fork("training");
        checkpoints = options.Folder is { } folder ? new(folder, game) : null;
    }

    /// <summary>Trains until all steps are made, validation no longer improves, or <paramref name="cancellation"/> asks to stop; the next call goes on.</summary>
    /// <param name="report">Called on this thread with each event.</param>
    /// <param name="cancellation">Ends training after the step that is being made, with a checkpoint.</param>
    /// <exception cref="NonFiniteException">A loss or a gradient is not finite.</exception>
    /// <exception cref="IOException">A file cannot be written; the last checkpoint is intact.</exception>
    /// <exception cref="MalformedFileException">No checkpoint can be read, or they are those of another model or recipe.</exception>
    /// <exception cref="InvalidOperationException">The folder has checkpoints, and training is not to resume.</exception>
    public TrainingOutcome Run(Action<TrainingEvent>? report = null, CancellationToken cancellation = default)
    {
        report ??= _ => { };
        using var claim = options.Folder?.Claim();
        var resumedFrom = step == 0 ? Restore(report) : null;
        if (step == 0) Initialize();
        var rehearsals = ChooseReplicas();
        using var crew = Hire(replicas);
        report(new TrainingEvent.Started(step, options.Steps, data.PerEpoch, game.ParameterCount, crew.Replicas, crew.Threads, rehearsals, resumedFrom));

        var meter = new Meter(game, options.Clock);
        var (saved, savedAt) = (step, options.Clock.GetTimestamp());
        StopReason? reason;
        while ((reason = ReasonToStop(cancellation)) is null)
        {
            MakeStep(crew, meter, report);
            if (IsDue(options.LogEvery)) report(meter.Report(step, Epoch, options.Steps - step));
            if (options.Validation is { } validation && IsDue(options.ValidateEvery ?? data.PerEpoch)) report(Validate(validation, meter));
            if ((options.CheckpointEvery is { } every && IsDue(every)) || options.Clock.GetElapsedTime(savedAt) >= options.CheckpointInterval)
                (saved, savedAt) = (Save(report), options.Clock.GetTimestamp());
        }
        if (saved < step) Save(report);
        var outcome = new TrainingOutcome(step, reason.Value, best, bestStep, meter.Elapsed);
        report(new TrainingEvent.Stopped(step, outcome));
        return outcome;
    }

    /// <summary>Once, on the players' own stores: replicas share their memory, and checkpoints keep it.</summary>
    private void Initialize()
    {
        using var scope = TensorScope.Open();
        using var noGrad = Autograd.NoGrad();
        foreach (var player in game.Players) player.Initialize?.Invoke();
    }

    private double Epoch => (double)step / data.PerEpoch;

    /// <summary>Whether the steps made are a multiple, or all.</summary>
    private bool IsDue(long every) => step % every == 0 || step == options.Steps;

    private StopReason? ReasonToStop(CancellationToken cancellation)
    {
        if (step >= options.Steps) return StopReason.Completed;
        if (stale >= options.Patience) return StopReason.EarlyStopped;
        return cancellation.IsCancellationRequested ? StopReason.Cancelled : null;
    }

    private void MakeStep(Crew crew, Meter meter, Action<TrainingEvent> report)
    {
        crew.Differentiate(step);
        var player = game.PlayerAt(step);
        var norm = double.NaN;
        var isFinite = double.IsFinite(crew.Loss);
        if (isFinite) norm = game.Optimizers[player].Step(game.Players[player].LearningRate(step), crew.StoresOf(player));
        if (!isFinite || !double.IsFinite(norm)) throw NonFinite(crew, report);
        step++;
        meter.Add(player, crew.Shares, norm, crew.Examples);
    }

    private NonFiniteException NonFinite(Crew crew, Action<TrainingEvent> report)
    {
        var finding = NonFiniteSearch.Find(game, crew, step);
        if (options.Folder is { } folder) finding = NonFiniteSearch.Save(finding, data, folder, path => checkpoints!.SaveTo(path, State));
        report(new TrainingEvent.NonFinite(step, finding));
        return new(finding);
    }

    private TrainingEvent.Validated Validate(Validation validation, Meter meter)
    {
        var values = game.WithAverages(() =>
        {
            using var scope = TensorScope.Open();
            using var noGrad = Autograd.NoGrad();
            return validation.Measure(game.Objective);
        });
        if (!values.TryGetValue(validation.Criterion, out var value))
            throw new InvalidOperationException($"Validation measured no '{validation.Criterion}', but {string.Join(", ", values.Keys)}: take one of these for criterion.");
        var isBest = double.IsFinite(value) && (best is not { } b || (validation.HigherIsBetter ? value > b : value < b));
        if (isBest) (best, bestStep, stale) = (value, step, 0);
        else stale++;
        if (isBest) checkpoints?.SaveBest(State);
        return new(step, Epoch, values, isBest, meter.Elapsed);
    }

    private Checkpoint State => new(
        step, game.Players.Select((p, i) => (p.Name, game.Optimizers[i].StepCount)).ToDictionary(), best, bestStep, stale, replicas, threads, options.Seed, options.RecipeHash);

    private long Save(Action<TrainingEvent> report)
    {
        if (checkpoints is not null) report(new TrainingEvent.Checkpointed(step, checkpoints.Save(State)));
        return step;
    }

    /// <summary>Goes back to the folder's last checkpoint.</summary>
    /// <returns>Its file; null if there is none.</returns>
    private string? Restore(Action<TrainingEvent> report)
    {
        if (checkpoints is null) return null;
        if (!options.Resume && checkpoints.Steps is [var last, ..])
            throw new InvalidOperationException($"'{options.Folder!.Path}' has a checkpoint of step {last}: resume that run, or take another name.");
        if (checkpoints.Restore(CheckRecipe, report) is not var (checkpoint, file)) return null;
        for (var i = 0; i < game.Players.Count; i++)
            game.Optimizers[i].StepCount = checkpoint.Updates.TryGetValue(game.Players[i].Name, out var updates)
                ? updates
                : throw new MalformedFileException(file, "metadata", $"The checkpoint has no player '{game.Players[i].Name}', but {string.Join(", ", checkpoint.Updates.Keys)}.", "Resume with the players of the run.");
        (step, best, bestStep, stale, replicas, threads) = (checkpoint.Step, checkpoint.Best, checkpoint.BestStep, checkpoint.Stale, checkpoint.Replicas, checkpoint.Threads);
        return file;
    }

    private void CheckRecipe(Checkpoint checkpoint, string file)
    {
        if (checkpoint.RecipeHash != options.RecipeHash || checkpoint.Seed != options.Seed)
            throw new MalformedFileException(file, "metadata", "The checkpoint was made by another recipe or seed.", "Resume with the run's own recipe.yaml, or take another name.");
    }

    /// <summary>Decides how many replicas there are, if that is open.</summary>
    /// <returns>What was measured to decide it.</returns>
    private IReadOnlyDictionary<int, double> ChooseReplicas()
    {
        var measured = new Dictionary<int, double>();
        if (replicas > 0) return measured;
        var most = game.CouplesExamples ? 1 : (int)Math.Min(data.Size, options.Replicas ?? (game.Stores[0].Device.Type == DeviceType.Cpu ? Environment.ProcessorCount : 1));
        replicas = most;
        // Threads within operators wait for each other, busily, at each of them: beside other work, or with small matrices, many times slower than one.
        threads = options.Threads ?? (options.Replicas is null && most > 1 ? 1 : Libtorch.Threads);
        if (options.Replicas is null && most > 1)
        {
            var seconds = Rehearsal.Measure(game, Hire, most, step);
            replicas = seconds.MinBy(s => s.Value).Key;
            measured = new(seconds);
        }
        if (replicas > 1) threads = 1;
        return measured;
    }

    private Crew Hire(int size) => new(game, data, rng, options.Precision, size, size > 1 ? 1 : threads);
}

using Latent.Torch;

namespace Latent.Training;

/// <summary>What a checkpoint says beside its tensors: all that a run needs to go on as if it had never stopped.</summary>
/// <remarks>
/// A checkpoint is a safetensors file: parameters by their paths, what the optimizer keeps of each (<c>average:path</c>, its moments),
/// and this as metadata. Schedules, data and random numbers are functions of the step.
/// </remarks>
/// <param name="Step">The steps made.</param>
/// <param name="Updates">How many of them each player's optimizer made.</param>
/// <param name="Best">The best value of the validation's criterion; null before the first.</param>
/// <param name="BestStep">When it was measured.</param>
/// <param name="Stale">Validations in a row without improvement.</param>
/// <param name="Replicas">Threads that share each batch.</param>
/// <param name="Threads">Threads of each operator.</param>
/// <param name="Seed">What the random numbers derive from.</param>
/// <param name="RecipeHash">What the run is made by.</param>
public sealed record Checkpoint(
    long Step, IReadOnlyDictionary<string, long> Updates, double? Best, long? BestStep, int Stale, int Replicas, int Threads, ulong Seed, string RecipeHash)
{
    private const string Format = "latent-checkpoint";
    private const string UpdatesPrefix = "updates/";
    private const string AverageName = "average";

    /// <summary>Reads what a checkpoint says.</summary>
    /// <exception cref="MalformedFileException">The file is damaged, or no checkpoint.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Checkpoint Read(string file)
    {
        using var opened = SafetensorsFile.Open(file);
        return Parse(file, opened.Metadata);
    }

    /// <summary>Reads the parameters to be used: the moving average of the parameters where the checkpoint has one.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="store">The model's parameters; all must have been made.</param>
    /// <exception cref="MalformedFileException">The file is damaged, or is that of another model. The store is as it was then.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Checkpoint LoadForUse(string file, ParameterStore store) =>
        Parse(file, CompanionsIn(file).Contains(AverageName) ? store.LoadCompanionAsParameters(file, AverageName) : store.Load(file));

    /// <summary>Reads everything to go on with.</summary>
    internal static Checkpoint LoadToResume(string file, ParameterStore store) => Parse(file, store.Load(file, [.. CompanionsIn(file)]));

    internal void Save(string file, ParameterStore store)
    {
        var metadata = new Dictionary<string, string>
        {
            ["format"] = Format,
            ["version"] = "1",
            ["step"] = Step.ToString(),
            ["stale"] = Stale.ToString(),
            ["replicas"] = Replicas.ToString(),
            ["threads"] = Threads.ToString(),
            ["seed"] = Seed.ToString(),
            ["recipe"] = RecipeHash,
        };
        if (Best is { } best) (metadata["best"], metadata["best-step"]) = (best.ToString("R"), BestStep!.Value.ToString());
        foreach (var (player, updates) in Updates) metadata.Add(UpdatesPrefix + player, updates.ToString());
        store.Save(file, metadata);
    }

    private static IReadOnlyList<string> CompanionsIn(string file)
    {
        using var opened = SafetensorsFile.Open(file);
        return [.. opened.Entries.Keys.Where(name => name.Contains(':')).Select(name => name.Split(':')[0]).Distinct()];
    }

    private static Checkpoint Parse(string file, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("format") != Format)
            throw new MalformedFileException(file, "metadata 'format'", "This is no checkpoint of a training run.", "Take a file of runs/NAME/checkpoints.");
        if (metadata.GetValueOrDefault("version") is not "1" and var version)
            throw new MalformedFileException(file, "metadata 'version'", $"The checkpoint has version {version}, and this Latent knows 1.", "Use the Latent that wrote it, or a newer one.");

        T Number<T>(string key) where T : struct, IParsable<T> => T.TryParse(metadata.GetValueOrDefault(key), null, out var number)
            ? number
            : throw new MalformedFileException(file, $"metadata '{key}'", "It is missing, or no number.", MalformedFileException.FetchAgain);
        T? OptionalNumber<T>(string key) where T : struct, IParsable<T> => metadata.ContainsKey(key) ? Number<T>(key) : null;

        return new(
            Number<long>("step"),
            metadata.Keys.Where(k => k.StartsWith(UpdatesPrefix, StringComparison.Ordinal)).ToDictionary(k => k[UpdatesPrefix.Length..], Number<long>),
            OptionalNumber<double>("best"), OptionalNumber<long>("best-step"),
            Number<int>("stale"), Number<int>("replicas"), Number<int>("threads"), Number<ulong>("seed"), metadata.GetValueOrDefault("recipe", ""));
    }
}

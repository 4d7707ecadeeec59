using Latent.Torch;

namespace Latent.Training;

/// <summary>Everything a run leaves behind, in one folder: <c>runs/NAME/</c>.</summary>
/// <param name="path">The folder; made when training begins.</param>
public sealed class RunFolder(string path)
{
    private const string Extension = ".safetensors";
    private const string BestStem = "best";
    private const int WouldBlock = 11; // EWOULDBLOCK: what the system says of a file that another process has locked

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>The run's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The recipe, complete and resolved.</summary>
    public string RecipeFile => At("recipe.yaml");

    /// <summary>What the run keeps of its data, so that the model can be used without them.</summary>
    public string DataFile => At("data.json");

    /// <summary>The measurements, a JSON object per line.</summary>
    public string MetricsFile => At("metrics.jsonl");

    /// <summary>How it ended.</summary>
    public string SummaryFile => At("summary.json");

    /// <summary>The fullest evaluation on the test set, or where there is none on what else was not trained on.</summary>
    public string EvaluationFile => At("evaluation.json");

    /// <summary>The fullest evaluation on a part of the data.</summary>
    /// <param name="part">The part that was asked for; null or <c>test</c> for <see cref="EvaluationFile"/>.</param>
    public string EvaluationOf(string? part) => part is null or "test" ? EvaluationFile : At($"evaluation-{part}.json");

    /// <summary>Of a model of the plane: its data, samples and density side by side, as of the last evaluation.</summary>
    public string PlanarFile => At("density.png");

    /// <summary>The folder of pictures: samples and reconstructions.</summary>
    public string Samples => At("samples");

    /// <summary>The folder of the last two checkpoints, <c>STEP.safetensors</c>, and of the best, <c>best.safetensors</c>. Where players have stores of their own, each has a file: <c>STEP.PLAYER.safetensors</c>.</summary>
    public string Checkpoints => At("checkpoints");

    /// <summary>The folder of the step that gave a number that is not finite, as saved to be replayed.</summary>
    public string NonFinite => At("non-finite");

    /// <summary>The checkpoint of the latest step; null if there is none.</summary>
    /// <param name="player">Whose, where players have stores of their own.</param>
    public string? LastCheckpoint(string? player = null) => Steps(player) is [var last, ..] ? CheckpointFile(last, player) : null;

    /// <summary>The checkpoint of the best validation; null if there is none.</summary>
    /// <inheritdoc cref="LastCheckpoint"/>
    public string? BestCheckpoint(string? player = null) => File.Exists(BestFile(player)) ? BestFile(player) : null;

    internal string CheckpointFile(long step, string? player) => InCheckpoints($"{step:D9}", player);

    internal string BestFile(string? player) => InCheckpoints(BestStem, player);

    /// <summary>The steps that have a checkpoint, the latest first.</summary>
    internal IReadOnlyList<long> Steps(string? player)
    {
        if (!Directory.Exists(Checkpoints)) return [];
        var suffix = Suffix(player);
        var steps = new List<long>();
        foreach (var file in Directory.EnumerateFiles(Checkpoints, "*" + suffix))
            if (long.TryParse(System.IO.Path.GetFileName(file)[..^suffix.Length], out var step)) steps.Add(step);
        return [.. steps.OrderDescending()];
    }

    /// <summary>Makes sure that no process trains in the folder, before work is done that would be in vain.</summary>
    /// <exception cref="IOException">One does.</exception>
    public void CheckIsFree()
    {
        try
        {
            if (File.Exists(LockFile)) Lock().Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e);
        }
    }

    /// <summary>Makes the folder, removes what a killed run left half-written, and keeps others from training in it until disposed.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process trains in it.</exception>
    internal IDisposable Claim()
    {
        try
        {
            Directory.CreateDirectory(Checkpoints);
            var claim = Lock();
            foreach (var torn in Directory.EnumerateFiles(Checkpoints, AtomicFile.TemporaryPattern)) File.Delete(torn);
            return claim;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(e);
        }
    }

    private FileStream Lock() => new(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private IOException Unusable(Exception e) => new(
        e.HResult == WouldBlock
            ? $"Another process trains in '{Path}': wait for its end, or train under another name."
            : $"Cannot train in '{Path}': {WriteFailure.Of(e, Checkpoints)} Check that you may write there, and that the disk has room.",
        e);

    private string LockFile => At(".lock");

    private string InCheckpoints(string stem, string? player) => System.IO.Path.Combine(Checkpoints, stem + Suffix(player));

    private static string Suffix(string? player) => player is null ? Extension : $".{player}{Extension}";

    private string At(string name) => System.IO.Path.Combine(Path, name);
}

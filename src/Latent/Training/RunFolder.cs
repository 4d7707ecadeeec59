namespace Latent.Training;

/// <summary>Everything a run leaves behind, in one folder: <c>runs/NAME/</c>.</summary>
/// <param name="path">The folder; made when it is first needed.</param>
public sealed class RunFolder(string path)
{
    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The run's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The recipe, complete and resolved.</summary>
    public string RecipeFile => At("recipe.yaml");

    /// <summary>The measurements, a JSON object per line.</summary>
    public string MetricsFile => At("metrics.jsonl");

    /// <summary>How it ended.</summary>
    public string SummaryFile => At("summary.json");

    /// <summary>Pictures of samples and reconstructions.</summary>
    public string Samples => At("samples");

    /// <summary>The last two checkpoints, and the best.</summary>
    public string Checkpoints => At("checkpoints");

    /// <summary>A step that gave a number that is not finite, as saved to be replayed.</summary>
    public string NonFinite => At("non-finite");

    private string At(string name) => System.IO.Path.Combine(Path, name);
}

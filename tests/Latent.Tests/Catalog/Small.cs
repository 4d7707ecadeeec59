using System.Text.RegularExpressions;
using Latent.Catalog;
using Latent.Data;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Catalog;

/// <summary>Recipes made small, on data made for them, so that training takes a blink.</summary>
internal static partial class Small
{
    private const int Prototypes = 8;
    private const long Side = 16; // of pictures, which the run's log may draw pixel by pixel

    /// <summary>All recipes: those of the catalog by name, those of the folder <c>recipes</c> by path.</summary>
    public static TheoryData<string> Recipes =>
    [
        .. ModelCatalog.Names,
        .. Directory.EnumerateFiles(Repository.At("recipes"), "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>A recipe by name or path.</summary>
    public static Recipe Find(string source, params IEnumerable<string> settings) => ModelCatalog.Find(source.EndsWith(".yaml", StringComparison.Ordinal) ? Repository.At(source) : source, settings);

    /// <summary>The recipe with few layers, units, latent coordinates and draws.</summary>
    public static Recipe Shrunk(Recipe recipe, params IEnumerable<string> settings)
    {
        var text = Sizes().Replace(ModelCatalog.Yaml.Write(recipe), line => Number().Replace(line.Value, n => $"{Math.Min(long.Parse(n.Value), line.Groups["key"].Value == "hidden" ? 23 : 5)}"));
        return ModelCatalog.Yaml.Read<Recipe>(text, "small.yaml", settings);
    }

    /// <summary>Settings that lay a recipe on examples of the shape and kind that it is meant for: eight prototypes far from each other, again and again.</summary>
    /// <param name="folder">Where the file goes.</param>
    /// <param name="recipe">The recipe, whose data need not be there.</param>
    /// <param name="train">How many examples there are to train on; eight more for validation and eight for the test.</param>
    public static string[] DataFor(TemporaryFolder folder, Recipe recipe, int train)
    {
        var kind = NamedSets.Find(recipe.Data.Set).Examples; // [1, 28, 28], 256 levels
        Shape shape = [.. Number().Matches(kind[..kind.IndexOf(']')]).Select(n => long.Parse(n.Value))];
        if (shape.Rank == 3) shape = [shape[0], Math.Min(shape[1], Side), Math.Min(shape[2], Side)];
        int? levels = kind.EndsWith("reals", StringComparison.Ordinal) ? null : kind.EndsWith("binary", StringComparison.Ordinal) ? 2 : int.Parse(Number().Matches(kind)[^1].Value);
        var path = folder.At($"prototypes-{train}.npz");
        NpzFile.Write(path, new Dictionary<string, HostArray> { ["x_train"] = Examples(shape, levels, train), ["x_valid"] = Examples(shape, levels, Prototypes), ["x_test"] = Examples(shape, levels, Prototypes) });
        return [$"data.set='{path}'", .. levels is null ? [] : new[] { $"data.levels={levels}" }];
    }

    /// <summary>The same values in files of all kinds: of levels, only the least and the most.</summary>
    public static HostArray Examples(Shape shape, int? levels, int count)
    {
        var size = (int)shape.Elements;
        var prototypes = new float[Prototypes * size];
        new Rng(31).Normal(prototypes);
        if (shape.Rank == 3) Stripe(prototypes, shape);
        var values = new float[count * size];
        for (var i = 0; i < values.Length; i++) values[i] = prototypes[i % prototypes.Length];
        return levels is { } l
            ? HostArray.From<byte>(Array.ConvertAll(values, v => v > 0 ? (byte)(l - 1) : (byte)0), [count, .. shape.AsSpan()])
            : HostArray.From<float>(values, [count, .. shape.AsSpan()]);
    }

    /// <summary>Pictures of stripes in as many directions: noise would give convolutions nothing to find.</summary>
    private static void Stripe(Span<float> prototypes, Shape picture)
    {
        for (var i = 0; i < prototypes.Length; i++)
        {
            var (place, prototype) = (i % (picture[1] * picture[2]), i / picture.Elements);
            var angle = Math.PI * prototype / Prototypes;
            prototypes[i] = (float)Math.Sin(place / picture[2] * Math.Cos(angle) + place % picture[2] * Math.Sin(angle) + 0.5);
        }
    }

    /// <summary>A small VAE on a file.</summary>
    public static Recipe Vae(string data, params IEnumerable<string> settings) =>
        Shrunk(Find("vae"), [$"data.set='{data}'", "training.batch=7", "training.replicas=2", .. settings]);

    /// <summary>Trains; with <paramref name="until"/>, cancels after that step.</summary>
    public static (TrainingOutcome Outcome, List<TrainingEvent> Events) Trained(this Experiment experiment, RunFolder folder, bool resume = false, long? until = null)
    {
        using var cancel = new CancellationTokenSource();
        var events = new List<TrainingEvent>();
        var outcome = experiment.Train(folder, resume, e =>
        {
            events.Add(e);
            if (e is TrainingEvent.Progress && e.Step == until) cancel.Cancel();
        }, cancel.Token);
        return (outcome, events);
    }

    [GeneratedRegex(@"^ *(?<key>hidden|latent|channels|particles|layers): .*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sizes();

    [GeneratedRegex(@"[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Number();
}

using System.Globalization;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Cli.Tests.Use;

/// <summary>Runs to be used: of pictures, of points in the plane, and of a table of the user's. Trained once, briefly, by the command line.</summary>
public sealed class TrainedRuns : IDisposable
{
    public const string Collection = "trained runs";
    public const int Rows = 211;

    private readonly TemporaryFolder folder = new();

    public TrainedRuns()
    {
        WriteTable(Table, Rows, seed: 1);
        CommandRun.Succeeding(["train", "vae", "--data", "bars", "--epochs", "0.1", "--name", "pictures", .. In, .. Small]);
        CommandRun.Succeeding(["train", "vae", "--data", "eight-gaussians", "--epochs", "0.04", "--name", "plane", .. In, .. Small]);
        CommandRun.Succeeding(["train", "vae", "--data", Table, "--set", "data.label=kind", "--epochs", "60", "--name", "table", .. In, .. Small, "--set", "training.batch=13", "--set", "training.learningRate.value=0.01"]);
    }

    /// <summary>A model that trains in no time; two replicas, since the number must not be found by measuring where bits are compared.</summary>
    public static string[] Small =>
    [
        "--set", "model.latent=3", "--set", "model.encoder.hidden=[7]", "--set", "model.decoder.hidden=[7]", "--set", "training.batch=100", "--set", "training.replicas=2",
        "--set", "evaluation.particles=5", "--set", "evaluation.examples=31",
    ];

    /// <summary>The folder of all runs, as an option.</summary>
    public string[] In => ["--runs", At("runs")];

    /// <summary>Columns a, b and their sum with some noise, and a class.</summary>
    public string Table => At("table.csv");

    public string At(string name) => folder.At(name);

    public RunFolder this[string run] => new(Path.Combine(At("runs"), run));

    /// <summary>Rows of which the third column is the sum of the others and some noise, or a column from elsewhere.</summary>
    public static void WriteTable(string path, int rows, ulong seed, bool isShuffled = false)
    {
        var numbers = new double[4 * rows];
        new Rng(seed).Normal(numbers);
        using var file = File.CreateText(path);
        file.WriteLine("a,b,c,kind");
        for (var i = 0; i < rows; i++)
        {
            var (a, b) = (numbers[4 * i], numbers[4 * i + 1]);
            var c = isShuffled ? Math.Sqrt(2) * numbers[4 * i + 3] : a + b;
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{a:R},{b:R},{10 + c + 0.05 * numbers[4 * i + 2]:R},{i % 3}"));
        }
    }

    public void Dispose() => folder.Dispose();
}

[CollectionDefinition(TrainedRuns.Collection)]
public sealed class TrainedRunsCollection : ICollectionFixture<TrainedRuns>;

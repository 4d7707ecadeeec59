using Latent.Cli.Tests.Use;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Cli.Tests.Train;

/// <summary>Command lines that train on a small table: 169 training examples in 13 steps an epoch.</summary>
internal sealed class TableRuns : IDisposable
{
    public const double StepsPerEpoch = 13;

    private readonly TemporaryFolder folder = new();

    public TableRuns() => TrainedRuns.WriteTable(At("table.csv"), 211, seed: 1);

    public string[] In => ["--runs", At("runs")];

    public string At(string name) => folder.At(name);

    public RunFolder Run(string name) => new(Path.Combine(At("runs"), name));

    public string[] Line(string name, params string[] more) =>
        ["train", "vae", "--data", At("table.csv"), .. TrainedRuns.Small, "--set", "training.batch=13", .. In, "--name", name, .. more];

    /// <summary>How many epochs that many steps are.</summary>
    public static string Epochs(long steps) => FormattableString.Invariant($"{steps / StepsPerEpoch:R}");

    /// <summary>The tensors of a checkpoint, as bits.</summary>
    public static Dictionary<string, byte[]> Contents(string? file)
    {
        using var opened = SafetensorsFile.Open(file!);
        return opened.ReadAll().ToDictionary(tensor => tensor.Key, tensor => tensor.Value.Bytes.ToArray());
    }

    public static void AssertSame(RunFolder expected, RunFolder actual)
    {
        Assert.Equal(Checkpoint.Read(expected.LastCheckpoint()!).Step, Checkpoint.Read(actual.LastCheckpoint()!).Step);
        Assert.Equal(Contents(expected.LastCheckpoint()), Contents(actual.LastCheckpoint()));
        Assert.Equal(Contents(expected.BestCheckpoint()), Contents(actual.BestCheckpoint()));
    }

    public void Dispose() => folder.Dispose();
}

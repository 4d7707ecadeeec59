using System.Text.Json;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;

namespace Latent.Cli.Tests.Use;

/// <summary><c>latent compare</c>: a ranking where the protocol is the same, else a refusal that says why.</summary>
public sealed class CompareTests : IClassFixture<CompareTests.GreyRuns>
{
    private readonly GreyRuns runs;

    public CompareTests(GreyRuns runs) => this.runs = runs;

    /// <summary>Runs on one file of grey pictures: two that compare, and others that differ in one thing.</summary>
    public sealed class GreyRuns : IDisposable
    {
        private readonly TemporaryFolder folder = new();

        public GreyRuns()
        {
            var pixels = new double[131 * 9];
            new Rng(5).Uniform(pixels);
            NpyFile.Write(folder.At("grey.npy"), HostArray.From<byte>([.. pixels.Select((u, i) => (byte)(i % 9 < 4 ? 30 * u : 255 - 30 * u))], [131, 1, 3, 3]));
            Train("poor");
            Train("good", "--epochs", "60", "--set", "training.learningRate.value=0.03");
            Train("static", "--set", "data.binarization=static");
            Train("threshold", "--set", "data.binarization=threshold");
            Train("split", "--set", "data.seed=1");
            Train("few", "--set", "evaluation.examples=7");
        }

        public string[] In => ["--runs", folder.At("runs")];

        private void Train(string name, params string[] more) => CommandRun.Succeeding(
            ["train", "vae", "--data", folder.At("grey.npy"), "--epochs", "1", "--name", name, .. In, .. TrainedRuns.Small, "--set", "training.batch=50", "--set", "evaluation.examples=100", .. more]);

        public void Dispose() => folder.Dispose();
    }

    [Fact]
    public void The_better_run_comes_first()
    {
        var lines = CommandRun.Succeeding(["compare", "poor", "good", .. runs.In]).Split('\n');

        Assert.Matches(@"^run +model +log p\(x\) +K +ELBO +rate +active +distortion +parameters$", lines[0]);
        Assert.Matches(@"^good +vae +≈ −\d+\.\d\d ± \d+\.\d\d +5 +−\d+\.\d\d +\d+\.\d\d +\d/3 +\d+\.\d\d +\d+$", lines[1]);
        Assert.StartsWith("poor", lines[2], StringComparison.Ordinal);
        Assert.Equal(["", "On grey.npy/test, all 13; preprocessing: dynamic binarization.", "Nats per example: = exact, ≈ estimated from below by K draws, ≥ lower bound.", ""], lines[3..]);
    }

    [Theory]
    [InlineData("static", "preprocessing static binarization")]
    [InlineData("threshold", "preprocessing threshold binarization")]
    [InlineData("split", "split ")]
    [InlineData("few", "examples 7 of 13, at equal distances, not all 13")]
    public void Runs_that_do_not_compare_are_refused_with_the_reason(string other, string reason)
    {
        var (code, output, error) = CommandRun.Of(["compare", "poor", other, .. runs.In]);

        Assert.Equal((ExitCode.Problem, ""), (code, output));
        var lines = error.Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{other} does not compare with poor: {reason}", lines[0], StringComparison.Ordinal);
        Assert.Equal("Evaluate them alike, or show them side by side all the same with --force.", lines[1]);
    }

    [Fact]
    public void By_force_they_stand_side_by_side_with_the_reasons()
    {
        var output = CommandRun.Succeeding(["compare", "poor", "static", "split", "--force", .. runs.In]);

        Assert.Contains("static does not compare with poor: preprocessing", output, StringComparison.Ordinal);
        Assert.Contains("split does not compare with poor: split", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split('\n').Count(line => line.Contains(" vae ", StringComparison.Ordinal)));
        Assert.DoesNotContain("On grey.npy", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_get_an_object_in_any_case()
    {
        using var alike = JsonDocument.Parse(CommandRun.Succeeding(["compare", "poor", "good", "--json", .. runs.In]));
        Assert.True(alike.RootElement.GetProperty("comparable").GetBoolean());
        Assert.Equal(["good", "poor"], Ranking(alike));

        var (code, output, error) = CommandRun.Of(["compare", "poor", "static", "--json", .. runs.In]);
        using var refused = JsonDocument.Parse(output);
        Assert.Equal((ExitCode.Problem, ""), (code, error));
        Assert.False(refused.RootElement.GetProperty("comparable").GetBoolean());
        Assert.Single(refused.RootElement.GetProperty("refusals").EnumerateArray());
        Assert.Empty(Ranking(refused));

        using var forced = JsonDocument.Parse(CommandRun.Succeeding(["compare", "poor", "static", "--json", "--force", .. runs.In]));
        Assert.False(forced.RootElement.GetProperty("comparable").GetBoolean());
        Assert.Equal(2, Ranking(forced).Count());

        static IEnumerable<string?> Ranking(JsonDocument json) => json.RootElement.GetProperty("ranking").EnumerateArray().Select(report => report.GetProperty("model").GetProperty("run").GetString());
    }
}

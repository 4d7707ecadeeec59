using System.Text.Json;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

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
            NpyFile.Write(folder.At("grey.npy"), HostArray.From<byte>([.. pixels.Select((u, i) => (byte)(i % 9 < 4 == i / 9 % 2 < 1 ? 30 * u : 255 - 30 * u))], [131, 1, 3, 3]));
            Train("poor");
            Train("good", "--set", "training.epochs=60", "--set", "training.learningRate.value=0.03");
            Train("static", "--set", "data.binarization=static");
            Train("threshold", "--set", "data.binarization=threshold");
            Train("split", "--set", "data.seed=1");
            Train("few", "--set", "evaluation.examples=7");
            Train("close", "--set", "evaluation.particles=7");
        }

        public string[] In => ["--runs", folder.At("runs")];

        public RunFolder this[string run] => new(Path.Combine(folder.At("runs"), run));

        /// <summary>The evaluations of all runs, to be put back.</summary>
        public IReadOnlyDictionary<string, string> Reports
        {
            get => Directory.EnumerateDirectories(folder.At("runs")).Select(run => new RunFolder(run).EvaluationFile).ToDictionary(file => file, File.ReadAllText);
            set
            {
                foreach (var (file, report) in value) File.WriteAllText(file, report);
            }
        }

        private void Train(string name, params string[] more) => CommandRun.Succeeding(
            ["train", "vae", "--data", folder.At("grey.npy"), "--name", name, .. In, .. TrainedRuns.Small, "--set", "training.batch=50", "--set", "training.epochs=1", "--set", "evaluation.examples=100", .. more]);

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
    [InlineData("threshold", "preprocessing binarization at ")]
    [InlineData("split", "split ")]
    public void Runs_that_do_not_compare_are_refused_with_the_reason(string other, string reason)
    {
        var (code, output, error) = CommandRun.Of(["compare", "poor", other, .. runs.In]);

        Assert.Equal((ExitCode.Problem, ""), (code, output));
        var lines = error.Split('\n');
        Assert.StartsWith($"{other} does not compare with poor: {reason}", lines[0], StringComparison.Ordinal);
        Assert.Equal(["Train them on the same data, prepared alike, or show them side by side all the same with --force.", ""], lines[^2..]);
    }

    [Fact]
    public void Runs_that_were_measured_otherwise_compare_after_the_command_that_is_given()
    {
        var (code, output, error) = CommandRun.Of(["compare", "few", "good", "close", .. runs.In]);
        Assert.Equal((ExitCode.Problem, ""), (code, output));
        var lines = error.Split('\n');
        Assert.Equal(
            [
                "good does not compare with few: examples all 13, not 7 of 13, at equal distances.",
                "close does not compare with few: examples all 13, not 7 of 13, at equal distances.",
                "close does not compare with few: draws 7 per example, not 5 per example.",
                "Evaluate 'few', 'good' again, so that all are measured alike, or show them side by side all the same with --force.",
                $"  latent eval few {string.Join(' ', runs.In)} --particles 7 --examples 13",
                $"  latent eval good {string.Join(' ', runs.In)} --particles 7 --examples 13",
                "",
            ],
            lines);

        var reports = runs.Reports;
        foreach (var line in lines[^3..^1]) CommandRun.Succeeding(line.Trim().Split(' ')[1..]);
        Assert.StartsWith("run", CommandRun.Succeeding(["compare", "few", "good", "close", .. runs.In]), StringComparison.Ordinal);
        runs.Reports = reports;
    }

    [Theory]
    [InlineData("--examples", "7")]
    [InlineData("--particles", "3")]
    [InlineData("--examples", "12", "--particles", "7")]
    [InlineData("--examples", "7", "--checkpoint", "last")]
    public void A_lesser_evaluation_is_shown_and_does_not_take_the_place_of_a_fuller_one(params string[] options)
    {
        var before = File.ReadAllText(runs["poor"].EvaluationFile);
        var (code, output, error) = CommandRun.Of(["eval", "poor", .. options, .. runs.In]);

        Assert.Equal((ExitCode.Success, $"Note: this evaluation is not kept, since the run has a fuller one: all 13, 5 draws each. To keep another, remove {runs["poor"].EvaluationFile} first.\n"), (code, error));
        Assert.Contains("\n  log p(x) ≈ ", output, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(runs["poor"].EvaluationFile));
    }

    [Fact]
    public void An_evaluation_as_full_takes_the_place_of_the_one_before()
    {
        var reports = runs.Reports;
        Assert.Equal(CommandRun.Succeeding(["eval", "poor", "--json", "--seed", "1", .. runs.In]), File.ReadAllText(runs["poor"].EvaluationFile));
        Assert.Equal(CommandRun.Succeeding(["eval", "poor", "--json", "--particles", "6", .. runs.In]), File.ReadAllText(runs["poor"].EvaluationFile));
        runs.Reports = reports;
    }

    [Fact]
    public void Each_part_of_the_data_has_an_evaluation_of_its_own()
    {
        var reports = runs.Reports;
        foreach (var run in new[] { "few", "poor" }) CommandRun.Succeeding(["eval", run, "--part", "validation", "--examples", "7", .. runs.In]);
        Assert.Equal(reports, runs.Reports);

        var (code, output, error) = CommandRun.Of(["compare", "few", "poor", "threshold", "--part", "validation", .. runs.In]);
        Assert.Equal((ExitCode.Success, $"The run 'threshold' has not been evaluated on 'validation': run 'latent eval threshold {string.Join(' ', runs.In)} --part validation' first.\n"), (code, error));
        Assert.Contains("\nOn grey.npy/validation, 7 of 13, at equal distances; ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--force")]
    [InlineData("--json")]
    public void One_run_is_none_to_compare(params string[] more)
    {
        var (code, output, error) = CommandRun.Of(["compare", "poor", .. more, .. runs.In]);

        Assert.Equal((ExitCode.Problem, $"'poor' is the only evaluated run that was named: name another to compare it with, or look at it alone with 'latent eval poor {string.Join(' ', runs.In)}'.\n"), (code, error));
        Assert.Equal(more is ["--json"], output.Length > 0);
    }

    [Fact]
    public void A_trained_run_compares_with_one_of_another_model()
    {
        CommandRun.Succeeding(["train", "vae", "--data", "eight-gaussians", "--epochs", "0.02", "--name", "latent", .. runs.In, "--set", "evaluation.particles=5"]);
        CommandRun.Succeeding(["train", "maf", "--data", "eight-gaussians", "--epochs", "0.02", "--name", "exact", .. runs.In]);

        Assert.Contains("\nOn eight-gaussians/test, 1000 of ", CommandRun.Succeeding(["compare", "latent", "exact", .. runs.In]), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_without_an_evaluation_are_named_and_the_others_compared()
    {
        var reports = runs.Reports;
        File.Delete(runs["static"].EvaluationFile);
        File.WriteAllText(runs["split"].EvaluationFile, "{}");
        var (code, output, error) = CommandRun.Of(["compare", "static", "poor", "split", "good", .. runs.In]);
        var (_, json, _) = CommandRun.Of(["compare", "static", "poor", "split", "good", "--json", .. runs.In]);
        runs.Reports = reports;

        Assert.Equal(ExitCode.Success, code);
        Assert.Equal(CommandRun.Succeeding(["compare", "poor", "good", .. runs.In]), output);
        Assert.Equal(3, error.Split('\n').Length);
        Assert.StartsWith($"The run 'static' has not been evaluated: run 'latent eval static {string.Join(' ', runs.In)}' first.\n", error, StringComparison.Ordinal);
        Assert.Contains("It is no evaluation. Run 'latent eval split", error, StringComparison.Ordinal);
        using var parsed = JsonDocument.Parse(json);
        Assert.Equal(["static", "split"], parsed.RootElement.GetProperty("unevaluated").EnumerateArray().Select(run => run.GetString()));
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
        Assert.StartsWith("static does not compare with poor: ", refused.RootElement.GetProperty("refusals")[0].GetString(), StringComparison.Ordinal);
        Assert.Empty(Ranking(refused));

        using var forced = JsonDocument.Parse(CommandRun.Succeeding(["compare", "poor", "static", "--json", "--force", .. runs.In]));
        Assert.False(forced.RootElement.GetProperty("comparable").GetBoolean());
        Assert.Equal(2, Ranking(forced).Count());

        static IEnumerable<string?> Ranking(JsonDocument json) => json.RootElement.GetProperty("ranking").EnumerateArray().Select(report => report.GetProperty("model").GetProperty("run").GetString());
    }
}

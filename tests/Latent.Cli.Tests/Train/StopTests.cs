using System.Text.Json;
using Latent.Tests.Training;
using Latent.Torch;
using Latent.Training;

namespace Latent.Cli.Tests.Train;

/// <summary>Training that is stopped: by a signal, by force, by a number that is not finite, by a full disk.</summary>
public sealed class StopTests : IDisposable
{
    private const string Endless = "1e6";

    private readonly TableRuns runs = new();

    public void Dispose() => runs.Dispose();

    /// <summary>Resumes a run in this process for a few more steps, which gives the bits of one that was never stopped.</summary>
    private void AssertGoesOn(string name, params string[] settings)
    {
        var epochs = TableRuns.Epochs(Checkpoint.Read(runs.Run(name).LastCheckpoint()!).Step + 37);
        CommandRun.Succeeding(["train", runs.Run(name).RecipeFile, "--name", name, .. runs.In, "--resume", "--epochs", epochs]);
        CommandRun.Succeeding(runs.Line("whole", [.. settings, "--epochs", epochs]));
        TableRuns.AssertSame(runs.Run("whole"), runs.Run(name));
        Assert.Equal(Validations(runs.Run("whole")), Validations(runs.Run(name)));

        static IEnumerable<(long, double)> Validations(RunFolder run) =>
            MetricsFile.Read(run.MetricsFile).Where(record => record.Values.ContainsKey("validation/elbo")).Select(record => (record.Step, record.Values["validation/elbo"]));
    }

    [Fact]
    public void An_interrupt_ends_training_with_a_checkpoint()
    {
        using var process = LatentProcess.Start(runs.Line("run", "--epochs", Endless, "--json"));
        process.ReadTo("\"progress\"");
        process.Signal("INT");
        var (code, output, error) = process.End();

        Assert.Equal((130, ""), (code, error));
        var events = output.TrimEnd().Split('\n')[^2..].Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["checkpointed", "stopped"], events.Select(e => e.GetProperty("event").GetString()));
        Assert.Equal("Cancelled", events[1].GetProperty("reason").GetString());
        Assert.Equal(runs.Run("run").LastCheckpoint(), events[0].GetProperty("file").GetString());
        Assert.Equal(events[1].GetProperty("step").GetInt64(), Checkpoint.Read(runs.Run("run").LastCheckpoint()!).Step);
        AssertGoesOn("run");
    }

    [Fact]
    public void A_request_to_end_does_the_same_and_says_how_to_go_on()
    {
        using var process = LatentProcess.Start(runs.Line("run", "--epochs", Endless));
        process.ReadTo("examples/s");
        process.Signal("TERM");
        var (code, output, error) = process.End();

        Assert.Equal((130, ""), (code, error));
        var step = Checkpoint.Read(runs.Run("run").LastCheckpoint()!).Step;
        Assert.EndsWith($"\nStopped after {step:N0} steps. Go on with:\n  latent train {runs.Run("run").Path} --resume\n", output, StringComparison.Ordinal);
        AssertGoesOn("run");
    }

    [Fact]
    public void An_interrupt_of_the_last_measurement_says_how_to_take_it_later()
    {
        using var process = LatentProcess.Start(runs.Line("run", "--epochs", "1", "--set", "evaluation.particles=1000000"));
        process.ReadTo("Trained for 13 steps");
        Thread.Sleep(500);   // a signal right after training would be training's
        process.Signal("INT");
        var (code, _, error) = process.End();

        Assert.Equal((130, $"Stopped before the model was measured. It is trained; measure it with: latent eval {runs.Run("run").Path}\n"), (code, error));
        Assert.False(File.Exists(runs.Run("run").EvaluationFile));
    }

    [Fact]
    public void A_run_that_is_killed_again_and_again_goes_on_as_if_it_never_was()
    {
        string[] often = ["--set", "training.checkpointMinutes=0.0005"];
        var delays = new double[4];
        new Rng(9).Uniform(delays);
        foreach (var (i, delay) in delays.Index())
        {
            using var process = LatentProcess.Start(runs.Line("run", [.. often, "--epochs", Endless, "--json", .. i == 0 ? Array.Empty<string>() : ["--resume"]]));
            process.ReadTo(i == 0 ? "\"started\"" : "\"checkpointed\"");
            Thread.Sleep((int)(300 * delay));
            process.Signal("KILL");
            Assert.Equal(128 + 9, process.End().Code);
        }
        AssertGoesOn("run", often);
    }

    [Fact]
    public void A_number_that_is_not_finite_ends_training_with_a_code_of_its_own()
    {
        var (code, output, error) = CommandRun.Of(runs.Line(
            "run", "--epochs", "9", "--set", "training.optimizer.kind=sgd", "--set", "training.learningRate={kind: staircase, values: [0.001, 1e30], epochs: [8, 1]}",
            "--set", "training.checkpointMinutes=1e-9"));

        Assert.Equal(ExitCode.NonFinite, code);
        Assert.DoesNotContain("Trained", output, StringComparison.Ordinal);
        var folder = runs.Run("run").NonFinite;
        Assert.Matches(
            @"^Step 1\d\d \(model\): the (loss is (NaN|∞)|gradient is not finite)\..* The first (variable|gradient) that is not finite is (that of )?'.+'\. It first came from .+\. Train with a smaller learning rate, .* The step's batch and parameters are in '" + folder + "'\\.\nWith clipped gradients: latent train " + runs.Run("run").RecipeFile + @" --set training\.clip=10\n$",
            error);
        Assert.NotEmpty(Directory.EnumerateFiles(folder));
        Assert.All(TableRuns.Contents(runs.Run("run").BestCheckpoint()).Values.SelectMany(bytes => bytes.Chunk(4)), bytes => Assert.True(float.IsFinite(BitConverter.ToSingle(bytes))));
        Assert.NotNull(runs.Run("run").LastCheckpoint());
    }

    [RequiresNamespacesFact]
    public void A_full_disk_leaves_the_last_checkpoint_and_says_so()
    {
        // The process has a disk of its own, with room for some checkpoints and no more.
        var disk = Directory.CreateDirectory(runs.At("runs")).FullName;
        using var process = LatentProcess.StartInside(
            $"mount -t tmpfs -o size=60k tmpfs '{disk}'", $"ls -A '{disk}/run/checkpoints'", runs.Line("run", "--epochs", Endless, "--set", "training.checkpointMinutes=0.001"));
        var (code, output, error) = process.End();

        Assert.True(code == 1, output + error);
        Assert.Contains("No space left on device", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.Matches(@"\n0\d+\.safetensors\n", output);
        Assert.DoesNotContain(".tmp", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Measurements_that_find_no_room_end_training_without_half_a_line()
    {
        using var process = LatentProcess.StartWithin(32, runs.Line("run", "--epochs", Endless, "--set", "training.checkpointMinutes=0.0001"));
        var (code, output, error) = process.End();

        var run = runs.Run("run");
        Assert.True(code == 1, output + error);
        Assert.StartsWith($"Cannot write '{run.Path}/", error, StringComparison.Ordinal);
        Assert.EndsWith("The file is larger than the file system or a limit (ulimit -f) allows. Make room and resume the run: its last checkpoint is intact.\n", error, StringComparison.Ordinal);
        Assert.Equal((byte)'\n', File.ReadAllBytes(run.MetricsFile)[^1]);
        AssertGoesOn("run");
    }
}

using System.Diagnostics;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Training;

public sealed class TrainerCheckpointTests : ScopedTest, IDisposable
{
    private readonly TemporaryFolder folder = new();

    void IDisposable.Dispose()
    {
        folder.Dispose();
        Dispose();
    }

    private RunFolder Run(string name) => new(folder.At(name));

    private static TrainingOptions Options(RunFolder run, long steps = 40) => new()
    {
        Steps = steps, Replicas = 2, LogEvery = 1, Folder = run, CheckpointEvery = 5, Validation = Toy.Validation, ValidateEvery = 4, Resume = true,
    };

    private static (TrainingOutcome Outcome, List<TrainingEvent> Events) Train(TrainingOptions options, long? until = null, Func<ParameterStore, Player>? player = null)
    {
        using var store = new ParameterStore();
        var events = new List<TrainingEvent>();
        var trainer = new Trainer([player is null ? Toy.Player(store) : player(store)], Toy.Batches(), options);
        return (until is { } step ? trainer.RunTo(step, events) : trainer.Run(events.Add), events);
    }

    private static string[] Files(RunFolder run) => [.. Directory.EnumerateFiles(run.Checkpoints).Select(f => Path.GetFileName(f)).Order()];

    [Fact]
    public void A_run_that_resumes_ends_as_one_that_never_stopped()
    {
        var (whole, parts) = (Run("whole"), Run("parts"));
        var expected = Train(Options(whole)).Outcome;
        Assert.Equal(StopReason.Cancelled, Train(Options(parts), until: 17).Outcome.Reason);
        var (outcome, events) = Train(Options(parts));

        Assert.Equal(Path.Combine(parts.Checkpoints, "000000017.safetensors"), Assert.IsType<TrainingEvent.Started>(events[0]).ResumedFrom);
        Assert.Equal(18, events[1].Step);
        Assert.Equal(expected with { Elapsed = default }, outcome with { Elapsed = default });
        Assert.Equal(Toy.Contents(whole.LastCheckpoint()!), Toy.Contents(parts.LastCheckpoint()!));
        Assert.Equal(Toy.Contents(whole.BestCheckpoint()!), Toy.Contents(parts.BestCheckpoint()!));
        Assert.Equivalent(Checkpoint.Read(whole.LastCheckpoint()!), Checkpoint.Read(parts.LastCheckpoint()!));
        Assert.Equal(40, Checkpoint.Read(parts.LastCheckpoint()!).Updates["model"]);
    }

    [Fact]
    public void The_last_two_checkpoints_and_the_best_are_kept()
    {
        var run = Run("run");
        var (_, events) = Train(Options(run, steps: 23));
        Assert.Equal([5, 10, 15, 20, 23], events.OfType<TrainingEvent.Checkpointed>().Select(e => e.Step));
        Assert.Equal(["000000020.safetensors", "000000023.safetensors", "best.safetensors"], Files(run));
        Assert.Equal(run.LastCheckpoint(), events.OfType<TrainingEvent.Checkpointed>().Last().File);
    }

    [Fact]
    public void Time_makes_checkpoints_too()
    {
        var run = Run("run");
        var (_, events) = Train(Options(run, steps: 3) with { CheckpointEvery = null, CheckpointInterval = TimeSpan.Zero });
        Assert.Equal([1, 2, 3], events.OfType<TrainingEvent.Checkpointed>().Select(e => e.Step));
    }

    [Fact]
    public void Patience_counts_across_runs()
    {
        Validation Falling() => new("score", _ => new Dictionary<string, double> { ["score"] = 1 });
        TrainingOptions Patient(RunFolder run) => Options(run) with { Validation = Falling(), Patience = 5 };
        var run = Run("run");
        Train(Patient(run), until: 14);
        var (outcome, events) = Train(Patient(run));
        Assert.Equal((24, StopReason.EarlyStopped, 4L), (outcome.Step, outcome.Reason, outcome.BestStep)); // validations at 4, and five more
        var again = Train(Patient(run));
        Assert.Equal(["Started", "Stopped"], again.Events.Select(e => e.GetType().Name));
        Assert.Equal(outcome with { Elapsed = default }, again.Outcome with { Elapsed = default });
        Assert.Equal(3, events.OfType<TrainingEvent.Validated>().Count());
    }

    [Theory]
    [InlineData(0), InlineData(100), InlineData(-1)]
    public void A_torn_checkpoint_is_set_aside_for_the_one_before(int length)
    {
        var (whole, torn) = (Run("whole"), Run("torn"));
        Train(Options(whole));
        Train(Options(torn), until: 17);
        using (var file = File.OpenWrite(torn.LastCheckpoint()!)) file.SetLength(length < 0 ? file.Length + length : length);

        var (_, events) = Train(Options(torn));
        var refused = Assert.IsType<TrainingEvent.CheckpointRefused>(events[0]);
        Assert.Equal((17, "000000017.safetensors"), (refused.Step, Path.GetFileName(refused.File)));
        Assert.NotEmpty(refused.Reason);
        Assert.EndsWith("000000015.safetensors", Assert.IsType<TrainingEvent.Started>(events[1]).ResumedFrom!, StringComparison.Ordinal);
        Assert.Equal(Toy.Contents(whole.LastCheckpoint()!), Toy.Contents(torn.LastCheckpoint()!));
        Assert.Equal(["000000017.safetensors.damaged", "000000035.safetensors", "000000040.safetensors", "best.safetensors"], Files(torn));
    }

    [Fact]
    public void A_checkpoint_with_a_changed_bit_is_refused()
    {
        var run = Run("run");
        Train(Options(run), until: 12);
        using (var file = File.Open(run.LastCheckpoint()!, FileMode.Open))
        {
            file.Seek(-1, SeekOrigin.End);
            var last = file.ReadByte();
            file.Seek(-1, SeekOrigin.End);
            file.WriteByte((byte)(last ^ 4));
        }
        var refused = Assert.IsType<TrainingEvent.CheckpointRefused>(Train(Options(run), until: 15).Events[0]);
        Assert.Equal("tensors: Their bytes are not those that were written: the checksum differs.", refused.Reason);
    }

    [Fact]
    public void Where_no_checkpoint_can_be_read_training_does_not_begin_anew()
    {
        var run = Run("run");
        Train(Options(run), until: 12);
        foreach (var name in Files(run).Where(f => f.StartsWith('0'))) File.WriteAllBytes(Path.Combine(run.Checkpoints, name), [1, 2, 3]);
        var failure = Assert.Throws<MalformedFileException>(() => Train(Options(run)));
        Assert.Equal("000000012.safetensors", Path.GetFileName(failure.Path));
        Assert.Equal(["000000010.safetensors", "000000012.safetensors", "best.safetensors"], Files(run));
    }

    [Fact]
    public void Checkpoints_of_something_else_are_refused_with_the_reason()
    {
        var run = Run("run");
        Train(Options(run), until: 12);
        var files = Files(run);

        static Player Wider(ParameterStore store) => Toy.Player(store, init =>
        {
            init.Parameter("extra", [3], Initializers.Zeros);
            return new Latent.Objectives.Elbo(Toy.Model(init));
        });
        var model = Assert.Throws<MalformedFileException>(() => Train(Options(run), player: Wider));
        Assert.Contains("'extra': It is missing, so this is the file of another model", model.Message, StringComparison.Ordinal);
        var recipe = Assert.Throws<MalformedFileException>(() => Train(Options(run) with { RecipeHash = "f00" }));
        Assert.Contains("made by another recipe or seed", recipe.Message, StringComparison.Ordinal);
        Assert.Throws<MalformedFileException>(() => Train(Options(run) with { Seed = 2 }));
        var player = Assert.Throws<MalformedFileException>(() => Train(Options(run), player: store => Toy.Player(store) with { Name = "other" }));
        Assert.Contains("no player 'other', but model", player.Message, StringComparison.Ordinal);
        var taken = Assert.Throws<InvalidOperationException>(() => Train(Options(run) with { Resume = false }));
        Assert.Contains("has a checkpoint of step 12: resume that run, or take another name", taken.Message, StringComparison.Ordinal);
        using (var store = new ParameterStore())
        {
            Toy.Player(store).Build(store.Init());
            store.Save(run.LastCheckpoint()!);
            Assert.Contains("no checkpoint of a training run", Assert.Throws<MalformedFileException>(() => Checkpoint.Read(run.LastCheckpoint()!)).Message, StringComparison.Ordinal);
        }
        Assert.Equal(files, Files(run));
    }

    [Fact]
    public void Parameters_to_be_used_are_the_average()
    {
        var run = Run("run");
        Train(Options(run, steps: 10));
        using var store = Built();
        Assert.Equal(10, Checkpoint.LoadForUse(run.LastCheckpoint()!, store).Step);
        var saved = Toy.Contents(run.LastCheckpoint()!);
        var used = Toy.Contents(store);
        Assert.All(store.Parameters, p => Assert.Equal(saved[$"average:{p.Path}"], used[p.Path]));
        Assert.NotEqual(saved["encoder/0/weight"], used["encoder/0/weight"]);

        var plain = Run("plain");
        Train(Options(plain, steps: 10), player: s => Toy.Player(s, averageDecay: 0));
        using var other = Built();
        Checkpoint.LoadForUse(plain.LastCheckpoint()!, other);
        Assert.Equal(Toy.Contents(plain.LastCheckpoint()!)["encoder/0/weight"], Toy.Contents(other)["encoder/0/weight"]);

        static ParameterStore Built()
        {
            var store = new ParameterStore();
            Toy.Player(store).Build(store.Init());
            return store;
        }
    }

    [Fact]
    public void Games_of_several_stores_resume_too()
    {
        (TrainingOutcome, List<TrainingEvent>) Play(RunFolder run, long? until = null)
        {
            using var first = new ParameterStore();
            using var second = new ParameterStore();
            var trainer = new Trainer(
                [Toy.Player(first) with { Name = "a" }, Toy.Player(second) with { Name = "b", StepsPerRound = 2 }], Toy.Batches(), Options(run, 20));
            var events = new List<TrainingEvent>();
            return (until is { } step ? trainer.RunTo(step, events) : trainer.Run(events.Add), events);
        }
        var (whole, parts) = (Run("whole"), Run("parts"));
        Play(whole);
        Play(parts, until: 11);
        File.Delete(parts.LastCheckpoint("b")!); // killed between the two files of a checkpoint
        var (_, events) = Play(parts);
        Assert.Equal(10, events[0].Step);
        foreach (var player in new[] { "a", "b" }) Assert.Equal(Toy.Contents(whole.LastCheckpoint(player)!), Toy.Contents(parts.LastCheckpoint(player)!));
        Assert.Equal(["000000015.a.safetensors", "000000015.b.safetensors", "000000020.a.safetensors", "000000020.b.safetensors", "best.a.safetensors", "best.b.safetensors"], Files(parts));
    }

    [Fact]
    public void Two_trainers_do_not_share_a_folder()
    {
        var run = Run("run");
        var message = "";
        using var store = new ParameterStore();
        new Trainer([Toy.Player(store)], Toy.Batches(), Options(run, 2)).Run(e =>
        {
            if (e is TrainingEvent.Progress { Step: 1 }) message = Assert.Throws<IOException>(() => Train(Options(run))).Message;
        });
        Assert.Equal($"Another process trains in '{run.Path}': wait for its end, or train under another name.", message);
    }

    [Fact]
    public void A_run_that_is_killed_again_and_again_ends_as_one_that_never_was()
    {
        var whole = Run("whole");
        using (var process = TrainerProcess.Start(whole.Path, delayMilliseconds: 0)) Assert.Equal("done", LastLine(process));

        var killed = Run("killed");
        var delays = new double[6];
        new Rng(8).Uniform(delays);
        var kills = 0;
        foreach (var delay in delays)
        {
            using var process = TrainerProcess.Start(killed.Path, delayMilliseconds: 8);
            Assert.Equal("started", process.StandardOutput.ReadLine());
            if (process.WaitForExit((int)(delay * 300))) continue;
            process.Kill(); // SIGKILL
            process.WaitForExit();
            kills++;
        }
        Assert.InRange(kills, 1, delays.Length);
        using (var process = TrainerProcess.Start(killed.Path, delayMilliseconds: 0)) Assert.Equal("done", LastLine(process));
        Assert.Equal(Toy.Contents(whole.LastCheckpoint()!), Toy.Contents(killed.LastCheckpoint()!));
        Assert.Equal(Toy.Contents(whole.BestCheckpoint()!), Toy.Contents(killed.BestCheckpoint()!));
        Assert.Equal(Files(whole), Files(killed));
    }

    [RequiresNamespacesFact]
    public void A_full_disk_leaves_the_last_checkpoint_and_says_so()
    {
        // The process has a disk of its own, with room for three checkpoints and no more.
        var disk = Directory.CreateDirectory(folder.At("disk")).FullName;
        using var process = TrainerProcess.Start(Path.Combine(disk, "run"), delayMilliseconds: 0, inside: $"mount -t tmpfs -o size=28k tmpfs '{disk}'", after: $"ls -A '{disk}/run/checkpoints'");
        var lines = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
        var failure = Assert.Single(lines, l => l.StartsWith("IOException", StringComparison.Ordinal));
        Assert.Contains("Cannot write", failure, StringComparison.Ordinal);
        Assert.Contains("No space left on device", failure, StringComparison.Ordinal);
        Assert.Contains("the disk has room", failure, StringComparison.Ordinal);
        Assert.Contains("000000005.safetensors", lines);
        Assert.DoesNotContain(lines, l => l != failure && l.Contains(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_limit_on_files_leaves_the_last_checkpoint_and_says_so()
    {
        var run = Run("run");
        Train(Options(run, steps: 10));
        var before = Toy.Contents(run.LastCheckpoint()!);
        using var process = TrainerProcess.StartWithin(blocks: 4, run.Path);
        var lines = process.StandardOutput.ReadToEnd().TrimEnd().Split('\n');
        Assert.Equal("started", lines[0]);
        Assert.StartsWith($"IOException: Cannot write '{run.Path}", lines[^1], StringComparison.Ordinal);
        Assert.Contains("ulimit -f", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("000000010.safetensors", run.LastCheckpoint(), StringComparison.Ordinal);
        Assert.Equal(before, Toy.Contents(run.LastCheckpoint()!));
        Assert.DoesNotContain(Files(run), file => file.Contains(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_before_training()
    {
        var message = Assert.Throws<IOException>(() => Train(Options(new("/proc/run")))).Message; // nobody makes folders there
        Assert.StartsWith("Cannot train in '/proc/run': ", message, StringComparison.Ordinal);
        Assert.Contains("Check that you may write there", message, StringComparison.Ordinal);
    }

    private static string? LastLine(Process process) => process.StandardOutput.ReadToEnd().TrimEnd().Split('\n')[^1];
}

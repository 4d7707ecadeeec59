using System.Text.Json;
using Latent.Catalog;
using Latent.Cli.Tests.Use;
using Latent.Data;
using Latent.Training;

namespace Latent.Cli.Tests.Train;

/// <summary><c>latent train</c>: what it leaves, what it says, and that it goes on where it stopped.</summary>
public sealed class TrainTests : IDisposable
{
    private readonly TableRuns runs = new();

    public void Dispose() => runs.Dispose();

    [Fact]
    public void A_run_leaves_all_that_its_folder_is_said_to_hold()
    {
        CommandRun.Succeeding(runs.Line("run", "--epochs", "9"));

        var run = runs.Run("run");
        Assert.Equal(
            ["data.json", "evaluation.json", "metrics.jsonl", "recipe.yaml", "summary.json"],
            Directory.EnumerateFiles(run.Path).Select(file => Path.GetFileName(file)).Where(name => name[0] != '.' && !name.StartsWith("events.out.tfevents.", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Single(Directory.EnumerateFiles(run.Path, "events.out.tfevents.*"));
        Assert.Equal(["000000117.safetensors", "best.safetensors"], Directory.EnumerateFiles(run.Checkpoints).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        var metrics = MetricsFile.Read(run.MetricsFile);
        Assert.Contains(metrics, record => record.Step == 117 && record.Values.ContainsKey("train/elbo"));
        Assert.Equal([100, 117], metrics.Where(record => record.Values.ContainsKey("validation/elbo")).Select(record => record.Step));
        using var summary = JsonDocument.Parse(File.ReadAllText(run.SummaryFile));
        Assert.Equal(("run", 117, "Completed"), (summary.RootElement.GetProperty("name").GetString(), summary.RootElement.GetProperty("step").GetInt32(), summary.RootElement.GetProperty("reason").GetString()));
    }

    [Fact]
    public void People_are_told_what_is_trained_how_it_goes_and_what_is_next()
    {
        var lines = CommandRun.Succeeding(runs.Line("run", "--epochs", "9")).Split('\n');
        var run = runs.Run("run").Path;

        Assert.Equal("vae on table.csv: 169 of [4], preprocessing: standardisation", lines[0]);
        Assert.Equal("175 parameters, 13 steps an epoch, 2 threads that share each batch", lines[1]);
        Assert.Equal($"Run folder: {run}", lines[2]);
        Assert.Matches(@"^While it trains, nats are of the standardised values: a log-likelihood in the data's own units is that plus −?\d\.\d\d\.$", lines[3]);
        Assert.Equal("  epoch       elbo       rate distortion validation  examples/s    time    left", lines[5]);
        Assert.Matches(@"^   7\.69 +−\d+\.\d\d +\d+\.\d\d +\d+\.\d\d +−\d+\.\d\d\* +[\d,]+ +\d+:\d\d +\d+:\d\d$", lines[6]);
        Assert.Matches(@"^      9 +−\d+\.\d\d +\d+\.\d\d +\d+\.\d\d +−\d+\.\d\d[* ] +[\d,]+ +\d+:\d\d +0:00$", lines[7]);
        Assert.Matches(@"^Trained for 117 steps in \d+:\d\d\. Best validation: −\d+\.\d\d at step 1(00|17)\.$", lines[9]);
        Assert.Equal("run on table.csv/test: all 21; preprocessing: standardisation", lines[11]);
        Assert.Contains("Next:", lines);
        Assert.Contains($"  latent eval {run} --particles 1000   a closer estimate", lines);
    }

    [Fact]
    public void Events_are_a_json_object_a_line_in_order()
    {
        var lines = CommandRun.Succeeding(runs.Line("run", "--epochs", "9", "--json")).TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();

        var events = lines.ConvertAll(line => line.GetProperty("event").GetString()!);
        Assert.Equal("started", events[0]);
        Assert.Equal(["validated", "checkpointed", "stopped", "evaluating", "evaluated"], events[^5..]);
        Assert.Equal(["progress", "validated"], events[1..^5].Distinct());
        var steps = lines[..^2].ConvertAll(line => line.GetProperty("step").GetInt64());
        Assert.Equal(steps.Order(), steps);

        Assert.Equal(["event", "run", "model", "step", "steps", "stepsPerEpoch", "parameters", "replicas", "threadsPerReplica", "standardizationLogDet", "resumedFrom"], Keys(lines[0]));
        Assert.Equal((0, 117, 13, 2, JsonValueKind.Null), (
            lines[0].GetProperty("step").GetInt32(), lines[0].GetProperty("steps").GetInt32(), lines[0].GetProperty("stepsPerEpoch").GetInt32(),
            lines[0].GetProperty("replicas").GetInt32(), lines[0].GetProperty("resumedFrom").ValueKind));
        var progress = lines[events.IndexOf("progress")];
        Assert.Equal(["event", "step", "epoch", "terms", "learningRate", "gradientNorm", "examplesPerSecond", "elapsedSeconds", "remainingSeconds"], Keys(progress));
        Assert.Equal(["loss", "elbo", "rate", "distortion"], Keys(progress.GetProperty("terms")));
        Assert.Equal(["event", "step", "epoch", "values", "isBest"], Keys(lines[events.IndexOf("validated")]));
        Assert.Equal(["event", "step", "file"], Keys(lines[events.IndexOf("checkpointed")]));
        Assert.Equal(("Completed", 117), (lines[^3].GetProperty("reason").GetString(), lines[^3].GetProperty("step").GetInt32()));
        Assert.Equal("run", lines[^1].GetProperty("report").GetProperty("model").GetProperty("run").GetString());

        static IEnumerable<string> Keys(JsonElement line) => line.EnumerateObject().Select(p => p.Name);
    }

    [Fact]
    public void Options_and_settings_reach_the_recipe()
    {
        CommandRun.Succeeding(runs.Line(
            "run", "--epochs", "0.5", "--seed", "5", "--set", "model.prior.kind=standardNormal", "--set", "training.optimizer.kind=sgd", "--set", "training.optimizer.momentum=0.5",
            "--set", "training.learningRate.value=1e-4", "--set", "objective.freeBits=0.25"));

        var recipe = ModelCatalog.Yaml.ReadFile<Recipe>(runs.Run("run").RecipeFile);
        Assert.Equal((runs.At("table.csv"), 0.5, 5UL, 13), (recipe.Data.Set, recipe.Training.Epochs, recipe.Seed, recipe.Training.Batch));
        Assert.Equal(new SgdRecipe { Momentum = 0.5 }, recipe.Training.Optimizer);
        Assert.Equal(new ConstantRecipe { Value = 1e-4 }, recipe.Training.LearningRate);
        Assert.Equal(0.25, Assert.IsType<ElboRecipe>(recipe.Objective).FreeBits);
        var model = Assert.IsType<VaeRecipe>(recipe.Model);
        Assert.Equal((3, new NormalRecipe()), (model.Latent, model.Likelihood));
        Assert.Equal(Binarization.None, recipe.Data.Binarization);
        Assert.True(recipe.Data.Standardize);
    }

    [Fact]
    public void The_recipe_of_a_run_trains_the_same_run_again()
    {
        CommandRun.Succeeding(runs.Line("first", "--epochs", "9", "--seed", "3"));
        CommandRun.Succeeding(["train", runs.Run("first").RecipeFile, .. runs.In, "--name", "second"]);

        Assert.Equal(File.ReadAllText(runs.Run("first").RecipeFile), File.ReadAllText(runs.Run("second").RecipeFile));
        TableRuns.AssertSame(runs.Run("first"), runs.Run("second"));
    }

    [Fact]
    public void The_threads_that_were_chosen_are_kept_so_that_the_same_numbers_come_again()
    {
        var chosen = CommandRun.Succeeding(runs.Line("first", "--epochs", "9", "--set", "training.replicas=null"));
        Assert.Equal(Environment.ProcessorCount > 1, chosen.Contains("\nParts of a batch tried: 1 (", StringComparison.Ordinal));
        var training = ModelCatalog.Yaml.ReadFile<Recipe>(runs.Run("first").RecipeFile).Training;
        Assert.NotNull(training.Replicas);
        Assert.Equal(training.Replicas == 1, training.Threads is not null);

        var again = CommandRun.Succeeding(["train", runs.Run("first").RecipeFile, .. runs.In, "--name", "second"]);
        Assert.DoesNotContain("tried", again, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText(runs.Run("first").RecipeFile), File.ReadAllText(runs.Run("second").RecipeFile));
        TableRuns.AssertSame(runs.Run("first"), runs.Run("second"));
    }

    [Fact]
    public void A_run_goes_on_by_its_own_recipe_whatever_the_model_is_called()
    {
        CommandRun.Succeeding(runs.Line("whole", "--epochs", "20"));
        foreach (var (name, words) in new (string, string[])[] { ("one", ["one"]), ("two", ["vae", "--name", "two"]), ("three", ["vae", "--name", "three", "--data", Path.GetRelativePath(Environment.CurrentDirectory, runs.At("table.csv")), "--set", "model.latent=3"]) })
        {
            CommandRun.Succeeding(runs.Line(name, "--epochs", "8"));
            CommandRun.Succeeding(["train", .. words, .. runs.In, "--resume", "--epochs", "20"]);
            TableRuns.AssertSame(runs.Run("whole"), runs.Run(name));
        }
    }

    [Fact]
    public void Runs_without_a_name_take_the_next_that_is_free()
    {
        string[] line = ["train", "vae", "--data", runs.At("table.csv"), "--epochs", "0.1", .. TrainedRuns.Small, "--set", "training.batch=13", .. runs.In];
        CommandRun.Succeeding(line);
        CommandRun.Succeeding(line);
        CommandRun.Succeeding(line);

        Assert.Equal(["vae", "vae-2", "vae-3"], Directory.EnumerateDirectories(runs.At("runs")).Select(run => Path.GetFileName(run)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_run_goes_on_to_more_epochs_as_if_it_had_never_ended()
    {
        CommandRun.Succeeding(runs.Line("whole", "--epochs", "20"));
        CommandRun.Succeeding(runs.Line("parts", "--epochs", "8"));
        var output = CommandRun.Succeeding(["train", runs.Run("parts").Path, "--resume", "--epochs", "20"]);

        Assert.Contains("\nGoing on after step 104 of 260.\n", output, StringComparison.Ordinal);
        TableRuns.AssertSame(runs.Run("whole"), runs.Run("parts"));
        Assert.Equal(
            MetricsFile.Read(runs.Run("whole").MetricsFile).Where(record => record.Values.ContainsKey("validation/elbo")).Select(record => (record.Step, record.Values["validation/elbo"])).Where(record => record.Step != 104),
            MetricsFile.Read(runs.Run("parts").MetricsFile).Where(record => record.Values.ContainsKey("validation/elbo")).Select(record => (record.Step, record.Values["validation/elbo"])).Where(record => record.Step != 104));
    }

    [Fact]
    public void A_run_without_a_checkpoint_says_that_it_begins_anew()
    {
        CommandRun.Succeeding(runs.Line("run", "--epochs", "2"));
        foreach (var file in Directory.EnumerateFiles(runs.Run("run").Checkpoints)) File.Delete(file);
        var resumed = CommandRun.Of("train", runs.Run("run").Path + "/", "--resume");

        Assert.Equal(ExitCode.Success, resumed.Code);
        Assert.Contains("has no checkpoint to go on from, and begins anew", resumed.Error, StringComparison.Ordinal);
        Assert.Contains("\nTrained for 26 steps", resumed.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_is_done_only_shows_its_result_again()
    {
        CommandRun.Succeeding(runs.Line("run", "--epochs", "2"));
        var before = TableRuns.Contents(runs.Run("run").LastCheckpoint());
        var output = CommandRun.Succeeding(runs.Line("run", "--epochs", "2", "--resume"));

        Assert.Contains("\nIt is already at 2 epochs (26 steps): for more, give a larger --epochs.\n", output, StringComparison.Ordinal);
        Assert.Contains("\nTrained for 26 steps in 0:00.", output, StringComparison.Ordinal);
        Assert.Equal(before, TableRuns.Contents(runs.Run("run").LastCheckpoint()));
    }

    [Fact]
    public void A_run_that_is_further_than_asked_for_stays_as_it_is()
    {
        CommandRun.Succeeding(runs.Line("run", "--epochs", "2"));
        var run = runs.Run("run");
        var (recipe, summary) = (File.ReadAllText(run.RecipeFile), File.ReadAllText(run.SummaryFile));
        var output = CommandRun.Succeeding(["train", run.Path, "--resume", "--epochs", "1"]);

        Assert.Contains("\nIt is already at 2 epochs (26 steps): for more, give a larger --epochs.\n", output, StringComparison.Ordinal);
        Assert.Equal((recipe, summary), (File.ReadAllText(run.RecipeFile), File.ReadAllText(run.SummaryFile)));
    }

    [Fact]
    public void A_run_in_use_is_told_before_its_data_are_read()
    {
        CommandRun.Succeeding(runs.Line("run", "--epochs", "1"));
        File.Delete(runs.At("table.csv"));
        using var other = new FileStream(Path.Combine(runs.Run("run").Path, ".lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal(new(ExitCode.Problem, "", $"Another process trains in '{runs.Run("run").Path}': wait for its end, or train under another name.\n"), CommandRun.Of("train", runs.Run("run").Path, "--resume", "--epochs", "2"));
    }

    [Fact]
    public void Without_a_validation_set_and_without_pictures_training_ends_well()
    {
        CommandRun.Succeeding(runs.Line("run", "--epochs", "1", "--set", "data.validation=0", "--set", "data.test=0"));

        Assert.Null(runs.Run("run").BestCheckpoint());
        Assert.StartsWith("run on table.csv/train: 31 of 211", CommandRun.Succeeding("eval", runs.Run("run").Path), StringComparison.Ordinal);
    }
}

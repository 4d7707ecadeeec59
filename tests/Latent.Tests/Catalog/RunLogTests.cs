using System.Text.Json;
using Latent.Catalog;
using Latent.Tests.Training;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Catalog;

/// <summary>What a run leaves in its folder.</summary>
public sealed class RunLogTests : ScopedTest, IDisposable
{
    private static readonly string[] Train = ["loss", "elbo", "rate", "distortion", "gradient-norm", "examples-per-second", "epoch", "learning-rate"];
    private static readonly string[] Validation = ["elbo", "rate", "distortion"];

    private readonly TemporaryFolder folder = new();

    void IDisposable.Dispose()
    {
        folder.Dispose();
        Dispose();
    }

    private RunFolder Folder(string name = "run") => new(folder.At(name));

    /// <summary>Epochs of five steps.</summary>
    private Experiment Prepare(Shape shape, int? levels, params string[] settings)
    {
        NpyFile.Write(folder.At("data.npy"), Small.Examples(shape, levels, 43));
        return Experiment.Prepare(Small.Vae(folder.At("data.npy"), ["training.average=0.99", .. settings]));
    }

    private Experiment Pictures(int epochs) => Prepare([1, 4, 4], 256, $"training.epochs={epochs}");

    private static List<EventReader.Event> Events(RunFolder run) => [.. EventFiles(run).SelectMany(EventReader.Read)];

    private static string[] EventFiles(RunFolder run) => [.. Directory.EnumerateFiles(run.Path, "events.out.tfevents.*").Order(StringComparer.Ordinal)];

    private static string[] Tags(IEnumerable<EventReader.Event> events, long step) => [.. events.Where(e => e.Step == step).SelectMany(e => e.Values).Select(v => v.Tag!)];

    [Fact]
    public void Measurements_are_in_both_files()
    {
        var run = Folder();
        Pictures(30).Train(run);

        var lines = MetricsFile.Read(run.MetricsFile);
        long[] validated = [100, 150];
        Assert.Equal(Enumerable.Range(1, 150).SelectMany(step => validated.Contains(step) ? new long[] { step, step } : [step]), lines.Select(line => line.Step));
        foreach (var line in lines)
        {
            var isTraining = line.Values.ContainsKey("train/loss");
            Assert.Equal(isTraining ? Train.Select(name => $"train/{name}") : Validation.Select(name => $"validation/{name}"), line.Values.Keys);
        }
        Assert.Equal(validated, lines.Where(line => line.Values.ContainsKey("validation/elbo")).Select(line => line.Step));

        var events = Events(run);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        var scalars = events.SelectMany(e => e.Values.Where(v => v.SimpleValue is not null).Select(v => (e.Step, v.Tag!, v.SimpleValue)));
        Assert.Equal(lines.SelectMany(line => line.Values.Select(v => (line.Step, v.Key, (float?)v.Value))), scalars);
    }

    [Fact]
    public void Pictures_are_in_the_folder_and_on_the_board()
    {
        var run = Folder();
        Pictures(30).Train(run);
        Assert.Equal(
            ["reconstructions-0000100.png", "reconstructions-0000150.png", "samples-0000100.png", "samples-0000150.png"],
            Directory.EnumerateFiles(run.Samples).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));
        foreach (var e in Events(run))
        {
            foreach (var value in e.Values.Where(v => v.Image is not null))
            {
                Assert.Equal(File.ReadAllBytes(Path.Combine(run.Samples, $"{value.Tag}-{e.Step:D7}.png")), value.Image!.Encoded);
                Assert.Equal(1, value.Image.Colorspace);
            }
        }
        Assert.Equal(["samples", "reconstructions"], Tags(Events(run), 150)[^2..]);
    }

    [Fact]
    public void Pictures_show_the_moving_average() => Scoped(() =>
    {
        // The average hardly moves, and the parameters do.
        var run = Folder();
        Prepare([1, 4, 4], 256, "training.epochs=30", "training.average=0.9999999", "training.learningRate={kind: constant, value: 0.05}").Train(run);
        Tensor Samples(long step) => ImageFile.Read(Path.Combine(run.Samples, $"samples-{step:D7}.png"), 1).To(ElementType.Float32);
        Assert.InRange((Samples(100) - Samples(150)).Abs().Max().Item<float>(), 0, 1);
    });

    [Fact]
    public void Points_of_the_plane_are_drawn()
    {
        var run = Folder();
        Prepare([2], null, "training.epochs=20").Train(run);
        Assert.Equal(["samples-0000100.png"], Directory.EnumerateFiles(run.Samples).Select(file => Path.GetFileName(file)));
        var picture = Assert.Single(Events(run).SelectMany(e => e.Values), v => v.Image is not null);
        Assert.Equal(("samples", 384, 384), (picture.Tag, picture.Image!.Width, picture.Image.Height));
    }

    [Fact]
    public void What_is_no_picture_is_not_drawn()
    {
        var run = Folder();
        Prepare([3], null, "training.epochs=20").Train(run);
        Assert.False(Directory.Exists(run.Samples));
        Assert.DoesNotContain(Events(run).SelectMany(e => e.Values), v => v.Image is not null);
        Assert.Contains("validation/elbo", Tags(Events(run), 100));
    }

    [Fact]
    public void A_resumed_run_goes_on_in_the_same_files()
    {
        var (whole, parts) = (Folder("whole"), Folder("parts"));
        Pictures(30).Train(whole);
        Pictures(30).Trained(parts, until: 120);
        // Measurements after the checkpoint are of steps that will be made again.
        using (var metrics = new MetricsFile(parts.MetricsFile)) metrics.Append(121, [new("train/loss", 1)]);
        Pictures(30).Train(parts, resume: true);

        var rates = (string[])["train/examples-per-second"];
        IEnumerable<object> Lines(RunFolder run) => MetricsFile.Read(run.MetricsFile).Select(line => (line.Step, string.Join(", ", line.Values.Where(v => !rates.Contains(v.Key)).Select(v => $"{v.Key}: {v.Value:R}"))) as object);
        Assert.Equal(Lines(whole), Lines(parts));
        Assert.Equal(Directory.EnumerateFiles(whole.Samples).Select(File.ReadAllBytes), Directory.EnumerateFiles(parts.Samples).Select(File.ReadAllBytes));

        Assert.Equal(2, EventFiles(parts).Length);
        var later = EventReader.Read(EventFiles(parts)[1]);
        Assert.Equal((121, 1), (later[1].Step, later[1].SessionStatus)); // the board forgets what the first file says from there on
        Assert.Equal(121, later[2].Step);
        Assert.Equal(["samples", "reconstructions"], Tags(later, 150)[^2..]);
    }

    [Fact]
    public void A_run_that_left_no_checkpoint_begins_anew()
    {
        var run = Folder();
        Directory.CreateDirectory(run.Checkpoints);
        using (var metrics = new MetricsFile(run.MetricsFile)) metrics.Append(3, [new("train/loss", 1)]);
        File.WriteAllText(Path.Combine(run.Checkpoints, "best.safetensors"), "of another run");
        Pictures(1).Trained(run, until: 2);
        Assert.Equal([1, 2], MetricsFile.Read(run.MetricsFile).Select(line => line.Step));
        Assert.Null(run.BestCheckpoint());
    }

    [Fact]
    public void The_summary_says_how_it_ended()
    {
        var run = Folder();
        var (outcome, _) = Pictures(30).Trained(run, until: 120);
        JsonElement Summary() => JsonDocument.Parse(File.ReadAllText(run.SummaryFile)).RootElement;
        var summary = Summary();
        Assert.Equal(("run", "vae", 120, "Cancelled", 100), (summary.GetProperty("name").GetString(), summary.GetProperty("model").GetString(), summary.GetProperty("step").GetInt64(), summary.GetProperty("reason").GetString(), summary.GetProperty("bestStep").GetInt64()));
        Assert.Equal(outcome.Best, summary.GetProperty("best").GetDouble());
        Assert.InRange(summary.GetProperty("seconds").GetDouble(), 0, 1e6);
        Pictures(30).Train(run, resume: true);
        Assert.Equal((150, "Completed"), (Summary().GetProperty("step").GetInt64(), Summary().GetProperty("reason").GetString()));
    }

    [Fact]
    public void The_recipe_is_the_resolved_one_and_trains_the_same_again()
    {
        var (first, again) = (Folder("first"), Folder("again"));
        var experiment = Pictures(2);
        experiment.Train(first);
        Assert.Equal(ModelCatalog.Yaml.Write(experiment.Recipe), File.ReadAllText(first.RecipeFile));
        Experiment.Prepare(ModelCatalog.Find(first.RecipeFile)).Train(again);
        Assert.Equal(Toy.Contents(first.LastCheckpoint()!), Toy.Contents(again.LastCheckpoint()!));
    }
}

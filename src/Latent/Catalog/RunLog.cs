using System.Text.Json;
using Latent.Data;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;
using Latent.Training;

namespace Latent.Catalog;

/// <summary>Writes what a training run leaves in its folder: the recipe, a record of its data, <c>metrics.jsonl</c>, TensorBoard's events, pictures, and a summary at the end.</summary>
internal sealed class RunLog : IDisposable
{
    private const int Pictures = 64;
    private const int Points = 5000;
    private const int Pairs = 32;
    private const int Columns = 16;

    private readonly RunFolder folder;
    private readonly LatentVariableModel model;
    private readonly Optimizer optimizer;
    private readonly Experiment experiment;
    private MetricsFile? metrics;
    private TensorBoardFile? board;
    private long first;

    public RunLog(RunFolder folder, LatentVariableModel model, Optimizer optimizer, Experiment experiment) =>
        (this.folder, this.model, this.optimizer, this.experiment) = (folder, model, optimizer, experiment);

    private DataSplits Data => experiment.Data;

    public void Add(TrainingEvent e)
    {
        switch (e)
        {
            case TrainingEvent.Started started:
                if (started.ResumedFrom is not null && File.Exists(folder.DataFile)) DataRecord.Read(folder.DataFile).CheckIsOf(Data, folder);
                first = started.Step;
                // Fewer steps than were made: the recipe stays that of the run as it is.
                if (started.Step <= started.Steps || !File.Exists(folder.RecipeFile)) AtomicFile.Write(folder.RecipeFile, ModelCatalog.Yaml.Write(WithThreads(started)));
                AtomicFile.Write(folder.DataFile, DataRecord.Of(Data).ToJson());
                metrics = new(folder.MetricsFile);
                // A run that ended before its first checkpoint leaves files behind and begins anew.
                metrics.TruncateAfter(started.Step);
                board = new(folder.Path, folder.Name, started.Step);
                if (started.Step == 0 && folder.BestCheckpoint() is { } stale) File.Delete(stale);
                break;
            case TrainingEvent.Progress p:
                Write(p.Step, "train", [.. p.Terms, new("gradient-norm", p.GradientNorm), new("examples-per-second", p.ExamplesPerSecond), new("epoch", p.Epoch), .. p.LearningRates.Select(rate => KeyValuePair.Create("learning-rate", rate.Value))]);
                break;
            case TrainingEvent.Validated v:
                Write(v.Step, "validation", v.Values);
                if (IsImage || IsPlanar) optimizer.WithAverage(() => Draw(v.Step));
                board!.Flush();
                break;
            case TrainingEvent.Stopped s when s.Step > first || !File.Exists(folder.SummaryFile):
                var outcome = s.Outcome;
                AtomicFile.Write(folder.SummaryFile, JsonSerializer.Serialize(
                    new { name = folder.Name, model = experiment.Recipe.Name, step = outcome.Step, reason = outcome.Reason.ToString(), best = outcome.Best, bestStep = outcome.BestStep, seconds = outcome.Elapsed.TotalSeconds },
                    new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true }) + "\n");
                break;
        }
    }

    /// <summary>The recipe with the threads that the run has: their number decides how sums are rounded, and on another machine, or day, another might be chosen.</summary>
    private Recipe WithThreads(TrainingEvent.Started started) => experiment.Recipe with
    {
        Training = experiment.Recipe.Training with { Replicas = started.Replicas, Threads = started.Replicas == 1 ? started.ThreadsPerReplica : null },
    };

    public void Dispose()
    {
        metrics?.Dispose();
        board?.Dispose();
    }

    private void Write(long step, string part, IEnumerable<KeyValuePair<string, double>> values)
    {
        var named = values.Select(value => KeyValuePair.Create($"{part}/{value.Key}", value.Value)).ToList();
        metrics!.Append(step, named);
        foreach (var (name, value) in named) board!.Scalar(name, value, step);
    }

    /// <summary>Points drawn from the model; of pictures, samples, and examples above their reconstructions.</summary>
    /// <returns>How many pictures were made.</returns>
    private int Draw(long step)
    {
        using var scope = TensorScope.Open();
        var rng = new Rng(experiment.Recipe.Seed).Fork("pictures");
        Directory.CreateDirectory(folder.Samples);
        if (IsPlanar)
        {
            Save("samples", PointsPicture.Of(Generation.Samples(model, Points, rng, draw: true), (-4, 4), (-4, 4)), step);
            return 1;
        }
        Save("samples", PictureGrid.Of(Generation.Samples(model, Pictures, rng, context: SampledClasses.Of(experiment.Recipe.Model, experiment.Summary, Pictures))), step);
        if (!experiment.Recipe.Model.HasCode) return 1;
        var x = Batches.InOrder((Data.Validation ?? Data.Train).Strided(Pairs), Pairs, rng).At(0).X;
        Save("reconstructions", PictureGrid.Of(Generation.Pairs(x, Generation.Reconstructions(model, x, rng), Columns), (int)Math.Min(Columns, x.Size(0))), step);
        return 2;
    }

    private bool IsImage => Data.Train.EventShape is [1 or 3, > 1, > 1];

    private bool IsPlanar => Data.Train.EventShape is [2] && Data.Train.Levels is null && !experiment.Recipe.Model.IsConditional;

    private void Save(string name, Tensor picture, long step)
    {
        var png = ImageFile.EncodePng(picture);
        AtomicFile.Write(At(name, step), file => file.Write(png));
        board!.Picture(name, png, step);
    }

    private string At(string name, long step) => Path.Combine(folder.Samples, $"{name}-{step:D7}.png");
}

using Latent.Data;
using Latent.Evaluation;
using Latent.Models;
using Latent.Torch;
using Latent.Training;

namespace Latent.Catalog;

/// <summary>A trained model with its recipe, read from the folder of its run; its data are not needed.</summary>
public sealed class TrainedRun : IDisposable
{
    private TrainedRun(RunFolder folder, Recipe recipe, DataRecord data, ParameterStore store, LatentVariableModel model, long step, string checkpoint) =>
        (Folder, Recipe, Data, Store, Model, Step, Checkpoint) = (folder, recipe, data, store, model, step, checkpoint);

    /// <summary>The folder.</summary>
    public RunFolder Folder { get; }

    /// <summary>The recipe, resolved.</summary>
    public Recipe Recipe { get; }

    /// <summary>What is known of the data.</summary>
    public DataRecord Data { get; }

    /// <summary>The parameters: their moving average where the run kept one.</summary>
    public ParameterStore Store { get; }

    /// <summary>The model.</summary>
    public LatentVariableModel Model { get; }

    /// <summary>The steps it was trained for.</summary>
    public long Step { get; }

    /// <summary>The checkpoint's file.</summary>
    public string Checkpoint { get; }

    /// <summary>Opens a run: its best checkpoint, or the last where none was found better than others.</summary>
    /// <param name="path">The folder of the run.</param>
    /// <param name="checkpoint">Which checkpoint: <c>best</c>, <c>last</c>, or a file's path; null: the best, or else the last.</param>
    /// <exception cref="IOException">The folder is no run, or has no checkpoint yet.</exception>
    /// <exception cref="MalformedFileException">A file is damaged.</exception>
    /// <exception cref="RecipeException">The recipe cannot be read.</exception>
    public static TrainedRun Open(string path, string? checkpoint = null)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.RecipeFile))
            throw new FileNotFoundException($"'{path}' is no run: it has no recipe.yaml. Give the folder of a run, such as runs/vae; 'latent train' makes them.", folder.RecipeFile);
        var recipe = ModelCatalog.Yaml.ReadFile<Recipe>(folder.RecipeFile);
        if (!File.Exists(folder.DataFile))
            throw new FileNotFoundException($"'{path}' is no whole run: it has no data.json, which says what the model was trained on. Restore the file, or train again.", folder.DataFile);
        var data = DataRecord.Read(folder.DataFile);
        var file = checkpoint switch
        {
            null => folder.BestCheckpoint() ?? folder.LastCheckpoint(),
            "best" => folder.BestCheckpoint(),
            "last" => folder.LastCheckpoint(),
            _ => checkpoint,
        } ?? throw new FileNotFoundException(checkpoint is null
            ? $"The run '{folder.Path}' has no checkpoint yet: train it with 'latent train', or name a checkpoint's file with --checkpoint."
            : $"The run '{folder.Path}' has no {checkpoint} checkpoint. Leave --checkpoint out to take the one there is.", folder.Checkpoints);
        if (!File.Exists(file)) throw new FileNotFoundException($"There is no checkpoint '{file}'. Give best, last, or the path of a file in '{folder.Checkpoints}'.", file);
        var store = new ParameterStore();
        try
        {
            var model = recipe.Model.Build(store.Init(recipe.Seed), data.Summary);
            return new(folder, recipe, data, store, model, Training.Checkpoint.LoadForUse(file, store).Step, file);
        }
        catch (MalformedFileException e)
        {
            store.Dispose();
            throw new MalformedFileException(e.Path, e.Place, e.Problem, "Take another checkpoint of this run, with --checkpoint, or train again.", e);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>The model on several threads, to measure with; dispose it before the run.</summary>
    public ModelReplicas Replicate() => new(init => Recipe.Model.Build(init, Data.Summary), Store);

    /// <summary>The data that the run was trained on, in parts and as the model saw them.</summary>
    /// <param name="dataRoot">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <exception cref="IOException">A file is missing or cannot be read, or the data are others now.</exception>
    public DataSplits OpenSplits(string? dataRoot = null)
    {
        var raw = Recipe.Data.Open(dataRoot);
        Data.CheckIsOf(raw, Folder);
        return Recipe.Data.Apply(raw, Data.Standardization);
    }

    /// <summary>Measures the model on its own data.</summary>
    /// <param name="settings">How closely.</param>
    /// <param name="part">Which part of the data: <c>train</c>, <c>validation</c>, <c>test</c>; null: the test set, or where there is none what else was not trained on.</param>
    /// <param name="dataRoot">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <param name="began">Hears what is measured on, once the data are read.</param>
    /// <param name="stage">Hears what is measured next.</param>
    /// <param name="progressed">Hears the share of it that is done, from 0 to 1, on any thread.</param>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public EvaluationReport Evaluate(EvaluationSettings settings, string? part = null, string? dataRoot = null, Action<EvaluationProtocol>? began = null, Action<string>? stage = null, Action<double>? progressed = null)
    {
        var splits = OpenSplits(dataRoot);
        var examples = part is null ? splits.Test ?? splits.Validation ?? splits.Train : Part(splits, part);
        began?.Invoke(EvaluationProtocol.Of(splits, examples, settings));
        using var replicas = Replicate();
        replicas.Progressed = progressed;
        return Evaluator.Evaluate(replicas, new(Recipe.Name, Store.ParameterCount, Step, Folder.Name, Recipe.Model.IsConditional), splits, examples, settings, stage);
    }

    /// <summary>Examples for the model, brought to the form it was trained on.</summary>
    /// <param name="source">The name of a set, or the path of a file or folder, which is read as a whole unless it comes in parts; null: the run's own data.</param>
    /// <param name="part">Of a named set, of data in parts and of the run's own, which: <c>train</c>, <c>validation</c>, <c>test</c>; null: the test set.</param>
    /// <param name="dataRoot">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <exception cref="ArgumentException">There is no such part, or the examples are of another kind.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read, or the run's own data are others now.</exception>
    public Dataset OpenData(string? source = null, string? part = null, string? dataRoot = null)
    {
        if (source is null) return Part(OpenSplits(dataRoot), part ?? "test");
        var request = Recipe.Data.For(source);
        var isWhole = request.IsWhole;
        if (isWhole && part is not null) throw new ArgumentException($"'{source}' is read as a whole and has no part '{part}': leave --part out.", nameof(part));
        var layout = Data.EventShape.Count == 1 ? Data.Layout(Recipe.Model.IsConditional) : null;
        var raw = isWhole ? request.ReadWhole(layout) : Part(request.Open(dataRoot, layout), part ?? "test");
        var isKnown = raw.EventShape == Data.Summary.EventShape && raw.Levels is null == Data.Levels is null && !raw.IsSequence;
        if (isKnown && request.Apply(raw, Data.Standardization) is var examples && (Data.Levels != 2 || examples.Levels == 2)) return examples;
        throw new ArgumentException($"'{raw.Name}' holds {raw.Description}, and the model was trained on {Data.Name}: examples {Data.Summary.EventShape}, {Data.Levels switch { null => "reals", 2 => "binary", var levels => $"{levels} levels" }}. Give data of that kind.", nameof(source));
    }

    /// <summary>Whether the examples are points of the plane, so that the density itself can be drawn.</summary>
    public bool IsPlanar => Data.Levels is null && Data.Summary.EventShape is [2] && !Recipe.Model.IsConditional;

    /// <summary>Draws data, samples and density of a model of the plane into a PNG file.</summary>
    /// <param name="file">The file; it appears whole or not at all.</param>
    /// <param name="part">Which part of the data: null for the test set.</param>
    /// <param name="dataRoot">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <param name="seed">Of the draws.</param>
    /// <exception cref="ArgumentException">The examples are no points of the plane, or there is no such part.</exception>
    /// <exception cref="IOException">A file of the data is missing, or the picture cannot be written.</exception>
    public void DrawPlane(string file, string? part = null, string? dataRoot = null, ulong seed = 0)
    {
        using var scope = TensorScope.Open();
        using var replicas = Replicate();
        var rng = new Rng(seed);
        var data = OpenData(null, part, dataRoot);
        PlanarPicture.Save(file, replicas, data, Generation.Samples(Model, PlanarPicture.Points, rng.Fork("sample"), draw: true), rng);
    }

    /// <summary>New examples: <see cref="Generation.Samples"/>.</summary>
    /// <param name="count">N.</param>
    /// <param name="rng">The stream of the draws.</param>
    /// <param name="draw">Whether x is drawn; else it is the likelihood's mean.</param>
    /// <param name="class">The class of all, for models of x given the class; null: one class after the other.</param>
    /// <exception cref="ArgumentException">The model does not look at classes, or there is no such class.</exception>
    public Tensor Samples(long count, Rng rng, bool draw = false, int? @class = null)
    {
        using var scope = TensorScope.Open();
        return scope.Return(Generation.Samples(Model, count, rng, draw, SampledClasses.Of(Recipe.Model, Data.Summary, count, @class)));
    }

    /// <summary>Examples that the model made, in the units that its data had before standardisation.</summary>
    /// <param name="x">Examples, [*, *event].</param>
    public Tensor InOriginalUnits(Tensor x)
    {
        if (Data.Mean is null || Data.Scale is null) return x;
        Tensor Row(IReadOnlyList<double> values) => Tensor.From([.. values], Data.Summary.EventShape.AsSpan()).To(x.ElementType);
        return x * Row(Data.Scale) + Row(Data.Mean);
    }

    private static Dataset Part(DataSplits splits, string part) => splits.Parts.FirstOrDefault(p => p.Name == part).Data
        ?? throw new ArgumentException($"'{splits.Name}' has no part '{part}'; it has {string.Join(", ", splits.Parts.Select(p => p.Name))}.", nameof(part));

    /// <inheritdoc/>
    public void Dispose() => Store.Dispose();
}

using Latent.Data;
using Latent.Models;
using Latent.Torch;
using Latent.Training;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A recipe joined with its data: everything is decided and read, and training can begin.</summary>
public sealed class Experiment
{
    /// <summary>How many examples a look at the validation set takes at most, evenly spaced: enough to rank, and soon done.</summary>
    private const long ValidationExamples = 2000;

    /// <summary>A validation may keep a checkpoint: with epochs of a few steps training would be all writing.</summary>
    private const long LeastStepsBetweenValidations = 100;

    /// <summary>How many numbers the examples have that transforms take statistics from, all at once: a pass of them fits into memory.</summary>
    private const long NumbersToShow = 1 << 19;

    private Experiment(Recipe recipe, DataSplits data, DataSummary summary) => (Recipe, Data, Summary) = (recipe, data, summary);

    /// <summary>The recipe, with all choices written out.</summary>
    public Recipe Recipe { get; }

    /// <summary>The data after preprocessing.</summary>
    public DataSplits Data { get; }

    /// <summary>What the model knows of them.</summary>
    public DataSummary Summary { get; }

    /// <summary>Reads the data of a recipe and settles what it left to them.</summary>
    /// <param name="recipe">What the user asks for.</param>
    /// <param name="dataRoot">The folder of the named sets; null for what <c>LATENT_DATA</c> says.</param>
    /// <exception cref="RecipeException">The recipe does not go with the data.</exception>
    /// <exception cref="ArgumentException">A choice does not go with the data.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static Experiment Prepare(Recipe recipe, string? dataRoot = null)
    {
        var raw = recipe.Data.Open(dataRoot);
        if (raw.Train.IsSequence)
            throw new RecipeException("data.set", $"'{recipe.Name}' is a model of single examples, and '{raw.Name}' holds sequences: give it other data.");
        var rawSummary = DataSummary.Of(raw.Train);
        var model = recipe.Model.Resolve(rawSummary);
        if (recipe.Objective.NeedsExactLikelihood && model.LikelihoodKind != Evaluation.LikelihoodKind.Exact)
        {
            var why = model is FlowRecipe ? "adds noise to levels to make them real (dequantization), which bounds their likelihood from below" : "has latent variables";
            throw new RecipeException("objective.kind", $"'{recipe.Name}' {why}, and this objective is for models whose likelihood is exact: take elbo or importanceWeighted (--set objective.kind=elbo).");
        }
        var isBinary = model.IsBinary(rawSummary);
        var data = recipe.Data.Resolve(raw, isBinary);
        if (data.Threshold is not null && data.Binarization != Binarization.Threshold)
            throw new RecipeException("data.threshold", "The data are not binarized at a threshold: leave it out, or set data.binarization to threshold.");
        if (isBinary && data.Binarization == Binarization.None && raw.Train.Levels > 2)
            throw new RecipeException("data.binarization", $"The likelihood is for 0 and 1, and '{raw.Name}' has {raw.Train.Levels} levels of grey: set data.binarization to dynamic, static or threshold, or take another likelihood (model.likelihood.kind).");
        var splits = data.Apply(raw);
        if (recipe.Training.Batch > splits.Train.Count)
            throw new RecipeException("training.batch", $"It is {recipe.Training.Batch}, and '{raw.Name}' has {splits.Train.Count} examples to train on: take a smaller batch (--set training.batch={Math.Max(Math.Min(10, splits.Train.Count), splits.Train.Count / 10)}).");
        var training = recipe.Training with { From = recipe.Training.From is { } from ? Path.GetFullPath(from) : null };
        return new(recipe with { Model = model, Data = data.Located, Training = training }, splits, DataSummary.Of(splits.Train));
    }

    /// <summary>Trains into a folder, or goes on there.</summary>
    /// <param name="folder">Where the run goes.</param>
    /// <param name="resume">Whether to go on from the last checkpoint, if there is one.</param>
    /// <param name="report">Called with each event, after the folder's files were written.</param>
    /// <param name="cancellation">Ends training after the step that is being made, with a checkpoint.</param>
    /// <exception cref="NonFiniteException">A loss or a gradient is not finite.</exception>
    /// <exception cref="IOException">A file cannot be written, or the run to go on with had other data; the last checkpoint is intact.</exception>
    public TrainingOutcome Train(RunFolder folder, bool resume = false, Action<TrainingEvent>? report = null, CancellationToken cancellation = default)
    {
        var training = Recipe.Training;
        var rng = new Rng(Recipe.Seed);
        var batches = Batches.Shuffled(Data.Train, training.Batch, rng.Fork("data"));
        var perEpoch = batches.PerEpoch;
        long Steps(double epochs) => Math.Max(1, (long)Math.Round(epochs * perEpoch));
        using var store = new ParameterStore();
        LatentVariableModel? model = null;
        Optimizer? optimizer = null;
        var player = new Player(
            "model", store,
            init =>
            {
                var built = Recipe.Model.Build(init, Summary);
                if (!init.Store.IsReplica) model = built;
                return Recipe.Objective.Build(built, perEpoch);
            },
            parameters => optimizer = training.Optimizer.Build(parameters, training.Clip ?? double.PositiveInfinity, training.Average),
            training.LearningRate.Build(perEpoch))
        {
            Initialize = training.From is null ? () => ShowData(model!, rng.Fork("initialization"), isFirst: true) : null,
        };
        var hasBatchNorm = Recipe.Model is FlowRecipe { HasBatchNorm: true };
        var validation = Data.Validation is { } held
            ? Validation.OfTerms(Batches.InOrder(held.Strided(ValidationExamples), Math.Min(training.Batch, 100), rng.Fork("validation")), rng.Fork("validation"), Recipe.Objective.Criterion)
            : null;
        // What is measured, and kept as the best, has the statistics of the training set under the parameters of that moment.
        if (hasBatchNorm && validation is { Measure: var measure })
            validation = validation with
            {
                Measure = objective =>
                {
                    ShowData(model!, rng.Fork("statistics"), isFirst: false);
                    return measure(objective);
                },
            };
        var options = new TrainingOptions
        {
            Steps = Steps(training.Epochs),
            Seed = Recipe.Seed,
            Replicas = hasBatchNorm ? 1 : training.Replicas,
            Threads = training.Threads,
            Precision = training.Precision,
            LogEvery = Math.Clamp(perEpoch / 10, 1, 100),
            Validation = validation,
            ValidateEvery = Math.Max(Steps(training.Validate), LeastStepsBetweenValidations),
            Patience = training.Patience,
            Folder = folder,
            Resume = resume,
            CheckpointInterval = TimeSpan.FromMinutes(training.CheckpointMinutes),
            RecipeHash = Recipe.Hash,
        };
        var trainer = new Trainer([player], batches, options);
        if (training.From is { } from && !(resume && folder.LastCheckpoint() is not null)) Begin(from, store);
        using var log = new RunLog(folder, model!, optimizer!, this);
        return trainer.Run(
            e =>
            {
                log.Add(e);
                report?.Invoke(e);
            },
            cancellation);
    }

    /// <summary>Takes the parameters, and what transforms took from data, from another run.</summary>
    private static void Begin(string from, ParameterStore store)
    {
        var folder = new RunFolder(from);
        var file = File.Exists(from) ? from : folder.BestCheckpoint() ?? folder.LastCheckpoint()
            ?? throw new RecipeException("training.from", $"'{from}' is neither a run with a checkpoint nor a checkpoint's file: give the folder of a run, such as runs/vae.");
        try
        {
            Checkpoint.LoadForUse(file, store);
        }
        catch (MalformedFileException e)
        {
            throw new RecipeException("training.from", $"'{file}' does not fit this model. {e.Place}: {e.Problem} Begin with a run of the same model, or leave training.from out.", e);
        }
    }

    /// <summary>Shows the model examples of the training set, evenly spaced where they are many, so that its transforms take from them what they take from data.</summary>
    private void ShowData(LatentVariableModel model, Rng rng, bool isFirst)
    {
        using var scope = TensorScope.Open();
        var examples = Data.Train.Strided(Math.Max(1, NumbersToShow / Data.Train.EventShape.Elements));
        var batch = Batches.InOrder(examples, examples.Count, rng).At(0);
        using var pass = new DataPass(isFirst);
        _ = model.Infer(batch.X, rng.Rows(batch.Indices, axis: 1), context: batch.Labels).LogWeight;
    }
}

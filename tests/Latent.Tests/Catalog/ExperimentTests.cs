using Latent.Catalog;
using Latent.Data;
using Latent.Tests.Training;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Catalog;

/// <summary>What a recipe leaves to its data, and what they cannot have.</summary>
public sealed class ExperimentTests : ScopedTest, IDisposable
{
    private static readonly Shape Picture = [1, 4, 4];

    private readonly TemporaryFolder folder = new();

    void IDisposable.Dispose()
    {
        folder.Dispose();
        Dispose();
    }

    /// <summary>43 examples in a file, which are cut to 35, 4 and 4.</summary>
    private string Array(Shape shape, int? levels)
    {
        var path = folder.At($"examples-{levels}.npy");
        NpyFile.Write(path, Small.Examples(shape, levels, 43));
        return path;
    }

    private string Binary => Array(Picture, 2);

    private string Grey => Array(Picture, 256);

    private string Real => Array([3], null);

    private string Table
    {
        get
        {
            var path = folder.At("table.csv");
            File.WriteAllLines(path, ["height,class,weight,age", .. Enumerable.Range(0, 43).Select(i => $"{1.5 + 0.01 * (i % 7)},{i % 3},{60 + i},{1000 * i}")]);
            return path;
        }
    }

    private static Experiment Prepare(string data, params string[] settings) => Experiment.Prepare(Small.Vae(data, settings));

    private static VaeRecipe Model(Experiment experiment) => Assert.IsType<VaeRecipe>(experiment.Recipe.Model);

    [Fact]
    public void Binary_data_are_coins()
    {
        var experiment = Prepare(Binary);
        Assert.IsType<BernoulliRecipe>(Model(experiment).Likelihood);
        Assert.Equal((Binarization.None, false), (experiment.Recipe.Data.Binarization, experiment.Recipe.Data.Standardize));
        Assert.Equal((Picture, 2), (experiment.Summary.EventShape, experiment.Summary.Levels));
        Assert.Equal(new PartSizes(35, 4, 4), experiment.Data.Sizes);
        var bytes = experiment.Data.Train.Values.Bytes.ToArray();
        Assert.Equal(Enumerable.Range(0, 16).Select(i => Enumerable.Range(0, 35).Average(n => bytes[16 * n + i])), experiment.Summary.Mean.ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    }

    [Fact]
    public void Grey_data_are_coins_tossed_anew_in_each_epoch()
    {
        var experiment = Prepare(Grey);
        Assert.IsType<BernoulliRecipe>(Model(experiment).Likelihood);
        Assert.Equal((Binarization.Dynamic, false), (experiment.Recipe.Data.Binarization, experiment.Recipe.Data.Standardize));
        Assert.Equal(256, experiment.Summary.Levels);
        Assert.Equal(Binarization.Dynamic, experiment.Data.Train.Preprocessing.Binarization);
        Assert.All(experiment.Summary.Mean.ToArray(), mean => Assert.InRange(mean, 0, 1));
    }

    [Theory]
    [InlineData(Binarization.Static), InlineData(Binarization.Threshold)]
    public void Data_binarized_once_are_binary_to_the_model(Binarization binarization)
    {
        var experiment = Prepare(Grey, $"data.binarization={binarization.ToString().ToLowerInvariant()}");
        Assert.Equal((binarization, 2), (experiment.Data.Preprocessing.Binarization, experiment.Summary.Levels));
    }

    [Fact]
    public void Another_likelihood_takes_grey_as_it_is()
    {
        var experiment = Prepare(Grey, "model.likelihood={kind: continuousBernoulli}");
        Assert.Equal((Binarization.None, 256), (experiment.Recipe.Data.Binarization, experiment.Summary.Levels));
    }

    [Fact]
    public void Reals_are_normal_and_standardised_by_the_training_set()
    {
        var experiment = Prepare(Real);
        Assert.IsType<NormalRecipe>(Model(experiment).Likelihood);
        Assert.Equal((Binarization.None, true), (experiment.Recipe.Data.Binarization, experiment.Recipe.Data.Standardize));
        Assert.All(experiment.Summary.Mean.ToArray(), mean => Assert.Equal(0, mean, 1e-6));
        Assert.Equal(1, experiment.Data.Train.Values.Values<float>().ToArray().Average(v => v * v), 1e-5);
        Assert.NotNull(experiment.Data.Standardization);
        Assert.Null(Prepare(Real, "data.standardize=false").Data.Standardization);
    }

    [Fact]
    public void A_table_is_reals_but_for_its_column_of_classes()
    {
        var experiment = Prepare(Table, "data.label=class");
        Assert.Equal((new Shape([3]), null), (experiment.Summary.EventShape, experiment.Summary.Levels));
        Assert.Equal(["height", "weight", "age"], experiment.Data.Train.ColumnNames);
        Assert.Equal(35, experiment.Data.Train.Labels!.Count);
        Assert.True(experiment.Recipe.Data.Standardize);
    }

    [Fact]
    public void The_recipe_has_the_whole_paths_of_its_data()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, Real);
        var recipe = Prepare(relative).Recipe;
        Assert.Equal(Real, recipe.Data.Set);
        Assert.Equal("two-moons", Prepare("two-moons").Recipe.Data.Set);
        Assert.True((recipe with { Data = recipe.Data with { Set = relative } }).GoesOnFrom(recipe));
        Assert.Contains("'none.csv'", Assert.Throws<FileNotFoundException>(() => Prepare("none.csv")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Binary"), InlineData("Grey"), InlineData("Real"), InlineData("Table"), InlineData("Grey", "data.binarization=static", "data.seed=5"), InlineData("Grey", "data.binarization=threshold", "data.threshold=0.3")]
    public void A_resolved_recipe_resolves_to_itself(string data, params string[] settings)
    {
        var path = data switch { "Binary" => Binary, "Grey" => Grey, "Real" => Real, _ => Table };
        var resolved = Prepare(path, settings).Recipe;
        Assert.Equal(ModelCatalog.Yaml.Write(resolved), ModelCatalog.Yaml.Write(Experiment.Prepare(resolved).Recipe));
    }

    [Theory]
    [InlineData("Real", "model.likelihood={kind: bernoulli}", "model.likelihood: The likelihood 'bernoulli' is for data of 0 and 1 or levels of grey")]
    [InlineData("Real", "model.likelihood={kind: continuousBernoulli}", "model.likelihood: The likelihood 'continuousBernoulli' is for values in [0, 1]")]
    [InlineData("Grey", "data.binarization=none", "data.binarization: The likelihood is for 0 and 1, and 'examples-256.npy' has 256 levels of grey")]
    [InlineData("Grey", "data.threshold=0.3", "data.threshold: The data are not binarized at a threshold")]
    [InlineData("Grey", "training.batch=36", "training.batch: It is 36, and 'examples-256.npy' has 35 examples to train on: take a smaller batch (--set training.batch=10).")]
    [InlineData("Table", "data.separator='::'", "data.separator: '::' is no separator")]
    [InlineData("Grey", "data.size=[4, 4, 1]", "data.size: There are 3 numbers")]
    [InlineData("Grey", "objective={kind: maximumLikelihood}", "objective.kind: 'vae' has latent variables")]
    [InlineData("Sequences", "seed=0", "data.set: 'vae' is a model of single examples, and 'notes.json' holds sequences")]
    public void What_does_not_go_with_the_data_is_named(string data, string setting, string message)
    {
        File.WriteAllText(folder.At("notes.json"), """{"train": [[[60], [62, 64]], [[61]]], "valid": [[[60]]], "test": [[[60]]]}""");
        var path = data switch { "Grey" => Grey, "Real" => Real, "Sequences" => folder.At("notes.json"), _ => Table };
        Assert.StartsWith(message, Assert.Throws<RecipeException>(() => Prepare(path, setting)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_the_data_pass_through()
    {
        Assert.Contains("no data set, file or folder", Assert.Throws<FileNotFoundException>(() => Prepare(folder.At("none.csv"))).Message, StringComparison.Ordinal);
        Assert.Contains("only real-valued", Assert.Throws<ArgumentException>(() => Prepare(Grey, "data.standardize=true")).Message, StringComparison.Ordinal);
        Assert.Contains("no binarization", Assert.Throws<ArgumentException>(() => Prepare(Real, "data.binarization=static")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training.learningRate={kind: linear, from: 1e-3, to: 0, epochs: 0}", "epochs must be a finite number above 0")]
    [InlineData("training.learningRate={kind: staircase, values: [1, 0.1], epochs: [1, -1]}", "epochs must be a finite number above 0")]
    [InlineData("training.learningRate={kind: linear, from: 1e-3, to: -1e-3, epochs: 1}", "A learning rate is never below 0")]
    [InlineData("training.learningRate.value=-1", "A learning rate is never below 0")]
    [InlineData("training.learningRate={kind: staircase, values: [1, 0.1], epochs: [1]}", "2 values and 1 numbers of epochs")]
    public void Schedules_that_cannot_be_are_refused_before_training(string setting, string message)
    {
        var run = new RunFolder(folder.At("run"));
        Assert.Contains(message, Assert.Throws<RecipeException>(() => Prepare(Binary, setting).Train(run)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(run.RecipeFile));
    }

    [Fact]
    public void A_run_can_be_made_longer()
    {
        var (whole, parts) = (new RunFolder(folder.At("whole")), new RunFolder(folder.At("parts")));
        Prepare(Grey, "training.epochs=4").Train(whole);
        Prepare(Grey, "training.epochs=2").Train(parts);
        // These do not change the numbers either.
        string[] free = ["name=other", "description=Another.", "training.patience=100", "training.validate=2", "training.checkpointMinutes=1", "training.replicas=3", "evaluation.particles=7"];
        var (outcome, events) = Prepare(Grey, ["training.epochs=4", .. free]).Trained(parts, resume: true);
        Assert.Equal((20, StopReason.Completed), (outcome.Step, outcome.Reason)); // 35 examples in batches of 7
        Assert.Equal((10, 2), (Assert.IsType<TrainingEvent.Started>(events[0]).Step, ((TrainingEvent.Started)events[0]).Replicas));
        Assert.Equal(Toy.Contents(whole.LastCheckpoint()!), Toy.Contents(parts.LastCheckpoint()!));
    }

    [Theory]
    [InlineData("training.learningRate={kind: constant, value: 2e-3}"), InlineData("objective.beta={kind: constant, value: 2}"), InlineData("data.binarization=threshold")]
    [InlineData("seed=1"), InlineData("training.batch=5"), InlineData("model.encoder.activation=tanh"), InlineData("training.average=0.9"), InlineData("training.precision=bFloat16")]
    public void Another_recipe_does_not_go_on_with_a_run(string setting)
    {
        var run = new RunFolder(folder.At("run"));
        Prepare(Grey, "training.epochs=1").Train(run);
        var before = Toy.Contents(run.LastCheckpoint()!);
        var e = Assert.Throws<MalformedFileException>(() => Prepare(Grey, "training.epochs=2", setting).Train(run, resume: true));
        Assert.Contains("another recipe or seed", e.Message, StringComparison.Ordinal);
        Assert.Equal(before, Toy.Contents(run.LastCheckpoint()!));
    }

    [Fact]
    public void A_run_is_not_overwritten()
    {
        var run = new RunFolder(folder.At("run"));
        Prepare(Grey, "training.epochs=1").Train(run);
        Assert.Throws<InvalidOperationException>(() => Prepare(Grey, "training.epochs=1").Train(run));
    }
}

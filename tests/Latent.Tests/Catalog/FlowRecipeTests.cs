using Latent.Catalog;
using Latent.Data;
using Latent.Evaluation;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Tests.Catalog;

/// <summary>Flows from recipes to reports: first values, bits, units, and what is refused.</summary>
public sealed class FlowRecipeTests : ScopedTest, IDisposable
{
    private const int D = 3;
    private const int Examples = 101;

    private readonly TemporaryFolder folder = new();

    void IDisposable.Dispose()
    {
        folder.Dispose();
        Dispose();
    }

    /// <summary>A file of real vectors, N(2, 25) in units of <paramref name="unit"/>.</summary>
    private string Reals(double unit = 1)
    {
        var values = new float[3 * Examples * D];
        new Rng(41).Normal(values);
        var scaled = Array.ConvertAll(values, v => (float)unit * (5 * v + 2));
        HostArray Part(int i) => HostArray.From<float>(scaled.AsSpan(i * Examples * D, Examples * D), [Examples, D]);
        var path = folder.At($"reals-{unit}.npz");
        NpzFile.Write(path, new Dictionary<string, HostArray> { ["x_train"] = Part(0), ["x_valid"] = Part(1), ["x_test"] = Part(2) });
        return path;
    }

    /// <summary>A file of bytes [2, 4, 4], all 256 levels among them.</summary>
    private string Bytes()
    {
        HostArray Part(int i) => HostArray.From<byte>([.. Enumerable.Range(0, 32 * 32).Select(j => (byte)(j * 37 + i))], [32, 2, 4, 4]);
        var path = folder.At("bytes.npz");
        NpzFile.Write(path, new Dictionary<string, HostArray> { ["x_train"] = Part(0), ["x_valid"] = Part(1), ["x_test"] = Part(2), ["y_train"] = Classes, ["y_valid"] = Classes, ["y_test"] = Classes });
        return path;
    }

    /// <summary>Labels that a flow does not look at.</summary>
    private static HostArray Classes => HostArray.From<long>([.. Enumerable.Range(0, 32).Select(i => i % 5L)], [32]);

    private static Recipe Flow(string data, string layer, params IEnumerable<string> settings) => ModelCatalog.Yaml.Read<Recipe>(
        $$"""
        name: flow
        data:
          set: '{{data}}'
        model:
          kind: flow
          layer: {{layer}}
        training:
          epochs: 2
          batch: 16
          replicas: 1
        """, "flow.yaml", settings);

    private TrainedRun Trained(Recipe recipe, string name)
    {
        var run = new RunFolder(folder.At(name));
        Experiment.Prepare(recipe).Trained(run);
        return TrainedRun.Open(run.Path);
    }

    [Fact]
    public void First_values_are_the_statistics_of_the_training_set()
    {
        var data = Reals();
        using var run = Trained(Flow(data, "[{kind: actNorm, learned: false}, {kind: scaling}]", "data.standardize=false", "training.learningRate={kind: constant, value: 1e-12}"), "actnorm");
        Scoped(() =>
        {
            var x = Tensor.From(run.OpenSplits().Train.Values.Values<float>(), Examples, D).To(ElementType.Float64);
            Close.Equal(x.Mean([0]), run.Store["transforms/0/location"], 1e-5);
            Close.Equal(x.Std([0], unbiased: false).Log(), run.Store["transforms/0/log_scale"], 1e-5);
        });
    }

    [Fact]
    public void Batch_statistics_in_use_are_those_of_the_training_set()
    {
        using var run = Trained(Flow(Reals(), "[{kind: scaling}, {kind: batchNorm}]", "data.standardize=false", "training.epochs=3"), "batchnorm");
        Scoped(() =>
        {
            var x = Tensor.From(run.OpenSplits().Train.Values.Values<float>(), Examples, D).To(ElementType.Float64);
            var before = x * (-run.Store["transforms/0/log_scale"].To(ElementType.Float64)).Exp();
            Close.Equal(before.Mean([0]), run.Store["transforms/1/mean"], 1e-5);
            Close.Equal(before.Var([0], unbiased: false), run.Store["transforms/1/variance"], 1e-4);
        });
    }

    [Fact]
    public void Other_units_move_the_likelihood_by_their_logarithm()
    {
        const string layer = "[{kind: actNorm}, {kind: linear}, {kind: radial}]";
        // A power of two, so that standardised numbers are the same to the bit.
        using var one = Trained(Flow(Reals(), layer), "one");
        using var eighth = Trained(Flow(Reals(0.125), layer), "eighth");
        var (likelihood, other) = (one.Evaluate(new()).Likelihood!, eighth.Evaluate(new()).Likelihood!);
        Assert.Equal((LikelihoodKind.Exact, LikelihoodKind.Exact), (likelihood.Kind, other.Kind));
        Assert.Equal(likelihood.LogLikelihood + D * Math.Log(8), other.LogLikelihood, 1e-9);
    }

    [Fact]
    public void Bits_are_the_first_of_each_byte_and_what_is_measured()
    {
        var recipe = Flow(Bytes(), "[{kind: logit}, {kind: multiscale, scales: 2, scale: [{kind: squeeze}, {kind: actNorm}, {kind: linear, factors: qr}, {kind: coupling, conditioner: {kind: convNet, channels: 5}}]}]", "data.levels=256", "data.bits=5", "training.replicas=2");
        var experiment = Experiment.Prepare(recipe);
        Assert.Equal(32, experiment.Summary.Levels);
        Assert.IsType<UniformDequantizationRecipe>(Assert.IsType<FlowRecipe>(experiment.Recipe.Model).Dequantization);
        Assert.Equal("5 bits", experiment.Data.Preprocessing.ToString());
        Assert.Equal([.. Enumerable.Range(0, 32 * 32).Select(j => (byte)((byte)(j * 37) >> 3))], experiment.Data.Train.Values.Bytes.ToArray());
        using var run = Trained(recipe, "bits");
        Assert.Equal(32, run.OpenData().Levels);
        Assert.Equal(32, run.OpenData(folder.At("bytes.npz"), "test").Levels);
        var report = run.Evaluate(new() { Particles = 20, BoundParticles = 3 });
        Assert.InRange(report.Elbo!.BitsPerDimension!.Value, 4, 8);
        Assert.Equal((LikelihoodKind.LowerBound, LikelihoodKind.Estimate), (report.Elbo.Kind, report.Likelihood!.Kind));
    }

    [Fact]
    public void Learned_noise_begins_near_none_and_trains_with_the_flow()
    {
        var recipe = Flow(Bytes(), "[{kind: logit}, {kind: actNorm}]", "data.levels=256", "model.dequantization={kind: variational, layers: 2, features: 5, layer: [{kind: coupling, mask: checkerboard, conditioner: {kind: convNet, channels: 7}}]}");
        var experiment = Experiment.Prepare(recipe);
        using var store = new ParameterStore();
        Scoped(() =>
        {
            var model = experiment.Recipe.Model.Build(store.Init(3), experiment.Summary);
            var x = Batches.InOrder(experiment.Data.Train, 7, new(2)).At(0).X;
            var trace = model.Infer(x, new(3), 11);
            Assert.True(trace.LogWeight.IsFinite().All().IsNonZero());
            // The noise stays in the cell of its level, and knows its own density.
            var u = trace.Latents[0].Value * 256 - (x * 255).Round();
            Assert.InRange(u.Min().Item<float>(), -1e-3f, 0.2f);
            Assert.InRange(u.Max().Item<float>(), 0.8f, 1 + 1e-3f);
            Close.Equal(trace.Latents[0].Posterior!.LogProb(trace.Latents[0].Value), trace.Latents[0].LogPosterior, 1e-2);
            trace.LogWeight.Mean().Backward();
            Assert.All(store.Parameters, p => Assert.True(p.Value.Grad!.Abs().Max().Item<float>() > 0, p.Path));
        });
    }

    [Theory]
    [InlineData("planar", false), InlineData("sylvester, reflections: 2", false), InlineData("radial", true), InlineData("householder", true)]
    public void A_flow_may_be_the_posterior(string layer, bool hasInverse)
    {
        var recipe = ModelCatalog.Yaml.Read<Recipe>(
            $$"""
            name: posterior
            data:
              set: '{{Bytes()}}'
              levels: 256
            model:
              kind: vae
              latent: 3
              encoder:
                hidden: [11]
              posterior:
                kind: flow
                layers: 2
                features: 5
                layer: [{kind: {{layer}}}]
              decoder:
                hidden: [11]
            training:
              epochs: 2
              batch: 16
              replicas: 2
            """, "posterior.yaml");
        using var run = Trained(recipe, "posterior");
        var report = run.Evaluate(new() { Particles = 20, BoundParticles = 3 });
        Assert.True(report.Elbo!.LogLikelihood < report.Likelihood!.LogLikelihood);
        Assert.Equal(hasInverse, report.Information is not null);
        using var replicas = run.Replicate();
        Assert.True(Encoding.Of(replicas, run.OpenData(), new(5))[0].Scales.Values<float>().ToArray().All(scale => scale > 0));
    }

    [Theory]
    [InlineData("model={kind: vae, latent: 3, posterior: {kind: flow, layer: [{kind: batchNorm}]}}", "model.posterior.layer")]
    [InlineData("model.dequantization={kind: variational, layer: [{kind: batchNorm}]}", "model.dequantization.layer")]
    public void Draws_given_an_example_are_not_normalised_by_their_batch(string setting, string key)
    {
        var experiment = Experiment.Prepare(ModelCatalog.Yaml.Read<Recipe>($$$"""{name: flow, data: {set: '{{{Bytes()}}}', levels: 256}, model: {kind: flow, layer: [{kind: actNorm}]}, training: {batch: 16}}""", "flow.yaml", [setting]));
        using var store = new ParameterStore();
        Scoped(() => Assert.StartsWith($"{key}: Batch normalisation is for the density of data", Assert.Throws<RecipeException>(() => experiment.Recipe.Model.Build(store.Init(), experiment.Summary)).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[{kind: coupling}, {kind: coupling}]")]
    [InlineData("[{kind: actNorm}, {kind: coupling}, {kind: batchNorm}, {kind: coupling}]")]
    [InlineData("[{kind: repeat, layers: 3, layer: [{kind: coupling}, {kind: actNorm}]}, {kind: coupling}]")]
    public void Couplings_move_in_turn_what_those_before_kept(string layer)
    {
        var experiment = Experiment.Prepare(Flow(Reals(), layer, "model.layers=2"));
        using var store = new ParameterStore();
        Scoped(() => experiment.Recipe.Model.Build(store.Init(), experiment.Summary));
        // Of three coordinates the network of a coupling sees two, or the other.
        long[] seen = [.. store.Parameters.Where(p => p.Path.EndsWith("/0/weight", StringComparison.Ordinal)).Select(p => p.Value.Size(1))];
        Assert.InRange(seen.Length, 4, 8);
        Assert.All(seen.Zip(seen[1..]), pair => Assert.Equal(D, pair.First + pair.Second));
    }

    [Theory]
    [InlineData("logistic"), InlineData("learnedNormal"), InlineData("mixture, components: 3")]
    public void Noise_may_have_other_densities(string kind)
    {
        var recipe = Flow(Reals(), "[{kind: linear}]", $"model.base={{kind: {kind}}}");
        var experiment = Experiment.Prepare(recipe);
        using var store = new ParameterStore();
        Scoped(() =>
        {
            var model = experiment.Recipe.Model.Build(store.Init(3), experiment.Summary);
            var x = Batches.InOrder(experiment.Data.Train, 7, new(2)).At(0).X;
            var z = x.To(ElementType.Float64); // the matrix begins as a permutation, which these densities do not see
            var expected = kind switch
            {
                "logistic" => (z.LogSigmoid() + (-z).LogSigmoid()).Sum(-1),
                "learnedNormal" => Normal(z),
                _ => Mixed(z),
            };
            Close.Equal(expected, model.Infer(x, new(3)).LogWeight[0], 1e-5);

            Tensor Mixed(Tensor z)
            {
                var order = new long[D];
                store.Init(3)["transforms"][0].Choices("order").Permutation(order);
                var turned = z.IndexSelect(-1, Tensor.From(order));
                var means = store["base/raw"].Narrow(0, 3, 3 * D).Reshape([3, D]).To(ElementType.Float64);
                return Tensor.Stack([.. Enumerable.Range(0, 3).Select(m => Normal(turned - means[m]))], -1).LogSumExp(-1) - Math.Log(3);
            }
        });
        using var run = Trained(recipe, "base");
        Assert.True(double.IsFinite(run.Evaluate(new()).Likelihood!.LogLikelihood));

        static Tensor Normal(Tensor z) => -0.5 * (z.Square() + Math.Log(2 * Math.PI)).Sum(-1);
    }

    [Theory]
    [InlineData("[{kind: planar}]", "model.layer: A density needs the way from the data to the noise")]
    [InlineData("[{kind: squeeze}]", "model.layer: Squeezing takes pictures [C, H, W]")]
    [InlineData("[{kind: multiscale, scales: 2, scale: [{kind: scaling}]}]", "model.layer: Scale 1 leaves events [3], whose channels cannot be halved")]
    [InlineData("[{kind: multiscale}]", "model.layer: A scale has at least one transform.")]
    [InlineData("[{kind: repeat, layers: 2}]", "model.layer: A layer that is repeated has at least one transform.")]
    [InlineData("[{kind: coupling, conditioner: {kind: resNet}}]", "model.layer: A convolutional network is for pictures")]
    public void What_does_not_go_with_the_events_is_named(string layer, string message)
    {
        var experiment = Experiment.Prepare(Flow(Reals(), layer));
        using var store = new ParameterStore();
        Scoped(() => Assert.StartsWith(message, Assert.Throws<RecipeException>(() => experiment.Recipe.Model.Build(store.Init(), experiment.Summary)).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Noise_and_bits_are_for_levels()
    {
        string Fault(string setting) => Assert.ThrowsAny<ArgumentException>(() => Experiment.Prepare(Flow(Reals(), "[{kind: actNorm}]", setting))).Message;
        Assert.Contains("holds real values, which have no bits", Fault("data.bits=5"), StringComparison.Ordinal);
        Assert.Contains("these data are reals: leave it out", Assert.Throws<RecipeException>(() => Experiment.Prepare(Flow(Reals(), "[{kind: actNorm}]", "model.dequantization={kind: uniform}"))).Message, StringComparison.Ordinal);
        Assert.Contains("256 levels, which do not fall into 256 equal parts: take 1 or 2 or 3 or 4 or 5 or 6 or 7 (--set data.bits=7).", Assert.ThrowsAny<ArgumentException>(() => Experiment.Prepare(Flow(Bytes(), "[{kind: actNorm}]", "data.levels=256", "data.bits=8"))).Message, StringComparison.Ordinal);
    }
}

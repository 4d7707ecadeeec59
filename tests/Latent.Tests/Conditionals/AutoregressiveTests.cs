using Latent.Conditionals;
using Latent.Distributions;
using Latent.Networks;
using Latent.Torch;
using Latent.Torch.Tests;

namespace Latent.Tests.Conditionals;

public sealed class AutoregressiveTests : ScopedTest
{
    private const ElementType Type = ElementType.Float64;
    private static readonly Rng Seed = new(41);
    private static readonly long[][] Orders = [[0, 1, 2, 3, 4, 5, 6, 7], [7, 6, 5, 4, 3, 2, 1, 0], [3, 7, 0, 5, 1, 6, 2, 4]];

    public static TheoryData<string> Names => [.. Models.Keys];

    /// <summary>Models of few elements, each with how many values these have; with or without their own way from site to site.</summary>
    private static readonly Dictionary<string, (Func<Init, bool, Autoregressive> Build, Shape Event, int Levels)> Models = new()
    {
        ["MADE"] = ((init, isFast) => Made(isFast, init, 0), [8], 2),
        ["MADE backwards"] = ((init, isFast) => Made(isFast, init, 1), [8], 2),
        ["MADE in a random order"] = ((init, isFast) => Made(isFast, init, 2), [8], 2),
        ["MADE of levels"] = ((init, isFast) => Made(isFast, init, Heads.Levels([], 3)), [4], 3),
        ["PixelCnn"] = ((init, isFast) => Pixels(isFast, new PixelCnn(init, [1, 3, 3], 1, 8, 2, kernel: 5), Heads.Bernoulli([]), [1, 3, 3]), [1, 3, 3], 2),
        ["PixelCnn of colours"] = ((init, isFast) => Pixels(isFast, new PixelCnn(init, [2, 2, 2], 1, 8, 2, kernel: 3), Heads.Bernoulli([]), [2, 2, 2]), [2, 2, 2], 2),
        ["PixelCnn of levels"] = ((init, isFast) => Pixels(isFast, new PixelCnn(init, [1, 2, 2], 3, 8, 1, kernel: 3), Heads.Levels([], 3), [1, 2, 2]), [1, 2, 2], 3),
        ["GatedPixelCnn"] = ((init, isFast) => Pixels(isFast, new GatedPixelCnn(init, [1, 3, 3], 1, 5, 3, kernel: 5), Heads.Bernoulli([]), [1, 3, 3]), [1, 3, 3], 2),
        ["GatedPixelCnn with positions"] = ((init, isFast) => Pixels(isFast, new GatedPixelCnn(init, [1, 3, 3], 1, 5, 2, hasPositions: true), Heads.Bernoulli([]), [1, 3, 3]), [1, 3, 3], 2),
        ["GatedPixelCnn of colours"] = ((init, isFast) => Pixels(isFast, new GatedPixelCnn(init, [2, 2, 2], 1, 6, 3, kernel: 3), Heads.Bernoulli([]), [2, 2, 2]), [2, 2, 2], 2),
        ["GatedPixelCnn of pixels"] = ((init, isFast) => Pixels(isFast, new GatedPixelCnn(init, [3, 1, 2], 20, 5, 2, isPixelwise: true), Heads.PixelMixture(3, 3, 2), [3, 1, 2], [3]), [3, 1, 2], 3),
        ["PixelCnnPlusPlus"] = ((init, isFast) => Pixels(isFast, new PixelCnnPlusPlus(init, [1, 2, 4], 1, 3, 1, 2), Heads.Bernoulli([]), [1, 2, 4]), [1, 2, 4], 2),
        ["GatedPixelCnn of mixtures"] = ((init, isFast) => Pixels(isFast, new GatedPixelCnn(init, [1, 2, 2], 6, 5, 2), Heads.DiscretizedLogisticMixture([], 4, 2), [1, 2, 2]), [1, 2, 2], 4),
    };

    private static Autoregressive Made(bool isFast, Init init, int order)
    {
        var network = new MaskedMlp(init, Orders, [19], 1, Activation.Tanh, isDirect: true);
        return new((x, _) => network.Forward(x, order: order), Heads.Bernoulli([]), [8], Type) { Order = Orders[order], Sequence = isFast ? (x, _) => network.Sequence(x, order: order) : null };
    }

    private static Autoregressive Made(bool isFast, Init init, Head head)
    {
        var network = new MaskedMlp(init, [[2, 0, 3, 1]], [19, 17], head.Outputs, Activation.Relu);
        return new((x, _) => network.Forward(x), head, [4], Type) { Order = [2, 0, 3, 1], Sequence = isFast ? (x, _) => network.Sequence(x) : null };
    }

    private static Autoregressive Pixels(bool isFast, PixelCnn network, Head head, Shape picture) =>
        new((x, _) => network.Forward(x), head, picture, Type) { Order = network.Order, Sequence = isFast ? (x, _) => network.Sequence(x) : null };

    private static Autoregressive Pixels(bool isFast, PixelCnnPlusPlus network, Head head, Shape picture) =>
        new((x, _) => network.Forward(x), head, picture, Type) { Sequence = isFast ? (x, _) => network.Sequence(x) : null };

    private static Autoregressive Pixels(bool isFast, GatedPixelCnn network, Head head, Shape picture, Shape? site = null) =>
        new((x, context) => network.Forward(x, context), head, picture, Type) { Order = network.Order, Sequence = isFast ? (x, context) => network.Sequence(x, context) : null, Site = site ?? [] };

    private static void With(string name, Action<Autoregressive, Shape, int> body) => Scoped(() =>
    {
        var (build, picture, levels) = Models[name];
        using var store = new ParameterStore(Type);
        var model = build(store.Init()["model"], true);
        Scramble(store);
        body(model, picture, levels);
    });

    /// <summary>Parameters far from their first values, so that probabilities are not all alike.</summary>
    private static void Scramble(ParameterStore store)
    {
        foreach (var p in store.Parameters)
        {
            var values = p.Value.AsSpan<double>();
            var noise = Seed.Fork(p.Path).Normal(p.Shape, Type).AsSpan<double>();
            for (var i = 0; i < values.Length; i++) values[i] += 0.7 * noise[i];
        }
    }

    /// <summary>All events.</summary>
    private static Tensor All(Shape picture, int levels)
    {
        var count = (int)Math.Pow(levels, picture.Elements);
        return Tensor.From([.. Enumerable.Range(0, count).SelectMany(n => Enumerable.Range(0, (int)picture.Elements).Select(e => n / (int)Math.Pow(levels, e) % levels / (levels - 1.0)))], [count, .. picture]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Probabilities_sum_to_one(string name) => With(name, (model, picture, levels) =>
    {
        var probabilities = model.Given().LogProb(All(picture, levels)).Exp();
        Assert.Equal(1, probabilities.Sum().Item<double>(), 1e-12);
        Assert.True(probabilities.Max().Item<double>() > 3 / (double)probabilities.Elements);
    });

    [Theory, MemberData(nameof(Names))]
    public void Draws_follow_the_probabilities(string name) => With(name, (model, picture, levels) =>
    {
        const int Draws = 2_000;
        var p = model.Given();
        var x = p.Sample(Seed.Fork("draws"), Draws).Flatten(1);
        // E[log p(x)] of the draws against Σ p log p, in standard errors; and each element's mean.
        var (all, logProb) = (All(picture, levels), p.LogProb(All(picture, levels)));
        var probabilities = logProb.Exp();
        var expected = (probabilities * logProb).Sum().Item<double>();
        var deviation = Math.Sqrt((probabilities * (logProb - expected).Square()).Sum().Item<double>() / Draws);
        Assert.InRange(p.LogProb(x.Unflatten(1, picture)).Mean().Item<double>(), expected - 5 * deviation, expected + 5 * deviation);
        var means = (probabilities.Unsqueeze(-1) * all.Flatten(1)).Sum(0).ToArray<double>();
        var found = x.Mean([0]).ToArray<double>();
        for (var i = 0; i < means.Length; i++) Assert.InRange(found[i], means[i] - 5 * 0.5 / Math.Sqrt(Draws), means[i] + 5 * 0.5 / Math.Sqrt(Draws));
    });

    [Theory, MemberData(nameof(Names))]
    public void Site_by_site_it_draws_what_whole_passes_draw(string name) => Scoped(() =>
    {
        using var store = new ParameterStore(Type);
        var fast = Models[name].Build(store.Init()["model"], true);
        Scramble(store);
        using var replica = store.Replicate();
        var whole = Models[name].Build(replica.Init()["model"], false);
        var rng = Seed.Fork("same").Rows(new long[] { 3, 1, 4 }, axis: 1);
        Assert.True(whole.Given().Sample(rng, 2, 3).Equal(fast.Given().Sample(rng, 2, 3)));
    });

    [Theory, MemberData(nameof(Names))]
    public void A_batch_is_a_loop(string name) => With(name, (model, picture, levels) =>
    {
        var p = model.Given();
        var x = All(picture, levels)[..6].Contiguous();
        var logProb = p.LogProb(x.Unflatten(0, 2, 3)); // leading axes
        Assert.Equal([2, 3], logProb.Shape);
        for (var i = 0; i < 6; i++) Close.Equal(p.LogProb(x[i]), logProb[i / 3, i % 3]);
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Memory_does_not_grow_from_site_to_site(bool isFast) => Scoped(() =>
    {
        var live = new List<int>();
        var head = new Head(1, raw =>
        {
            live.Add(TensorScope.LiveTensors);
            return new Bernoulli(raw.Squeeze(-1));
        });
        using var store = new ParameterStore(Type);
        var made = new MaskedMlp(store.Init()["made"], [[.. Enumerable.Range(0, 15).Select(i => (long)i)]], [19], 1, Activation.Tanh);
        var unrolled = new Autoregressive((x, _) => made.Forward(x), head, [15], Type) { Sequence = isFast ? (x, _) => made.Sequence(x) : null };
        foreach (var model in new[] { unrolled, Pixels(isFast, new GatedPixelCnn(store.Init()["gated"], [1, 5, 3], 1, 5, 3), head, [1, 5, 3]), Pixels(isFast, new PixelCnn(store.Init()["plain"], [1, 5, 3], 1, 4, 2), head, [1, 5, 3]) })
        {
            live.Clear();
            model.Given().Sample(Seed, 2);
            Assert.Equal(15, live.Count);
            for (var i = 6; i < live.Count; i++) Assert.Equal(live[i - 3], live[i]); // the first of a row has more to do than the others
        }
    });

    [Theory, InlineData(true), InlineData(false)]
    public void Classes_have_distributions_of_their_own(bool isMade) => Scoped(() =>
    {
        const int Classes = 3;
        using var store = new ParameterStore(Type);
        Tensor Context(Tensor labels) => labels.OneHot(Classes).To(Type);
        Autoregressive model;
        if (isMade)
        {
            var network = new MaskedMlp(store.Init(), [[2, 0, 3, 1, 5, 4]], [19], 1, Activation.Tanh, Classes);
            model = new((x, c) => network.Forward(x.Flatten(-3), Context(c!)), Heads.Bernoulli([]), [1, 2, 3], Type) { ContextRank = 0, Order = [2, 0, 3, 1, 5, 4], Sequence = (x, c) => network.Sequence(x.Flatten(-3), Context(c!)) };
        }
        else
        {
            var network = new GatedPixelCnn(store.Init(), [1, 2, 3], 1, 5, 2, contextFeatures: Classes);
            model = new((x, c) => network.Forward(x, Context(c!)), Heads.Bernoulli([]), [1, 2, 3], Type) { ContextRank = 0, Order = network.Order, Sequence = (x, c) => network.Sequence(x, Context(c!)) };
        }
        Scramble(store);
        var p = model.Given(Tensor.From([0L, 1, 2, 1]));
        Assert.Equal([4], p.BatchShape);
        var all = All([1, 2, 3], 2).Unsqueeze(1); // one x for all classes
        var sums = p.LogProb(all).Exp().Sum(0);
        Close.Equal([1, 1, 1, 1], sums);
        var logProb = p.LogProb(all);
        Assert.True(logProb[.., 1].Equal(logProb[.., 3]));
        Assert.False(logProb[.., 0].Equal(logProb[.., 1]));
        // Draws are those of the classes: each element's mean, in standard errors.
        const int Draws = 2_000;
        var means = (logProb.Exp().Unsqueeze(-1) * All([1, 2, 3], 2).Flatten(1).Unsqueeze(1)).Sum(0); // [4, 6]
        var found = p.Sample(Seed, Draws).Flatten(2).Mean([0]);
        Assert.InRange((found - means).Abs().Max().Item<double>(), 0, 4 * 0.5 / Math.Sqrt(Draws));
        Assert.Contains("classes", Assert.Throws<ArgumentException>(() => model.Given()).Message, StringComparison.Ordinal);
    });

    [Fact]
    public void Members_of_an_ensemble_take_turns_in_training_and_are_averaged_in_use() => Scoped(() =>
    {
        using var store = new ParameterStore(Type);
        var network = new MaskedMlp(store.Init(), Orders, [19], 1, Activation.Tanh);
        Scramble(store);
        Autoregressive[] members = [.. Orders.Select((order, m) => new Autoregressive((x, _) => network.Forward(x, order: m), Heads.Bernoulli([]), [8], Type) { Order = order })];
        var ensemble = new Ensemble(members);
        var all = All([8], 2);
        Tensor[] logProbs = [.. members.Select(member => member.Given().LogProb(all))];
        Close.Equal(Tensor.Stack([.. logProbs.Select(l => l.Exp())], 0).Mean([0]).Log(), ensemble.Given().LogProb(all));
        for (var step = 0; step < 5; step++)
        {
            using var pass = TrainingPass.Open(step, Seed, ReadOnlyMemory<long>.Empty);
            Assert.True(ensemble.Given().LogProb(all).Equal(logProbs[step % 3]));
        }
        Assert.Equal([7, 8], ensemble.Given().Sample(Seed, 7).Shape);
    });
}

using Latent.Torch;

namespace Latent.Bench.Foundation;

/// <summary>Tensors, autograd, random numbers, optimizers, and a training step made of all of them.</summary>
internal static class FoundationSuite
{
    private const int Million = 1_000_000;

    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        new("add", "one-element add, no gradient", Target.Faster(1 / 0.9), Add),
        new("chain", "chain of 100 scalar products, forward + backward", Target.Faster(1 / 0.7), Chain),
        new("normal", "normal fill of 1M float32, one thread", Target.Faster(4), Normal),
        new("bernoulli", "Bernoulli fill of 1M from uint8, one thread", Target.Faster(10), Bernoulli),
        new("adam-large", "Adam step, 8 tensors of 400×784", Target.Faster(2.5), contest => AdamStep(contest, 8, [400, 784])),
        new("adam-small", "Adam step, 250 tensors of 64", Target.Faster(20), contest => AdamStep(contest, 250, [64])),
        new("mlp", "MLP 784-400-400-10, batch 128, forward + backward", Target.Faster(1.3), Mlp),
        new("arena-time", "arena overhead per tensor, time", Target.AtMost(60e-9, Unit.Seconds), _ => ArenaOverhead.MeasureTime()),
        new("arena-memory", "arena overhead per tensor, managed memory", Target.AtMost(40, Unit.Bytes), _ => ArenaOverhead.MeasureMemory()),
        new("vae", "VAE 784-400-20, batch 128, whole step, two replicas", Target.Faster(1.9), Vae),
    ];

    private static Outcome Add(Contest contest)
    {
        const int calls = 100;
        using var scope = TensorScope.Open();
        var (a, b) = (Tensor.Zeros([1]), Tensor.Ones([1]));
        return contest.AgainstPeer(new Loop(() =>
        {
            using var inner = TensorScope.Open();
            for (var i = 0; i < calls; i++) _ = a + b;
        }, calls));
    }

    private static Outcome Chain(Contest contest)
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Zeros([1]);
        x.RequiresGrad = true;
        return contest.AgainstPeer(new Loop(() =>
        {
            using var inner = TensorScope.Open();
            var y = x;
            for (var i = 0; i < 100; i++) y = y * 1.0001;
            x.Grad = null;
            y.Backward();
        }));
    }

    private static Outcome Normal(Contest contest)
    {
        var values = new float[Million];
        var (rng, step) = (new Rng(1), 0L);
        return contest.AgainstPeer(new Loop(() => rng.Fork("normal", step++).Normal(values)));
    }

    private static Outcome Bernoulli(Contest contest)
    {
        var (probabilities, values) = (new byte[Million], new float[Million]);
        var (rng, step) = (new Rng(1), 0L);
        rng.Bits<byte>(probabilities);
        return contest.AgainstPeer(new Loop(() => rng.Fork("bernoulli", step++).Bernoulli(probabilities, values)));
    }

    private static Outcome AdamStep(Contest contest, int count, long[] shape)
    {
        using var scope = TensorScope.Open();
        using var store = new ParameterStore();
        var init = store.Init();
        for (var i = 0; i < count; i++) init[i].Parameter("weight", new Shape(shape), Initializers.Normal(1));
        var gradients = store.Parameters.Select((_, i) => new Rng(1).Fork("gradient", i).Normal(shape)).ToArray();
        var optimizer = new Adam(store) { Threads = Peer.Threads };
        // The step uses its gradients up; the peer's leaves them.
        return contest.AgainstPeer(new Loop(() => optimizer.Step(1e-3), prepare: () =>
        {
            for (var i = 0; i < count; i++) store.Parameters[i].Value.Grad = gradients[i];
        }));
    }

    private static Outcome Mlp(Contest contest)
    {
        using var scope = TensorScope.Open();
        using var store = new ParameterStore();
        var init = store.Init();
        DenseWeights[] layers =
        [
            Dense.Layer(init["1"], 784, 400, Activation.Relu),
            Dense.Layer(init["2"], 400, 400, Activation.Relu),
            Dense.Layer(init["3"], 400, 10, Activation.Identity),
        ];
        var x = new Rng(1).Fork("x").Normal([128, 784]);
        var gradient = new Rng(1).Fork("gradient").Normal([128, 10]);
        Libtorch.Threads = Peer.Threads;

        Tensor[] Results(Tensor y) => [y, .. Autograd.Grad(y, store.Parameters.Select(p => p.Value).ToArray(), gradient)];
        var deviation = Results(FusedMlp.Apply(x, layers)).Zip(Results(FusedMlp.Composite(x, layers)),
            (fused, composite) => ((fused - composite).Abs().Max() / composite.Abs().Max()).Item<double>()).Max();

        var outcome = contest.AgainstPeer(new Loop(() =>
        {
            using var inner = TensorScope.Open();
            store.ClearGradients();
            Autograd.Backward(FusedMlp.Apply(x, layers), gradient);
        }));
        return outcome with { Remark = $"deviates from the composite form by {deviation:0.0e0} of the largest value" };
    }

    private static Outcome Vae(Contest contest)
    {
        using var scope = TensorScope.Open();
        using var training = new VaeTraining(replicas: Peer.Threads);
        var outcome = contest.AgainstPeer(training);
        var rates = $"{VaeTraining.BatchSize / outcome.Ours:N0} samples/s";
        if (outcome.Peer is { } peer) rates += $" against {VaeTraining.BatchSize / peer:N0}";
        return outcome with { Remark = string.Join(", ", new[] { rates, outcome.Remark }.Where(r => r.Length > 0)) };
    }
}

namespace Latent.Torch.Tests.Replicas;

public sealed class ReplicaTeamTests : ScopedTest
{
    [Fact]
    public void Every_member_works_once_a_round_on_a_thread_of_its_own()
    {
        using var team = new ReplicaTeam(3);
        var (counts, threads) = (new int[3], new int[3]);
        for (var round = 0; round < 2000; round++)
        {
            team.Run(r =>
            {
                counts[r]++;
                threads[r] = Environment.CurrentManagedThreadId;
            });
            if (round % 500 == 0) Thread.Sleep(5); // long enough for the members to fall asleep
        }
        Assert.Equal([2000, 2000, 2000], counts);
        Assert.Equal(3, threads.Distinct().Count());
        Assert.Equal(Environment.CurrentManagedThreadId, threads[0]);
    }

    [Fact]
    public void Members_use_one_thread_each_and_the_owner_gets_its_own_back()
    {
        var before = Libtorch.Threads;
        using (var team = new ReplicaTeam(2))
        {
            var inside = new int[2];
            team.Run(r => inside[r] = Libtorch.Threads);
            Assert.Equal([1, 1], inside);
        }
        Assert.Equal(before, Libtorch.Threads);
    }

    [Fact]
    public void A_failure_reaches_the_caller_after_all_have_finished()
    {
        using var team = new ReplicaTeam(2);
        var finished = false;
        var e = Assert.Throws<InvalidDataException>(() => team.Run(r =>
        {
            if (r == 1) throw new InvalidDataException("of replica 1");
            Thread.Sleep(20);
            finished = true;
        }));
        Assert.Equal("of replica 1", e.Message);
        Assert.True(finished);
        var count = 0;
        team.Run(_ => Interlocked.Increment(ref count));
        Assert.Equal(2, count);
    }

    [Fact]
    public void Misuse_is_named()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReplicaTeam(0));
        var team = new ReplicaTeam(2);
        Assert.Contains("team already", Assert.Throws<InvalidOperationException>(() => new ReplicaTeam(2)).Message);
        Assert.Contains("one thing at a time", Assert.Throws<InvalidOperationException>(() => team.Run(_ => team.Run(_ => { }))).Message);
        team.Dispose();
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(_ => { }));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Training_does_not_depend_on_the_number_of_replicas(int replicas)
    {
        var alone = Train(1);
        var shared = Train(replicas);
        Assert.All(shared.Zip(alone), x => Assert.InRange(Math.Abs(x.First - x.Second), 0, 1e-12));
    }

    [Theory]
    [InlineData(2, 2), InlineData(3, 2), InlineData(2, 5)]
    public void Gradients_handed_over_within_a_team_give_the_same_bits(int replicas, int threads)
    {
        // Ranges end within a parameter, between two, and at one without a gradient; one parameter lacks a replica's.
        (string Path, long[] Shape, int Without)[] parameters = [("a", [301, 333], -1), ("b", [17], 1), ("c", [100_003], 0), ("d", [65_536], -2), ("e", [40_000], -1)];
        (float[] Parameters, double Norm) Train(ReplicaTeam? team)
        {
            using var scope = TensorScope.Open();
            using var store = new ParameterStore();
            foreach (var (path, shape, _) in parameters) store.Init(1).Parameter(path, new Shape(shape), Initializers.FanIn(5));
            var stores = Enumerable.Range(0, replicas).Select(_ => store.Replicate()).ToArray();
            var adam = new Adam(store) { Threads = threads, MaxGradientNorm = 0.5 };
            var norm = 0.0;
            for (var step = 0; step < 3; step++)
            {
                for (var r = 0; r < replicas; r++)
                    foreach (var (path, shape, without) in parameters)
                        if (without != r && without != -2) stores[r][path].Grad = new Rng(2).Fork(path, step).Row(r).Normal(shape);
                norm = adam.Step(1e-2, stores);
            }
            var result = store.Flat.ToArray<float>();
            foreach (var s in stores) s.Dispose();
            return (result, norm);
        }
        var apart = Train(null);
        using var team = new ReplicaTeam(replicas);
        var together = Train(team);
        Assert.Equal(apart.Parameters, together.Parameters);
        Assert.Equal(apart.Norm, together.Norm);
    }

    /// <summary>Twelve examples a step, an equal share for each replica; the mean gradient is that of the whole batch.</summary>
    private static double[] Train(int size)
    {
        using var store = new ParameterStore(ElementType.Float64);
        Weights Make(ParameterStore s)
        {
            using var scope = TensorScope.Open();
            var init = s.Init(4);
            return new(init.Parameter("weight", [70_000 / 5, 5], Initializers.FanIn(5)), init.Parameter("bias", [70_000 / 5], Initializers.FanIn(5)));
        }
        Make(store);
        using var team = new ReplicaTeam(size);
        var stores = team.Replicate(store);
        var models = Array.ConvertAll(stores, Make);
        var adam = new Adam(store) { Threads = size, MaxGradientNorm = 0.5 };
        for (var step = 0; step < 4; step++)
        {
            team.Run(r =>
            {
                using var scope = TensorScope.Open();
                var share = 12 / size;
                var rows = Enumerable.Range(r * share, share).Select(i => new Rng(9).Fork("x", step).Row(i).Normal([1, 5], ElementType.Float64)).ToArray();
                FusedMlp.Apply(Tensor.Cat(rows, 0), new DenseWeights(models[r].Weight, models[r].Bias, Activation.Tanh)).Square().Mean().Backward();
            });
            adam.Step(1e-2, stores);
        }
        var result = store.Flat.ToArray<double>();
        foreach (var s in stores) s.Dispose();
        return result;
    }

    private sealed record Weights(Tensor Weight, Tensor Bias);
}

using Latent.Data;
using Latent.Objectives;
using Latent.Torch;
using Latent.Torch.Tests;
using Latent.Training;

namespace Latent.Tests.Training;

public sealed class TrainerTests : ScopedTest
{
    private static double[] Trained(int replicas, long batch, Func<Init, Objective>? build = null)
    {
        using var store = new ParameterStore(ElementType.Float64);
        new Trainer([Toy.Player(store, build)], Toy.Batches(batch, ElementType.Float64), new() { Steps = 30, Replicas = replicas, Seed = 11 }).Run();
        using var scope = TensorScope.Open();
        return store.Flat.ToArray<double>();
    }

    [Theory]
    [InlineData(7, 2), InlineData(7, 3), InlineData(20, 2), InlineData(20, 3), InlineData(2, 3)]
    public void Results_do_not_depend_on_the_number_of_replicas(long batch, int replicas)
    {
        var (one, more) = (Trained(1, batch), Trained(replicas, batch));
        Assert.All(one.Zip(more), p => Assert.Equal(p.First, p.Second, 1e-10));
        Assert.NotEqual(one, Trained(1, batch + 1));
    }

    [Fact]
    public void A_last_batch_of_fewer_examples_than_replicas_is_taken_whole()
    {
        var data = Batches.InOrder(Toy.Data.Slice(0, 8), 7, new Rng(3), ElementType.Float64); // 7, then 1
        double[] Trained(int replicas)
        {
            using var store = new ParameterStore(ElementType.Float64);
            new Trainer([Toy.Player(store)], data, new() { Steps = 4, Replicas = replicas }).Run();
            using var scope = TensorScope.Open();
            return store.Flat.ToArray<double>();
        }
        Assert.All(Trained(1).Zip(Trained(2)), p => Assert.Equal(p.First, p.Second, 1e-12));
    }

    [Fact]
    public void Objectives_that_couple_examples_see_whole_batches()
    {
        Func<Init, Objective> build = init => new Elbo(Toy.Model(init)) { FreeBits = 0.5 };
        var events = new List<TrainingEvent>();
        using var store = new ParameterStore();
        new Trainer([Toy.Player(store, build)], Toy.Batches(), new() { Steps = 1, Replicas = 2 }).Run(events.Add);
        Assert.Equal(1, Assert.IsType<TrainingEvent.Started>(events[0]).Replicas);
        Assert.Equal(Trained(1, 7, build), Trained(2, 7, build));
    }

    [Theory]
    [InlineData(1, 3, 3), InlineData(2, 3, 1)]
    public void Threads_of_operators_are_those_asked_for_where_one_replica_has_the_batch(int replicas, int threads, int expected)
    {
        var events = new List<TrainingEvent>();
        using var store = new ParameterStore();
        new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 1, Replicas = replicas, Threads = threads }).Run(events.Add);
        Assert.Equal((replicas, expected), (Assert.IsType<TrainingEvent.Started>(events[0]).Replicas, ((TrainingEvent.Started)events[0]).ThreadsPerReplica));
    }

    [Fact]
    public void The_number_of_replicas_is_measured_without_moving_anything()
    {
        var events = new List<TrainingEvent>();
        using var store = new ParameterStore(ElementType.Float64);
        new Trainer([Toy.Player(store)], Toy.Batches(7, ElementType.Float64), new() { Steps = 30, Seed = 11 }).Run(events.Add);
        var started = Assert.IsType<TrainingEvent.Started>(events[0]);
        var most = Math.Min(7, Environment.ProcessorCount);
        Assert.Equal(most == 1 ? [] : [1, .. new[] { 2, 4 }.Where(r => r < most), most], started.Rehearsals.Keys);
        Assert.Equal(most == 1 ? 1 : started.Rehearsals.MinBy(r => r.Value).Key, started.Replicas);
        if (most > 1) Assert.Equal(1, started.ThreadsPerReplica);
        using var scope = TensorScope.Open();
        Assert.All(Trained(1, 7).Zip(store.Flat.ToArray<double>()), p => Assert.Equal(p.First, p.Second, 1e-10));
    }

    [Theory]
    [InlineData(1), InlineData(2)]
    public void Tensors_alive_do_not_grow_with_steps(int replicas)
    {
        using var store = new ParameterStore();
        var alive = new List<int>();
        new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 25, Replicas = replicas, LogEvery = 5, Validation = Toy.Validation, ValidateEvery = 5 })
            .Run(e => { if (e is TrainingEvent.Progress) alive.Add(TensorScope.LiveTensors); });
        Assert.Equal(Enumerable.Repeat(alive[0], 5), alive);
    }

    [Fact]
    public void Events_tell_the_whole_story()
    {
        using var store = new ParameterStore();
        var events = new List<TrainingEvent>();
        var trainer = new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 25, Replicas = 1, LogEvery = 10, Validation = Toy.Validation, ValidateEvery = 12 });
        var outcome = trainer.Run(events.Add);

        Assert.Equal(
            ["Started 0", "Progress 10", "Validated 12", "Progress 20", "Validated 24", "Progress 25", "Validated 25", "Stopped 25"],
            events.Select(e => $"{e.GetType().Name} {e.Step}"));
        var started = Assert.IsType<TrainingEvent.Started>(events[0]);
        Assert.Equal((25, 6, 8 * 5 + 5 + 5 * 6 + 6 + 3 * 5 + 5 + 5 * 8 + 8), (started.Steps, started.StepsPerEpoch, started.Parameters));
        var progress = Assert.IsType<TrainingEvent.Progress>(events[3]);
        Assert.Equal(["loss", "elbo", "rate", "distortion"], progress.Terms.Keys);
        Assert.Equal(progress.Terms["elbo"], -progress.Terms["rate"] - progress.Terms["distortion"], 1e-5);
        Assert.Equal(20 / 6.0, progress.Epoch);
        Assert.Equal(Schedules.Cosine(0.01, 0, 60)(19), progress.LearningRates["model"]);
        Assert.InRange(progress.GradientNorm, 1e-3, 1e3);
        Assert.InRange(progress.ExamplesPerSecond, 1, 1e9);
        Assert.Same(outcome, Assert.IsType<TrainingEvent.Stopped>(events[^1]).Outcome);
        Assert.Equal((25, StopReason.Completed), (outcome.Step, outcome.Reason));
        Assert.Equal(outcome.Best, events.OfType<TrainingEvent.Validated>().Max(v => v.Values["elbo"]));
    }

    [Fact]
    public void Means_between_reports_are_those_of_the_batches()
    {
        using var store = new ParameterStore(ElementType.Float64);
        var events = new List<TrainingEvent>();
        // Nothing moves, so the mean can be computed again; three replicas share batches of seven unevenly.
        var player = Toy.Player(store) with { LearningRate = Schedules.Constant(0) };
        new Trainer([player], Toy.Batches(7, ElementType.Float64), new() { Steps = 4, Replicas = 3, LogEvery = 2, Seed = 1 }).Run(events.Add);

        using var again = new ParameterStore(ElementType.Float64);
        using var scope = TensorScope.Open();
        var elbo = player.Build(again.Init(1));
        var expected = 0.0;
        for (var step = 2; step < 4; step++) expected += elbo.Evaluate(Toy.Batches(7, ElementType.Float64).At(step), new Rng(1).Fork("training"), step).Value.Item<double>() / 2;
        Assert.Equal(expected, events.OfType<TrainingEvent.Progress>().Last().Terms["loss"], 1e-10);
    }

    [Fact]
    public void It_learns()
    {
        using var store = new ParameterStore();
        var events = new List<TrainingEvent>();
        var player = Toy.Player(store) with { LearningRate = Schedules.Constant(0.02) };
        new Trainer([player], Toy.Batches(), new() { Steps = 200, LogEvery = 50, Replicas = 2 }).Run(events.Add);
        var elbos = events.OfType<TrainingEvent.Progress>().Select(p => p.Terms["elbo"]).ToArray();
        Assert.True(elbos[^1] > elbos[0] + 1.5, string.Join(", ", elbos));
    }

    [Fact]
    public void Matrix_products_in_bfloat16_change_numbers_a_little()
    {
        double Loss(Precision precision)
        {
            using var store = new ParameterStore();
            var events = new List<TrainingEvent>();
            new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 10, LogEvery = 10, Replicas = 2, Precision = precision }).Run(events.Add);
            return events.OfType<TrainingEvent.Progress>().Single().Terms["loss"];
        }
        var difference = Math.Abs(Loss(Precision.Full) - Loss(Precision.BFloat16));
        Assert.InRange(difference, 1e-6, 0.05);
        Assert.False(Autograd.IsAutocasting(DeviceType.Cpu));
    }

    [Fact]
    public void Validation_sees_the_average_and_leaves_the_parameters_alone()
    {
        using var store = new ParameterStore();
        var seen = new List<float[]>();
        var (kept, averages) = (new List<float[]>(), new List<float[]>());
        var validation = new Validation("flat", _ =>
        {
            seen.Add(store.Flat.ToArray<float>());
            Assert.False(Autograd.IsRecording);
            return new Dictionary<string, double> { ["flat"] = 1 };
        });
        new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 9, Replicas = 1, LogEvery = 3, Validation = validation, ValidateEvery = 3 }).Run(e =>
        {
            if (e is TrainingEvent.Stopped) return;
            using var scope = TensorScope.Open();
            (e is TrainingEvent.Progress ? kept : averages).Add(store.Flat.ToArray<float>());
            if (e is TrainingEvent.Progress) Assert.NotEqual(kept[^1], store.Companions["average"].ToArray<float>());
        });
        Assert.Equal(kept, averages.Skip(1));                                                        // before and after validation
        using (TensorScope.Open()) Assert.Equal(store.Companions["average"].ToArray<float>(), seen[^1]);
        Assert.NotEqual(seen[^1], kept[^1]);
    }

    [Theory]
    [InlineData(true, 3), InlineData(false, 2)]
    public void Training_stops_when_validation_no_longer_improves(bool higherIsBetter, long bestAt)
    {
        double[] values = [5, 4, 7, 6, 7, 5, 9];
        var count = 0;
        var validation = new Validation("score", _ => new Dictionary<string, double> { ["score"] = values[count++] }, higherIsBetter);
        using var store = new ParameterStore();
        var events = new List<TrainingEvent>();
        var outcome = new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 7, Replicas = 1, Validation = validation, ValidateEvery = 1, Patience = 3 }).Run(events.Add);
        Assert.Equal((bestAt + 3, StopReason.EarlyStopped, values[bestAt - 1], (long?)bestAt), (outcome.Step, outcome.Reason, outcome.Best, outcome.BestStep));
        Assert.Equal([.. values.Take((int)bestAt + 3).Select((v, i) => values.Take(i).All(w => higherIsBetter ? v > w : v < w))], events.OfType<TrainingEvent.Validated>().Select(v => v.IsBest));
    }

    [Fact]
    public void Objectives_with_gradients_of_their_own_are_validated_without()
    {
        using var store = new ParameterStore();
        Func<Init, Objective> build = init => new ImportanceWeighted(Toy.Model(init), 3) { Gradient = ImportanceGradient.DoublyReparameterized };
        var outcome = new Trainer([Toy.Player(store, build)], Toy.Batches(), new() { Steps = 2, Replicas = 1, Validation = Toy.Validation with { Criterion = "bound" } }).Run();
        Assert.InRange(outcome.Best!.Value, -7, -4);
    }

    [Fact]
    public void A_criterion_that_was_not_measured_is_an_error_that_names_what_was()
    {
        using var store = new ParameterStore();
        var validation = Toy.Validation with { Criterion = "elbow" };
        var trainer = new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 1, Replicas = 1, Validation = validation });
        Assert.Contains("no 'elbow', but elbo, rate, distortion", Assert.Throws<InvalidOperationException>(() => trainer.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_was_cancelled_goes_on_where_it_stopped()
    {
        using var whole = new ParameterStore();
        new Trainer([Toy.Player(whole)], Toy.Batches(), new() { Steps = 12, Replicas = 1 }).Run();

        using var store = new ParameterStore();
        var trainer = new Trainer([Toy.Player(store)], Toy.Batches(), new() { Steps = 12, Replicas = 1, LogEvery = 1 });
        var outcome = trainer.RunTo(5);
        Assert.Equal((5, StopReason.Cancelled), (outcome.Step, outcome.Reason));
        Assert.Equal(StopReason.Completed, trainer.Run().Reason);
        Assert.Equal(Toy.Contents(whole), Toy.Contents(store));
    }

    [Fact]
    public void Players_take_turns()
    {
        using var first = new ParameterStore();
        using var second = new ParameterStore();
        var (a, b) = (Toy.Player(first) with { Name = "a" }, Toy.Player(second) with { Name = "b", StepsPerRound = 2 });
        var updates = new List<(bool, bool)>();
        var before = (new float[1], new float[1]);
        var events = new List<TrainingEvent>();
        new Trainer([a, b], Toy.Batches(), new() { Steps = 6, Replicas = 2, LogEvery = 1 }).Run(e =>
        {
            events.Add(e);
            using var scope = TensorScope.Open();
            var now = (first.Flat.ToArray<float>(), second.Flat.ToArray<float>());
            if (e is TrainingEvent.Started) Assert.NotEqual(now.Item1, now.Item2);
            if (e is TrainingEvent.Progress) updates.Add((!now.Item1.SequenceEqual(before.Item1), !now.Item2.SequenceEqual(before.Item2)));
            before = now;
        });
        Assert.Equal([(true, false), (false, true), (false, true), (true, false), (false, true), (false, true)], updates);
        Assert.Equal(["b/loss", "b/elbo", "b/rate", "b/distortion"], events.OfType<TrainingEvent.Progress>().ElementAt(1).Terms.Keys);
    }

    /// <summary>One player fits a prior's mean to 3, the other its own to the first one's: they share a store.</summary>
    [Fact]
    public void Players_of_one_store_see_each_other_and_move_their_own_parameters_alone()
    {
        using var store = new ParameterStore();
        Func<Init, Objective> Build(Func<Tensor, Tensor, Tensor> loss) => init =>
        {
            var (leader, follower) = (init.Parameter("leader", [], Initializers.Zeros), init.Parameter("follower", [], Initializers.Constant(-1)));
            return new Formula(() => loss(leader, follower));
        };
        Player Player(string name, Func<Tensor, Tensor, Tensor> loss) => new(name, store, Build(loss), p => new Sgd(p), Schedules.Constant(0.25)) { Parameters = [name] };
        new Trainer(
            [Player("leader", (l, _) => (l - 3).Square() + 0 * l), Player("follower", (l, f) => (l - f).Square())],
            Toy.Batches(), new() { Steps = 60, Replicas = 2 }).Run();
        using var scope = TensorScope.Open();
        Assert.Equal(3, store["leader"].Item<double>(), 1e-5);
        Assert.Equal(3, store["follower"].Item<double>(), 1e-4);
    }

    [Fact]
    public void Games_that_cannot_be_played_are_refused()
    {
        using var store = new ParameterStore();
        var player = Toy.Player(store);
        Assert.Contains("Nobody plays", Assert.Throws<ArgumentException>(() => new Trainer([], Toy.Batches(), new() { Steps = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("same name", Assert.Throws<ArgumentException>(() => new Trainer([player, player], Toy.Batches(), new() { Steps = 1 })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { Steps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TrainingOptions { Steps = 1, Replicas = 0 });
    }

    private sealed class Formula(Func<Tensor> loss) : Objective
    {
        public override bool CouplesExamples => false;

        public override Loss Evaluate(Batch batch, Rng rng, long step) => new(loss(), []);
    }
}

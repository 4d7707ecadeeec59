namespace Latent.Torch.Tests.Memory;

/// <summary>Alone in the process while it runs: resident memory belongs to all tests together.</summary>
[Collection(nameof(ResidentMemoryTests))]
[CollectionDefinition(nameof(ResidentMemoryTests), DisableParallelization = true)]
public sealed class ResidentMemoryTests : ScopedTest
{
    [Fact]
    public void A_hundred_thousand_steps_leave_memory_flat()
    {
        using var store = new ParameterStore();
        Tensor w1, b1, w2, b2;
        using (TensorScope.Open())
        {
            var init = store.Init();
            (w1, b1) = (init.Parameter("w1", [7, 5], Initializers.FanIn(5)), init.Parameter("b1", [7], Initializers.Zeros));
            (w2, b2) = (init.Parameter("w2", [3, 7], Initializers.FanIn(7)), init.Parameter("b2", [3], Initializers.Zeros));
        }
        var adam = new Adam(store) { Threads = 1 };
        var random = new Rng(1);
        void Step(int n)
        {
            using var scope = TensorScope.Open();
            var x = random.Fork("x", n).Normal([5, 5]);
            var y = n % 2 == 0
                ? FusedMlp.Apply(x, new(w1, b1, Activation.Tanh), new(w2, b2, Activation.Identity))
                : Tensor.Linear(Tensor.Linear(x, w1, b1).Tanh(), w2, b2);
            y.Square().Mean().Backward();
            adam.Step(1e-3);
        }

        for (var n = 0; n < 20_000; n++) Step(n);
        var (native, managed) = (NativeBytes(), GC.GetTotalMemory(forceFullCollection: true));
        for (var n = 0; n < 100_000; n++) Step(n);
        var (nativeGrowth, managedGrowth) = (NativeBytes() - native, GC.GetTotalMemory(forceFullCollection: true) - managed);
        Assert.True(nativeGrowth < 2 << 20, $"Native memory grew by {nativeGrowth / 1024.0:F0} KiB over 100,000 steps.");
        Assert.True(managedGrowth < 1 << 20, $"Managed memory grew by {managedGrowth / 1024.0:F0} KiB over 100,000 steps.");
    }

    /// <summary>Resident memory without the collector's own, which it takes in regions of 4 MiB when it sees fit.</summary>
    private static long NativeBytes()
    {
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]);
        return pages * Environment.SystemPageSize - GC.GetGCMemoryInfo().TotalCommittedBytes;
    }
}

using System.Diagnostics;

namespace Latent.Torch.Tests.Memory;

/// <summary>Resident memory belongs to a whole process, so the steps run in one of their own: this assembly's <see cref="Main"/>.</summary>
public sealed class ResidentMemoryTests
{
    private const int Steps = 100_000;
    private const int WarmUp = 30_000;

    [Fact]
    public async Task A_hundred_thousand_steps_leave_memory_flat()
    {
        var start = new ProcessStartInfo("dotnet", [typeof(ResidentMemoryTests).Assembly.Location]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        // A young generation of 4 MiB has been through all its pages before the warm-up ends.
        start.Environment["DOTNET_GCgen0size"] = "400000";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        Assert.Equal("", await process.StandardError.ReadToEndAsync());
        var growth = long.Parse(await output);
        Assert.True(growth < 2 << 20, $"Resident memory grew by {growth / 1024.0:F0} KiB over {Steps} steps.");
    }

    /// <summary>Prints by how many bytes resident memory grows over the steps.</summary>
    internal static void Main()
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
        void Step(int n)
        {
            using var scope = TensorScope.Open();
            var x = new Rng(1).Fork("x", n).Normal([5, 5]);
            var y = n % 2 == 0
                ? FusedMlp.Apply(x, new(w1, b1, Activation.Tanh), new(w2, b2, Activation.Identity))
                : Tensor.Linear(Tensor.Linear(x, w1, b1).Tanh(), w2, b2);
            y.Square().Mean().Backward();
            adam.Step(1e-3);
        }

        for (var n = 0; n < WarmUp; n++) Step(n);
        var before = ResidentBytes();
        for (var n = 0; n < Steps; n++) Step(n);
        Console.Write(ResidentBytes() - before);
    }

    private static long ResidentBytes()
    {
        var pages = long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]);
        return pages * Environment.SystemPageSize;
    }
}

using System.Diagnostics;
using Latent.Torch;

namespace Latent.Bench.Foundation;

/// <summary>
/// The raw training loop of a VAE in replicas: each thread takes its share of the batch through forward and backward with
/// single-threaded kernels; then one optimizer step averages their gradients.
/// </summary>
internal sealed class VaeTraining : IContestant, IDisposable
{
    public const int BatchSize = 128;
    private const int Examples = 60_000;
    private const double LearningRate = 1e-3;

    private readonly Rng rng = new(1);
    private readonly Tensor data;
    private readonly long[] order = new long[Examples];
    private readonly ParameterStore store = new();
    private readonly ParameterStore[] replicas;
    private readonly Vae[] models;
    private readonly Adam optimizer;
    private readonly ReplicaTeam team;
    private long step;

    public VaeTraining(int replicas)
    {
        data = RandomImages();
        _ = new Vae(store.Init());
        team = new ReplicaTeam(replicas);
        this.replicas = team.Replicate(store);
        models = Array.ConvertAll(this.replicas, replica => new Vae(replica.Init()));
        optimizer = new Adam(store) { Threads = replicas };
    }

    public double Run(double seconds)
    {
        var start = Stopwatch.GetTimestamp();
        var (steps, elapsed) = (0, 0.0);
        for (; elapsed < seconds; elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds, steps++) Step();
        return elapsed / steps;
    }

    public void Dispose()
    {
        team.Dispose();
        foreach (var replica in replicas) replica.Dispose();
        store.Dispose();
    }

    private void Step()
    {
        const int steps = Examples / BatchSize;
        if (step % steps == 0) rng.Fork("order", step / steps).Permutation(order);
        team.Run(Differentiate);
        optimizer.Step(LearningRate, replicas);
        step++;
    }

    /// <summary>Leaves the gradients of a replica's share of the batch on its parameters.</summary>
    private void Differentiate(int replica)
    {
        using var scope = TensorScope.Open();
        const int steps = Examples / BatchSize;
        var share = BatchSize / replicas.Length;
        var rows = order.AsSpan((int)(step % steps) * BatchSize + replica * share, share);
        var x = data.IndexSelect(0, Tensor.From<long>(rows)).To(ElementType.Float32);
        models[replica].Loss(x, Noise(rows)).Backward();
    }

    /// <summary>Standard normal numbers that depend on the step and the example alone, [rows, latents].</summary>
    private Tensor Noise(ReadOnlySpan<long> rows)
    {
        var noise = Tensor.Uninitialized([rows.Length, Vae.Latents]);
        var values = noise.AsSpan<float>();
        var stream = rng.Fork("noise", step);
        for (var r = 0; r < rows.Length; r++) stream.Row(rows[r]).Normal(values.Slice(r * Vae.Latents, Vae.Latents));
        return noise;
    }

    private Tensor RandomImages()
    {
        var images = Tensor.Uninitialized([Examples, Vae.Pixels], ElementType.UInt8);
        var pixels = images.AsSpan<byte>();
        rng.Fork("data").Bits(pixels);
        foreach (ref var pixel in pixels) pixel = pixel > 178 ? (byte)1 : (byte)0;
        return images;
    }
}

using Latent.Conditionals;
using Latent.Data;
using Latent.Models;
using Latent.Networks;
using Latent.Objectives;
using Latent.Torch;
using Latent.Training;

namespace Latent.Tests.Training;

/// <summary>A small VAE on small data, 8-5-3, and all that training it takes.</summary>
internal static class Toy
{
    public const int Examples = 43;
    private const int Pixels = 8;

    public static Dataset Data { get; } = Bits(Examples);

    private static Dataset Bits(int examples)
    {
        var bits = new byte[examples * Pixels];
        var first = new float[examples];
        new Rng(5).Uniform(first);
        // Each example repeats one bit, so that there is something to learn.
        for (var i = 0; i < bits.Length; i++) bits[i] = first[i / Pixels] < 0.5 == i % 3 > 0 ? (byte)1 : (byte)0;
        return new("toy", HostArray.From<byte>(bits, [examples, Pixels]), levels: 2);
    }

    public static Batches Batches(long size = 7, ElementType type = ElementType.Float32) => Latent.Data.Batches.Shuffled(Data, size, new Rng(3), type);

    public static LatentVariableModel Model(Init init)
    {
        var encoder = new Mlp(init["encoder"], [Pixels, 5, 6], Activation.Tanh);
        var decoder = new Mlp(init["decoder"], [3, 5, Pixels], Activation.Tanh);
        return new Vae(
            Unconditional.StandardNormal(init, [3]),
            new Parametric(encoder.Forward, Heads.DiagonalNormal(3)),
            new Parametric(decoder.Forward, Heads.Bernoulli([Pixels])));
    }

    public static Player Player(ParameterStore store, Func<Init, Objective>? build = null, double averageDecay = 0.9) => new(
        "model", store, build ?? (init => new Elbo(Model(init)) { Beta = Schedules.Linear(0, 1, 20) }),
        parameters => new Adam(parameters) { AverageDecay = averageDecay, MaxGradientNorm = 5 }, Schedules.Cosine(0.01, 0, 60));

    public static Validation Validation { get; } = Latent.Training.Validation.OfTerms(Latent.Data.Batches.InOrder(Data, 20, new Rng(4)), new Rng(6));

    /// <summary>Everything that a run ends with, as bits.</summary>
    public static Dictionary<string, byte[]> Contents(ParameterStore store)
    {
        using var scope = TensorScope.Open();
        var contents = store.Parameters.ToDictionary(p => p.Path, p => p.Value.Detach().ToHostArray().Bytes.ToArray());
        foreach (var (name, companion) in store.Companions) contents.Add(name, companion.ToHostArray().Bytes.ToArray());
        return contents;
    }

    /// <summary>The tensors of a checkpoint, as bits.</summary>
    public static Dictionary<string, byte[]> Contents(string file)
    {
        using var opened = SafetensorsFile.Open(file);
        return opened.ReadAll().ToDictionary(t => t.Key, t => t.Value.Bytes.ToArray());
    }

    /// <summary>Cancels once a step is done.</summary>
    public static TrainingOutcome RunTo(this Trainer trainer, long step, List<TrainingEvent>? events = null)
    {
        using var cancel = new CancellationTokenSource();
        return trainer.Run(e =>
        {
            events?.Add(e);
            if (e is TrainingEvent.Progress && e.Step == step) cancel.Cancel();
        }, cancel.Token);
    }
}

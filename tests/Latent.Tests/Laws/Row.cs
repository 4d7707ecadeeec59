using Latent.Distributions;
using Latent.Torch;

namespace Latent.Tests.Laws;

/// <summary>A distribution to hold the laws against: how to make it, and what it should be like.</summary>
public sealed record Row(string Name, Func<Tensor[], Distribution> Make, Support Support)
{
    public const int B = 7;

    /// <summary>Values of each parameter, [*batch, …].</summary>
    public required (double[] Values, long[] Shape)[] Parameters { get; init; }

    public long[] Batch { get; init; } = [B];

    public long[] Event { get; init; } = [];

    public bool HasMean { get; init; } = true;

    public bool HasEntropy { get; init; } = true;

    /// <summary>Whether a parameter's millionth is a small change.</summary>
    public bool IsSmooth { get; init; } = true;

    /// <summary>Events at the edge of the domain, or far out: log p is a number, gradients are finite.</summary>
    public double[][] Edges { get; init; } = [];

    /// <summary>Events outside the support.</summary>
    public double[][] Outside { get; init; } = [];

    public int Entries => Batch.Aggregate(1, (n, size) => n * (int)size);

    /// <summary>Batch entries that the slow laws look at.</summary>
    public int[] Picked => [0, Entries / 2, Entries - 1];

    public bool TakesNumbers => Support is Finite && Make(ParameterTensors()).Sample(new Rng(0)).ElementType == ElementType.Int64;

    public Tensor[] ParameterTensors(ElementType type = ElementType.Float64) => [.. Parameters.Select(p => Tensor.From(p.Values, p.Shape).To(type))];

    public Distribution Distribution(ElementType type = ElementType.Float64) => Make(ParameterTensors(type));

    /// <summary>The distribution of one batch entry.</summary>
    public Distribution Entry(int i) => Make([.. ParameterTensors().Select(p => p.Reshape([Entries, .. p.Shape[Batch.Length..]])[i])]);

    /// <summary>Events in the type that the distribution takes, [n, *batch of ones, *event].</summary>
    public Tensor Events(double[][] events)
    {
        long[] ones = [.. Batch.Select(_ => 1L)];
        var x = Tensor.From([.. events.SelectMany(e => e)], [events.Length, .. ones, .. Event]);
        return TakesNumbers ? x.To(ElementType.Int64) : x;
    }

    public override string ToString() => Name;
}

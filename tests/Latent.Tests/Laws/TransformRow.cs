using Latent.Torch;
using Latent.Transforms;

namespace Latent.Tests.Laws;

/// <summary>A transform to hold the laws against: how to make it, and what it should be like.</summary>
public sealed record TransformRow(string Name, Func<Tensor[], Transform> Make)
{
    public const int B = 7;

    /// <summary>Values of each parameter, [*batch, …] for each of the B entries of a batch.</summary>
    public (double[] Values, long[] Shape)[] Parameters { get; init; } = [];

    /// <summary>The shape of an event z, of the transform's rank.</summary>
    public long[] Event { get; init; } = [];

    /// <summary>The shape of an event x.</summary>
    public long[]? ForwardEvent { get; init; }

    /// <summary>Takes real numbers to those that the transform maps.</summary>
    public Func<Tensor, Tensor> Domain { get; init; } = t => t;

    /// <summary>Takes real numbers to those that the transform gives.</summary>
    public Func<Tensor, Tensor> Image { get; init; } = t => t;

    /// <summary>Numbers z at the edge of the domain, or far out: x is in the image, all values and gradients are finite.</summary>
    public double[] Far { get; init; } = [-1e6, -800, -40, 0, 40, 800, 1e6];

    /// <summary>Numbers x at the edge of the image: all values and gradients are finite.</summary>
    public double[] Edges { get; init; } = [-1e6, 0, 1e6];

    /// <summary>Whether events of any last axis are taken, so that none is wrong.</summary>
    public bool TakesAnySize { get; init; }

    /// <summary>Numbers x outside the image: LogDet is −∞, z and all gradients are finite.</summary>
    public double[] Outside { get; init; } = [];

    public Tensor[] ParameterTensors(ElementType type = ElementType.Float64) => [.. Parameters.Select(p => Tensor.From(p.Values, p.Shape).To(type))];

    public Transform Transform(ElementType type = ElementType.Float64) => Make(ParameterTensors(type));

    /// <summary>The transform of one batch entry.</summary>
    public Transform Entry(int i) => Make([.. ParameterTensors().Select(p => p[i])]);

    /// <summary>Values of the domain, [*leading, *event].</summary>
    public Tensor Z(Rng rng, params long[] leading) => Domain(rng.Normal([.. leading, .. Event], ElementType.Float64) * 1.5);

    /// <summary>Values of the image, [*leading, *event].</summary>
    public Tensor X(Rng rng, params long[] leading) => Image(rng.Normal([.. leading, .. ForwardEvent ?? Event], ElementType.Float64) * 1.5);

    public override string ToString() => Name;
}

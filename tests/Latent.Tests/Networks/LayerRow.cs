using Latent.Torch;

namespace Latent.Tests.Networks;

/// <summary>A layer, and how the laws make and call it.</summary>
/// <param name="Name">What tests report it by.</param>
/// <param name="Layer">Its class.</param>
/// <param name="Build">Makes it and returns its forward pass from all inputs to one output.</param>
/// <param name="Events">The shapes of its inputs without batch axes.</param>
internal sealed record LayerRow(string Name, Type Layer, Func<Init, Func<Tensor[], Tensor>> Build, Shape[] Events)
{
    /// <summary>Above zero where the input is not real numbers but so many symbols.</summary>
    public long Symbols { get; init; }

    /// <summary>Whether it takes any shape, so that none is wrong.</summary>
    public bool TakesAnyShape { get; init; }

    /// <summary>Whether an example's output depends on its place in the batch.</summary>
    public bool DependsOnPlace { get; init; }

    /// <summary>Random inputs.</summary>
    public Tensor[] Draw(Rng rng, params Shape batch) => [.. Events.Select((e, i) => DrawOne(rng.Fork("input", i), [.. batch, .. e]))];

    private Tensor DrawOne(Rng rng, Shape shape) => Symbols > 0
        ? (rng.Uniform(shape, ElementType.Float64) * Symbols).To(ElementType.Int64)
        : rng.Normal(shape, ElementType.Float64);

    public override string ToString() => Name;
}

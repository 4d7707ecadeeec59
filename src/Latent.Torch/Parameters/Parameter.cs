namespace Latent.Torch;

/// <summary>One trained tensor of a store.</summary>
public sealed class Parameter
{
    internal Parameter(string path, Tensor value, Shape shape, long offset) => (Path, Value, Shape, Offset) = (path, value, shape, offset);

    /// <summary>Where it stands in the model: <c>encoder/fc1/weight</c>.</summary>
    public string Path { get; }

    /// <summary>The tensor, a leaf of the autograd graph.</summary>
    public Tensor Value { get; }

    /// <summary>Its sizes.</summary>
    public Shape Shape { get; }

    /// <summary>How many numbers it has.</summary>
    public long Elements => Shape.Elements;

    /// <summary>Where it begins in the store's flat buffer.</summary>
    internal long Offset { get; set; }
}

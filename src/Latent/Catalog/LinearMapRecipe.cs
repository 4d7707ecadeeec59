using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>A learned invertible matrix that mixes the coordinates of vectors, or the channels of pictures (an invertible 1×1 convolution): <see cref="LinearMap"/>.</summary>
public sealed record LinearMapRecipe : TransformRecipe
{
    /// <summary>The parametrization. It begins as a random permutation (LU) or orthogonal matrix (QR, plain).</summary>
    public MatrixFactors Factors { get; init; }

    /// <inheritdoc/>
    public override Cost DensityCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Cost SamplingCost => Cost.OnePass;

    /// <inheritdoc/>
    public override Func<Tensor?, Transform> Build(TransformPlace place)
    {
        var (init, size) = (place.Init, place.EventShape[0]);
        Tensor Zeros(string name, Shape shape) => init.Parameter(name, shape, Initializers.Zeros);
        var order = new long[size];
        init.Choices("order").Permutation(order);
        InvertibleMatrix matrix = Factors switch
        {
            MatrixFactors.LU => new LUMatrix(
                order,
                Zeros("lower", [size, size]), Zeros("upper", [size, size]), Zeros("log_scale", [size])),
            MatrixFactors.QR => new QRMatrix(init.Parameter("vectors", [size, size], Initializers.Normal(1)), Zeros("upper", [size, size]), Zeros("log_scale", [size])),
            _ => new PlainMatrix(init.Parameter("weight", [size, size], Initializers.Orthogonal())),
        };
        var transform = new LinearMap(matrix, place.EventShape.Rank);
        return _ => transform;
    }
}

using Latent.Torch;

namespace Latent.Bench.Foundation;

/// <summary>Layers with PyTorch's initial values.</summary>
internal static class Dense
{
    public static DenseWeights Layer(Init init, int inputs, int outputs, Activation activation) => new(
        init.Parameter("weight", [outputs, inputs], Initializers.FanIn(inputs)),
        init.Parameter("bias", [outputs], Initializers.FanIn(inputs)),
        activation);
}

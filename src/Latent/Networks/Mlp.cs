using Latent.Torch;

namespace Latent.Networks;

/// <summary>A multilayer perceptron: y₀ = x, y_l = f(y_{l−1} W_lᵀ + b_l), and another f for the last layer.</summary>
/// <remarks>
/// <para>Shapes: x [*, first width] → y [*, last width]; part <c>l</c> = 0, 1, … is a <see cref="Linear"/>.</para>
/// <para>Numerics: on the CPU all layers are one <see cref="FusedMlp"/> node, whose gradient cannot be differentiated again; where second
/// derivatives are needed (a gradient penalty), write the layers out as <see cref="Linear"/>.</para>
/// </remarks>
public sealed class Mlp
{
    private readonly DenseWeights[] layers;
    private readonly long inputs;

    /// <summary>Takes the parameters from <paramref name="init"/>.</summary>
    /// <param name="widths">The features of x, of each hidden layer, and of y: <c>[784, 400, 400, 10]</c>.</param>
    /// <param name="hidden">f of all layers but the last.</param>
    /// <param name="output">f of the last layer.</param>
    /// <param name="outputWeight">First values of the last layer's weights, if not the usual ones.</param>
    /// <param name="outputBias">First values of the last layer's biases, if not the usual ones.</param>
    /// <exception cref="ArgumentException">There are fewer than two widths, or one is below 1.</exception>
    public Mlp(
        Init init, ReadOnlySpan<long> widths, Activation hidden, Activation output = Activation.Identity, Initializer? outputWeight = null, Initializer? outputBias = null)
    {
        if (widths.Length < 2) throw new ArgumentException($"{widths.Length} widths make no layer; give at least those of the inputs and of the outputs, such as [784, 400, 10].", nameof(widths));
        inputs = widths[0];
        layers = new DenseWeights[widths.Length - 1];
        for (var l = 0; l < layers.Length; l++)
        {
            var isLast = l == layers.Length - 1;
            var linear = new Linear(init[l], widths[l], widths[l + 1], weight: isLast ? outputWeight : null, bias: isLast ? outputBias : null);
            layers[l] = new(linear.Weight, linear.Bias, isLast ? output : hidden);
        }
    }

    /// <summary>The layers.</summary>
    internal DenseWeights[] Layers => layers;

    /// <summary>Applies the layers in order.</summary>
    /// <exception cref="ArgumentException">The last axis of <paramref name="x"/> has not the size of the first width.</exception>
    public Tensor Forward(Tensor x)
    {
        if (x.Shape is not [.., var features] || features != inputs)
            throw Arguments.Misshapen(x, $"[*, inputs = {inputs}]", "The network maps the last axis: bring the features there (Reshape, Permute), or build it with the features of x as its first width.");
        return FusedMlp.Apply(x, layers);
    }
}

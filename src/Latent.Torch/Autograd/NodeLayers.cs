using System.Numerics;
using System.Numerics.Tensors;
using Latent.Torch.Kernels;

namespace Latent.Torch;

/// <summary>The layers of a perceptron as part of a node: what the node takes as inputs, what it saves, and both as kernels want them.</summary>
/// <remarks>It holds no tensors, so that a node's backward may capture it.</remarks>
internal sealed unsafe class NodeLayers
{
    private readonly Layer[] layers;
    private readonly long maskedElements;

    /// <summary>Layers that fit each other.</summary>
    public NodeLayers(ReadOnlySpan<DenseWeights> weights)
    {
        layers = new Layer[weights.Length];
        for (var l = 0; l < layers.Length; l++)
        {
            var (weight, mask) = (weights[l].Weight.Shape, weights[l].Mask);
            layers[l] = new((int)weight[1], (int)weight[0], weights[l].Activation, mask?.Extents, mask is null ? null : maskedElements);
            if (mask is not null) maskedElements += weight.Elements;
        }
    }

    /// <summary>How many layers there are.</summary>
    public int Count => layers.Length;

    /// <summary>How many of the node's inputs are theirs: W₁, b₁, W₂, ….</summary>
    public int InputCount => 2 * layers.Length;

    /// <summary>How many tensors are saved of them: W₁ or M₁, W₂ or M₂, …, and then all W ∘ M if there are masks.</summary>
    public int SavedCount => layers.Length + (maskedElements > 0 ? 1 : 0);

    /// <summary>Writes the inputs and what is saved, and points to the latter.</summary>
    /// <param name="weights">The layers.</param>
    /// <param name="inputs">Receives <see cref="InputCount"/> tensors, null where there is no bias.</param>
    /// <param name="saved">Receives <see cref="SavedCount"/> tensors.</param>
    /// <param name="pointers">Receives the layers as the forward pass takes them.</param>
    public void Arrange<T>(ReadOnlySpan<DenseWeights> weights, Span<Tensor?> inputs, Span<Tensor> saved, Span<DenseLayer<T>> pointers) where T : unmanaged, INumberBase<T>
    {
        if (maskedElements > 0) saved[layers.Length] = Tensor.Uninitialized([maskedElements], weights[0].Weight.ElementType);
        for (var l = 0; l < layers.Length; l++)
        {
            var (weight, bias) = (weights[l].Weight.Dense(), weights[l].Bias);
            (inputs[2 * l], inputs[2 * l + 1]) = (weights[l].Weight, bias);
            saved[l] = weights[l].Mask?.Values.Dense() ?? weight;
            pointers[l] = Pointer(l, saved, bias is null ? null : bias.Dense().Pointer<T>());
            if (layers[l].Masked is not null) Mask(layers[l], weight.Pointer<T>(), saved[l], pointers[l].Weight);
        }
    }

    /// <summary>Points to what was saved, for the backward pass, which needs no biases.</summary>
    public void Point<T>(ReadOnlySpan<Tensor> saved, Span<DenseLayer<T>> pointers) where T : unmanaged
    {
        for (var l = 0; l < layers.Length; l++) pointers[l] = Pointer<T>(l, saved, null);
    }

    /// <summary>Makes the gradients that are wanted, and points to them.</summary>
    /// <param name="context">The node's.</param>
    /// <param name="first">Which of the node's inputs W₁ is.</param>
    /// <param name="type">Their type.</param>
    /// <param name="gradients">Receives the pointers.</param>
    public void Make<T>(in BackwardContext context, int first, ElementType type, Span<DenseGradient<T>> gradients) where T : unmanaged
    {
        for (var l = 0; l < layers.Length; l++)
        {
            var weight = context.Make(first + 2 * l, [layers[l].Outputs, layers[l].Inputs], type);
            var bias = context.Make(first + 2 * l + 1, [layers[l].Outputs], type);
            gradients[l] = new(weight is null ? null : weight.Pointer<T>(), bias is null ? null : bias.Pointer<T>());
        }
    }

    /// <summary>Sets the gradients of masked weights to zero where the mask is.</summary>
    public void Mask<T>(ReadOnlySpan<Tensor> saved, ReadOnlySpan<DenseGradient<T>> gradients) where T : unmanaged, INumberBase<T>
    {
        for (var l = 0; l < layers.Length; l++)
            if (layers[l].Masked is not null && gradients[l].Weight != null) Mask(layers[l], gradients[l].Weight, saved[l], gradients[l].Weight);
    }

    private DenseLayer<T> Pointer<T>(int l, ReadOnlySpan<Tensor> saved, T* bias) where T : unmanaged
    {
        var layer = layers[l];
        var weight = layer.Masked is { } offset ? saved[layers.Length].Pointer<T>() + offset : saved[l].Pointer<T>();
        return new(layer.Inputs, layer.Outputs, weight, bias, layer.Activation, layer.Extents is { } extents ? extents.Pointer : null);
    }

    /// <summary>result = weight ∘ mask.</summary>
    private static void Mask<T>(in Layer layer, T* weight, Tensor mask, T* result) where T : unmanaged, INumberBase<T>
    {
        var count = layer.Outputs * layer.Inputs;
        TensorPrimitives.Multiply(new(weight, count), mask.AsSpan<T>(), new Span<T>(result, count));
    }

    /// <summary>A layer's sizes, and where among all W ∘ M its own begins; null if it has no mask.</summary>
    private readonly record struct Layer(int Inputs, int Outputs, Activation Activation, MaskExtents? Extents, long? Masked);
}

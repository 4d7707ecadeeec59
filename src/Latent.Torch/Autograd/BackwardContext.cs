using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>What the backward of a C# node sees. Tensors it makes live until it returns; the gradients it sets live on.</summary>
public readonly unsafe ref struct BackwardContext
{
    private readonly nint node;
    private readonly ReadOnlySpan<nint> outputGradients;
    private readonly Span<nint> inputGradients;
    private readonly Tensor[] saved;

    internal BackwardContext(nint node, nint* outputGradients, int outputs, nint* inputGradients, int inputs, int savedCount)
    {
        this.node = node;
        this.outputGradients = new(outputGradients, outputs);
        this.inputGradients = new(inputGradients, inputs);
        saved = savedCount == 0 ? [] : new Tensor[savedCount];
        if (savedCount == 0) return;
        var handles = stackalloc nint[savedCount];
        NativeMethods.Check(NativeMethods.lt_node_saved(node, handles, savedCount), "Reading what forward saved");
        for (var i = 0; i < savedCount; i++) saved[i] = Arena.Current.Add(handles[i], 0);
    }

    /// <summary>What forward saved, in its order.</summary>
    public Tensor Saved(int index) => saved[index];

    /// <summary>All that forward saved.</summary>
    internal ReadOnlySpan<Tensor> AllSaved => saved;

    /// <summary>The gradient with respect to an output; null stands for zero.</summary>
    public Tensor? OutputGradient(int index)
    {
        var handle = outputGradients[index];
        if (handle == 0) return null;
        NativeMethods.Check(NativeMethods.lt_retain(handle), "Reading a gradient");
        return Arena.Current.Add(handle, 0);
    }

    /// <summary>Whether anybody wants the gradient of this input.</summary>
    public bool Needs(int input)
    {
        if ((uint)input >= (uint)inputGradients.Length) throw new ArgumentOutOfRangeException(nameof(input), input, $"The node has {inputGradients.Length} inputs.");
        return NativeMethods.Check(NativeMethods.lt_node_needs_input_gradient(node, input), "Asking whether a gradient is needed") != 0;
    }

    /// <summary>Makes the gradient with respect to an input, with the shape and type of <paramref name="like"/>, and sets it: to be filled before backward returns. Null if nobody wants it.</summary>
    public Tensor? Make(int input, Tensor like) => Make(input, like.Shape, like.ElementType, like.Device);

    /// <summary>The same for a shape and type.</summary>
    /// <inheritdoc cref="Make(int, Tensor)"/>
    public Tensor? Make(int input, ReadOnlySpan<long> shape, ElementType type, Device device = default)
    {
        if (!Needs(input)) return null;
        var gradient = Tensor.Uninitialized(shape, type, device);
        Set(input, gradient);
        return gradient;
    }

    /// <summary>Sets the gradient with respect to an input, of the input's shape.</summary>
    public void Set(int input, Tensor gradient)
    {
        var handle = gradient.Handle;
        NativeMethods.Check(NativeMethods.lt_retain(handle), "Handing over a gradient");
        var before = inputGradients[input];
        inputGradients[input] = handle;
        if (before != 0) NativeMethods.lt_free(&before, 1, null);
    }
}

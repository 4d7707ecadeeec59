using System.Runtime.CompilerServices;
using Latent.Torch.Native;

namespace Latent.Torch;

/// <summary>
/// An array of numbers on a device, with automatic differentiation. It lives as long as the <see cref="TensorScope"/> in
/// which it was made, or the <see cref="ParameterStore"/> that owns it; using it later throws.
/// </summary>
/// <remarks>The operators of libtorch are methods here, generated from <c>Operators/operators.txt</c>.</remarks>
public sealed unsafe partial class Tensor
{
    internal readonly Arena Owner;
    internal readonly long Serial;
    internal int Slot;
    internal readonly ushort Origin;

    internal Tensor(Arena owner, int slot, long serial, ushort origin)
    {
        Owner = owner;
        Slot = slot;
        Serial = serial;
        Origin = origin;
    }

    /// <summary>The borrowed native tensor.</summary>
    /// <exception cref="ObjectDisposedException">The tensor's scope has ended.</exception>
    internal nint Handle
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Owner.HandleOf(this);
    }

    internal TensorDescription Describe()
    {
        TensorDescription d;
        NativeMethods.Check(NativeMethods.lt_describe(Handle, &d), "Describing a tensor");
        return d;
    }

    /// <summary>The sizes of its axes.</summary>
    public Shape Shape
    {
        get
        {
            var d = Describe();
            return new Shape(new ReadOnlySpan<long>(d.Sizes, d.Rank));
        }
    }

    /// <summary>How far apart neighbours along each axis lie in memory, in elements.</summary>
    public Shape Strides
    {
        get
        {
            var d = Describe();
            return new Shape(new ReadOnlySpan<long>(d.Strides, d.Rank));
        }
    }

    /// <summary>The size of one axis; negative axes count from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public long Size(int axis)
    {
        var d = Describe();
        if (axis < -d.Rank || axis >= d.Rank) throw new ArgumentOutOfRangeException(nameof(axis), axis, $"The tensor has {d.Rank} axes, so the axis must lie in [{-d.Rank}, {d.Rank}).");
        return d.Sizes[axis < 0 ? axis + d.Rank : axis];
    }

    /// <summary>How many axes there are.</summary>
    public int Rank => Describe().Rank;

    /// <summary>How many elements there are.</summary>
    public long Elements => Describe().Elements;

    /// <summary>The type of its elements.</summary>
    public ElementType ElementType => (ElementType)Describe().Type;

    /// <summary>Where its memory lies.</summary>
    public Device Device
    {
        get
        {
            var d = Describe();
            return new Device((DeviceType)d.DeviceType, d.DeviceIndex);
        }
    }

    /// <summary>Whether its elements lie in memory in row-major order without gaps.</summary>
    public bool IsContiguous => Describe().Contiguous != 0;

    /// <summary>Whether it is a leaf of the autograd graph.</summary>
    public bool IsLeaf => Describe().Leaf != 0;

    /// <summary>Whether operations on it are recorded for differentiation. Set it on leaves of a floating-point type only.</summary>
    /// <exception cref="TorchException">Set on a tensor that cannot carry a gradient, or cleared on one that is no leaf.</exception>
    public bool RequiresGrad
    {
        get => Describe().RequiresGrad != 0;
        set => NativeMethods.Check(NativeMethods.lt_set_requires_grad(Handle, value ? 1 : 0), "Setting RequiresGrad");
    }

    /// <summary>The gradient that <see cref="Autograd.Backward(Tensor, Tensor?, bool, bool)"/> accumulated on this leaf; null if there is none.</summary>
    public Tensor? Grad
    {
        get
        {
            nint leaf = Handle, gradient;
            NativeMethods.Check(NativeMethods.lt_get_gradients(&leaf, 1, &gradient), "Reading a gradient");
            return gradient == 0 ? null : Arena.Current.Add(gradient, 0);
        }
        set
        {
            if (value is not null && (value.Shape != Shape || value.ElementType != ElementType))
                throw new ArgumentException($"The gradient of {Summary} must have its shape and type, not {value.Summary}.", nameof(value));
            nint leaf = Handle, gradient = value?.Handle ?? 0;
            NativeMethods.Check(NativeMethods.lt_set_gradients(&leaf, 1, &gradient), "Setting a gradient");
        }
    }

    /// <summary>Accumulates the gradients of this scalar on the leaves it depends on.</summary>
    public void Backward() => Autograd.Backward(this);
}

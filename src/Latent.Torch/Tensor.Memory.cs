using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Latent.Torch.Native;

namespace Latent.Torch;

public sealed unsafe partial class Tensor
{
    /// <summary>A tensor on the CPU with these values, copied, in row-major order. Without a shape it is a vector.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the sizes.</exception>
    public static Tensor From<T>(ReadOnlySpan<T> values, params ReadOnlySpan<long> shape) where T : unmanaged
    {
        ReadOnlySpan<long> vector = [values.Length];
        return FromShaped(values, shape.IsEmpty ? vector : shape);
    }

    /// <inheritdoc cref="From{T}(ReadOnlySpan{T}, ReadOnlySpan{long})"/>
    public static Tensor From<T>(T[] values, params ReadOnlySpan<long> shape) where T : unmanaged => From((ReadOnlySpan<T>)values, shape);

    private static Tensor FromShaped<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape) where T : unmanaged
    {
        var elements = new Shape(shape).Elements;
        if (elements != values.Length)
            throw new ArgumentException($"{values.Length} values do not fill the shape {new Shape(shape)}, which has {elements} elements.", nameof(values));
        var tensor = Uninitialized(shape, ElementTypes.Of<T>());
        values.CopyTo(new Span<T>(tensor.Describe().Data, values.Length));
        return tensor;
    }

    /// <summary>A scalar tensor (no axes) on the CPU.</summary>
    public static Tensor Of<T>(T value) where T : unmanaged => FromShaped([value], []);

    /// <summary>A contiguous tensor whose memory holds whatever was there: to be written before it is read.</summary>
    public static Tensor Uninitialized(ReadOnlySpan<long> shape, ElementType type = ElementType.Float32, Device device = default)
    {
        nint made;
        fixed (long* sizes = shape)
            NativeMethods.Check(NativeMethods.lt_empty(sizes, shape.Length, (int)type, (int)device.Type, device.Type == DeviceType.Cpu ? -1 : device.Index, &made), "Allocating a tensor");
        return Arena.Current.Add(made, 0);
    }

    /// <summary>
    /// The elements in place, row-major. Writing through it is not recorded by autograd. The span must not outlive the tensor.
    /// </summary>
    /// <exception cref="InvalidOperationException">The tensor is not on the CPU, not contiguous, or of another element type.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        var d = Describe();
        if (d.DeviceType != (int)DeviceType.Cpu) throw new InvalidOperationException($"The elements of {Summary} are not in main memory; copy them first: x.To(Device.Cpu).");
        if (d.Contiguous == 0) throw new InvalidOperationException($"The elements of {Summary} do not lie in row-major order; make a copy that does: x.Contiguous().");
        if (d.Type != (int)ElementTypes.Of<T>()) throw new InvalidOperationException($"{Summary} does not hold {typeof(T).Name}; convert it (x.To(ElementType.{ElementTypes.Of<T>()})) or ask for its own type.");
        return new Span<T>(d.Data, checked((int)d.Elements));
    }

    /// <summary>The address of the first element of a contiguous float, double, … tensor on the CPU: what fused kernels work on.</summary>
    internal T* Pointer<T>() where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(AsSpan<T>()));

    /// <summary>The tensor itself if it is contiguous, else a copy that is: <c>Contiguous</c> without the price of an operator that does nothing.</summary>
    internal Tensor Dense() => IsContiguous ? this : Contiguous();

    /// <summary>A copy of the elements, row-major, whatever the device and layout.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another element type.</exception>
    public T[] ToArray<T>() where T : unmanaged
    {
        using var scope = TensorScope.Open();
        return OnHost().AsSpan<T>().ToArray();
    }

    private Tensor OnHost()
    {
        var here = RequiresGrad ? Detach() : this;
        if (here.Device.Type != DeviceType.Cpu) here = here.To(Device.Cpu);
        return here.IsContiguous ? here : here.Contiguous();
    }

    /// <summary>The only element of a tensor, converted to <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidOperationException">The tensor has not exactly one element.</exception>
    public T Item<T>() where T : unmanaged, System.Numerics.INumber<T>
    {
        if (Elements != 1) throw new InvalidOperationException($"{Summary} has {Elements} elements; Item needs exactly one. Reduce it first (Sum, Mean) or index it.");
        // A loss is read in each step: where it lies, without an operator.
        if (Device.Type == DeviceType.Cpu && ElementType == ElementType.Float32) return T.CreateSaturating(AsSpan<float>()[0]);
        if (Device.Type == DeviceType.Cpu && ElementType == ElementType.Float64) return T.CreateSaturating(AsSpan<double>()[0]);
        using var scope = TensorScope.Open();
        var here = OnHost();
        return here.ElementType.IsFloatingPoint()
            ? T.CreateSaturating(here.To(ElementType.Float64).AsSpan<double>()[0])
            : T.CreateSaturating(here.To(ElementType.Int64).AsSpan<long>()[0]);
    }

    /// <summary>The tensor with another element type; the same tensor if it has that type already.</summary>
    public Tensor To(ElementType type) => ElementType == type ? this : To(type, nonBlocking: false);

    /// <summary>The tensor on another device; the same tensor if it lies there already.</summary>
    public Tensor To(Device device) => Device.Type == device.Type && (device.Index < 0 || device.Index == Device.Index || device.Type == DeviceType.Cpu)
        ? this
        : To(device, ElementType, nonBlocking: false);

    /// <summary>Element type, shape and device in one phrase, for messages.</summary>
    internal string Summary
    {
        get
        {
            var d = Describe();
            return $"{(ElementType)d.Type} {new Shape(new ReadOnlySpan<long>(d.Sizes, d.Rank))} on {new Device((DeviceType)d.DeviceType, d.DeviceIndex)}";
        }
    }
}

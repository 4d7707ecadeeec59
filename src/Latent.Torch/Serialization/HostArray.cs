using System.Runtime.InteropServices;

namespace Latent.Torch;

/// <summary>An array in host memory as files hold it: element type, shape, and the elements' bytes in row-major order.</summary>
/// <remarks>
/// Shapes: any rank; rank 0 is a scalar, and a size of 0 makes the array empty.
/// Domain: bytes are little-endian, one after the other without gaps; a <see cref="ElementType.Bool"/> is the byte 0 or 1,
/// since libtorch's kernels may do anything with another.
/// </remarks>
public sealed class HostArray
{
    /// <summary>An array over <paramref name="bytes"/>, which are not copied.</summary>
    /// <param name="elementType">The type of the elements.</param>
    /// <param name="shape">The sizes, outermost axis first.</param>
    /// <param name="bytes">The elements in row-major order, little-endian; as many bytes as the shape asks for.</param>
    /// <exception cref="ArgumentException">A size is negative, the shape overflows, the number of bytes is not what the shape asks for, or a Bool is neither 0 nor 1.</exception>
    public HostArray(ElementType elementType, Shape shape, ReadOnlyMemory<byte> bytes)
    {
        if (!TryByteCount(elementType, shape, out var expected))
            throw new ArgumentException($"Shape {Quoted.Shape(shape)} has a negative size or more bytes than 64 bits can count; give sizes ≥ 0.", nameof(shape));
        if (bytes.Length != expected)
            throw new ArgumentException($"Shape {Quoted.Shape(shape)} of {elementType} needs {expected} bytes, not {bytes.Length}.", nameof(bytes));
        if (elementType is ElementType.Bool && IndexOfNeitherTrueNorFalse(bytes.Span) is >= 0 and var i)
            throw new ArgumentException($"Byte {i} is {bytes.Span[i]}; a Bool is 0 or 1. Compare with zero first.", nameof(bytes));
        ElementType = elementType;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>An array with a copy of <paramref name="values"/>.</summary>
    /// <typeparam name="T">A type that <see cref="ElementTypes.Of{T}"/> knows.</typeparam>
    /// <param name="values">The elements in row-major order.</param>
    /// <param name="shape">The sizes, outermost axis first; <c>[]</c> for a scalar.</param>
    /// <exception cref="ArgumentException">The number of values is not what the shape asks for.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> has no element type.</exception>
    public static HostArray From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged =>
        new(ElementTypes.Of<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The type of the elements.</summary>
    public ElementType ElementType { get; }

    /// <summary>The sizes, outermost axis first.</summary>
    public Shape Shape { get; }

    /// <summary>The elements in row-major order, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The elements in row-major order, in place.</summary>
    /// <typeparam name="T">The type that stands for <see cref="ElementType"/>.</typeparam>
    /// <exception cref="InvalidOperationException"><typeparamref name="T"/> is not the elements' type.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged => ElementTypes.Of<T>() == ElementType
        ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
        : throw new InvalidOperationException($"The elements are {ElementType}, not {typeof(T).Name}; ask for the type they have.");

    /// <summary>Element type and shape, as in <c>Float32 [7, 5]</c>.</summary>
    public override string ToString() => $"{ElementType} {Quoted.Shape(Shape)}";

    /// <summary>The bytes an array takes; false where a size is negative or the count overflows.</summary>
    /// <remarks>A size of 0 does not excuse the others: strides are products of them, and would overflow in libtorch and NumPy.</remarks>
    internal static bool TryByteCount(ElementType elementType, ReadOnlySpan<long> shape, out long bytes)
    {
        Int128 product = elementType.Size();
        var empty = false;
        foreach (var size in shape)
        {
            empty |= size == 0;
            product *= Math.Max(size, 1);
            if (size < 0 || product > long.MaxValue)
            {
                bytes = 0;
                return false;
            }
        }
        bytes = empty ? 0 : (long)product;
        return true;
    }

    /// <summary>Where the first byte that is no Bool lies, or -1.</summary>
    internal static int IndexOfNeitherTrueNorFalse(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExceptInRange((byte)0, (byte)1);
}

using System.Runtime.InteropServices;

namespace Latent.Torch.Native;

/// <summary>One argument or result of an operator: a tagged union, laid out as <c>LtValue</c> of the shim.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal unsafe struct NativeValue
{
    public enum Kind
    {
        None = 0, Tensor = 1, Int = 2, Double = 3, Bool = 4, Ints = 5, Doubles = 6, Bools = 7,
        Tensors = 8, OptionalTensors = 9, String = 10, Device = 11, RealOperand = 12, IntOperand = 13,
    }

    [FieldOffset(0)] public Kind Tag;
    [FieldOffset(4)] public int Length;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
    [FieldOffset(8)] public void* Pointer;

    public static NativeValue None => default;
    public static NativeValue Of(Tensor tensor) => new() { Tag = Kind.Tensor, Pointer = (void*)tensor.Handle };
    public static NativeValue OfOptional(Tensor? tensor) => tensor is null ? None : Of(tensor);
    public static NativeValue Of(long value) => new() { Tag = Kind.Int, Integer = value };
    public static NativeValue OfOptional(long? value) => value is { } v ? Of(v) : None;
    public static NativeValue Of(double value) => new() { Tag = Kind.Double, Real = value };
    public static NativeValue OfOptional(double? value) => value is { } v ? Of(v) : None;
    public static NativeValue Of(bool value) => new() { Tag = Kind.Bool, Integer = value ? 1 : 0 };
    public static NativeValue OfOptional(bool? value) => value is { } v ? Of(v) : None;
    public static NativeValue Of(Scalar value) => value.Kind switch
    {
        ScalarKind.Real => Of(value.ToDouble()),
        ScalarKind.Bool => Of(value.ToInt64() != 0),
        _ => Of(value.ToInt64()),
    };

    /// <summary>A number where the operator takes a tensor; it takes part in type promotion as a number.</summary>
    public static NativeValue OfOperand(Scalar value) => value.Kind == ScalarKind.Real
        ? new() { Tag = Kind.RealOperand, Real = value.ToDouble() }
        : new() { Tag = Kind.IntOperand, Integer = value.ToInt64() };

    public static NativeValue OfOptional(Scalar? value) => value is { } v ? Of(v) : None;
    public static NativeValue Of(long* values, int count) => new() { Tag = Kind.Ints, Length = count, Pointer = values };
    public static NativeValue OfOptional(long* values, int count) => count == 0 && values == null ? None : Of(values, count);
    public static NativeValue Of(double* values, int count) => new() { Tag = Kind.Doubles, Length = count, Pointer = values };
    public static NativeValue OfBools(bool* values, int count) => new() { Tag = Kind.Bools, Length = count, Pointer = values };
    public static NativeValue OfTensors(nint* handles, int count) => new() { Tag = Kind.Tensors, Length = count, Pointer = handles };
    public static NativeValue OfOptionalTensors(nint* handles, int count) => new() { Tag = Kind.OptionalTensors, Length = count, Pointer = handles };
    public static NativeValue Of(byte* utf8, int count) => new() { Tag = Kind.String, Length = count, Pointer = utf8 };
    public static NativeValue Of(ElementType type) => Of((long)type);
    public static NativeValue OfOptional(ElementType? type) => type is { } t ? Of(t) : None;
    public static NativeValue Of(Device device) => new() { Tag = Kind.Device, Length = device.Index, Integer = (long)device.Type };
    public static NativeValue OfOptional(Device? device) => device is { } d ? Of(d) : None;

    /// <summary>The value as an error message shows it.</summary>
    public override readonly string ToString() => Tag switch
    {
        Kind.None => "None",
        Kind.Tensor => Describe((nint)Pointer),
        Kind.Int or Kind.IntOperand => Integer.ToString(),
        Kind.Double or Kind.RealOperand => Real.ToString("R"),
        Kind.Bool => Integer != 0 ? "true" : "false",
        Kind.Ints => $"[{string.Join(", ", new ReadOnlySpan<long>(Pointer, Length).ToArray())}]",
        Kind.Doubles => $"[{string.Join(", ", new ReadOnlySpan<double>(Pointer, Length).ToArray())}]",
        Kind.Bools => $"[{string.Join(", ", new ReadOnlySpan<bool>(Pointer, Length).ToArray())}]",
        Kind.Tensors or Kind.OptionalTensors => $"[{string.Join(", ", new ReadOnlySpan<nint>(Pointer, Length).ToArray().Select(Describe))}]",
        Kind.String => $"\"{Marshal.PtrToStringUTF8((nint)Pointer, Length)}\"",
        Kind.Device => new Device((DeviceType)Integer, Length).ToString(),
        _ => Tag.ToString(),
    };

    private static string Describe(nint handle)
    {
        if (handle == 0) return "None";
        TensorDescription d;
        if (NativeMethods.lt_describe(handle, &d) < 0) return "a tensor that cannot be described";
        var sizes = new Shape(new ReadOnlySpan<long>(d.Sizes, d.Rank));
        return $"{(ElementType)d.Type} {sizes} on {new Device((DeviceType)d.DeviceType, d.DeviceIndex)}";
    }
}

namespace Latent.Torch;

/// <summary>The type of a tensor's elements. The numeric values are those of <c>c10::ScalarType</c>.</summary>
public enum ElementType : byte
{
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 0,
    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,
    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,
    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,
    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 4,
    /// <summary>IEEE 754 half precision.</summary>
    Float16 = 5,
    /// <summary>IEEE 754 single precision.</summary>
    Float32 = 6,
    /// <summary>IEEE 754 double precision.</summary>
    Float64 = 7,
    /// <summary>Truth value, one byte.</summary>
    Bool = 11,
    /// <summary>Brain floating point: the upper half of a <see cref="Float32"/>.</summary>
    BFloat16 = 15,
}

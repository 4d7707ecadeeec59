using System.Globalization;

namespace Latent.Torch;

/// <summary>A number given to an operator: real, integer or truth value. Its kind takes part in type promotion, as in ATen.</summary>
public readonly struct Scalar : IEquatable<Scalar>
{
    private readonly long bits;

    private Scalar(ScalarKind kind, long bits) => (Kind, this.bits) = (kind, bits);

    /// <summary>What the scalar holds.</summary>
    public ScalarKind Kind { get; }

    /// <summary>Whether no value was given, so that the operator's default applies.</summary>
    public bool IsDefault => Kind == ScalarKind.Default;

    /// <summary>The value as a real number.</summary>
    public double ToDouble() => Kind == ScalarKind.Real ? BitConverter.Int64BitsToDouble(bits) : bits;

    /// <summary>The value as an integer; a real number is truncated.</summary>
    public long ToInt64() => Kind == ScalarKind.Real ? (long)BitConverter.Int64BitsToDouble(bits) : bits;

    /// <summary>A real scalar.</summary>
    public static implicit operator Scalar(double value) => new(ScalarKind.Real, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(long value) => new(ScalarKind.Integer, value);

    /// <summary>An integer scalar.</summary>
    public static implicit operator Scalar(int value) => new(ScalarKind.Integer, value);

    /// <summary>A truth value.</summary>
    public static implicit operator Scalar(bool value) => new(ScalarKind.Bool, value ? 1 : 0);

    /// <inheritdoc/>
    public bool Equals(Scalar other) => Kind == other.Kind && bits == other.bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Scalar other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, bits);

    /// <summary>Whether two scalars hold the same kind and value.</summary>
    public static bool operator ==(Scalar a, Scalar b) => a.Equals(b);

    /// <summary>Whether two scalars differ in kind or value.</summary>
    public static bool operator !=(Scalar a, Scalar b) => !a.Equals(b);

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ScalarKind.Real => ToDouble().ToString("R", CultureInfo.InvariantCulture),
        ScalarKind.Integer => bits.ToString(CultureInfo.InvariantCulture),
        ScalarKind.Bool => bits != 0 ? "true" : "false",
        _ => "default",
    };
}

namespace Latent.Torch;

/// <summary>What a <see cref="Scalar"/> holds.</summary>
public enum ScalarKind : byte
{
    /// <summary>Nothing: the operator's own default is meant.</summary>
    Default,
    /// <summary>A real number.</summary>
    Real,
    /// <summary>An integer.</summary>
    Integer,
    /// <summary>A truth value.</summary>
    Bool,
}

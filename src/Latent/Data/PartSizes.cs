namespace Latent.Data;

/// <summary>How many examples the parts of a data set have.</summary>
/// <param name="Train">For learning.</param>
/// <param name="Validation">For early stopping and choices; 0 if there is no such part.</param>
/// <param name="Test">For reporting; 0 if there is no such part.</param>
public readonly record struct PartSizes(long Train, long Validation, long Test)
{
    /// <summary>The three numbers: <c>50000 / 10000 / 10000</c>.</summary>
    public override string ToString() => $"{Train} / {Validation} / {Test}";
}

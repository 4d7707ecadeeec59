namespace Latent.Transforms.Kernels;

/// <summary>Which part of a matrix is mapped.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="First">The first column that is mapped.</param>
/// <param name="Count">How many columns are mapped.</param>
internal readonly record struct AffineSegment(int Rows, int Columns, int First, int Count);

using Latent.Torch;

namespace Latent.Data;

/// <summary>Some examples as tensors.</summary>
/// <param name="X">The examples, [B, *E]; sequences [B, T, *E], T the steps of the longest, filled up with zeros.</param>
/// <param name="Labels">Their classes, Int64 [B]; null if unknown.</param>
/// <param name="Lengths">The steps of each sequence, Int64 [B]; null where examples are no sequences.</param>
/// <param name="Indices">Their numbers in the data set: the rows of random streams, so that noise belongs to the example.</param>
/// <param name="Epoch">How often the set was gone through before.</param>
public sealed record Batch(Tensor X, Tensor? Labels, Tensor? Lengths, ReadOnlyMemory<long> Indices, long Epoch);

using Latent.Torch;

namespace Latent.Transforms;

/// <summary>Runs an autoregressive network coordinate by coordinate, in its order, each computed from the values of those before it.</summary>
/// <param name="batch">[*].</param>
/// <param name="next">Given a coordinate's number and the network's numbers for it [*, P], its value [*].</param>
/// <returns>All values, [*, D].</returns>
public delegate Tensor Unrolling(Shape batch, Func<long, Tensor, Tensor> next);
